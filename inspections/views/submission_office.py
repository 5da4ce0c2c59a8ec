"""The office's screens of a campaign's submissions: what is asked, who has handed in, notices and reminders."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inspections.actions import submission_requests as actions
from inspections.actions.revisions import RevisionConflict
from inspections.forms.submissions import RequestForm, SubmissionFilterForm
from inspections.list_kinds import SUBMISSION_ORDER, SUBMISSIONS, with_files
from inspections.models import Campaign, Submission, SubmissionGrams, SubmissionRequest
from inspections.submissions_summary import Tally
from inspections.views.campaign_access import adjustable, manageable, readable, steps
from jobs.errors import Refused
from units.grams import excerpt
from units.list_tools import default_view, tools_for
from units.models.grams import best_first
from units.paging import capped_count, keyset_page
from units.typed import own_address

PER_PAGE = 50


@require_http_methods(["GET", "POST"])
def submission_request(request: HttpRequest, code: str) -> HttpResponse:
    """What the campaign asks for, by when; a step of the set-up that may be left out."""
    campaign = adjustable(request, code)
    known = SubmissionRequest.objects.filter(campaign=campaign).first()
    form = RequestForm(request.POST) if request.method == "POST" else RequestForm.showing(known)
    theirs = None
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_request(campaign, form.terms(), by=request.user, base_revision=form.base_revision)
        except RevisionConflict as error:
            theirs = error.server
            form.add_error(None, str(error))
        except Refused as error:
            form.add_error("due_on", str(error))
        else:
            messages.success(request, "报送要求已保存。")
            preparing = campaign.status == Campaign.Status.PREPARING
            return redirect("inspections:campaign_teams" if preparing else "inspections:submission_list", code)
    context = {
        "campaign": campaign,
        "form": form,
        "known": known,
        "theirs": theirs,
        "told": campaign.submissions.count(),
        "steps": steps(campaign, "request"),
    }
    return render(request, "inspections/submissions/request.html", context, status=422 if form.errors else 200)


@require_POST
def submission_request_drop(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for nothing after all."""
    campaign = adjustable(request, code)
    try:
        actions.drop_request(campaign, by=request.user)
        messages.success(request, "已取消报送要求。")
    except Refused as error:
        messages.error(request, str(error))
    return redirect("inspections:submission_request", code)


@require_GET
def submission_list(request: HttpRequest, code: str) -> HttpResponse:
    """Who has handed in: progress, filters, the table."""
    campaign = readable(request, code)
    if own := default_view(request, SUBMISSIONS):
        return own
    visible = Submission.objects.visible_to(request.user).filter(campaign=campaign)
    form = SubmissionFilterForm(request.GET)
    rows = form.filter(visible)
    words = form.cleaned_data["q"].split() if form.is_valid() else []
    is_ranked = bool(words) and SubmissionGrams.objects.candidates(words) is not None
    if is_ranked:
        rows = rows.annotate(rank=best_first(words, (*SubmissionGrams.NAMES, SubmissionGrams.TEXT)))
    page = keyset_page(rows, ("rank", *SUBMISSION_ORDER) if is_ranked else SUBMISSION_ORDER, PER_PAGE, request.GET.get("at", ""), ("pk",))
    full = with_files(Submission.objects.filter(pk__in=[pk for (pk,) in page.object_list])).in_bulk()
    said = _said(list(full), words)
    asked = SubmissionRequest.objects.filter(campaign=campaign).first()
    context: dict[str, Any] = {
        "campaign": campaign,
        "may_manage": campaign.is_manageable_by(request.user),
        "asked": asked,
        "untold": asked.not_told().count() if asked and campaign.status == Campaign.Status.RUNNING else 0,
        "tally": Tally.of(visible),
        "form": form,
        "page": page,
        "rows": [(full[pk], said.get(pk, "")) for (pk,) in page.object_list],
        "words": words,
        "count": capped_count(rows),
        "tools": tools_for(request, SUBMISSIONS, form, place=code),
        "is_filtered": any(request.GET.get(name) for name in form.fields),
    }
    return render(request, "inspections/submissions/list.html", context)


def _said(keys: list[Any], words: list[str]) -> dict[Any, str]:
    """Return for each submission that was handed in the place where one of the words stands in its text, marked."""
    if not words:
        return {}
    texts = SubmissionGrams.objects.filter(submission__in=keys, submission__status__in=Submission.HANDED_IN)
    return {pk: excerpt(text, words) for pk, text in texts.values_list("submission", "text")}


@require_POST
def submission_notify(request: HttpRequest, code: str) -> HttpResponse:
    """Send the notices that have not gone out."""
    campaign = manageable(request, code)
    try:
        count = actions.send_notices(campaign, by=request.user)
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"已向 {count} 个单位发出督查通知。" if count else "所有单位都已发过通知，没有重复发送。")
    return redirect("inspections:submission_list", code)


@require_POST
def submission_remind(request: HttpRequest, code: str) -> HttpResponse:
    """Remind one organization (``submission``), the ticked ones, or all that are overdue (``overdue``)."""
    campaign = manageable(request, code)
    if not campaign.is_open:
        raise PermissionDenied("督查活动已经结束，不能再催报。")
    rows = Submission.objects.visible_to(request.user).filter(campaign=campaign)
    chosen = [key for key in request.POST.getlist("submission") if _is_key(key)]
    rows = rows.overdue() if "overdue" in request.POST else rows.filter(pk__in=chosen)
    try:
        count, nobody = actions.remind(campaign, rows, by=request.user)
    except Refused as error:
        messages.error(request, str(error))
    else:
        _say_reminded(request, count, nobody)
    fallback = reverse("inspections:submission_list", args=[code])
    return redirect(own_address(request, request.POST.get("next")) or fallback)


def _is_key(text: str) -> bool:
    digits = text.replace("-", "")
    return len(digits) == 32 and all(sign in "0123456789abcdef" for sign in digits.lower())  # noqa: PLR2004 -- a UUID


def _say_reminded(request: HttpRequest, count: int, nobody: list[Submission]) -> None:
    if count:
        messages.success(request, f"已催报 {count} 个单位。")
    elif not nobody:
        messages.info(request, "没有需要催报的单位：可能都已提交，或者今天已经催过。")
    if nobody:
        names = "、".join(str(row.organization) for row in nobody[:10])
        messages.warning(request, f"以下单位没有联络员，没有催到：{names}。请在“人员与任职”中设置联络员。")
