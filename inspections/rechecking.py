"""What is looked at again at one organization: its open and its sampled rows of earlier campaigns, problem by problem."""

from __future__ import annotations

from dataclasses import dataclass

from inspections.models import Assignment, Finding, Recheck, Rectification, SampledRectification


@dataclass(frozen=True)
class Line:
    """One problem to be looked at again: the row it stands in, why it is here, and what was seen today, if anything."""

    finding: Finding
    row: Rectification
    is_sampled: bool
    recheck: Recheck | None

    @property
    def revision(self) -> int:
        """The revision of what was seen; 0 for nothing yet."""
        return self.recheck.revision if self.recheck else 0


def rechecks_of(assignment: Assignment) -> list[Line]:
    """Return the problems to be looked at again, by number (4 queries). A problem in two rows stands here once, for the open one."""
    rows = Rectification.objects.for_recheck(assignment).lamp().select_related("campaign", "organization")
    ordered = rows.prefetch_related("findings__theme", "findings__evidence").order_by("campaign", "number")
    sampled = set(SampledRectification.objects.filter(campaign=assignment.campaign_id).values_list("rectification", flat=True))
    known = {one.finding_id: one for one in assignment.rechecks.select_related("by")}
    found: dict[object, Line] = {}
    for row in sorted(ordered, key=lambda one: not one.is_open):
        for finding in row.findings.all():
            found.setdefault(finding.pk, Line(finding, row, row.pk in sampled, known.get(finding.pk)))
    return list(found.values())
