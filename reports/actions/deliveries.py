"""送达 and 签收: an issued document reaches the organizations it was written to, and one of their people signs for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from inspections.actions.rectification_rows import issue_rows
from inspections.actions.rectification_work import receive_row
from inspections.actions.submissions import sign_receipt
from inspections.models import Assignment, Rectification, Submission
from inspections.receipts import Matter, on_receipt
from inspections.rectifying import answers_for
from jobs.errors import InvalidTransition
from reports.composing.variants import ANNOUNCEMENT, CIRCULAR, NOTICE, SENT_OUT
from reports.models import Delivery, Paragraph, Report
from units.actions.activity import record
from units.actions.notices import notify
from units.models import Appointment, PartyOrganization
from units.notices import notice_kind

if TYPE_CHECKING:
    from inspections.models.rectification import RectificationQuerySet
    from units.models import User

RECEIVED = notice_kind("reports.delivery", "收到的文件")
Role = Appointment.Role


def is_sent_out(report: Report) -> bool:
    """Whether a document of this kind is written to organizations, and reaches them once it is issued."""
    return report.template.document in SENT_OUT


def recipients_of(report: Report) -> list[PartyOrganization]:
    """Return the organizations that an issued document reaches, in the order of the directory.

    The one it is about; a 督查通知 to all reaches the whole scope; a 通报 those it names, and the whole scope when its drafter wished so.
    """
    if not is_sent_out(report):
        return []
    if report.organization_id:
        return list(PartyOrganization.objects.filter(pk=report.organization_id))
    scope = PartyOrganization.objects.filter(pk__in=report.campaign.assignments.values("organization"))
    if report.template.document == CIRCULAR and not report.wishes.get("to_all"):
        named = report.letter_items.values("rectification__organization")
        return list(PartyOrganization.objects.filter(pk__in=named).order_by("path"))
    return list(scope.order_by("path"))


def send_out(report: Report, *, by: User) -> int:
    """Deliver an issued document and tell those who sign for it; return how many organizations it reaches.

    Part of the transaction that issues. A 整改通知书 also issues the rows of the ledger that it names and that were not issued yet: the
    organization is told once. Raises ``Refused`` when one of their deadlines has passed meanwhile.
    """
    organizations = recipients_of(report)
    if not organizations:
        return 0
    if report.template.document == NOTICE and (fresh := list(_rows_in(report).filter(issued_at=None))):
        issue_rows(fresh, by=by)
    sent_at = report.issued_at or timezone.now()
    rows = [Delivery(report=report, organization=row, organization_path=row.path, sent_at=sent_at) for row in organizations]
    Delivery.objects.bulk_create(rows, batch_size=500)
    people = _people_of([row.pk for row in organizations])
    for row in rows:
        notify(
            people.get(row.organization_id, []),
            kind=RECEIVED,
            text=f"收到{report.template.name}《{report.title}》（{report.number_text}），请签收",
            path=reverse("reports:delivery_detail", args=[row.pk]),
            key=f"delivery:{row.pk}",
        )
    return len(rows)


def _rows_in(report: Report) -> RectificationQuerySet:
    """Return the rows of the ledger on which the document rests."""
    sources = Paragraph.objects.filter(section__report=report).values_list("sources", flat=True)
    ids = {pk for found in sources for pk in found.get("rectifications", ())}
    rows: RectificationQuerySet = Rectification.objects.filter(pk__in=ids).ledger()
    return rows


def _people_of(organizations: list[int]) -> dict[int, list[User]]:
    """Return by organization who signs for it: its liaisons, and where there are none its own office; one query."""
    found: dict[int, dict[str, list[User]]] = {}
    seats = Appointment.objects.current().filter(organization__in=organizations, role__in=(Role.LIAISON, Role.OFFICE))
    for seat in seats.filter(user__is_active=True).select_related("user"):
        found.setdefault(seat.organization_id, {}).setdefault(seat.role, []).append(seat.user)
    return {key: rows.get(Role.LIAISON) or rows.get(Role.OFFICE, []) for key, rows in found.items()}


@transaction.atomic
def receive_delivery(delivery: Delivery, *, by: User) -> Delivery:
    """签收: somebody at the organization has taken note; the same click signs for what the document announces.

    Raises ``InvalidTransition`` when it has been signed for already.
    """
    _lock_matters(delivery)
    if not _sign(delivery, by):
        raise InvalidTransition("这份文件已经签收过，不需要重复签收。请刷新页面。")
    delivery.refresh_from_db()
    report = delivery.report
    if report.template.document == NOTICE:
        _receive_rows(delivery, by)
    elif report.template.document == ANNOUNCEMENT:
        _receive_request(delivery, by)
    return delivery


def _lock_matters(delivery: Delivery) -> None:
    """Lock what the document announces before the document itself.

    Who signs on the page of a task comes by that way too; in the other order two people of one organization could wait for each other.
    """
    if delivery.report.template.document == NOTICE:
        rows = _rows_in(delivery.report).filter(organization=delivery.organization_id)
        list(Rectification.objects.select_for_update(no_key=True).filter(pk__in=list(rows.values_list("pk", flat=True))).order_by("pk"))
    elif delivery.report.template.document == ANNOUNCEMENT:
        tasks = Assignment.objects.filter(campaign=delivery.report.campaign, organization=delivery.organization_id)
        list(tasks.select_for_update().order_by("pk").values_list("pk", flat=True))


def _sign(delivery: Delivery, by: User) -> bool:
    """Put the receipt on record; return whether nobody had."""
    waiting = Delivery.objects.filter(pk=delivery.pk, received_at=None)
    if not waiting.update(received_at=timezone.now(), received_by=by):
        return False
    summary = f"签收{delivery.report.number_text}《{delivery.report.title}》"
    record(by, "reports.delivery_receive", summary, delivery, organization=delivery.organization)
    return True


def _receive_rows(delivery: Delivery, by: User) -> None:
    """Sign for the tasks that the notice gives, as far as nobody has, so that nobody signs twice for one thing."""
    rows = _rows_in(delivery.report).filter(
        organization=delivery.organization_id, status=Rectification.Status.ASSIGNED, issued_at__isnull=False
    )
    for row in rows.select_related("campaign__organizer", "organization").order_by("pk"):
        if answers_for(row, by):
            receive_row(row, by=by)


def _receive_request(delivery: Delivery, by: User) -> None:
    """Sign for the request to hand in a report, which the same notice announces."""
    asked = Submission.objects.fillable_by(by).filter(
        campaign=delivery.report.campaign, organization=delivery.organization_id, status=Submission.Status.NOTIFIED
    )
    for submission in asked:
        sign_receipt(submission, by=by)


@on_receipt
def sign_for_announcement(matter: Matter, by: User) -> None:
    """Sign for the documents that announced a matter once it was signed for on its own page.

    A 整改通知书 is signed for when all of its tasks are. Whoever may not sign for the document leaves it as it is.
    """
    kind = ANNOUNCEMENT if isinstance(matter, Submission) else NOTICE
    waiting = Delivery.objects.waiting().filter(organization=matter.organization_id, report__campaign=matter.campaign_id)
    for delivery in waiting.select_related("report__template", "organization"):
        if delivery.report.template.document != kind or not delivery.is_receivable_by(by):
            continue
        if kind == ANNOUNCEMENT or _gives_only_received(delivery.report, matter):
            _sign(delivery, by)


def _gives_only_received(report: Report, matter: Matter) -> bool:
    """Whether the notice gives this task, and no other that is still to be signed for."""
    rows = _rows_in(report).filter(organization=matter.organization_id)
    return rows.filter(pk=matter.pk).exists() and not rows.filter(status=Rectification.Status.ASSIGNED).exists()
