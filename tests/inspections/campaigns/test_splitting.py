"""The proposal of a split: never a breach, nobody forgotten, loads even, neighbours together, always the same."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from inspections.splitting import Unit, propose

TEAMS = st.integers(1, 6).map(lambda count: [f"team{number}" for number in range(count)])


@st.composite
def problems(draw, *, avoidance: bool):
    teams = draw(TEAMS)
    sizes = draw(st.lists(st.tuples(st.sampled_from([1, 1, 3]), st.integers(0, 8)), max_size=60))
    units = []
    for number, (weight, cluster) in enumerate(sizes):
        barred = draw(st.frozensets(st.sampled_from(teams))) if avoidance else frozenset()
        units.append(Unit(number, weight, cluster, barred))
    return units, teams


def loads(units, teams, proposal):
    found = dict.fromkeys(teams, 0)
    for unit in units:
        if unit.key in proposal.teams:
            found[proposal.teams[unit.key]] += unit.weight
    return found


@given(problems(avoidance=False))
def test_loads_differ_by_at_most_one_unit(problem):
    units, teams = problem
    proposal = propose(units, teams)
    assert set(proposal.teams) == {unit.key for unit in units}
    assert proposal.impossible == ()
    found = loads(units, teams, proposal).values()
    assert max(found) - min(found) <= max((unit.weight for unit in units), default=0)


@given(problems(avoidance=True))
def test_avoidance_is_never_breached_and_nobody_is_forgotten(problem):
    units, teams = problem
    proposal = propose(units, teams)
    for unit in units:
        if unit.barred >= set(teams):
            assert unit.key in proposal.impossible
            assert unit.key not in proposal.teams
        else:
            assert proposal.teams[unit.key] not in unit.barred
    assert propose(units, teams) == proposal, "the same question has the same answer"


@given(problems(avoidance=False), st.data())
def test_kept_units_stay_and_count(problem, data):
    units, teams = problem
    kept = data.draw(st.sets(st.sampled_from(range(len(units))))) if units else set()
    units = [Unit(u.key, u.weight, u.cluster, team=teams[0] if u.key in kept else None) for u in units]
    proposal = propose(units, teams)
    assert all(proposal.teams[key] == teams[0] for key in kept)
    assert len(proposal.teams) == len(units)
    heavy = max((unit.weight for unit in units), default=0)
    others = [load for team, load in loads(units, teams, proposal).items() if team != teams[0]]
    if others:
        assert max(others) - min(others) <= heavy


def test_branches_stay_together_where_they_fit():
    units = [Unit(f"{town}{number}", 1, town) for number in range(4) for town in "abcd"]
    proposal = propose(units, ["one", "two"])
    for town in "abcd":
        assert len({proposal.teams[f"{town}{number}"] for number in range(4)}) == 1, town
    assert Counter(proposal.teams.values()) == {"one": 8, "two": 8}


def test_visits_weigh_more_than_written_reports():
    units = [Unit("visit", 3, "a"), *(Unit(f"paper{number}", 1, "b") for number in range(3))]
    proposal = propose(units, ["one", "two"])
    assert {proposal.teams[f"paper{number}"] for number in range(3)} == {"two"}
    assert proposal.teams["visit"] == "one"


def test_a_unit_whose_teams_are_full_moves_others_on():
    # Only team one may take x; the others could go anywhere and must make room.
    units = [*(Unit(f"a{number}", 1, "a") for number in range(3)), Unit("x", 1, "x", frozenset({"two"}))]
    proposal = propose(units, ["one", "two"])
    assert proposal.teams["x"] == "one"
    assert sorted(Counter(proposal.teams.values()).values()) == [2, 2]


def test_no_team_leaves_every_unit_impossible():
    assert propose([Unit("a", 1)], []).impossible == ("a",)
