"""Saving answers one by one. The page's fields are never replaced by an answer of the server, only the line that says what became of it."""

from __future__ import annotations

import uuid
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_POST

from inspections.actions.results import save_result
from inspections.actions.revisions import RevisionConflict
from inspections.answer_sheet import Row, answer_sheet
from inspections.forms.results import ResultForm
from inspections.models import Assignment, ChecklistItem, CheckResult
from inspections.views.field_access import assignment_for_writing
from jobs.errors import Refused

SAVED = "inspections/findings/_save_state.html"


@require_POST
def result_save(request: HttpRequest, pk: UUID, item_pk: int) -> HttpResponse:
    """Save one answer: 200 with time and progress, 409 with both answers, 422 with what is wrong."""
    assignment = assignment_for_writing(request, pk)
    item = get_object_or_404(ChecklistItem, pk=item_pk, theme__checklist=assignment.campaign.checklist_id)
    form = ResultForm(request.POST, item=item)
    sent = {"result_id": request.POST.get("id", ""), "revision": request.POST.get("revision", "")}
    context: dict[str, Any] = {"assignment": assignment, "item": item, **sent}
    if not form.is_valid():
        faults = [text for errors in form.errors.values() for text in errors]
        return render(request, SAVED, {**context, "faults": faults}, status=422)
    try:
        result = save_result(
            assignment, item, form.answer, by=request.user, base_revision=form.base_revision, result_id=form.cleaned_data["id"]
        )
    except RevisionConflict as error:
        mine = CheckResult(item=item, **form.answer)
        return render(request, SAVED, {**context, "server": error.server, "mine": mine}, status=409)
    except Refused as error:
        return render(request, SAVED, {**context, "faults": [str(error)]}, status=422)
    assignment.refresh_from_db(fields=["status"])
    context |= {"result": result, "result_id": result.pk, "revision": result.revision, "saved": True}
    return render(request, SAVED, {**context, "sheet": answer_sheet(assignment)})


@require_GET
def result_row(request: HttpRequest, pk: UUID, item_pk: int) -> HttpResponse:
    """One item as stored now: what the user gets who keeps the other's answer."""
    assignment = assignment_for_writing(request, pk)
    row = _row_of(assignment, item_pk)
    return render(
        request,
        "inspections/findings/_item.html",
        {"row": row, "assignment": assignment, "can_write": assignment.is_writable, "client_id": uuid.uuid4, "reads_entries": True},
    )


def _row_of(assignment: Assignment, item_pk: int) -> Row:
    get_object_or_404(ChecklistItem, pk=item_pk, theme__checklist=assignment.campaign.checklist_id)
    return next(row for row in answer_sheet(assignment, with_previous=True).rows if row.item.pk == item_pk)
