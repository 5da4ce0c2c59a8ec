"""Screens of signing: submit, review, issue, send back; head and imprint; corrections."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jobs import actions as jobs
from jobs.errors import Refused
from reports import drafting, signing
from reports.actions import signing as verbs
from reports.assembly import document_of
from reports.forms.signoff import LayoutForm, OpinionForm, ReasonForm, SubmitForm
from reports.models import Report, SignOff
from reports.rendering.preview import preview_html
from reports.renditions import content_sha256
from reports.views.access import report_to_write


def _report(request: HttpRequest, pk: int) -> Report:
    reports = Report.objects.visible_to(request.user).select_related("campaign__organizer", "number_series", "template", "corrects")
    return get_object_or_404(reports, pk=pk)


def _page(pk: int) -> HttpResponse:
    return redirect("reports:signoff_detail", pk=pk)


@require_GET
def signoff_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the report stands, what was changed after the last review, and what the user may do now."""
    report = _report(request, pk)
    steps = list(report.sign_offs.select_related("assignee"))
    mine = next((step for step in steps if step.status == SignOff.Status.WAITING and step.assignee_id == request.user.pk), None)
    document = document_of(report)
    under_way = report.status in (Report.Status.IN_REVIEW, Report.Status.TO_ISSUE)
    passed = signing.last_passed_review(report) if under_way else None
    context: dict[str, Any] = {
        "report": report,
        "sheet": preview_html(document),
        "rounds": _rounds(steps),
        "mine": mine,
        "form": OpinionForm(initial={"saw": content_sha256(document)}),
        "since": signing.changed_since(report, passed) if passed else None,
        "obstacles": signing.obstacles(report) if mine and mine.step == SignOff.Step.ISSUE else [],
        "writable": report.campaign.is_manageable_by(request.user),
        "under_way": under_way,
    }
    return render(request, "reports/signoff/detail.html", context)


def _rounds(steps: list[SignOff]) -> list[tuple[int, list[SignOff]]]:
    """The steps by round, the present round first."""
    found: dict[int, list[SignOff]] = {}
    for step in steps:
        found.setdefault(step.round, []).append(step)
    return sorted(found.items(), reverse=True)


@require_http_methods(["GET", "POST"])
def signoff_submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Name reviewers and issuer, and send the draft on its way."""
    report = report_to_write(request, pk)
    if report.status != Report.Status.DRAFT:
        messages.info(request, "这份报告已送审，下面是签批情况。")
        return _page(pk)
    form = SubmitForm(request.POST or None, report=report, user=request.user)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            step = verbs.submit_report(report, by=request.user, reviewers=form.reviewers, issuer=form.issuer, opinion=data["opinion"])
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"已送{step.assignee}核稿。")
            return _page(pk)
    return render(request, "reports/signoff/submit.html", {"form": form, "report": report, "obstacles": signing.obstacles(report)})


@require_POST
def signoff_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the report back to the drafters."""
    report = report_to_write(request, pk)
    return _done(request, report, lambda: verbs.withdraw_report(report, by=request.user), "已撤回，报告回到拟稿状态。")


def _step(request: HttpRequest, pk: int, step: int) -> SignOff:
    """The user's own step. Strangers to the report get 404, readers whose step it is not 403."""
    report = _report(request, pk)
    row = get_object_or_404(SignOff.objects.select_related("assignee"), pk=step, report=report)
    if row.assignee_id != request.user.pk:
        raise PermissionDenied(f"这个环节由{row.assignee}办理。")
    row.report = report
    return row


def _opinion(request: HttpRequest) -> dict[str, str]:
    form = OpinionForm(request.POST)
    if not form.is_valid():
        raise Refused("意见太长，请控制在 500 字以内后重新提交。")
    return {"opinion": form.cleaned_data["opinion"], "saw": form.cleaned_data["saw"]}


def _done(request: HttpRequest, report: Report, verb: Callable[[], object], told: str) -> HttpResponse:
    """Carry a verb out and say so, or say why not."""
    try:
        verb()
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, told)
    return _page(report.pk)


@require_POST
def signoff_pass(request: HttpRequest, pk: int, step: int) -> HttpResponse:
    """Agree, and hand on."""
    row = _step(request, pk, step)
    return _done(request, row.report, lambda: verbs.pass_review(row, by=request.user, **_opinion(request)), "已核稿，转入下一环节。")


@require_POST
def signoff_send_back(request: HttpRequest, pk: int, step: int) -> HttpResponse:
    """Give the report back with a reason."""
    row = _step(request, pk, step)
    return _done(
        request,
        row.report,
        lambda: verbs.send_back(row, by=request.user, reason=_opinion(request)["opinion"]),
        "已退回拟稿人修改。",
    )


@require_POST
def signoff_issue(request: HttpRequest, pk: int, step: int) -> HttpResponse:
    """Issue, and make the files from the frozen content in the background."""
    row = _step(request, pk, step)
    try:
        report = verbs.issue_report(row, by=request.user, **_opinion(request))
    except Refused as error:
        messages.error(request, str(error))
        return _page(pk)
    jobs.start(
        drafting.REFRESH,
        f"生成签发文件：{report.number_text} {report.title}"[:200],
        by=request.user,
        params={"report": report.pk, "recompose": False},
        total=drafting.STEPS,
        back_url=reverse("reports:report_detail", args=[pk]),
    )
    messages.success(request, f"已签发，字号为{report.number_text}。正式文件正在后台生成，稍后可在报告页面下载。")
    return redirect("reports:report_detail", pk=pk)


@require_http_methods(["GET", "POST"])
def report_layout(request: HttpRequest, pk: int) -> HttpResponse:
    """Number series, head and imprint."""
    report = report_to_write(request, pk)
    if report.status == Report.Status.ISSUED:
        raise Http404
    form = LayoutForm(request.POST or None, report=report)
    if request.method == "POST" and form.is_valid():
        try:
            verbs.change_layout(report, by=request.user, series=form.cleaned_data["number_series"], layout=form.layout)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "版头与版记已保存。")
            return redirect("reports:report_detail", pk=pk)
    return render(request, "reports/signoff/layout.html", {"form": form, "report": report})


@require_http_methods(["GET", "POST"])
def report_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a report that corrects an issued one."""
    report = report_to_write(request, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            new = verbs.correct_report(report, by=request.user, reason=form.cleaned_data["reason"])
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "已建立更正报告，请修改有误的内容后送审。")
            return redirect("reports:report_detail", pk=new.pk)
    return render(request, "reports/signoff/correct.html", {"form": form, "report": report})
