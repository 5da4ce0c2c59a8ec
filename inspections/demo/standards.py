"""The library of standard wordings, put together from its parts."""

from __future__ import annotations

from inspections.demo.practices import PRACTICES
from inspections.demo.problems_a import PROBLEMS_A
from inspections.demo.problems_b import PROBLEMS_B
from inspections.demo.risks import RISKS
from inspections.demo.wording import Wording
from inspections.models import StandardFinding

Kind = StandardFinding.Kind
WORDINGS: dict[str, tuple[Wording, ...]] = {
    Kind.PROBLEM: (*PROBLEMS_A, *PROBLEMS_B),
    Kind.RISK_POINT: RISKS,
    Kind.GOOD_PRACTICE: PRACTICES,
}


def make_standards() -> dict[str, StandardFinding]:
    """Write the library and return it by code."""
    rows = [
        StandardFinding(
            code=wording.code,
            kind=kind,
            theme_code=wording.theme,
            item_code=wording.item,
            wording=wording.wording,
            heading=wording.heading,
            severity=wording.severity,
            cause=wording.causes[0] if wording.causes else "",
            measure_heading=wording.measure_heading,
            measure=wording.measure,
            lead_body=wording.lead,
        )
        for kind, wordings in WORDINGS.items()
        for wording in wordings
    ]
    return {row.code: row for row in StandardFinding.objects.bulk_create(rows)}
