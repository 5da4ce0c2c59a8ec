"""Lists and searches over everything there is: first pages, far pages, and words at each level of the tree beside LIKE."""

from __future__ import annotations

import time
from functools import partial
from http import HTTPStatus
from typing import Any

from django.db.models import Q
from django.test import Client

from benchmarks.scale.costs import Cost, cost_of
from benchmarks.scale.texts import RARE_WORDS, index_texts
from benchmarks.scale.world import World
from inspections.models import Finding, FindingGrams
from units.models import User
from units.models.grams import best_first
from units.paging import keyset_page

RUNS, PER_PAGE, FAR, STEP = 7, 30, 2_000, 3_000
NEWEST = ("-recorded_at", "-id")
WORDS = ("烛龙", RARE_WORDS[-4:], "台账", "记录要素", "移交 清单", "龙样", "没有这个词")
MOST_COMPARED = 50_000
"""A word that stands in more texts than this is compared by the first rows and not by all of them."""


def lists(world: World, faults: list[str]) -> None:
    """Index the texts, then measure; ``faults`` gets what differs from LIKE."""
    begun = time.monotonic()
    number = index_texts()
    print(f"\nIndexed {number:,} texts in {time.monotonic() - begun:.0f} s.", flush=True)
    root, code = world.leaders["root"], world.campaigns[-1].code
    print("\n| page of findings, leader of the root | CPU ms | ms (median / p95) | database ms | queries |\n|---|" + "---:|" * 4)
    for name, address in (
        ("serious problems of one round", f"?campaign={code}&kind=problem&severity=serious"),
        ("two characters, seldom", "?q=烛龙"),
        ("two characters, frequent", "?q=台账"),
        ("two characters, frequent, in one round", f"?campaign={code}&q=台账"),
        ("two words", "?q=移交 清单"),
    ):
        told(name, page_cost(root, f"/inspections/findings/{address}", RUNS))
    _far(root)
    _words(world, faults)


def told(name: str, cost: Cost) -> None:
    """Print one row."""
    times = f"{cost.median(cost.wall):.1f} / {cost.p95(cost.wall):.1f}"
    print(f"| {name} | {cost.median(cost.cpu):.1f} | {times} | {cost.median(cost.database):.1f} | {cost.queries} |", flush=True)


def page_cost(user: User, address: str, runs: int) -> Cost:
    """Return what a whole page costs, from the middleware to the last letter."""
    client = Client(HTTP_HOST="localhost")
    client.force_login(user)

    def ask() -> None:
        answer = client.get(address)
        assert answer.status_code == HTTPStatus.OK, (address, answer.status_code)

    return cost_of(ask, runs)


def _far(user: User) -> None:
    """Page 2,000 beside page 1: the place is the same whatever the length of the pages before it."""
    rows = Finding.objects.visible_to(user).standing()
    at, walked = "", 0
    while walked < FAR * PER_PAGE and (page := keyset_page(rows, NEWEST, STEP, at, ())).next:
        at, walked = page.next, walked + STEP
    first = cost_of(lambda: keyset_page(rows, NEWEST, PER_PAGE, "", ("pk", "text")), RUNS)
    far = cost_of(lambda: keyset_page(rows, NEWEST, PER_PAGE, at, ("pk", "text")), RUNS)
    one, other = (cost.median(cost.wall) for cost in (first, far))
    print(f"\nPage 1: {one:.2f} ms; page {walked // PER_PAGE:,}: {other:.2f} ms, {other / one:.2f} times (goal 1.5).", flush=True)


def _words(world: World, faults: list[str]) -> None:
    print("\n| words | leader of | database ms (median / p95) | rows like LIKE's |\n|---|---|---:|---|")
    for words in WORDS:
        for name, user in world.leaders.items():
            visible = Finding.objects.visible_to(user).standing()
            cost = cost_of(partial(_first_page, visible, words), RUNS)
            same = _same(visible, words)
            if not same:
                faults.append(f"{words}: the search of the leader of the {name} and LIKE find different rows")
            times = f"{cost.median(cost.database):.1f} / {cost.p95(cost.database):.1f}"
            print(f"| {words} | {name} | {times} | {'the same' if same else 'OTHERS'} |", flush=True)


def _first_page(rows: Any, words: str) -> list[Any]:
    """The first page as the list shows it."""
    found = words.split()
    is_ranked = FindingGrams.objects.candidates(found) is not None
    rows = rows.search(words)
    ranked = rows.annotate(rank=best_first(found, Finding.SEARCHED)) if is_ranked else rows
    return keyset_page(ranked, ("rank", *NEWEST) if is_ranked else NEWEST, PER_PAGE, "", ("pk",)).object_list


def _same(rows: Any, words: str) -> bool:
    like = rows
    for word in words.split():
        condition = Q()
        for field in Finding.SEARCHED:
            condition |= Q(**{f"{field}__icontains": word})
        like = like.filter(condition)
    found, expected = (list(one.order_by(*NEWEST).values_list("pk", flat=True)[: MOST_COMPARED + 1]) for one in (rows.search(words), like))
    return found == expected
