"""What a user reads of the tallies: exactly what the lists behind the figures hold (``visible_to``), whatever the size of the tree.

A right that follows the tree is answered from tallies; a right beside it (a seat in a team, a unit one is liaison of, rows one verifies)
makes the figures be counted live over what the user sees, which is little then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Min, Q
from django.utils import timezone

from inspections.models import Assignment, Campaign, Finding, Rectification, Tally, TallyMark, TeamMember
from inspections.tallies.counting import count, count_all, count_ranges, gaps, in_ranges, whole
from inspections.tallies.totals import PARTS, Totals
from units.models import PartyOrganization, User
from units.models.organization import STEP, in_subtree

FOUND = ("found", "team_problems", "items", "noted", "having", "recurring")


def totals(campaign: Campaign, user: User, organization: PartyOrganization | None = None) -> Totals:
    """Return the figures of ``campaign`` that ``user`` may see: all of them, or those of ``organization`` and everything below it."""
    if _has_more(campaign, user):
        return _live(campaign, user, organization)
    if is_organizer_side(campaign, user):
        return stored(campaign, [organization.path if organization else ""])
    return _redacted(stored(campaign, _within(user, organization)), campaign)


def by_child(campaign: Campaign, user: User, top: PartyOrganization, parts: Sequence[str] = tuple(PARTS)) -> dict[str, Totals]:
    """Return the figures of each place right below ``top`` by its path, and under the path of ``top`` those of its own facts.

    Places without facts are missing. ``parts`` are the counters needed. The number of queries does not depend on how many children there
    are, as long as most of them have followed each other into the directory.
    """
    length = len(top.path) + STEP
    if _has_more(campaign, user):
        found: dict[str, Totals] = defaultdict(Totals)
        count(*_visible(campaign, user, top), found, lambda path: path[:length])
        return dict(found)
    organizer = is_organizer_side(campaign, user)
    if not organizer and not _within(user, top):
        return {}
    kept = {
        row["path"]: row for row in Tally.objects.filter(campaign=campaign, parent_path=top.path).exclude(path="").values("path", *parts)
    }
    found = count_ranges(campaign, gaps(top.path, kept), lambda path: path[:length])
    for path, row in kept.items():
        found[path].add_json({name: row[name] for name in parts})
    return {path: one if organizer else _redacted(one, campaign) for path, one in found.items()}


def age(campaign: Campaign) -> timedelta:
    """Return how long the oldest change waits that the tallies of ``campaign`` do not hold yet; nothing when they are up to date."""
    oldest = TallyMark.objects.filter(campaign=campaign).aggregate(oldest=Min("marked_at"))["oldest"]
    return max(timezone.now() - oldest, timedelta()) if oldest else timedelta()


def is_organizer_side(campaign: Campaign, user: User) -> bool:
    """Whether ``user`` reads all of the campaign: office or leader of its organizer, or above it."""
    return any(campaign.organizer.path.startswith(path) for path in user.scope_paths)


def stored(campaign: Campaign, paths: Sequence[str]) -> Totals:
    """Return the figures at ``paths``, none of which lies below another, together.

    Where there is no tally nothing lies below, and what lies there is counted.
    """
    together = Totals()
    missing = set(paths)
    for row in Tally.objects.filter(campaign=campaign, path__in=paths).values("path", *PARTS):
        missing.discard(row["path"])
        together.add_json({name: row[name] for name in PARTS})
    if missing:
        everything = in_ranges([whole(path) for path in sorted(missing)])
        models = (Assignment.objects, Finding.objects, Rectification.objects)
        together.add(count_all(*(manager.filter(everything, campaign=campaign) for manager in models)))
    return together


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


def _has_more(campaign: Campaign, user: User) -> bool:
    """Whether ``user`` reads something of ``campaign`` by another right than the offices and leaderships that follow the tree."""
    if is_organizer_side(campaign, user):
        return False
    if TeamMember.objects.filter(user=user, team__campaign__organizer=campaign.organizer_id, team__campaign__status="running").exists():
        return True
    inside = Q(pk__in=[])
    for path in user.scope_paths:
        inside |= in_subtree(path, "organization_path")
    for model in (Assignment, Rectification) if user.liaison_organization_ids else ():
        own = model._default_manager.filter(campaign=campaign, organization__in=user.liaison_organization_ids)
        if own.exclude(inside).exists():
            return True
    return Rectification.objects.filter(campaign=campaign, verifier=user).exclude(inside).exists()


def _live(campaign: Campaign, user: User, organization: PartyOrganization | None) -> Totals:
    return count_all(*_visible(campaign, user, organization))


def _visible(campaign: Campaign, user: User, organization: PartyOrganization | None) -> tuple[Any, Any, Any]:
    below = in_subtree(organization.path, "organization_path") if organization else Q()
    return (
        Assignment.objects.visible_to(user).filter(below, campaign=campaign),
        Finding.objects.visible_to(user).filter(below, campaign=campaign),
        Rectification.objects.visible_to(user).filter(below, campaign=campaign),
    )
