"""Proposing how the units of a campaign are split among its teams. Pure: numbers and keys in, keys out; no database.

Three wishes, in this order: nobody inspects what they must avoid; the teams carry equal loads; organizations that belong together
go to one team. The first is never broken. Without avoidance the loads differ by at most the weight of the heaviest unit.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

ON_SITE_WEIGHT = 3
WRITTEN_WEIGHT = 1
"""A visit takes a team about as long as reading three written reports."""


@dataclass(frozen=True)
class Unit:
    """One unit to be given to a team.

    ``cluster`` is equal for units that should stay together; ``barred`` are the teams that must not inspect it; ``team`` is set for
    a unit that keeps the team it has.
    """

    key: Hashable
    weight: int
    cluster: Hashable = None
    barred: frozenset[Hashable] = frozenset()
    team: Hashable | None = None


@dataclass(frozen=True)
class Proposal:
    """Which unit goes to which team, and the units that every team must avoid."""

    teams: dict[Hashable, Hashable]
    impossible: tuple[Hashable, ...] = ()


@dataclass
class _Split:
    """The state while a proposal is made."""

    order: list[Hashable]
    loads: dict[Hashable, int]
    counts: Counter[Hashable] = field(default_factory=Counter)
    neighbours: Counter[tuple[Hashable, Hashable]] = field(default_factory=Counter)
    given: dict[Hashable, Hashable] = field(default_factory=dict)

    def permitted(self, unit: Unit) -> list[Hashable]:
        return [team for team in self.order if team not in unit.barred]


def propose(units: Sequence[Unit], teams: Sequence[Hashable]) -> Proposal:
    """Give every unit to one of ``teams``; the same input gives the same proposal.

    Units with a ``team`` stay there and count towards its load. Units barred from every team are returned as ``impossible``.
    """
    split = _Split(order=list(teams), loads=dict.fromkeys(teams, 0))
    free: list[Unit] = []
    impossible: list[Hashable] = []
    for unit in units:
        if unit.team is not None and unit.team in split.loads:
            split.given[unit.key] = unit.team
            split.loads[unit.team] += unit.weight
            split.counts[unit.team] += 1
            split.neighbours[unit.cluster, unit.team] += 1
        elif split.permitted(unit):
            free.append(unit)
        else:
            impossible.append(unit.key)
    rooms = _balance(free, split)
    _gather(free, rooms, split)
    return Proposal(teams=split.given, impossible=tuple(impossible))


def _balance(units: list[Unit], split: _Split) -> Counter[tuple[Hashable, int]]:
    """Find loads that are as equal as possible and return how many units of each weight each team gets.

    Heaviest first to the lightest team, then single moves while they help; where no move helps and nothing is barred, the heaviest
    and the lightest team differ by at most one unit.
    """
    chosen: dict[Hashable, Hashable] = {}
    rank = {team: place for place, team in enumerate(split.order)}
    permitted = {unit.key: split.permitted(unit) for unit in units}

    def lightest(unit: Unit) -> Hashable:
        return min(permitted[unit.key], key=lambda team: (split.loads[team], split.counts[team], rank[team]))

    for unit in sorted(units, key=lambda unit: (-unit.weight, len(permitted[unit.key]))):
        team = lightest(unit)
        chosen[unit.key] = team
        split.loads[team] += unit.weight
        split.counts[team] += 1
    moving = True
    while moving:
        moving = False
        for unit in units:
            old, new = chosen[unit.key], lightest(unit)
            if split.loads[new] + unit.weight < split.loads[old]:
                chosen[unit.key] = new
                split.loads[old] -= unit.weight
                split.loads[new] += unit.weight
                split.counts[old] -= 1
                split.counts[new] += 1
                moving = True
    return Counter((chosen[unit.key], unit.weight) for unit in units)


def _gather(units: list[Unit], rooms: Counter[tuple[Hashable, int]], split: _Split) -> None:
    """Fill the rooms cluster by cluster, largest first, so that a cluster lands in one team where it fits.

    Only units of equal weight trade places, so the loads stay as ``_balance`` found them.
    """
    clusters: dict[Hashable, list[Unit]] = defaultdict(list)
    for unit in units:
        clusters[unit.cluster].append(unit)
    by_size = sorted(clusters.items(), key=lambda item: -sum(unit.weight for unit in item[1]))
    rank = {team: place for place, team in enumerate(split.order)}
    leftover: list[Unit] = []
    holders: dict[tuple[Hashable, int], list[Unit]] = defaultdict(list)

    def fitting(rest: list[Unit], team: Hashable) -> list[Unit]:
        left = {weight: rooms[team, weight] for weight in {unit.weight for unit in rest}}
        found = []
        for unit in rest:
            if left[unit.weight] and team not in unit.barred:
                left[unit.weight] -= 1
                found.append(unit)
        return found

    for cluster, members in by_size:
        rest = members
        while rest:
            fits = {team: fitting(rest, team) for team in split.order}
            room = {team: sum(rooms[team, weight] * weight for weight in {unit.weight for unit in rest}) for team in split.order}
            best = max(
                split.order,
                key=lambda team: (sum(unit.weight for unit in fits[team]), split.neighbours[cluster, team], -room[team], -rank[team]),
            )
            if not fits[best]:
                leftover.extend(rest)
                break
            for unit in fits[best]:
                split.given[unit.key] = best
                split.neighbours[cluster, best] += 1
                rooms[best, unit.weight] -= 1
                holders[best, unit.weight].append(unit)
            placed = {unit.key for unit in fits[best]}
            rest = [unit for unit in rest if unit.key not in placed]
    for unit in leftover:
        _squeeze_in(unit, rooms, holders, split)


def _squeeze_in(unit: Unit, rooms: Counter[tuple[Hashable, int]], holders: dict[tuple[Hashable, int], list[Unit]], split: _Split) -> None:
    """Find room for a unit whose permitted teams are full by moving others of its weight on, along the shortest chain.

    ``_balance`` proved that all units of this weight have room together, so a chain exists (augmenting path of a matching).
    """
    weight = unit.weight
    came: dict[Hashable, tuple[Unit, Hashable | None]] = dict.fromkeys(split.permitted(unit), (unit, None))
    queue = deque(came)
    while queue:
        team = queue.popleft()
        if rooms[team, weight]:
            break
        for holder in holders[team, weight]:
            for other in split.permitted(holder):
                if other not in came:
                    came[other] = (holder, team)
                    queue.append(other)
    else:
        message = "the balance left no room"
        raise AssertionError(message)
    rooms[team, weight] -= 1
    target: Hashable | None = team
    while target is not None:
        moved, source = came[target]
        split.given[moved.key] = target
        holders[target, weight].append(moved)
        if source is not None:
            holders[source, weight].remove(moved)
        target = source
