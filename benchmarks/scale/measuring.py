"""The measures: size, building, folding, what a mark costs a writer, what each level's page costs, and whether every figure is right."""

from __future__ import annotations

import os
import random
import statistics
import time
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from benchmarks.scale.importing import importing
from benchmarks.scale.lists import lists, page_cost
from benchmarks.scale.world import AT, SIZES, World, blocks, build, sizes
from inspections.actions.tally_folding import fold_all
from inspections.actions.tally_marks import mark, mark_branch
from inspections.models import Assignment, Campaign, Finding
from inspections.tallies.reading import by_child, totals
from inspections.tallies.verifying import differences
from units.bulk_rows import insert_rows
from units.models import PartyOrganization, User

REQUESTS = 40
BATCH, BATCHES = 100, 60


def measure(size: str) -> int:
    """Build, measure, print tables; return 1 when a figure is wrong or the root costs too much."""
    print(f"\n### {connection.vendor}, {size}: {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n")
    begun = time.monotonic()
    world = build(SIZES[size])
    seconds = time.monotonic() - begun
    told = ", ".join(f"{number:,} {name}" for name, number in sorted(world.counts.items()))
    print(f"Built in {seconds:.0f} s: {told}.", flush=True)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET max_parallel_workers_per_gather = 0")
    faults: list[str] = []
    _fold(world)
    print(", ".join(f"{table} {number / 2**20:,.0f} MB" for table, number in sizes().items()))
    _write_cost(world)
    _pages(world, faults)
    if not os.environ.get("BENCH_WITHOUT_SEARCH"):
        lists(world, faults)
        print(", ".join(f"{table} {number / 2**20:,.0f} MB" for table, number in sizes().items()))
    for campaign in world.campaigns:
        wrong = differences(campaign).faults
        faults += [one.text for one in wrong[:5]]
    if not faults:
        print("\nEvery tally equals a full count.")
    importing(PartyOrganization.objects.get(parent=None), faults)
    for fault in faults:
        print(f"**{fault}**")
    return 1 if faults else 0


def _fold(world: World) -> None:
    """From nothing, and then mark by mark as inspectors leave them."""
    mark_branch(campaign.pk for campaign in world.campaigns)
    begun, used = time.monotonic(), time.process_time()
    folded = fold_all()
    seconds = time.monotonic() - begun
    print("\n| folding | marks | s | CPU s of the worker | marks/s |\n|---|" + "---:|" * 4)
    print(f"| everything from nothing | {folded:,} | {seconds:.1f} | {time.process_time() - used:.1f} | {folded / seconds:,.0f} |")
    dice = random.Random(2)  # noqa: S311 -- reproducible data, no secret
    campaign = world.campaigns[-1]
    places = [path for level in world.levels[5:] for _, path in level]
    for name, number in (
        ("one mark for each of 1,000 findings, all over the tree", 1_000),
        ("5,000 of them: five seconds at 1,000 a second (goal: within 5 s)", 5_000),
        ("10 batches of 100 findings", 10),
    ):
        for path in dice.sample(places, min(number, len(places))):
            mark([(campaign.pk, path)])
        begun, used = time.monotonic(), time.process_time()
        folded = fold_all()
        seconds = time.monotonic() - begun
        print(f"| {name} | {folded:,} | {seconds:.2f} | {time.process_time() - used:.2f} | {folded / seconds:,.0f} |", flush=True)


def _write_cost(world: World) -> None:
    """Batches of findings of one unit, with the mark and without, by turns."""
    campaign = world.campaigns[-1]
    template = Finding.objects.filter(campaign=campaign).first()
    units = list(Assignment.objects.filter(campaign=campaign).only("pk", "organization_id", "organization_path")[: 2 * BATCHES])
    spent: dict[bool, list[float]] = {True: [], False: []}
    for number, unit in enumerate(units):
        marked = number % 2 == 0
        rows = [_copy(template, unit) for _ in range(BATCH)]
        begun = time.perf_counter()
        with transaction.atomic():
            insert_rows(Finding, rows)
            if marked:
                mark([(campaign.pk, unit.organization_path)])
        spent[marked].append(time.perf_counter() - begun)
    fold_all()
    with_marks, without = (statistics.median(spent[marked]) * 1000 for marked in (True, False))
    print(
        f"\nWriting {BATCH} findings: {without:.2f} ms without a mark, {with_marks:.2f} ms with it: {with_marks / without:.2f} times.",
        flush=True,
    )


def _copy(template: Any, unit: Assignment) -> dict[str, Any]:
    values = {name: value for name, value in vars(template).items() if not name.startswith("_")}
    place = {"assignment_id": unit.pk, "organization_id": unit.organization_id, "organization_path": unit.organization_path}
    return {**values, "id": uuid.uuid4(), "recorded_at": AT, **place}


def _pages(world: World, faults: list[str]) -> None:
    """The figures and the whole page for a leader of each level."""
    campaign = world.campaigns[-1]
    campaign.refresh_from_db()
    head = ("below", "children", "blocks of the figures", "CPU ms", "page ms (median / p95)", "database ms", "queries")
    print(f"\n| leader of | {' | '.join(head)} |\n|---|" + "---:|" * len(head))
    touched: dict[str, int] = {}
    for name, user in world.leaders.items():
        top = PartyOrganization.objects.get(users=user)
        below = PartyOrganization.objects.subtree_of(top).count()
        children = PartyOrganization.objects.filter(parent=top).count()
        sql = _questions(partial(_figures, campaign, user, top))
        if connection.vendor == "postgresql":
            touched[name] = blocks(sql)
        cost = page_cost(user, f"/reports/dashboard/?campaign={campaign.code}", REQUESTS)
        times = f"{cost.median(cost.wall):.0f} / {cost.p95(cost.wall):.0f}"
        told = (f"{below:,}", children, touched.get(name, ""), f"{cost.median(cost.cpu):.0f}", times, f"{cost.median(cost.database):.1f}")
        print(f"| {name} | {' | '.join(map(str, told))} | {cost.queries} |", flush=True)
    if touched and touched["root"] > 2 * touched["district"]:
        faults.append(f"the root touches {touched['root']} blocks, a district {touched['district']}")


def _figures(campaign: Campaign, user: User, top: PartyOrganization) -> None:
    totals(campaign, user)
    by_child(campaign, user, top)


def _questions(read: Callable[[], Any]) -> list[str]:
    read()
    with CaptureQueriesContext(connection) as queries:
        read()
    return [one["sql"] for one in queries if one["sql"].startswith("SELECT")]
