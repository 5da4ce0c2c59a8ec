"""The ledger of what is put right, read into plain values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from django.db.models import F, Q, QuerySet

from inspections.models import Campaign, Rectification
from inspections.models.rectification import RectificationFinding
from reports.facts.values import LedgerRow
from units.models import PartyOrganization

Status = Rectification.Status


def read_ledger(rows: QuerySet[Rectification]) -> tuple[LedgerRow, ...]:
    """Return the rows of ``rows`` that stand in the ledger, by number; two queries."""
    listed = list(rows.ledger().select_related("organization").order_by("number"))  # type: ignore[attr-defined]
    links: dict[UUID, list[str]] = defaultdict(list)
    pairs = RectificationFinding.objects.filter(rectification__in=[row.pk for row in listed]).order_by("pk") if listed else ()
    for link in pairs:
        links[link.rectification_id].append(str(link.finding_id))
    return tuple(_row(row, links[row.pk]) for row in listed)


def _row(row: Rectification, findings: Iterable[str]) -> LedgerRow:
    return LedgerRow(
        id=str(row.pk),
        number=row.number,
        unit=row.organization_id,
        content=row.content.strip(),
        due_on=row.due_on,
        requirement=row.requirement.strip(),
        measure=row.measure.strip(),
        responsible=row.responsible_title.strip(),
        severity=row.severity,
        label=row.get_status_display(),
        is_with_unit=row.is_with_unit,
        submitted_on=row.submitted_on,
        is_closed=row.status == Status.CLOSED,
        unit_name=row.organization.short_name or row.organization.name,
        findings=tuple(findings),
    )


def chosen_rows(campaign: Campaign, ids: Sequence[str], organization: PartyOrganization | None = None) -> tuple[LedgerRow, ...]:
    """Return the named rows of a campaign (of one organization, when given) that the organizations have been told of."""
    rows = Rectification.objects.filter(campaign=campaign, pk__in=list(ids)).issued()
    return read_ledger(rows.filter(organization=organization) if organization else rows)


def standing_of(campaign: Campaign, organization: PartyOrganization | None = None) -> tuple[int, int]:
    """Return how many matters were given and how many of them are closed out, by one organization or by all."""
    rows = Rectification.objects.filter(campaign=campaign).ledger().issued()
    if organization:
        rows = rows.filter(organization=organization)
    return rows.count(), rows.filter(status=Status.CLOSED).count()


def others_due(campaign: Campaign, ids: Sequence[str], organization: PartyOrganization | None = None) -> tuple[date, ...]:
    """Return the last days of the open matters beside ``ids``; without those whose result was handed in within time. One query."""
    rows = Rectification.objects.filter(campaign=campaign).open().issued().exclude(pk__in=list(ids))
    if organization:
        rows = rows.filter(organization=organization)
    in_time = Q(status=Status.SUBMITTED, submitted_on__lte=F("due_on"))
    return tuple(rows.exclude(in_time).order_by("due_on").values_list("due_on", flat=True))
