"""What a user reads of the tallies: exactly what the lists behind the figures hold (``visible_to``), whatever the size of the tree.

A right that follows the tree is answered from tallies; a right beside it (a seat in a team, a unit one is liaison of, rows one verifies)
makes the figures be counted live over what the user sees, which is little then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.db.models import Min, Q
from django.utils import timezone

from inspections.models import Assignment, Campaign, Finding, Rectification, TallyMark, TeamMember
from inspections.tallies import storing
from inspections.tallies.counting import Facts, count
from inspections.tallies.ranges import count_ranges, gaps, whole
from inspections.tallies.totals import PARTS, Totals
from units.models import PartyOrganization, User
from units.models.organization import STEP, in_subtree

FOUND = ("found", "team_problems", "items", "noted", "having", "recurring", "practices")


def totals(campaign: Campaign, user: User, organization: PartyOrganization | None = None) -> Totals:
    """Return the figures of ``campaign`` that ``user`` may see: all of them, or those of ``organization`` and everything below it."""
    return totals_by_campaign([campaign], user, organization)[campaign.pk]


def totals_by_campaign(
    campaigns: Iterable[Campaign], user: User, organization: PartyOrganization | None = None, *, more: set[int] | None = None
) -> dict[int, Totals]:
    """Return the same for several campaigns by their ids; their number costs no queries. ``more`` as from ``read_otherwise``, if known."""
    wanted = {campaign.pk: campaign for campaign in campaigns}
    found: dict[int, Totals] = {key: Totals() for key in wanted}
    more = wanted.keys() & (read_otherwise(list(wanted.values()), user) if more is None else more)
    if more:
        count(_visible(more, user, organization), found, lambda key: key, by="campaign")
    whole_ones = [one for key, one in wanted.items() if key not in more and is_organizer_side(one, user)]
    parts = [one for key, one in wanted.items() if key not in more and not is_organizer_side(one, user)]
    stored(whole_ones, [organization.path if organization else ""], found)
    stored(parts, _within(user, organization), found)
    for one in parts:
        _redacted(found[one.pk], one)
    return found


def by_child(
    campaign: Campaign, user: User, top: PartyOrganization, parts: Sequence[str] = tuple(PARTS), *, more: set[int] | None = None
) -> dict[str, Totals]:
    """Return the figures of each place right below ``top`` by its path, and under the path of ``top`` those of its own facts.

    Places without facts are missing. ``parts`` are the counters needed. The number of queries does not depend on how many children there
    are, as long as most of them have followed each other into the directory.
    """
    length = len(top.path) + STEP
    if campaign.pk in (read_otherwise([campaign], user) if more is None else more):
        found: dict[str, Totals] = defaultdict(Totals)
        count(_visible([campaign.pk], user, top), found, lambda path: path[:length])
        return dict(found)
    organizer = is_organizer_side(campaign, user)
    if not organizer and not _within(user, top):
        return {}
    kept = {path: texts for _, path, texts in storing.read_below(campaign.pk, [top.path], parts)}
    found = count_ranges(gaps(campaign.pk, top.path, kept), lambda _, path: path[:length], parts)
    for path, texts in kept.items():
        found[path].add_texts(parts, texts)
    return {path: one if organizer else _redacted(one, campaign) for path, one in found.items()}


def age(campaign: Campaign) -> timedelta:
    """Return how long the oldest change waits that the tallies of ``campaign`` do not hold yet; nothing when they are up to date."""
    oldest = TallyMark.objects.filter(campaign=campaign).aggregate(oldest=Min("marked_at"))["oldest"]
    return max(timezone.now() - oldest, timedelta()) if oldest else timedelta()


def is_organizer_side(campaign: Campaign, user: User) -> bool:
    """Whether ``user`` reads all of the campaign: office or leader of its organizer, or above it."""
    return any(campaign.organizer.path.startswith(path) for path in user.scope_paths)


def stored(campaigns: Sequence[Campaign], paths: Sequence[str], found: dict[int, Totals]) -> None:
    """Add the figures of ``campaigns`` at ``paths``, none of which lies below another, to ``found``.

    Where there is no tally nothing lies below, and what lies there is counted.
    """
    if not campaigns or not paths:
        return
    missing = {(campaign.pk, path) for campaign in campaigns for path in paths}
    for key, path, texts in storing.read([campaign.pk for campaign in campaigns], paths):
        missing.discard((key, path))
        found[key].add_texts(tuple(PARTS), texts)
    for key, counted in count_ranges((whole(*one) for one in sorted(missing)), lambda campaign, _: campaign).items():
        found[key].add(counted)


def _within(user: User, organization: PartyOrganization | None) -> list[str]:
    """Return the paths that ``user`` reads by office, without those below others; only that of ``organization`` if it lies there."""
    scopes = sorted(set(user.scope_paths))
    if organization is not None:
        return [organization.path] if any(organization.path.startswith(path) for path in scopes) else []
    return [path for path in scopes if not any(path != other and path.startswith(other) for other in scopes)]


def _redacted(found: Totals, campaign: Campaign) -> Totals:
    """Take out what is not for the inspected side: findings before the end, rows that were not issued."""
    if campaign.status != Campaign.Status.FINISHED:
        for name in FOUND:
            found.parts[name].clear()
    if campaign.status not in Campaign.STARTED:
        found.parts["coverage"].clear()
        found.parts["teams"].clear()
    for key in [key for key in found.parts["ledger"] if not key[1]]:
        del found.parts["ledger"][key]
    return found


def read_otherwise(campaigns: Sequence[Campaign], user: User) -> set[int]:
    """Return the ids of those of which ``user`` reads something by another right than the offices and leaderships that follow the tree."""
    parts = {campaign.pk: campaign for campaign in campaigns if not is_organizer_side(campaign, user)}
    if not parts:
        return set()
    seats = TeamMember.objects.filter(user=user, team__campaign__status=Campaign.Status.RUNNING)
    organizers = set(seats.values_list("team__campaign__organizer", flat=True))
    found = {key for key, campaign in parts.items() if campaign.organizer_id in organizers}
    inside = Q(pk__in=[])
    for path in user.scope_paths:
        inside |= in_subtree(path, "organization_path")
    others = Q(verifier=user)
    if user.liaison_organization_ids:
        own = Q(organization__in=user.liaison_organization_ids)
        others |= own
        found.update(Assignment.objects.filter(own, campaign__in=parts).exclude(inside).values_list("campaign", flat=True))
    found.update(Rectification.objects.filter(others, campaign__in=parts).exclude(inside).values_list("campaign", flat=True))
    return found


def _visible(campaigns: Iterable[int], user: User, organization: PartyOrganization | None) -> Facts:
    """Return what ``user`` sees of ``campaigns``, given by their ids, at ``organization`` and below it."""
    below = in_subtree(organization.path, "organization_path") if organization else Q()
    keys = list(campaigns)
    return Facts(
        Assignment.objects.visible_to(user).filter(below, campaign__in=keys),
        Finding.objects.visible_to(user).filter(below, campaign__in=keys),
        Rectification.objects.visible_to(user).filter(below, campaign__in=keys),
    )
