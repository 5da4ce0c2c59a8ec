"""A work report uses an organization's own words only where the office has allowed it."""

from __future__ import annotations

import pytest

from inspections.actions import submissions as actions
from reports.composing.spec import SectionSpec, Style
from reports.composing.terms import Terms
from reports.composing.unit_report import overview
from reports.facts.reading import organization_facts
from tests.inspections.submissions.conftest import handed, liaison, ready, received, submission, terms, uploaded, written  # noqa: F401 -- fixtures

pytestmark = pytest.mark.django_db
OWN = "坚持集体学习，学习记录齐全，每次都有签到和研讨提纲。"


@pytest.mark.parametrize("allowed", [False, True])
def test_own_words_only_by_the_offices_choice(handed, zhao, written, allowed):  # noqa: F811
    actions.accept(handed, by=zhao, summary="好", concludes=True)
    if allowed:
        actions.decide_quoting(handed, may_quote=True, by=zhao)
    facts = organization_facts(handed.campaign, [written.organization_id])[written.organization_id]
    texts = [row.text for row in overview(facts, SectionSpec("overview", "基本情况"), Style(), terms=Terms())]
    assert any(OWN in text for text in texts) is allowed
    assert not any("研讨发言材料" in text for text in texts), "declared problems are no good practice"
