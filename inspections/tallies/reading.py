"""What a user reads of the tallies: exactly what the lists behind the figures hold (``visible_to``), whatever the size of the tree.

A right that follows the tree is answered from tallies; a right beside it (a seat in a team, a unit one is liaison of, rows one verifies)
makes the figures be counted live over what the user sees, which is little then.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.db.models import Min, Q
from django.utils import timezone

from inspections.models import Assignment, Campaign, Finding, Rectification, Tally, TallyMark, TeamMember
from inspections.tallies.counting import count_all, count_ranges, whole
from inspections.tallies.totals import PARTS, Totals
from units.models import PartyOrganization, User
from units.models.organization import in_subtree

FOUND = ("found", "team_problems", "items", "noted", "having", "recurring")


def totals(campaign: Campaign, user: User, organization: PartyOrganization | None = None) -> Totals:
    """Return the figures of ``campaign`` that ``user`` may see: all of them, or those of ``organization`` and everything below it."""
    if _has_more(campaign, user):
        return _live(campaign, user, organization)
    if is_organizer_side(campaign, user):
        return stored(campaign, [organization.path if organization else ""])
    return _redacted(stored(campaign, _within(user, organization)), campaign)


def for_each(campaign: Campaign, user: User, organizations: Iterable[PartyOrganization]) -> dict[int, Totals]:
    """Return the figures of each of ``organizations`` by its id, as ``totals`` does, for a page of siblings: their number costs no queries."""
    shown = list(organizations)
    if _has_more(campaign, user):
        return {one.pk: _live(campaign, user, one) for one in shown}
    organizer = is_organizer_side(campaign, user)
    allowed = [one for one in shown if organizer or any(one.path.startswith(path) for path in user.scope_paths)]
    by_path = _stored_by_path(campaign, [one.path for one in allowed])
    found = {one.pk: by_path[one.path] if organizer else _redacted(by_path[one.path], campaign) for one in allowed}
    return {one.pk: found.get(one.pk) or Totals() for one in shown}


def age(campaign: Campaign) -> timedelta:
    """Return how long the oldest change waits that the tallies of ``campaign`` do not hold yet; nothing when they are up to date."""
    oldest = TallyMark.objects.filter(campaign=campaign).aggregate(oldest=Min("marked_at"))["oldest"]
    return max(timezone.now() - oldest, timedelta()) if oldest else timedelta()


def is_organizer_side(campaign: Campaign, user: User) -> bool:
    """Whether ``user`` reads all of the campaign: office or leader of its organizer, or above it."""
    return any(campaign.organizer.path.startswith(path) for path in user.scope_paths)


def stored(campaign: Campaign, paths: Sequence[str]) -> Totals:
    """Return the figures at ``paths``, none of which lies below another, together."""
    together = Totals()
    for one in _stored_by_path(campaign, paths).values():
        together.add(one)
    return together


def _stored_by_path(campaign: Campaign, paths: Sequence[str]) -> dict[str, Totals]:
    """Read the tallies at ``paths``; where there is none, nothing lies below, and the facts themselves are few."""
    found: dict[str, Totals] = {path: Totals() for path in paths}
    kept: set[str] = set()
    for row in Tally.objects.filter(campaign=campaign, path__in=paths).values("path", *PARTS):
        kept.add(row["path"])
        found[row["path"]].add_json({name: row[name] for name in PARTS})
    missing = [path for path in found if path not in kept]
    for path in missing if len(missing) == 1 else ():
        everything = in_subtree(path, "organization_path")
        models = (Assignment.objects, Finding.objects, Rectification.objects)
        found[path] = count_all(*(manager.filter(everything, campaign=campaign) for manager in models))
    if len(missing) > 1:
        lengths, wanted = sorted({len(path) for path in missing}), set(missing)

        def place(path: str) -> str:
            return next(path[:length] for length in lengths if path[:length] in wanted)

        for path, counted in count_ranges(campaign, map(whole, missing), place).items():
            found[path].add(counted)
    return found


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
    below = in_subtree(organization.path, "organization_path") if organization else Q()
    return count_all(
        Assignment.objects.visible_to(user).filter(below, campaign=campaign),
        Finding.objects.visible_to(user).filter(below, campaign=campaign),
        Rectification.objects.visible_to(user).filter(below, campaign=campaign),
    )
