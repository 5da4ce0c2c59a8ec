"""The page of one row of the ledger: what is asked, what was done, and the next step of whoever looks."""

from __future__ import annotations

import uuid
from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from inspections.actions.rectification_work import missing_for_submit
from inspections.forms import rectifications as forms
from inspections.links import links_for_ledger
from inspections.models import Finding, Recheck, Rectification, RectificationEntry, RectificationEvidence
from inspections.rectifying import answers_for, is_asked_to_verify, keeps, leads, verifiers_for, why_not_verify
from inspections.views.rectification_access import row_for_reading
from units.calendar import add_working_days
from units.models import User

PAGE = "inspections/rectifications/detail.html"
S = Rectification.Status
Stage = RectificationEvidence.Stage
AGAIN_DAYS = 15
"""Working days offered for what is opened again; the office changes them as it likes."""


@require_GET
def rectification_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Everything about one row."""
    row = row_for_reading(request, pk)
    return render(request, PAGE, page_of(row, request.user))


def shown(request: HttpRequest, row: Rectification, *, refusal: str = "", at: str = "", **bound: django_forms.Form) -> HttpResponse:
    """Return the page with what was typed still in its form, and why it was not done; ``at`` names the form the refusal stands at."""
    fresh = row_for_reading(request, row.pk)
    context = page_of(fresh, request.user, bound) | {"refusal": refusal, "refused_at": at}
    return render(request, PAGE, context, status=422)


def done(request: HttpRequest, row: Rectification, notice: str) -> HttpResponse:
    """Answer a verb that was carried out."""
    messages.success(request, notice)
    if Rectification.objects.visible_to(request.user).filter(pk=row.pk).exists():
        return redirect("inspections:rectification_detail", pk=row.pk)
    return redirect("home")


def page_of(row: Rectification, user: User, bound: dict[str, django_forms.Form] | None = None) -> dict[str, Any]:
    """Return what the page shows to ``user``."""
    office, unit = keeps(row, user) and row.is_live, answers_for(row, user) and row.is_live
    proofs = list(row.proofs.select_related("uploaded_by"))
    problems = row.findings.with_recurrence().select_related("theme", "item", "campaign").order_by("recorded_at", "pk")
    readable = set(Finding.objects.visible_to(user).filter(rectification_links__rectification=row).values_list("pk", flat=True))
    extensions = list(row.extensions.select_related("asked_by", "office_by", "leader_by").order_by("-asked_at"))
    pending = next((one for one in extensions if one.is_pending), None)
    rechecks = Recheck.objects.visible_to(user).filter(rectification=row).select_related("assignment__campaign", "finding", "by")
    context = {
        "row": row,
        "lamp": row.lamp(),
        "today": timezone.localdate(),
        "problems": [(finding, finding.pk in readable) for finding in problems],
        "is_recurring": any(finding.is_recurring for finding in problems),
        "photo_groups": _photo_groups(proofs),
        "entries": (entries := _story(row)),
        "back": _came_back(row, entries),
        "extensions": extensions,
        "pending": pending,
        "rechecks": list(rechecks),
        "links": links_for_ledger([row], user).get(row.pk, []),
        "merged": list(row.merged_rows.select_related("campaign")),
        "may_office": office,
        "may_unit": unit,
        "may_fill": (unit or office) and row.status == S.IN_PROGRESS,
        "may_endorse": office and pending is not None and pending.status == "asked" and pending.asked_by_id != user.pk,
        "may_approve": _may_approve(row, user, pending),
        "missing": missing_for_submit(row) if (unit or office) and row.status == S.IN_PROGRESS else [],
        **_verdict(row, user),
    }
    return {**context, "forms": _forms(row, context, bound or {})}


def _may_approve(row: Rectification, user: User, pending: Any) -> bool:
    return (
        pending is not None
        and pending.status == "endorsed"
        and leads(row, user)
        and user.pk not in {pending.office_by_id, pending.asked_by_id}
    )


def _verdict(row: Rectification, user: User) -> dict[str, Any]:
    """Whether the user may verify now, and if it is his business but he must not, why."""
    if row.status != S.SUBMITTED or not row.is_live or not is_asked_to_verify(row, user):
        return {"may_verify": False, "why_not_verify": ""}
    reason = why_not_verify(row, user)
    return {"may_verify": not reason, "why_not_verify": reason}


def _photo_groups(proofs: list[RectificationEvidence]) -> list[tuple[str, list[RectificationEvidence]]]:
    """Before and after side by side, everything else below."""
    return [(stage.label, [proof for proof in proofs if proof.stage == stage]) for stage in Stage]


def _story(row: Rectification) -> list[RectificationEntry]:
    """The steps of the row, and of those that were merged into it, newest first."""
    own = RectificationEntry.objects.filter(rectification=row) | RectificationEntry.objects.filter(rectification__merged_into=row)
    return list(own.select_related("by", "rectification__campaign").order_by("-at", "-pk")[:300])


def _came_back(row: Rectification, entries: list[RectificationEntry]) -> RectificationEntry | None:
    """Return the step that gave the row back to its organization, with the reason, as long as it is at work on it."""
    if row.status != S.IN_PROGRESS:
        return None
    return next((entry for entry in entries if entry.rectification_id == row.pk and entry.kind in RectificationEntry.BACK), None)


def _forms(row: Rectification, context: dict[str, Any], bound: dict[str, django_forms.Form]) -> dict[str, django_forms.Form]:
    """Return the forms of the verbs that this user may use now; those that were just sent as they were sent."""
    suggested = row.measure or "；".join(dict.fromkeys(finding.measure for finding, _seen in context["problems"] if finding.measure))
    found: dict[str, django_forms.Form] = {}
    if context["may_fill"]:
        found |= {
            "plan": forms.PlanForm(initial={"measure": suggested, "responsible_title": row.responsible_title}),
            "progress": forms.ProgressForm(initial={"id": uuid.uuid4()}),
            "proof": forms.ProofForm(),
            "submit": forms.SubmitForm(initial={"text": row.progress}),
        }
    if context["may_unit"] and row.is_with_unit:
        found["extension"] = forms.ExtensionForm()
    if context["may_verify"]:
        found["verdict"] = forms.VerdictForm()
    if context["may_endorse"] or context["may_approve"]:
        found["comment"] = forms.CommentForm()
    if context["may_office"]:
        found |= _office_forms(row)
    return {**found, **bound}


def _office_forms(row: Rectification) -> dict[str, django_forms.Form]:
    if row.status == S.CLOSED:
        later = add_working_days(timezone.localdate(), AGAIN_DAYS)
        return {"reopen": forms.ReopenForm(initial={"due_on": later})}
    found: dict[str, django_forms.Form] = {"change": forms.ChangeForm(instance=row)}
    if row.issued_at:
        found["verifier"] = forms.VerifierForm(offered=verifiers_for(row), initial={"verifier": row.verifier_id})
    return found
