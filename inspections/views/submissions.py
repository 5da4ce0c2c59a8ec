"""The page of one submission, and the organization's way through it: receive, upload or write, check the numbers, hand in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inspections.actions import submission_content as content
from inspections.actions import submission_files as files
from inspections.actions import submissions as actions
from inspections.actions.revisions import RevisionConflict
from inspections.actions.submission_checks import HANDED_IN
from inspections.actions.taking import note_submission
from inspections.completing import missing_before_handing_in
from inspections.forms.submissions import MetricForm, UploadForm
from inspections.links import links_for_assignment
from inspections.models import DeclaredMetric, Submission, SubmissionFile
from inspections.reading import HEADINGS, Sheet, last_given, not_said, text_of
from inspections.views.submission_access import sees_signals, submission_for_filling, submission_for_reading
from inspections.views.submission_review import review_page
from jobs.errors import Refused
from units.models import ActivityEntry
from units.typed import key_of
from units.uploads import SizeLimit, limit_upload

PAGE = "inspections/submissions/own.html"
STORY = ("receive", "hand_in", "take_back", "return", "accept")


@require_GET
def submission_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The organization's own people see their steps; the inspecting side text, numbers, problems and signals."""
    submission = submission_for_reading(request, pk)
    if sees_signals(submission, request.user):
        return render(request, "inspections/submissions/review.html", review_page(submission, request.user))
    return render(request, PAGE, own_page(submission, request))


def own_page(submission: Submission, request: HttpRequest, **more: Any) -> dict[str, Any]:
    """Return what the organization's page shows."""
    sheet = Sheet.of(submission.assignment)
    fills = submission.is_fillable_by(request.user)
    file = submission.current_file
    material = text_of(submission, sheet)
    metrics = list(submission.metrics.select_related("item__theme").order_by("item__theme__order", "item__order"))
    previous = last_given(submission.assignment)
    read = {row.item.code for row in metrics if row.proposed_number is not None}
    has_text = bool(material.passages)
    missing = missing_before_handing_in(submission) if submission.status in Submission.WRITABLE else []
    settled = sum(row.is_settled for row in metrics)
    return {
        "submission": submission,
        "fills": fills,
        "can_fill": fills and submission.is_writable,
        "can_take_back": fills and submission.status == Submission.Status.SUBMITTED and submission.campaign.status == "running",
        "can_receive": fills and submission.status == Submission.Status.NOTIFIED and submission.campaign.status == "running",
        "file": file,
        "form": UploadForm(),
        "material": material,
        "has_text": has_text,
        "metrics": [(row, previous.get(row.item.code)) for row in metrics],
        "settled": settled,
        "easy": sum(not row.is_settled and bool(row.proposed_number) and not row.others for row in metrics),
        "unsaid": not_said(material, sheet, numbers_read=read) if has_text else [],
        "missing": missing,
        "steps": _steps(submission, has_text=has_text, settled=not [row for row in metrics if not row.is_settled] and bool(metrics)),
        "links": links_for_assignment(submission.assignment, request.user),
        "asked": getattr(submission.campaign, "submission_request", None),
        "story": story_of(submission),
        **more,
    }


def _steps(submission: Submission, *, has_text: bool, settled: bool) -> list[dict[str, Any]]:
    """The four steps with which of them are done and which is next."""
    handed = submission.status in {Submission.Status.SUBMITTED, Submission.Status.ACCEPTED}
    done = [submission.status != Submission.Status.NOTIFIED, has_text or handed, handed or (has_text and settled), handed]
    names = ("签收通知", "上传或填写", "核对指标", "提交")
    here = next((place for place, is_done in enumerate(done) if not is_done), len(done))
    return [
        {"number": place + 1, "label": label, "done": is_done, "here": place == here}
        for place, (label, is_done) in enumerate(zip(names, done, strict=True))
    ]


def story_of(submission: Submission) -> list[ActivityEntry]:
    """Return what happened between the organization and the office; both sides may read it."""
    verbs = [f"inspections.submission_{verb}" for verb in STORY]
    return list(ActivityEntry.objects.about(submission).filter(verb__in=verbs)[:30])


def _back(submission: Submission, place: str = "") -> HttpResponse:
    return redirect(reverse("inspections:submission_detail", args=[submission.pk]) + (f"#{place}" if place else ""))


@require_POST
def submission_receive(request: HttpRequest, pk: UUID) -> HttpResponse:
    """签收."""
    submission = submission_for_filling(request, pk)
    try:
        actions.sign_receipt(submission, by=request.user)
        messages.success(request, "已签收。请上传写好的材料，或者在线填写。")
    except Refused as error:
        messages.error(request, str(error))
    return _back(submission)


@csrf_exempt
@require_POST
def submission_upload(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a file in. Its size is judged before the first byte of it is kept."""
    return _upload(request, pk, limit_upload(request, settings.SUBMISSION_MAX_BYTES))


@csrf_protect
def _upload(request: HttpRequest, pk: UUID, guard: SizeLimit) -> HttpResponse:
    """The upload itself; the CSRF check comes only now because it reads the form, and with it the file."""
    submission = submission_for_filling(request, pk)
    form = UploadForm(request.POST, request.FILES, is_too_large=guard.is_too_large)
    if form.is_valid():
        try:
            row = files.upload(submission, form.cleaned_data["file"], by=request.user)
        except Refused as error:
            form.add_error("file", str(error))
        else:
            if row.status == SubmissionFile.Status.READ:
                messages.success(request, f"已读取“{row.name}”。请核对下面的指标，然后提交。")
            return _back(submission, "metrics" if row.status == SubmissionFile.Status.READ else "")
    context = own_page(submission_for_reading(request, pk), request)
    return render(request, PAGE, {**context, "form": form}, status=422)


@require_GET
def submission_file(request: HttpRequest, pk: UUID) -> FileResponse:
    """Give the file that was handed in, as it came."""
    submission = submission_for_reading(request, pk)
    row = submission.current_file
    # As the text on the page: before it was handed in, it is the organization's own.
    if row is None or (sees_signals(submission, request.user) and submission.status not in HANDED_IN):
        raise Http404
    try:
        stored = row.file.open("rb")
    except FileNotFoundError as error:
        raise Http404("the stored file is missing") from error
    note_submission(row, by=request.user)
    response = FileResponse(stored, as_attachment=True, filename=row.name, content_type="application/octet-stream")
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@require_POST
def submission_drop_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take the file out again."""
    submission = submission_for_filling(request, pk)
    try:
        files.remove_file(submission, by=request.user)
        messages.success(request, "已移除文件。可以重新上传，或者在线填写。")
    except Refused as error:
        messages.error(request, str(error))
    return _back(submission)


@require_http_methods(["GET", "POST"])
def submission_fill(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The online form: a box for each theme, problems and plans. What was typed stays whatever happens."""
    submission = submission_for_filling(request, pk)
    sheet = Sheet.of(submission.assignment)
    typed, base, refusal, theirs = submission.online, submission.revision, "", None
    if request.method == "POST":
        keys = [*(theme.code for theme in sheet.themes), *HEADINGS]
        typed = {key: request.POST.get(f"part-{key}", "").replace("\r\n", "\n").replace("\x00", "") for key in keys}
        base = key_of(request.POST.get("revision")) or 0
        try:
            content.save_online(submission, typed, by=request.user, base_revision=key_of(request.POST.get("seen")) or base)
        except RevisionConflict as error:
            theirs, refusal = error.server, str(error)
        except Refused as error:
            refusal = str(error)
        else:
            messages.success(request, "已保存。请核对下面的指标，然后提交。")
            return _back(submission, "metrics")
    elif not submission.is_writable:
        messages.info(request, "材料现在不能修改。")
        return _back(submission)
    parts = [(theme.code, theme.name, [row.question for row in sheet.items if row.theme_id == theme.pk]) for theme in sheet.themes]
    parts += [(key, heading, []) for key, heading in HEADINGS.items()]
    context = {
        "submission": submission,
        "parts": [(key, name, asked, typed.get(key, ""), (theirs.online.get(key, "") if theirs else "")) for key, name, asked in parts],
        "revision": base,
        "theirs": theirs,
        "refusal": refusal,
    }
    return render(request, "inspections/submissions/fill.html", context, status=422 if refusal else 200)


@require_POST
def metric_settle(request: HttpRequest, pk: int) -> HttpResponse:
    """What the organization says to one number: the row of the table, as a fragment or by way of the page."""
    visible = Submission.objects.visible_to(request.user)
    metric = get_object_or_404(DeclaredMetric.objects.filter(submission__in=visible).select_related("item__theme"), pk=pk)
    submission = metric.submission = submission_for_filling(request, metric.submission_id)
    form = MetricForm(request.POST, metric=metric)
    refusal = ""
    if form.is_valid():
        try:
            metric = content.settle_metric(metric, by=request.user, base_revision=form.base_revision, **form.settled())
        except RevisionConflict as error:
            metric.refresh_from_db()
            now = metric.value_text or metric.get_status_display()
            refusal = f"{error}现在保存的是：{now}。再次保存将以您填写的为准。"
        except Refused as error:
            refusal = str(error)
    else:
        refusal = "；".join(text for errors in form.errors.values() for text in errors)
    if not request.htmx:
        (messages.error(request, refusal) if refusal else messages.success(request, f"“{metric.item}”已保存。"))
        return _back(submission, "metrics")
    context = {
        "metric": metric,
        "then": last_given(submission.assignment).get(metric.item.code),
        "can_fill": submission.is_writable,
        "refusal": refusal,
        "typed": request.POST if refusal else None,
        **_standing(submission),
    }
    # A refusal stands in the row itself, so the row is swapped like any other answer.
    return render(request, "inspections/submissions/_metric.html", context)


def _standing(submission: Submission) -> dict[str, Any]:
    """What one answer changes elsewhere on the page: the count, what is still missing, the steps."""
    rows = list(submission.metrics.values_list("status", flat=True))
    settled = sum(row != DeclaredMetric.Status.PROPOSED for row in rows)
    return {
        "counts": {"settled": settled, "total": len(rows)},
        "missing": missing_before_handing_in(submission) if submission.is_writable else [],
        # There are numbers only where there is a text.
        "steps": _steps(submission, has_text=True, settled=settled == len(rows)),
    }


@require_POST
def metric_confirm(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Confirm all numbers that were read clearly; those in doubt and those at zero stay to be looked at one by one."""
    submission = submission_for_filling(request, pk)
    try:
        count = content.confirm_readings(submission, by=request.user)
        messages.success(request, f"已确认 {count} 个指标。" if count else "没有可以一并确认的指标，请逐个核对。")
    except Refused as error:
        messages.error(request, str(error))
    return _back(submission, "metrics")


@require_POST
def submission_hand_in(request: HttpRequest, pk: UUID) -> HttpResponse:
    """提交; what is missing is listed on the page."""
    submission = submission_for_filling(request, pk)
    try:
        actions.hand_in(submission, by=request.user)
        messages.success(request, "已提交，请等待审阅。结果会通知您。")
    except Refused as error:
        messages.error(request, str(error))
    return _back(submission)


@require_POST
def submission_take_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    """撤回, while it waits to be judged."""
    submission = submission_for_filling(request, pk)
    try:
        actions.take_back(submission, by=request.user)
        messages.success(request, "已撤回，可以继续修改。改好后请重新提交。")
    except Refused as error:
        messages.error(request, str(error))
    return _back(submission)
