"""Which earlier campaign a campaign is compared with."""

from __future__ import annotations

from tests import factories


def _earlier(district, zhao, towns: int, **fields):
    earlier = factories.make_campaign(district, zhao, **{"year": 2026, "half": 1, "status": "finished", **fields})
    for _ in range(towns):
        factories.make_assignment(earlier, factories.make_organization("", district))
    return earlier


def test_the_round_before_by_the_same_checklist(campaign, district, zhao):
    older = _earlier(district, zhao, 1, year=2025, half=2)
    assert campaign.previous == older
    newer = _earlier(district, zhao, 1)
    assert campaign.previous == newer


def test_a_special_check_by_another_checklist_is_no_measure(campaign, district, zhao):
    _earlier(district, zhao, 3, checklist=factories.make_checklist())
    assert campaign.previous is None


def test_of_two_in_one_half_year_the_larger_counts(campaign, district, zhao):
    main = _earlier(district, zhao, 3)
    _earlier(district, zhao, 1)
    assert campaign.previous == main


def test_what_runs_still_and_what_others_organize_does_not_count(campaign, district, zhao, other_district, zheng):
    _earlier(district, zhao, 1, status="running")
    _earlier(other_district, zheng, 1)
    assert campaign.previous is None
