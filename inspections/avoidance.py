"""回避: nobody inspects their own organization, one above it or one below it. Pure; reads only what it is given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from inspections.models import TeamMember
from units.models import PartyOrganization


def relation(home: str, other: str) -> str:
    """Return what the organization with the path ``other`` is to one with the path ``home``: 本单位, 上级组织, 下级组织 or nothing."""
    if home == other:
        return "本单位"
    if home.startswith(other):
        return "上级组织"
    if other.startswith(home):
        return "下级组织"
    return ""


@dataclass(frozen=True)
class Breach:
    """Who must avoid what, and why."""

    team: str
    person: str
    home: str
    organization: str
    relation: str

    def __str__(self) -> str:
        """The sentence shown: who, which organization, which relation."""
        bond = "就是其所在单位" if self.relation == "本单位" else f"是“{self.home}”的{self.relation}"
        return f"{self.team}的{self.person}来自“{self.home}”，“{self.organization}”{bond}，按回避规定不能由其督查。"


def homes(member: TeamMember) -> Iterator[PartyOrganization]:
    """Yield the organizations a member must avoid with all their relations: the one seconded from, and the account's own."""
    yield member.home_organization
    own = member.user.organization
    if own is not None and own.pk != member.home_organization_id:
        yield own


def breaches(members: Iterable[TeamMember], organizations: Iterable[PartyOrganization]) -> list[Breach]:
    """Return every breach between ``members`` and ``organizations``, one per person and organization.

    The members' team, home organization, user and the user's organization must have been read already.
    """
    targets = list(organizations)
    found = []
    for member in members:
        for organization in targets:
            for home in homes(member):
                bond = relation(home.path, organization.path)
                if bond:
                    found.append(Breach(str(member.team), str(member.user), str(home), str(organization), bond))
                    break
    return found


def in_words(found: list[Breach], limit: int = 5) -> str:
    """Return the breaches as one text, the first ``limit`` of them in full."""
    text = "".join(str(breach) for breach in found[:limit])
    return text + (f"另有 {len(found) - limit} 处同样的情况。" if len(found) > limit else "")
