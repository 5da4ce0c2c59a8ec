"""历史报告: list and search, taking in, the report as understood, corrections, comparison."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jobs.errors import Refused
from reports.actions import archive as actions
from reports.differences import runs
from reports.forms.archive import ArchiveFilterForm, ArchiveUpdateForm, ArchiveUploadForm, CompareForm
from reports.intake.comparing import Text, compared
from reports.list_kinds import ARCHIVE
from reports.models import ArchivedReport, Report
from reports.naming import safe_stem
from units.actions.activity import record
from units.list_tools import default_view, tools_for
from units.models import PartyOrganization

SNIPPET = 60


def _organizations(request: HttpRequest) -> Any:
    return PartyOrganization.objects.filter(path__in=request.user.office_paths).order_by("path")


def _require_reader(request: HttpRequest) -> None:
    if not request.user.scope_paths:
        raise PermissionDenied("历史报告由办公室工作人员和领导查阅。")


def _archived(request: HttpRequest, pk: int, *, write: bool = False) -> ArchivedReport:
    """An archived report of the user's subtree. Strangers get 404, readers who may not write 403."""
    report = get_object_or_404(ArchivedReport.objects.visible_to(request.user).select_related("organization", "taken_in_by"), pk=pk)
    if write and not request.user.is_office_for(report.organization):
        raise PermissionDenied("历史报告由所属组织的办公室工作人员维护。")
    return report


@require_GET
def archive_list(request: HttpRequest) -> HttpResponse:
    """All old reports the user may read, with the place where the words were found."""
    _require_reader(request)
    if own := default_view(request, ARCHIVE):
        return own
    visible = ArchivedReport.objects.visible_to(request.user)
    years = sorted({year for year in visible.order_by().values_list("year", flat=True).distinct() if year}, reverse=True)
    form = ArchiveFilterForm(request.GET, years=years)
    found = form.filter(visible.select_related("organization").defer("content"))
    page = Paginator(found, 20).get_page(request.GET.get("page"))
    words = request.GET.get("q", "").split()
    for report in page:
        report.snippet = _snippet(report.text, words)
    context = {
        "page": page,
        "form": form,
        "writable": bool(request.user.office_paths),
        "is_filtered": any(value for name, value in request.GET.items() if name != "all"),
    }
    context["tools"] = tools_for(request, ARCHIVE, form)
    return render(request, "reports/archive/list.html", context)


def _snippet(text: str, words: list[str]) -> list[tuple[str, bool]]:
    """A piece of the text around the first word found, in parts; True marks the word."""
    places = sorted((text.lower().find(word.lower()), word) for word in words if word.lower() in text.lower())
    if not places:
        return []
    at, word = places[0]
    start, end = max(at - SNIPPET // 2, 0), at + len(word) + SNIPPET
    before, after = text[start:at].replace("\n", " "), text[at + len(word) : end].replace("\n", " ")
    return [
        ("…" + before if start else before, False),
        (text[at : at + len(word)], True),
        (after + "…" if end < len(text) else after, False),
    ]


@require_http_methods(["GET", "POST"])
def archive_create(request: HttpRequest) -> HttpResponse:
    """Take files in; each succeeds or fails on its own."""
    if not request.user.office_paths:
        raise PermissionDenied("历史报告由办公室工作人员收录。")
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = ArchiveUploadForm(*posted, organizations=_organizations(request))
    outcomes: list[tuple[str, ArchivedReport | None, str]] = []
    if form.is_bound and form.is_valid():
        for file in form.cleaned_data["files"]:
            try:
                taken = actions.take_in(form.cleaned_data["organization"], file.name, file.read(), by=request.user)
                outcomes.append((file.name, taken, ""))
            except Refused as error:
                outcomes.append((file.name, None, str(error)))
        if len(outcomes) == 1 and outcomes[0][1]:
            messages.success(request, "已收录。请核对标题、日期和大纲。")
            return redirect("reports:archive_detail", pk=outcomes[0][1].pk)
    failed = form.is_bound and not any(taken for _name, taken, _error in outcomes)
    return render(request, "reports/archive/create.html", {"form": form, "outcomes": outcomes}, status=422 if failed else 200)


@require_GET
def archive_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The report as it was understood: outline, text, and what was not understood."""
    report = _archived(request, pk)
    blocks = [{**block, "id": f"b-{place}", "before": _before_items(block)} for place, block in enumerate(report.content.get("blocks", ()))]
    outline = [block for block in blocks if block["level"] and (block["kind"] == "heading" or block["lead"])]
    context = {
        "report": report,
        "blocks": blocks,
        "outline": outline,
        "content": report.content,
        "writable": request.user.is_office_for(report.organization),
        "compare": CompareForm(reports=_comparable(request)),
    }
    return render(request, "reports/archive/detail.html", context)


def _before_items(block: dict[str, Any]) -> str:
    """What stands in a paragraph before 一是."""
    items = block.get("runs") or ()
    return block["text"][: block["text"].find(items[0])] if items else ""


def _comparable(request: HttpRequest) -> Any:
    return Report.objects.visible_to(request.user).order_by("-created_at")


@require_http_methods(["GET", "POST"])
def archive_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct title, issuer, year and date."""
    report = _archived(request, pk, write=True)
    form = ArchiveUpdateForm(request.POST or None, report=report)
    if request.method == "POST" and form.is_valid():
        actions.correct(report, by=request.user, **form.cleaned_data)
        messages.success(request, "已保存。")
        return redirect("reports:archive_detail", pk=report.pk)
    return render(request, "reports/archive/update.html", {"form": form, "report": report}, status=422 if form.is_bound else 200)


@require_POST
def archive_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a report out of the archive."""
    report = _archived(request, pk, write=True)
    actions.throw_out(report, by=request.user)
    messages.success(request, f"已删除历史报告《{report.title}》。")
    return redirect("reports:archive_list")


@require_GET
def archive_download(request: HttpRequest, pk: int) -> FileResponse:
    """The file as it came."""
    report = _archived(request, pk)
    if not report.file.storage.exists(str(report.file.name)):
        raise Http404
    record(request.user, "reports.archive_download", f"下载历史报告《{report.title}》的原件", report, organization=report.organization)
    stem, _dot, extension = report.name.rpartition(".")
    return FileResponse(report.file.open("rb"), as_attachment=True, filename=f"{safe_stem(stem)}.{extension}")


@require_GET
def archive_compare(request: HttpRequest, pk: int) -> HttpResponse:
    """The old report beside one of the present ones, paragraph by paragraph."""
    archived = _archived(request, pk)
    form = CompareForm(request.GET, reports=_comparable(request))
    if not form.is_valid():
        messages.error(request, "请选择要对比的报告。")
        return redirect("reports:archive_detail", pk=pk)
    report = form.cleaned_data["report"]
    pairs = compared(_old_texts(archived), _new_texts(report))
    rows = [{"pair": pair, "runs": runs(pair.old.words, pair.new.words) if pair.old and pair.new else ()} for pair in pairs]
    counts = {kind: sum(1 for pair in pairs if pair.kind == kind) for kind in ("kept", "changed", "added", "dropped")}
    context = {"archived": archived, "report": report, "rows": rows, "counts": counts}
    return render(request, "reports/archive/compare.html", context)


def _old_texts(archived: ArchivedReport) -> list[Text]:
    texts, part = [], ""
    for block in archived.content.get("blocks", ()):
        if block["kind"] == "heading" and block["level"] == 1:
            part = block["mark"] + block["text"]
        elif block["kind"] == "body":
            words = f"{block['lead']}。{block['text']}" if block["lead"] else block["text"]
            texts.append(Text(part, words))
    return texts


def _new_texts(report: Report) -> list[Text]:
    texts = []
    for section in report.sections.exclude(kind="annex").prefetch_related("paragraphs"):
        for row in section.paragraphs.all():
            words = f"{row.lead}。{row.text}" if row.lead and row.text else row.lead + row.text
            if row.kind == "body" and words:
                texts.append(Text(section.heading or "导语", words))
    return texts
