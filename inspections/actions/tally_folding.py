"""Folding: what is marked is counted again, from the facts and the children's tallies, from the leaves up to the whole campaign.

The marks are deleted before anything is read, in the same transaction: what commits later leaves a mark of its own. Counted again and
never added to, so a tally cannot drift; a late repeat, an undo or a moved branch are all the same to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db import connections, router, transaction
from django.utils import timezone

from inspections.models import Assignment, Campaign, Finding, Rectification, Tally, TallyFold, TallyMark
from inspections.tallies import storing
from inspections.tallies.ranges import count_ranges, gaps
from inspections.tallies.totals import PARTS, Totals
from units.bulk_rows import insert_rows
from units.models.organization import STEP, in_subtree

MARKS_AT_ONCE = {"sqlite": 400}
"""Marks in one transaction, so that the worker never holds SQLite's only place for writers for long."""
MANY_AT_ONCE = 5_000
"""The same where readers and writers do not wait: the more are counted together, the more places above them are counted once."""


@dataclass(frozen=True)
class Mark:
    """A mark as it was read."""

    id: int
    campaign: int
    path: str
    is_branch: bool
    at: datetime


def fold(limit: int | None = None) -> int:
    """Fold up to ``limit`` marks in one transaction and return how many; nought when there is none or another worker is at it."""
    limit = limit or MARKS_AT_ONCE.get(connections[router.db_for_write(TallyMark)].vendor, MANY_AT_ONCE)
    if not TallyMark.objects.exists():
        return 0
    TallyFold.objects.get_or_create(pk=1)
    with transaction.atomic():
        if not list(TallyFold.objects.select_for_update(skip_locked=True).filter(pk=1).values_list("pk")):
            return 0
        marks = [
            Mark(*row) for row in TallyMark.objects.order_by("pk").values_list("pk", "campaign", "path", "is_branch", "marked_at")[:limit]
        ]
        TallyMark.objects.filter(pk__in=[one.id for one in marks]).delete()
        known = set(Campaign.objects.filter(pk__in={one.campaign for one in marks}).values_list("pk", flat=True))
        for campaign in sorted(known):
            _fold_campaign(campaign, [one for one in marks if one.campaign == campaign])
        TallyFold.objects.filter(pk=1).update(folded_at=timezone.now(), marks=len(marks))
    return len(marks)


def fold_all(rounds: int = 10_000) -> int:
    """Fold until nothing is marked, at most ``rounds`` transactions; return how many marks were folded."""
    done = 0
    for _ in range(rounds):
        folded = fold()
        done += folded
        if not folded:
            break
    return done


def _fold_campaign(campaign: int, marks: list[Mark]) -> None:
    nodes: set[str] = set()
    touched: set[str] = set()
    for one in marks:
        if one.is_branch:
            _spread(campaign, one)
        nodes.update(prefixes(one.path))
        touched.add(one.path)
    # A place without a tally has no facts below it, or a mark of its own says so.
    nodes.update(_present(campaign, touched))
    recount(campaign, nodes)


def prefixes(path: str) -> Iterator[str]:
    """Yield the places above ``path``, the whole campaign (``""``) first."""
    for end in range(0, len(path), STEP):
        yield path[:end]


def _present(campaign: int, paths: Iterable[str]) -> Iterator[str]:
    rest = iter(sorted(paths))
    while some := list(islice(rest, storing.AT_ONCE)):
        yield from Tally.objects.filter(campaign=campaign, path__in=some).values_list("path", flat=True)


def _spread(campaign: int, branch: Mark) -> None:
    """Put marks on every place of a branch, one for each parent of facts and each tally, to be folded in turn: as old as the first."""
    below = in_subtree(branch.path, "organization_path")
    parents: dict[str, str] = {}
    for model in (Assignment, Finding, Rectification):
        facts = model._default_manager.filter(below, campaign=campaign).order_by().values_list("organization_path", flat=True).distinct()
        for path in facts.iterator(chunk_size=5000):
            parents[path[:-STEP]] = path
    places = {*parents.values(), *Tally.objects.filter(in_subtree(branch.path), campaign=campaign).values_list("path", flat=True)}
    places.discard(branch.path)
    rows = [{"campaign_id": campaign, "path": path, "is_branch": False, "marked_at": branch.at} for path in sorted(places)]
    insert_rows(TallyMark, rows)


def recount(campaign: int, nodes: set[str]) -> None:
    """Count ``nodes`` of a campaign again, the deepest first. Part of a transaction that holds the lock of folding."""
    levels: dict[int, list[str]] = {}
    for node in nodes:
        levels.setdefault(len(node), []).append(node)
    now = timezone.now()
    for length in sorted(levels, reverse=True):
        for some in storing.batches(sorted(levels[length])):
            counted = _counted(campaign, some, length)
            storing.write(campaign, counted, now)
            Tally.objects.filter(campaign=campaign, path__in=[node for node in some if node not in counted]).delete()


def _counted(campaign: int, nodes: list[str], length: int) -> dict[str, Totals]:
    """Return the figures of ``nodes``, all at one level, as far as anything lies below them."""
    totals: dict[str, Totals] = {node: Totals() for node in nodes}
    children: dict[str, list[str]] = {node: [] for node in nodes}
    parts = tuple(PARTS)
    for parent, path, texts in storing.read_below(campaign, nodes):
        children[parent].append(path)
        totals[parent].add_texts(parts, texts)
    below = {node for node, own in children.items() if own}

    def place(_campaign: int, path: str) -> str:
        if len(path) > length:
            below.add(path[:length])
        return path[:length]

    ranges = [one for node in nodes for one in gaps(campaign, node, children[node])]
    for node, own in count_ranges(ranges, place).items():
        totals[node].add(own)
    return {node: totals[node] for node in nodes if node in below}
