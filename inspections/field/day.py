"""Everything an inspector needs for a day without a network, in a number of queries that does not grow with the units."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Prefetch
from django.urls import reverse

from inspections.field.copies import Copy, confirmation_copy, finding_copy, notes_copy, result_copy
from inspections.field.earlier import answers_before, previous_campaigns, rechecks_of
from inspections.field.pinyin import initials
from inspections.links import links_for_assignment
from inspections.models import (
    Assignment,
    Campaign,
    Checklist,
    ChecklistItem,
    ChecklistTheme,
    CheckResult,
    Confirmation,
    Evidence,
    Finding,
    Recheck,
    StandardFinding,
    TeamMember,
)
from units.models import User

CHOICES = {
    "conformity": CheckResult.Conformity.choices,
    "kind": Finding.Kind.choices,
    "severity": Finding.Severity.choices,
    "opinion": Confirmation.Opinion.choices,
    "recheck": Recheck.Outcome.choices,
    "status": Assignment.Status.choices,
}


def limits() -> dict[str, int]:
    """Return what the phone should know before it sends."""
    return {
        "records": settings.FIELD_SYNC_RECORDS,
        "sync_bytes": settings.FIELD_SYNC_BYTES,
        "photo_bytes": settings.FIELD_PHOTO_BYTES,
        "photos_per_finding": settings.FIELD_PHOTOS_PER_FINDING,
        "signature_bytes": settings.FIELD_SIGNATURE_BYTES,
        "text": 500,
        "cause": 200,
        "measure": 300,
        "note": 300,
        "answer_text": 2000,
        "summary": 2000,
        "rescue_bytes": settings.RESCUE_MAX_BYTES,
    }


def day_of(user: User, *, campaign_code: str = "") -> Copy:
    """Return the user's running campaigns with all units of the own teams; only one campaign where its code is given."""
    seats = TeamMember.objects.filter(user=user, team__campaign__status=Campaign.Status.RUNNING)
    if campaign_code:
        seats = seats.filter(team__campaign__code=campaign_code)
    seats_by_team = {seat.team_id: seat for seat in seats.select_related("team__campaign__checklist", "team__campaign__organizer")}
    campaigns = {seat.team.campaign_id: seat.team.campaign for seat in seats_by_team.values()}
    previous = previous_campaigns(campaigns.values())
    rows = Assignment.objects.filter(team__in=seats_by_team).select_related("organization", "category", "concluded_by")
    assignments = list(rows.order_by("campaign", "order", "organization_path")[: settings.FIELD_DAY_UNITS])
    for assignment in assignments:
        assignment.campaign = campaigns[assignment.campaign_id]
    checklists = _checklists({campaign.checklist_id for campaign in campaigns.values()})
    return {
        "user": {"id": user.pk, "name": str(user)},
        "limits": limits(),
        "choices": {name: [list(pair) for pair in pairs] for name, pairs in CHOICES.items()},
        "campaigns": [_campaign(seat, previous[seat.team.campaign_id]) for seat in seats_by_team.values()],
        "checklists": checklists,
        "assignments": _units(assignments, seats_by_team, checklists, previous, user),
        "standards": _standards() if seats_by_team else [],
    }


def _campaign(seat: TeamMember, previous: Campaign | None) -> Copy:
    campaign = seat.team.campaign
    return {
        "id": campaign.pk,
        "code": campaign.code,
        "title": campaign.title,
        "period": campaign.period,
        "subject": campaign.subject,
        "starts_on": campaign.starts_on.isoformat(),
        "ends_on": campaign.ends_on.isoformat(),
        "cut_off_on": campaign.cut_off_on.isoformat(),
        "checklist": campaign.checklist_id,
        "team": {"id": seat.team_id, "name": seat.team.name, "is_leader": seat.is_leader},
        "previous_period": previous.period if previous else None,
    }


def _checklists(ids: set[int | None]) -> list[Copy]:
    items = Prefetch("items", ChecklistItem.objects.order_by("order", "pk").prefetch_related("categories"))
    themes = Prefetch("themes", ChecklistTheme.objects.order_by("order", "pk").prefetch_related(items))
    rows = Checklist.objects.filter(pk__in=[key for key in ids if key]).order_by("pk").prefetch_related(themes)
    return [
        {
            "id": checklist.pk,
            "lineage": str(checklist.lineage),
            "name": checklist.name,
            "version": checklist.version,
            "themes": [
                {"code": theme.code, "name": theme.name, "items": [_item(item) for item in theme.items.all()]}
                for theme in checklist.themes.all()
            ],
        }
        for checklist in rows
    ]


def _item(item: ChecklistItem) -> Copy:
    return {
        "code": item.code,
        "question": item.question,
        "guidance": item.guidance,
        "basis": item.basis,
        "clause": item.clause,
        "method": item.method,
        "answer_kind": item.answer_kind,
        "unit": item.unit_of_measure,
        "is_approximate": item.is_approximate,
        "cut_off_on": item.cut_off_on.isoformat() if item.cut_off_on else None,
        "target": f"{item.target.normalize():f}" if item.target is not None else None,
        "is_required": item.is_required,
        "categories": sorted(category.pk for category in item.categories.all()),
    }


def _standards() -> list[Copy]:
    return [
        {
            "code": standard.code,
            "kind": standard.kind,
            "theme": standard.theme_code,
            "item": standard.item_code or None,
            "wording": standard.wording,
            "heading": standard.heading,
            "severity": standard.severity,
            "cause": standard.cause,
            "measure": standard.measure,
            "initials": f"{initials(standard.wording)} {initials(standard.heading)}".strip(),
        }
        for standard in StandardFinding.objects.in_use().order_by("theme_code", "kind", "code")
    ]


def _units(
    assignments: list[Assignment],
    seats: dict[int, TeamMember],
    checklists: list[Copy],
    previous: dict[int, Campaign | None],
    user: User,
) -> list[Copy]:
    ids = [assignment.pk for assignment in assignments]
    results = _by_assignment(CheckResult.objects.filter(assignment__in=ids).select_related("item", "answered_by"))
    related = ("theme", "item", "standard", "recorded_by")
    pictures = Prefetch("evidence", Evidence.objects.filter(content_type__startswith="image/").order_by("uploaded_at"))
    found = Finding.objects.filter(assignment__in=ids).select_related(*related).prefetch_related(pictures)
    findings = _by_assignment(found.order_by("recorded_at", "id"))
    signed = {
        row.assignment_id: row for row in Confirmation.objects.without_picture().filter(assignment__in=ids).select_related("taken_by")
    }
    before, again = answers_before(assignments, previous), rechecks_of(assignments, previous)
    asked = {checklist["id"]: [item for theme in checklist["themes"] for item in theme["items"]] for checklist in checklists}
    return [
        {
            **_unit(assignment, seats[assignment.team_id or 0]),
            **_progress(assignment, asked.get(assignment.campaign.checklist_id, []), results[assignment.pk]),
            "results": [result_copy(result) for result in results[assignment.pk]],
            "findings": [finding_copy(finding, finding.evidence.all()) for finding in findings[assignment.pk]],
            "previous": _previous(previous[assignment.campaign_id], before[assignment.pk]),
            "rechecks": again[assignment.pk],
            **_signed(signed.get(assignment.pk), findings[assignment.pk], assignment, user),
        }
        for assignment in assignments
    ]


def _by_assignment(rows: Iterable[Any]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.assignment_id].append(row)
    return found


def _unit(assignment: Assignment, seat: TeamMember) -> Copy:
    organization = assignment.organization
    return {
        "id": str(assignment.pk),
        "campaign": assignment.campaign_id,
        "order": assignment.order,
        "is_today": assignment.is_due_today,
        "method": assignment.method,
        "method_label": assignment.get_method_display(),
        "activities": assignment.activity_names,
        "organization": {
            "id": organization.pk,
            "name": organization.name,
            "short_name": organization.short_name,
            "address": organization.address,
            "contact_duty": organization.contact_duty,
            "category": assignment.category_id,
            "category_name": assignment.category.name if assignment.category else "",
        },
        **notes_copy(assignment),
        "is_writable": assignment.is_writable,
        "can_reopen": seat.is_leader and assignment.status == Assignment.Status.CONCLUDED,
        "page_url": reverse("inspections:assignment_detail", args=[assignment.pk]),
    }


def _progress(assignment: Assignment, items: list[Copy], results: list[CheckResult]) -> dict[str, int]:
    required = {
        item["code"] for item in items if item["is_required"] and (not item["categories"] or assignment.category_id in item["categories"])
    }
    answered = {result.item.code for result in results if result.is_answered}
    return {"required": len(required), "required_answered": len(required & answered)}


def _previous(campaign: Campaign | None, answers: dict[str, Copy]) -> Copy | None:
    return {"period": campaign.period, "answers": answers} if campaign else None


def _signed(confirmation: Confirmation | None, findings: list[Finding], assignment: Assignment, user: User) -> Copy:
    """Return the confirmation, and the documents that rest on it."""
    if confirmation is None:
        return {"confirmation": None, "documents": []}
    standing = [(finding.pk, finding.kind, finding.text) for finding in findings if not finding.is_withdrawn]
    links = links_for_assignment(assignment, user)
    return {
        "confirmation": confirmation_copy(confirmation, is_outdated=confirmation.differs_from(standing)),
        "documents": [{"label": link.label, "url": link.url} for link in links],
    }
