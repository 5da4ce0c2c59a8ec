"""Screens of reports: list, compose, preview with files, bulk documents."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inspections.models import Assignment, Campaign
from jobs import actions as jobs
from jobs.errors import Refused
from reports import bulk, drafting
from reports.actions import delete_report, update_report
from reports.assembly import document_of
from reports.forms import BulkForm, ReportCreateForm, ReportFilterForm, ReportUpdateForm
from reports.models import Rendition, Report
from reports.naming import report_file_name
from reports.rendering.preview import preview_html
from reports.renditions import current_renditions
from units.actions.activity import record


def _campaign_to_write(request: HttpRequest, code: str) -> Campaign:
    """The campaign for whoever may report on it. Strangers get 404, readers who may not write 403."""
    campaign = get_object_or_404(Campaign.objects.visible_to(request.user).select_related("organizer"), code=code)
    if not campaign.is_manageable_by(request.user):
        raise PermissionDenied("只有主办组织的办公室工作人员可以起草督查报告。")
    return campaign


def _report_to_write(request: HttpRequest, pk: int) -> Report:
    report = get_object_or_404(Report.objects.visible_to(request.user).select_related("campaign__organizer"), pk=pk)
    if not report.campaign.is_manageable_by(request.user):
        raise PermissionDenied("只有主办组织的办公室工作人员可以修改督查报告。")
    return report


@require_GET
def report_list(request: HttpRequest) -> HttpResponse:
    """All reports that the user may read."""
    form = ReportFilterForm(request.GET, user=request.user)
    reports = form.filter(Report.objects.visible_to(request.user).select_related("campaign", "template", "drafted_by"))
    page = Paginator(reports, 20).get_page(request.GET.get("page"))
    ready = Campaign.objects.manageable_by(request.user).filter(status__in=Campaign.STARTED)[:10]
    return render(request, "reports/list.html", {"page": page, "form": form, "campaigns": ready})


@require_http_methods(["GET", "POST"])
def report_create(request: HttpRequest, code: str) -> HttpResponse:
    """Compose a report from a campaign, as a background job."""
    campaign = _campaign_to_write(request, code)
    form = ReportCreateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        template = form.cleaned_data["template"]
        job = jobs.start(
            drafting.KIND,
            f"起草“{campaign}”{template}",
            by=request.user,
            params={"campaign": campaign.pk, "template": template.pk, "values": form.values},
            total=drafting.STEPS,
            back_url=reverse("reports:report_list"),
        )
        return redirect("jobs:job_detail", pk=job.pk)
    counts = {
        "concluded": campaign.assignments.concluded().count(),
        "all": campaign.assignments.count(),
        "findings": campaign.findings.standing().count(),
    }
    return render(request, "reports/create.html", {"form": form, "campaign": campaign, "counts": counts})


@require_GET
def report_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The report as it will look on paper, its files, and what each paragraph rests on."""
    report = get_object_or_404(
        Report.objects.visible_to(request.user).select_related("campaign__organizer", "template", "drafted_by"), pk=pk
    )
    document = document_of(report)
    return render(
        request,
        "reports/detail.html",
        {
            "report": report,
            "sheet": preview_html(document),
            "renditions": current_renditions(report),
            "writable": report.campaign.is_manageable_by(request.user),
            "sections": report.sections.prefetch_related("paragraphs"),
        },
    )


@require_http_methods(["GET", "POST"])
def report_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Title, addressee, signature and date."""
    report = _report_to_write(request, pk)
    form = ReportUpdateForm(request.POST or None, report=report)
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("title", "addressee", "signers", "signed_on")}
        try:
            update_report(report, by=request.user, revision=form.cleaned_data["revision"], **values)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "已保存。文件内容已变化，请重新生成文件。")
            return redirect("reports:report_detail", pk=report.pk)
    return render(request, "reports/update.html", {"form": form, "report": report})


@require_POST
def report_refresh(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the files again; with ``recompose`` after taking in changed facts."""
    report = _report_to_write(request, pk)
    recompose = "recompose" in request.POST
    job = jobs.start(
        drafting.REFRESH,
        f"{'更新文稿' if recompose else '生成文件'}：{report.title}"[:200],
        by=request.user,
        params={"report": report.pk, "recompose": recompose},
        total=drafting.STEPS,
        back_url=reverse("reports:report_detail", args=[report.pk]),
    )
    return redirect("jobs:job_detail", pk=job.pk)


@require_POST
def report_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a draft away."""
    report = _report_to_write(request, pk)
    try:
        delete_report(report, by=request.user)
        messages.success(request, f"已删除草稿《{report.title}》。")
    except Refused as error:
        messages.error(request, str(error))
    return redirect("reports:report_list")


@require_GET
def report_download(request: HttpRequest, pk: int, file_format: str) -> FileResponse:
    """The file made from the report's present content."""
    report = get_object_or_404(Report.objects.visible_to(request.user).select_related("campaign__organizer"), pk=pk)
    rendition = next((made for made in current_renditions(report) if made.format == file_format), None)
    if rendition is None or not rendition.is_kept:
        raise Http404
    label = Rendition.Format(file_format).label
    record(request.user, "reports.rendition_download", f"下载《{report.title}》的{label}", report, organization=report.campaign.organizer)
    return FileResponse(rendition.file.open("rb"), as_attachment=True, filename=report_file_name(report.title, file_format))


@require_http_methods(["GET", "POST"])
def bulk_create(request: HttpRequest, code: str) -> HttpResponse:
    """Choose organizations and make the feedback for each, as one background job."""
    campaign = _campaign_to_write(request, code)
    form = BulkForm(request.POST or None, campaign=campaign)
    if request.method == "POST" and form.is_valid():
        chosen = form.chosen_ids
        data = form.cleaned_data
        values = {"deadline_days": data["deadline_days"], "signed_on": data["signed_on"].isoformat()}
        job = jobs.start(
            bulk.KIND,
            f"批量生成反馈意见：{campaign}"[:200],
            by=request.user,
            params={"campaign": campaign.pk, "assignments": chosen, "formats": data["formats"], "values": values},
            total=len(chosen) * len(data["formats"]),
            back_url=reverse("inspections:campaign_detail", args=[campaign.code]),
        )
        record(request.user, "reports.bulk_create", f"批量生成反馈意见（{len(chosen)} 个单位）", campaign, organization=campaign.organizer)
        return redirect("jobs:job_detail", pk=job.pk)
    concluded = (
        Assignment.objects.concluded()
        .filter(campaign=campaign)
        .select_related("organization", "category")
        .order_by("category__order", "organization_path")
    )
    chosen_now = set(request.POST.getlist("assignments"))
    context = {"form": form, "campaign": campaign, "assignments": concluded, "chosen": chosen_now}
    return render(request, "reports/bulk.html", context)
