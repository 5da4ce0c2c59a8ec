"""What was said and found at an organization before: last answers, and problems to look at again (回头看)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from inspections.field.copies import Copy, recheck_copy
from inspections.models import Assignment, Campaign, CheckResult, Finding, Recheck, Rectification, SampledRectification


def previous_campaigns(campaigns: Iterable[Campaign]) -> dict[int, Campaign | None]:
    """Return for each campaign the one with which it is compared (1 query each)."""
    return {campaign.pk: campaign.previous for campaign in campaigns}


def answers_before(assignments: Iterable[Assignment], previous: dict[int, Campaign | None]) -> dict[UUID, dict[str, Copy]]:
    """Return per assignment the organization's answers of last time by the item codes that outlive checklist versions (1 query)."""
    rows = list(assignments)
    earlier = {campaign.pk for campaign in previous.values() if campaign}
    results = CheckResult.objects.filter(
        assignment__campaign__in=earlier, assignment__organization__in={row.organization_id for row in rows}
    ).select_related("item", "assignment")
    by_unit: dict[tuple[int, int], dict[str, Copy]] = defaultdict(dict)
    for result in results:
        if result.is_answered:
            by_unit[result.assignment.campaign_id, result.assignment.organization_id][result.item.code] = _answer(result)
    found = {}
    for row in rows:
        before = previous.get(row.campaign_id)
        found[row.pk] = by_unit[before.pk, row.organization_id] if before else {}
    return found


def _answer(result: CheckResult) -> Copy:
    return {
        "words": result.answer,
        "conformity": result.conformity,
        "number": result.number_text or None,
        "is_approximate": result.is_approximate,
        "date": result.date.isoformat() if result.date else None,
        "text": result.text,
    }


def rechecks_of(assignments: Iterable[Assignment], previous: dict[int, Campaign | None]) -> dict[UUID, list[Copy]]:
    """Return per assignment what is looked at again, with what has been seen so far (5 queries for all together).

    Rows of the ledger as ``RectificationQuerySet.for_recheck`` has it, and problems of last time that no row of the ledger answers.
    """
    rows = list(assignments)
    organizations = {row.organization_id for row in rows}
    seen = {
        (recheck.assignment_id, recheck.finding_id): recheck
        for recheck in Recheck.objects.filter(assignment__in=[row.pk for row in rows]).select_related("by")
    }
    ledger = _ledger(organizations, {row.campaign.organizer_id for row in rows})
    sampled = set(
        SampledRectification.objects.filter(campaign__in={row.campaign_id for row in rows}).values_list("campaign_id", "rectification_id")
    )
    loose = _without_row(organizations, {campaign.pk for campaign in previous.values() if campaign})
    found = {}
    for row in rows:
        copies: dict[UUID, Copy] = {}
        for rectification in ledger[row.organization_id]:
            same = rectification.campaign.organizer_id == row.campaign.organizer_id and rectification.campaign_id != row.campaign_id
            problems = list(rectification.findings.all()) if same else []
            again = rectification.status in Rectification.OPEN or (row.campaign_id, rectification.pk) in sampled
            for finding in problems:
                if again or (row.pk, finding.pk) in seen:
                    copies.setdefault(finding.pk, _copy(finding, rectification, seen.get((row.pk, finding.pk))))
        before = previous.get(row.campaign_id)
        for finding in loose[row.organization_id, before.pk] if before else []:
            copies.setdefault(finding.pk, _copy(finding, None, seen.get((row.pk, finding.pk))))
        found[row.pk] = list(copies.values())
    return found


def _ledger(organizations: set[int], organizers: set[int]) -> dict[int, list[Rectification]]:
    rows = (
        Rectification.objects.ledger()
        .issued()
        .filter(organization__in=organizations, campaign__organizer__in=organizers)
        .select_related("campaign")
        .prefetch_related("findings__theme", "findings__item", "findings__campaign")
        .order_by("-due_on", "pk")
    )
    found: dict[int, list[Rectification]] = defaultdict(list)
    for row in rows:
        found[row.organization_id].append(row)
    return found


def _without_row(organizations: set[int], campaigns: set[int]) -> dict[tuple[int, int], list[Finding]]:
    rows = (
        Finding.objects.problems()
        .filter(campaign__in=campaigns, organization__in=organizations, rectifications__isnull=True)
        .select_related("theme", "item", "campaign")
        .order_by("recorded_at", "id")
    )
    found: dict[tuple[int, int], list[Finding]] = defaultdict(list)
    for finding in rows:
        found[finding.organization_id, finding.campaign_id].append(finding)
    return found


def _copy(finding: Finding, rectification: Rectification | None, recheck: Recheck | None) -> dict[str, Any]:
    return {
        "finding": {
            "id": str(finding.pk),
            "kind": finding.kind,
            "theme": finding.theme.code,
            "item": finding.item.code if finding.item else None,
            "text": finding.text,
            "severity": finding.severity,
            "period": finding.campaign.period,
        },
        "rectification": {
            "status": rectification.status,
            "status_label": rectification.get_status_display(),
            "measure": rectification.measure,
            "due_on": rectification.due_on.isoformat() if rectification.due_on else None,
        }
        if rectification
        else None,
        "recheck": recheck_copy(recheck) if recheck else None,
    }
