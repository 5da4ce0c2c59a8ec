"""What is looked at again at one organization: open and sampled rows of earlier campaigns, and problems of last time without a row."""

from __future__ import annotations

from dataclasses import dataclass

from inspections.models import Assignment, Finding, Recheck, Rectification, SampledRectification


@dataclass(frozen=True)
class Line:
    """One problem to be looked at again: the row it stands in, if any, why it is here, and what was seen today, if anything."""

    finding: Finding
    row: Rectification | None
    is_sampled: bool
    recheck: Recheck | None

    @property
    def revision(self) -> int:
        """The revision of what was seen; 0 for nothing yet."""
        return self.recheck.revision if self.recheck else 0


def rechecks_of(assignment: Assignment) -> list[Line]:
    """Return the problems to be looked at again, by number, and then those without a row. A problem in two rows stands here once, for the open one.

    The same set as the phone gets (``inspections.field.earlier``).
    """
    rows = Rectification.objects.for_recheck(assignment).lamp().select_related("campaign", "organization")
    ordered = rows.prefetch_related("findings__theme", "findings__evidence").order_by("campaign", "number")
    sampled = set(SampledRectification.objects.filter(campaign=assignment.campaign_id).values_list("rectification", flat=True))
    known = {one.finding_id: one for one in assignment.rechecks.select_related("by")}
    found: dict[object, Line] = {}
    for row in sorted(ordered, key=lambda one: not one.is_open):
        for finding in row.findings.all():
            found.setdefault(finding.pk, Line(finding, row, row.pk in sampled, known.get(finding.pk)))
    before = assignment.campaign.previous
    if before is not None:
        loose = before.findings.problems().filter(organization=assignment.organization_id, rectifications=None)
        for finding in loose.select_related("theme").order_by("recorded_at", "pk"):
            found.setdefault(finding.pk, Line(finding, None, is_sampled=False, recheck=known.get(finding.pk)))
    return list(found.values())
