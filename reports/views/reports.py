"""Screens of reports: list, compose, preview with files."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inspections.models import Campaign
from jobs import actions as jobs
from jobs.errors import Refused
from reports import drafting
from reports.actions import delete_report, update_report
from reports.assembly import document_of
from reports.forms import ReportCreateForm, ReportFilterForm, ReportUpdateForm
from reports.list_kinds import NEWEST, REPORTS
from reports.models import Rendition, Report, ReportGrams, ReportTemplate
from reports.naming import report_file_name
from reports.rendering.preview import preview_html
from reports.rendering.xlsx import tables_of
from reports.renditions import current_renditions
from reports.views.access import campaign_to_write, report_to_write
from units.actions.activity import record
from units.grams import excerpt, marked
from units.list_tools import default_view, tools_for
from units.models.grams import best_first
from units.paging import capped_count, keyset_page

PER_PAGE = 20


@require_GET
def report_list(request: HttpRequest) -> HttpResponse:
    """All reports that the user may read."""
    if own := default_view(request, REPORTS):
        return own
    form = ReportFilterForm(request.GET, user=request.user)
    found = form.filter(Report.objects.visible_to(request.user))
    ready = Campaign.objects.manageable_by(request.user).filter(status__in=Campaign.STARTED)[:10]
    words = form.cleaned_data["q"].split() if form.is_valid() else []
    is_ranked = bool(words) and ReportGrams.objects.candidates(words) is not None
    if is_ranked:
        found = found.annotate(rank=best_first(words, Report.NAMES))
    page = keyset_page(found, ("rank", *NEWEST) if is_ranked else NEWEST, PER_PAGE, request.GET.get("at", ""), ("pk",))
    keys = [pk for (pk,) in page.object_list]
    full = (
        Report.objects.filter(pk__in=keys)
        .defer("frozen", "wishes", "layout")
        .select_related("campaign", "template", "drafted_by")
        .in_bulk()
    )
    said = Report.objects.filter(pk__in=keys).passages(" ".join(words)) if words else {}
    context = {
        "page": page,
        "rows": [
            (full[pk], marked(full[pk].title, words), marked(full[pk].number_text, words), excerpt(said.get(pk, ""), words))
            for pk in keys
            # Somebody may have deleted one between two questions to the database.
            if pk in full
        ],
        "count": capped_count(found),
        "form": form,
        "tools": tools_for(request, REPORTS, form),
        "is_filtered": any(request.GET.get(name) for name in form.fields),
        "is_ranked": is_ranked,
        "may_write": bool(request.user.office_paths),
        "campaigns": ready,
    }
    return render(request, "reports/list.html", context)


@require_http_methods(["GET", "POST"])
def report_create(request: HttpRequest, code: str) -> HttpResponse:
    """Compose a report from a campaign, as a background job."""
    campaign = campaign_to_write(request, code)
    wanted = ReportTemplate.objects.published().filter(key=request.GET.get("template", "")).values_list("pk", flat=True).first()
    initial = {"organization": request.GET.get("organization"), **({"template": wanted} if wanted else {})}
    form = ReportCreateForm(request.POST or None, campaign=campaign, initial=initial)
    if request.method == "POST" and form.is_valid():
        template, organization = form.cleaned_data["template"], form.cleaned_data["organization"]
        job = jobs.start(
            drafting.KIND,
            f"起草“{organization or campaign}”{template}"[:200],
            by=request.user,
            params={
                "campaign": campaign.pk,
                "template": template.pk,
                "values": form.values,
                "organization": organization.pk if organization else None,
            },
            total=drafting.STEPS,
            back_url=reverse("reports:report_list"),
        )
        return redirect("jobs:job_detail", pk=job.pk)
    counts = {
        "concluded": campaign.assignments.concluded().count(),
        "all": campaign.assignments.count(),
        "findings": campaign.findings.standing().count(),
    }
    context = {"form": form, "campaign": campaign, "counts": counts, "has_templates": form.fields["template"].queryset.exists()}
    return render(request, "reports/create.html", context)


@require_GET
def report_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The report as it will look on paper, its files, and what each paragraph rests on."""
    report = get_object_or_404(
        Report.objects.visible_to(request.user).select_related(
            "campaign__organizer", "template", "drafted_by", "issued_by", "number_series", "corrects"
        ),
        pk=pk,
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
            "has_tables": bool(tables_of(document)),
            **_sent(report),
        },
    )


def _sent(report: Report) -> dict[str, Any]:
    """Return where an issued document went, and how many have signed for it."""
    deliveries = list(report.deliveries.select_related("organization", "received_by")) if report.status == Report.Status.ISSUED else []
    return {"deliveries": deliveries, "received_count": sum(1 for row in deliveries if row.received_at)}


@require_http_methods(["GET", "POST"])
def report_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Title, addressee, signature and date."""
    report = report_to_write(request, pk)
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
    report = report_to_write(request, pk)
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
    report = report_to_write(request, pk)
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
