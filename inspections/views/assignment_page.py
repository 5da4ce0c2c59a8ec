"""The assignment page: one organization, its checklist, its findings, its conclusion."""

from __future__ import annotations

import uuid
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inspections.actions import assignments as actions
from inspections.actions.revisions import RevisionConflict
from inspections.answer_sheet import answer_sheet
from inspections.forms.results import NotesForm, ReasonForm
from inspections.links import links_for_assignment
from inspections.models import Assignment, Campaign, Confirmation, Finding
from inspections.rechecking import rechecks_of
from inspections.views.field_access import assignment_for_reading, assignment_for_writing, inspects, may_reopen, on_organizers_side
from jobs.errors import Refused
from units.models import ActivityEntry, User

PAGE = "inspections/findings/assignment.html"
NOTES = "inspections/findings/_notes_state.html"


@require_GET
def assignment_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Everything about one organization in one campaign; a form while it may be written, a record afterwards."""
    assignment = assignment_for_reading(request, pk)
    return render(request, PAGE, page_of(assignment, request.user))


def page_of(assignment: Assignment, user: User) -> dict[str, Any]:
    """Return what the page shows to ``user``."""
    inspecting = inspects(assignment, user)
    inside = on_organizers_side(assignment, user)
    reads_entries = inside or assignment.campaign.status == Campaign.Status.FINISHED
    return {
        "assignment": assignment,
        "sheet": answer_sheet(assignment, with_answers=reads_entries, with_previous=inside),
        "can_write": inspecting and assignment.is_writable,
        "can_reopen": assignment.status == Assignment.Status.CONCLUDED and may_reopen(assignment, user),
        "reads_entries": reads_entries,
        "client_id": uuid.uuid4,
        "documents": links_for_assignment(assignment, user),
        "revision": assignment.revision,
        "history": _history(assignment) if inside else [],
        "recheck_lines": rechecks_of(assignment) if inside else [],
        "confirmation": _confirmation(assignment) if reads_entries else None,
        **findings_of(assignment, user),
    }


def _confirmation(assignment: Assignment) -> Confirmation | None:
    """Return what the organization's representative signed, without the picture."""
    return Confirmation.objects.without_picture().filter(assignment=assignment).select_related("taken_by").first()


def _history(assignment: Assignment) -> list[ActivityEntry]:
    """Return what changed the assignment's state, with the reasons; the many entries of typing are left to the log."""
    verbs = [f"inspections.assignment_{verb}" for verb in ("begin", "confirm", "conclude", "reopen")]
    return list(ActivityEntry.objects.about(assignment).filter(verb__in=verbs)[:50])


def findings_of(assignment: Assignment, user: User) -> dict[str, Any]:
    """Return the findings of an assignment by kind, those taken back apart (2 queries)."""
    related = ("theme", "item", "recorded_by")
    visible = Finding.objects.visible_to(user).filter(assignment=assignment).select_related(*related).prefetch_related("evidence")
    findings = list(visible.with_recurrence().order_by("recorded_at", "id"))
    standing = [finding for finding in findings if not finding.is_withdrawn]
    return {
        "finding_groups": [(kind, kind.label, [finding for finding in standing if finding.kind == kind]) for kind in Finding.Kind],
        "finding_count": len(standing),
        "withdrawn": [finding for finding in findings if finding.is_withdrawn],
    }


@require_POST
def assignment_notes(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Save date and appraisal while they are typed; answers with the state line of the form."""
    assignment = assignment_for_writing(request, pk)
    form = NotesForm(request.POST)
    context: dict[str, Any] = {"assignment": assignment, "form": form, "revision": request.POST.get("revision", "")}
    if not form.is_valid():
        return render(request, NOTES, context, status=422)
    try:
        saved = actions.save_notes(
            assignment,
            by=request.user,
            base_revision=form.base_revision,
            summary=form.cleaned_data["summary"],
            visit_on=form.cleaned_data["visit_on"],
        )
    except RevisionConflict as error:
        return render(request, NOTES, {**context, "server": error.server}, status=409)
    except Refused as error:
        return render(request, NOTES, {**context, "refusal": str(error)}, status=422)
    return render(request, NOTES, {**context, "assignment": saved, "saved": True, "revision": saved.revision})


@require_http_methods(["GET", "POST"])
def assignment_conclude(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Conclude; what is missing is listed, and what was typed stays. A refusal leaves this address in the browser: opened, it leads back."""
    if request.method == "GET":
        return redirect(reverse("inspections:assignment_detail", args=[assignment_for_reading(request, pk).pk]) + "#conclude")
    assignment = assignment_for_writing(request, pk)
    form = NotesForm(request.POST)
    if form.is_valid():
        try:
            data = form.cleaned_data
            actions.conclude_assignment(assignment, by=request.user, summary=data["summary"], visit_on=data["visit_on"])
        except Refused as error:
            refusal = str(error)
        else:
            messages.success(request, f"“{assignment.organization}”的督查已办结。")
            return redirect("inspections:assignment_detail", pk=assignment.pk)
    else:
        refusal = "；".join(text for errors in form.errors.values() for text in errors)
    assignment.refresh_from_db()
    typed = {"refusal": refusal, "typed_summary": request.POST.get("summary", ""), "typed_visit_on": request.POST.get("visit_on", "")}
    return render(request, PAGE, {**page_of(assignment_for_reading(request, pk), request.user), **typed}, status=422)


@require_POST
def assignment_reopen(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Open a concluded assignment again, with a reason: team leader or the organizer's office."""
    assignment = assignment_for_reading(request, pk)
    if not may_reopen(assignment, request.user):
        raise PermissionDenied("只有督查组组长和主办组织的办公室可以重新打开已办结的任务；活动结束后不能再打开。")
    form = ReasonForm(request.POST)
    try:
        actions.reopen_assignment(assignment, by=request.user, reason=form.cleaned_data["reason"] if form.is_valid() else "")
        messages.success(request, "已重新打开，可以继续填写。")
    except Refused as error:
        messages.error(request, str(error))
    return redirect(reverse("inspections:assignment_detail", kwargs={"pk": assignment.pk}) + "#conclude")
