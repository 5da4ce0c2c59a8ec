"""督查范围: the conditions that say which organizations a campaign inspects, and the organizations they select."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import Q

from inspections.models import Campaign
from units.models import PartyOrganization
from units.models.organization import OrganizationQuerySet, in_subtree

PARTS = {
    "categories": "按类别",
    "tags": "按标签",
    "subtrees": "按上级组织及其下级",
    "organizations": "单独加入",
    "excluded": "排除",
}
"""The parts of a scope and their Chinese names."""


@dataclass(frozen=True)
class Scope:
    """Primary keys by part. An organization is in when any of the first four parts names it and ``excluded`` does not."""

    categories: tuple[int, ...] = ()
    tags: tuple[int, ...] = ()
    subtrees: tuple[int, ...] = ()
    organizations: tuple[int, ...] = ()
    excluded: tuple[int, ...] = ()

    @classmethod
    def of(cls, campaign: Campaign) -> Scope:
        """Read the scope kept with a campaign; unknown parts are ignored, missing ones are empty."""
        return cls.from_json(campaign.scope)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Scope:
        """Build a scope from what ``to_json`` made."""
        return cls(**{part: tuple(sorted({int(key) for key in data.get(part, ())})) for part in PARTS})

    def to_json(self) -> dict[str, list[int]]:
        """Return lists of keys, sorted, for the campaign's column."""
        return {part: sorted(keys) for part, keys in asdict(self).items()}

    @property
    def is_empty(self) -> bool:
        """Whether nothing is selected."""
        return not (self.categories or self.tags or self.subtrees or self.organizations)


def candidates(campaign: Campaign) -> OrganizationQuerySet:
    """Organizations that may be inspected at all: active ones below the organizer, who does not inspect itself."""
    return PartyOrganization.objects.active().subtree_of(campaign.organizer).exclude(pk=campaign.organizer_id)


def selected(campaign: Campaign, scope: Scope | None = None) -> OrganizationQuerySet:
    """Organizations that the conditions select today; one query for the tops of subtrees, the rest is lazy."""
    scope = scope or Scope.of(campaign)
    if scope.is_empty:
        return PartyOrganization.objects.none()
    condition = Q(pk__in=scope.organizations) | Q(category__in=scope.categories)
    if scope.tags:
        tagged = PartyOrganization.tags.through.objects.filter(organizationtag__in=scope.tags)
        condition |= Q(pk__in=tagged.values("partyorganization"))
    if scope.subtrees:
        for path in PartyOrganization.objects.filter(pk__in=scope.subtrees).values_list("path", flat=True):
            condition |= in_subtree(path)
    return candidates(campaign).filter(condition).exclude(pk__in=scope.excluded)
