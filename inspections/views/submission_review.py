"""The inspecting side's screens of one submission: its text, numbers, declared problems and signals; accept or return."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from inspections.actions import submission_content as content
from inspections.actions import submissions as actions
from inspections.actions.submission_checks import HANDED_IN, start_check
from inspections.forms.submissions import AcceptForm, DraftForm, ReturnForm, RevokeForm
from inspections.links import links_for_assignment
from inspections.models import Assignment, CheckResult, QualitySignal, Submission
from inspections.models.campaign import Method
from inspections.reading import Sheet, last_given, not_said, text_of
from inspections.views.submission_access import draft_for_deciding, judges, submission_for_deciding
from jobs.errors import Refused
from units.models import ActivityEntry, User

S = Submission.Status
PAGE = "inspections/submissions/review.html"


def review_page(submission: Submission, user: User) -> dict[str, Any]:
    """Return what the inspecting side sees. Before it was handed in, the text is the organization's own and is not shown."""
    is_open = submission.status in HANDED_IN
    decides = submission.campaign.is_manageable_by(user) and submission.campaign.status == "running"
    context: dict[str, Any] = {
        "submission": submission,
        "is_open": is_open,
        "decides": decides,
        "judges": judges(submission, user),
        "can_decide": decides and submission.status == S.SUBMITTED,
        "can_conclude": submission.assignment.method == Method.WRITTEN and submission.assignment.status != Assignment.Status.CONCLUDED,
        "links": links_for_assignment(submission.assignment, user),
        "asked": getattr(submission.campaign, "submission_request", None),
        "accept_form": AcceptForm(initial={"concludes": True, "summary": submission.assignment.summary}),
        "return_form": ReturnForm(),
        "revoke_form": RevokeForm(),
        "history": ActivityEntry.objects.visible_to(user).about(submission)[:50],
    }
    if not is_open:
        return context
    sheet = Sheet.of(submission.assignment)
    material = text_of(submission, sheet)
    metrics = list(submission.metrics.select_related("item__theme"))
    previous = last_given(submission.assignment)
    known = {row.item_id: row for row in CheckResult.objects.filter(assignment=submission.assignment).select_related("item")}
    read = {row.item.code for row in metrics if row.number is not None}
    themes = {theme.code: theme.name for theme in sheet.themes}
    signals = list(submission.signals.all())
    return {
        **context,
        "file": submission.current_file,
        "material": material,
        "passages": [(row, themes.get(row.theme, "")) for row in material.passages],
        "metrics": [(row, previous.get(row.item.code), known.get(row.item_id)) for row in metrics],
        "unsaid": not_said(material, sheet, numbers_read=read),
        "drafts": list(submission.draft_findings.select_related("theme", "finding", "decided_by")),
        "signal_groups": [(kind.label, rows) for kind in QualitySignal.Kind if (rows := [row for row in signals if row.kind == kind])],
        "signal_count": len(signals),
    }


def _page(submission: Submission, place: str = "") -> str:
    return reverse("inspections:submission_detail", args=[submission.pk]) + (f"#{place}" if place else "")


def _again(request: HttpRequest, submission: Submission, **forms: Any) -> HttpResponse:
    return render(request, PAGE, {**review_page(submission, request.user), **forms}, status=422)


@require_POST
def submission_accept(request: HttpRequest, pk: UUID) -> HttpResponse:
    """采用; for an organization inspected in writing, if wished, its inspection is concluded with it."""
    submission = submission_for_deciding(request, pk)
    form = AcceptForm(request.POST)
    if not form.is_valid():
        return _again(request, submission, accept_form=form)
    try:
        _fresh, differing = actions.accept(submission, by=request.user, **form.cleaned_data)
    except Refused as error:
        form.add_error(None, str(error))
        return _again(request, submission, accept_form=form)
    messages.success(request, "已采用，材料计入本次督查。")
    if differing:
        names = "、".join(f"“{row.item}”" for row in differing[:5])
        messages.warning(request, f"{names}督查组已填写不同的数值，以督查组的为准，没有覆盖。")
    return redirect(_page(submission))


@require_POST
def submission_return(request: HttpRequest, pk: UUID) -> HttpResponse:
    """退回, with what has to be changed."""
    submission = submission_for_deciding(request, pk)
    form = ReturnForm(request.POST)
    if not form.is_valid():
        return _again(request, submission, return_form=form)
    try:
        actions.send_back(submission, by=request.user, reason=form.cleaned_data["reason"])
    except Refused as error:
        form.add_error(None, str(error))
        return _again(request, submission, return_form=form)
    messages.success(request, f"已退回给“{submission.organization}”，并通知其联络员。")
    return redirect(_page(submission))


@require_POST
def submission_revoke(request: HttpRequest, pk: UUID) -> HttpResponse:
    """撤销采用, with the reason."""
    submission = submission_for_deciding(request, pk)
    form = RevokeForm(request.POST)
    if not form.is_valid():
        return _again(request, submission, revoke_form=form)
    try:
        actions.revoke_acceptance(submission, by=request.user, reason=form.cleaned_data["reason"])
    except Refused as error:
        form.add_error(None, str(error))
        return _again(request, submission, revoke_form=form)
    messages.success(request, "已撤销采用，写入的指标已撤出。请重新审阅。")
    return redirect(_page(submission, "decide"))


@require_POST
def submission_quote(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let a work report use the organization's own words, or no longer."""
    submission = submission_for_deciding(request, pk)
    try:
        saved = actions.decide_quoting(submission, may_quote=request.POST.get("may_quote") == "1", by=request.user)
        messages.success(request, "工作报告可以引用本材料的原文。" if saved.may_quote else "工作报告不引用本材料的原文。")
    except Refused as error:
        messages.error(request, str(error))
    return redirect(_page(submission))


@require_POST
def submission_check(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Compare again, after the library or other submissions have changed."""
    submission = submission_for_deciding(request, pk)
    try:
        start_check(submission, by=request.user)
        messages.success(request, "正在重新比对，完成后刷新本页查看。")
    except Refused as error:
        messages.error(request, str(error))
    return redirect(_page(submission, "signals"))


@require_http_methods(["GET", "POST"])
def draft_confirm(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Make a finding of a declared problem: its words beside the source, changed as needed."""
    draft = draft_for_deciding(request, pk)
    submission = draft.submission
    form = DraftForm(request.POST or None, draft=draft, initial=DraftForm.initial_for(draft))
    if request.method == "POST" and form.is_valid():
        try:
            content.confirm_draft(draft, form.content, by=request.user)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "已转为督查发现。")
            return redirect(_page(submission, "problems"))
    elif request.method == "GET" and draft.status != draft.Status.PROPOSED:
        messages.info(request, "这条自报问题已经处理过了。")
        return redirect(_page(submission, "problems"))
    context = {"draft": draft, "submission": submission, "form": form}
    return render(request, "inspections/submissions/draft.html", context, status=422 if form.errors else 200)


@require_POST
def draft_dismiss(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Leave a declared problem out, with a reason."""
    draft = draft_for_deciding(request, pk)
    try:
        content.dismiss_draft(draft, by=request.user, reason=request.POST.get("reason", "").replace("\0", " ")[:200])
        messages.success(request, "已记为不采用。")
    except Refused as error:
        messages.error(request, str(error))
    return redirect(_page(draft.submission, "problems"))
