"""The editor's side: sources and history of a paragraph, remarks, find, insert; and the versions of a report."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from inspections.models import Finding, StandardFinding
from jobs.errors import Refused
from reports.actions.remarks import add_remark, mentionable, resolve_remark
from reports.actions.replacing import find_text
from reports.actions.versioning import restore_version, save_version
from reports.basis import basis_of
from reports.differences import Run, runs
from reports.models import Paragraph, ParagraphEdit, Remark, Report, ReportVersion
from reports.sheet import lost_facts
from reports.versions import content_of, differences, readable
from reports.views.access import report_to_write
from units.typed import key_of, words_of

MOST_EDITS, MOST_HITS, PAGE = 20, 200, 10
CONFLICT = 409


def _paragraph(report: Report, uid: UUID) -> Paragraph:
    return get_object_or_404(Paragraph.objects.select_related("section", "edited_by"), section__report=report, uid=uid)


@require_GET
def paragraph_basis(request: HttpRequest, pk: int, uid: UUID) -> HttpResponse:
    """依据: the records behind a paragraph, the arithmetic, what an edit took out, and who changed it when."""
    report = report_to_write(request, pk)
    here = Paragraph.objects.filter(section__report=report, uid=uid)
    if not here.exists() and report.edits.filter(paragraph=uid).exists():
        # The panel may ask for a paragraph that was merged or deleted a moment ago.
        return HttpResponse('<p class="soft">这一段已合并或删除，请另选一段。</p>')
    row = _paragraph(report, uid)
    edits = report.edits.filter(paragraph=uid).select_related("made_by")[:MOST_EDITS]
    context = {
        "report": report,
        "row": row,
        "groups": basis_of(row, request.user),
        "lost": lost_facts(report, [row]).get(str(row.uid), []),
        "edits": [{"edit": edit, "runs": _edit_runs(edit)} for edit in edits],
        "drafted": runs(readable(_drafted(row)), readable(_drafted(row, mine=True))) if row.is_edited and row.key else (),
    }
    return render(request, "reports/editor/_basis.html", context)


def _drafted(row: Paragraph, *, mine: bool = False) -> dict[str, Any]:
    prefix = "" if mine else "drafted_"
    return {"kind": row.kind, **{name: getattr(row, prefix + name) for name in ("lead", "text", "table")}}


def _edit_runs(edit: ParagraphEdit) -> tuple[Run, ...]:
    before = readable(edit.before) if edit.before else ""
    after = readable(edit.after) if edit.after else ""
    return runs(before, after) if before != after else ()


# --- remarks ----------------------------------------------------------------------------------------------------------------


def _remarks(request: HttpRequest, report: Report, *, error: str = "", typed: str = "") -> HttpResponse:
    uid = request.POST.get("paragraph") or request.GET.get("paragraph") or ""
    texts = {str(row.uid): row for row in Paragraph.objects.filter(section__report=report).only("uid", "lead", "text", "kind", "table")}
    answers = Remark.objects.select_related("made_by")
    tops = report.remarks.filter(parent=None).select_related("made_by", "resolved_by").order_by("resolved_at", "pk")
    by_parent: dict[int, list[Remark]] = {}
    for answer in answers.filter(report=report, parent__isnull=False):
        by_parent.setdefault(answer.parent_id or 0, []).append(answer)
    rows = [
        {
            "remark": top,
            "answers": by_parent.get(top.pk, []),
            "place": texts.get(str(top.paragraph)),
            "here": str(top.paragraph) == uid,
        }
        for top in tops
    ]
    rows.sort(key=lambda each: (each["remark"].resolved_at is not None, not each["here"]))
    context = {"report": report, "rows": rows, "people": mentionable(report), "paragraph": texts.get(uid), "error": error, "typed": typed}
    return render(request, "reports/editor/_remarks.html", context, status=CONFLICT if error else 200)


@require_GET
def remark_list(request: HttpRequest, pk: int) -> HttpResponse:
    """All remarks, those of the chosen paragraph first, the settled ones last."""
    return _remarks(request, report_to_write(request, pk))


@require_POST
def remark_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a remark or an answer."""
    report = report_to_write(request, pk)
    post = request.POST
    parent = get_object_or_404(report.remarks, pk=key_of(post["parent"])) if post.get("parent") else None
    uid = _paragraph(report, UUID(post["paragraph"])).uid if _is_uuid(post.get("paragraph", "")) and parent is None else None
    try:
        add_remark(report, by=request.user, text=post.get("text", ""), paragraph=uid, parent=parent)
    except Refused as error:
        return _remarks(request, report, error=str(error), typed=post.get("text", ""))
    return _remarks(request, report)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@require_POST
def remark_resolve(request: HttpRequest, pk: int, remark: int) -> HttpResponse:
    """Settle a remark, or open it again."""
    report = report_to_write(request, pk)
    row = get_object_or_404(report.remarks, pk=remark)
    try:
        resolve_remark(report, row, by=request.user, resolved="again" not in request.POST)
    except Refused as error:
        return _remarks(request, report, error=str(error))
    return _remarks(request, report)


# --- find and insert --------------------------------------------------------------------------------------------------------


@require_GET
def text_find(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the words stand."""
    report = report_to_write(request, pk)
    words = request.GET.get("find", "")
    hits = find_text(report, words)
    context = {"report": report, "words": words, "replace": request.GET.get("replace", ""), "hits": hits[:MOST_HITS], "count": len(hits)}
    return render(request, "reports/editor/_find.html", context)


@require_GET
def insert_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Findings of the campaign and wordings of the library, to be put behind the chosen paragraph."""
    report = report_to_write(request, pk)
    what = "standards" if request.GET.get("what") == "standards" else "findings"
    words = words_of(request.GET.get("q"))
    if what == "findings":
        rows: Any = Finding.objects.visible_to(request.user).standing().filter(campaign=report.campaign).search(words)
        rows = rows.select_related("organization", "theme").order_by("theme__order", "organization_path", "pk")
    else:
        rows = StandardFinding.objects.filter(is_retired=False)
        for word in words.split():
            rows = rows.filter(Q(wording__icontains=word) | Q(heading__icontains=word) | Q(measure__icontains=word))
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "reports/editor/_insert.html", {"report": report, "what": what, "q": words, "page": page})


# --- versions ---------------------------------------------------------------------------------------------------------------


@require_GET
def version_list(request: HttpRequest, pk: int) -> HttpResponse:
    """All versions, newest first."""
    report = report_to_write(request, pk)
    page = Paginator(report.versions.select_related("made_by").defer("content"), 30).get_page(request.GET.get("page"))
    return render(request, "reports/editor/versions.html", {"report": report, "page": page})


@require_POST
def version_keep(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a version now."""
    report = report_to_write(request, pk)
    try:
        version = save_version(report, by=request.user, reason=request.POST.get("reason", ""))
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"现有内容保存为第{version.number}版。")
    return redirect("reports:version_list", pk=report.pk)


@require_GET
def version_detail(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """What a version changed against the one before it, or what the report has now against it."""
    report = report_to_write(request, pk)
    version = get_object_or_404(report.versions.select_related("made_by"), number=number)
    with_now = request.GET.get("with") == "now"
    before: ReportVersion | None = report.versions.filter(number__lt=number).first()
    empty = {"title": version.content["title"], "sections": []}
    old, new = (version.content, content_of(report)) if with_now else (before.content if before else empty, version.content)
    context = {"report": report, "version": version, "before": before, "with_now": with_now, "differences": differences(old, new)}
    return render(request, "reports/editor/version.html", context)


@require_POST
def version_restore(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Go back to a version; what stands now is kept as one as well."""
    report = report_to_write(request, pk)
    version = get_object_or_404(report.versions, number=number)
    try:
        restore_version(report, version, by=request.user)
    except Refused as error:
        messages.error(request, str(error))
        return redirect("reports:version_list", pk=report.pk)
    messages.success(request, f"已恢复为第{number}版；恢复之前的内容也留有版本。")
    return redirect("reports:report_edit", pk=report.pk)
