"""The editor: one page, and the small answers with which it saves and changes paragraphs."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from itertools import count
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from inspections.models import Finding, StandardFinding
from jobs import actions as jobs
from jobs.errors import Refused
from reports import rechecking, signing
from reports.actions import editing, recomposing, replacing, undoing
from reports.actions.content import clean
from reports.actions.paragraphs import EditConflict
from reports.assembly import figure_of
from reports.differences import runs
from reports.models import Paragraph, Report
from reports.rendering.preview import chart_of
from reports.sheet import OtherTable, lost_facts, parts_of
from reports.versions import readable, state_of
from reports.views.access import report_to_write
from units.models import ActivityEntry
from units.models.organization import in_subtree
from units.typed import json_object, key_of

CONFLICT = 409
_Verb = Callable[..., dict[str, Any]]


def _number(request: HttpRequest, name: str) -> int:
    """Return a whole number that was sent. Raises ``Refused`` for anything else."""
    value = key_of(request.POST.get(name, ""))
    if value is None:
        raise Refused("页面内容不完整，没有保存。请刷新页面后重试。")
    return value


def _refusal(request: HttpRequest, error: Refused) -> JsonResponse:
    """Answer 409 with the sentence for the user; a conflict comes with both texts."""
    answer: dict[str, Any] = {"error": str(error)}
    if isinstance(error, EditConflict):
        current = error.current
        mine = {**state_of(current), **{name: request.POST[name] for name in ("lead", "text") if name in request.POST}}
        context: dict[str, Any] = {"current": current}
        if current.kind == Paragraph.Kind.TABLE:
            context["other"] = OtherTable.beside(json_object(request.POST.get("table", "")) or current.table, current.table)
        else:
            context["runs"] = runs(readable(state_of(current)), readable(mine))
        answer["conflict"] = render_to_string("reports/editor/_conflict.html", context, request)
        answer["revision"] = current.revision
        answer["current"] = {"lead": current.lead, "text": current.text}
    return JsonResponse(answer, status=CONFLICT)


def _sheet_context(request: HttpRequest, report: Report) -> dict[str, Any]:
    parts = parts_of(report)
    rows = [row for part in parts for row in part.rows]
    review, changed = signing.changed_paragraphs(report, [row.row for row in rows])
    for row in rows:
        row.since_review = str(row.row.uid) in changed
    return {
        "report": report,
        "parts": parts,
        "review": review,
        "last": undoing.last_act(report, request.user),
        "offers": [row for row in rows if row.offer_kind],
        "easy_offers": sum(1 for row in rows if row.offer_kind and not row.row.is_edited),
    }


def changes_structure(verb: _Verb) -> Callable[..., HttpResponse]:
    """Make a view of a verb: the caller's report, then the whole sheet as it stands after it, or the reason why not.

    ``verb`` returns ``focus`` (the paragraph to go on with) and ``notice``.
    """

    @require_POST
    @wraps(verb)
    def view(request: HttpRequest, pk: int, **given: Any) -> HttpResponse:
        report = report_to_write(request, pk)
        try:
            done = verb(request, report, **given)
        except Refused as error:
            return _refusal(request, error)
        context = _sheet_context(request, report)
        return JsonResponse(
            {
                "sheet": render_to_string("reports/editor/_sheet.html", context, request),
                "outline": render_to_string("reports/editor/_outline.html", context, request),
                "undo": context["last"].get_verb_display() if context["last"] else "",
                **done,
            }
        )

    return view


# --- the page ---------------------------------------------------------------------------------------------------------------


@require_GET
def report_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Outline, sheet, and the side with sources and remarks."""
    report = report_to_write(request, pk)
    if report.status == Report.Status.ISSUED:
        messages.info(request, "这份报告已签发，不能再修改。如需更正，请另行起草更正报告。")
        return redirect("reports:report_detail", pk=report.pk)
    return render(request, "reports/editor/edit.html", {**_sheet_context(request, report), "stale": _facts_moved(report)})


def _facts_moved(report: Report) -> bool:
    """Return whether anything was done in the campaign's subtree since composing: cheap, and asks for a closer look only."""
    entries = ActivityEntry.objects.filter(in_subtree(report.campaign.organizer.path, "organization_path"), verb__startswith="inspections.")
    return bool(report.composed_at) and entries.filter(at__gt=report.composed_at).exists()


# --- saving -----------------------------------------------------------------------------------------------------------------


@require_POST
def paragraph_save(request: HttpRequest, pk: int, uid: UUID) -> JsonResponse:
    """Store what was typed in one paragraph; answers with its new revision and with what the edit took out of the data's words."""
    report = report_to_write(request, pk)
    values: dict[str, Any] = {name: request.POST[name] for name in ("lead", "text") if name in request.POST}
    try:
        if "table" in request.POST:
            values["table"] = _table(request.POST["table"])
        row = editing.save_paragraph(report, uid, by=request.user, revision=_number(request, "revision"), **values)
    except Refused as error:
        return _refusal(request, error)
    last = undoing.last_act(report, request.user)
    return JsonResponse(
        {
            "revision": row.revision,
            "at": f"{timezone.localtime():%H:%M}",
            "edited": row.is_edited,
            "since_review": bool(signing.changed_paragraphs(report, [row])[1]),
            "chart": _chart(row),
            "lost": lost_facts(report, [row]).get(str(row.uid), []),
            "undo": last.get_verb_display() if last else "",
        }
    )


def _chart(row: Paragraph) -> str:
    """Return the chart of a table that is drawn as one, as it looks now."""
    figure = figure_of(row.table, count(1)) if row.kind == Paragraph.Kind.TABLE else None
    return render_to_string("reports/_sheet_chart.html", {"chart": chart_of(figure)}) if figure else ""


def _table(text: str) -> Any:
    table = json_object(text)
    if table is None:
        raise Refused("表格内容不完整，没有保存。请刷新页面后重试。")
    return table


# --- changing the structure -------------------------------------------------------------------------------------------------


@changes_structure
def paragraph_add(request: HttpRequest, report: Report) -> dict[str, Any]:
    """Add paragraphs behind another: empty, pasted, or from a finding or the library."""
    post = request.POST
    texts: list[str] = post.getlist("text") or [""]
    sources: dict[str, list[Any]] = {}
    if post.get("finding"):
        finding = _one(Finding.objects.visible_to(request.user).standing().filter(campaign=report.campaign), post["finding"])
        texts, sources = [finding.text], {"findings": [str(finding.pk)]}
    elif post.get("standard"):
        standard = _one(StandardFinding.objects.filter(is_retired=False), key_of(post["standard"]))
        texts, sources = (
            [standard.wording, *([standard.measure] if post.get("measure") and standard.measure else [])],
            {"standards": [standard.pk]},
        )
    texts = [clean(text) for text in texts]
    if sources:
        texts = [text if text.endswith(("。", "！", "？")) else f"{text}。" for text in texts]
    made = editing.add_paragraphs(
        report,
        by=request.user,
        section=_number(request, "section"),
        behind=_uid(post.get("behind", "")),
        kind=post.get("kind") or Paragraph.Kind.BODY,
        level=_number(request, "level") if post.get("level") else 0,
        texts=texts,
        sources=sources,
    )
    return {"focus": str(made[-1].uid), "notice": "已插入，来源记在依据里。" if sources else ""}


def _one(rows: Any, pk: object) -> Any:
    try:
        row = rows.filter(pk=pk).first()
    except (ValueError, ValidationError) as error:
        raise Http404 from error
    if row is None:
        raise Http404
    return row


def _uid(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise Refused("页面内容不完整，没有保存。请刷新页面后重试。") from error


@changes_structure
def paragraph_delete(request: HttpRequest, report: Report, uid: UUID) -> dict[str, Any]:
    """Take a paragraph out."""
    editing.delete_paragraph(report, uid, by=request.user, revision=_number(request, "revision"))
    return {"focus": request.POST.get("next", ""), "notice": "已删除一段，可以撤销。"}


@changes_structure
def paragraph_split(request: HttpRequest, report: Report, uid: UUID) -> dict[str, Any]:
    """Make two paragraphs of one."""
    post = request.POST
    words = {name: post.get(name, "") for name in ("lead", "head", "tail")}
    made = editing.split_paragraph(report, uid, by=request.user, revision=_number(request, "revision"), **words)
    return {"focus": str(made.uid), "notice": ""}


@changes_structure
def paragraph_merge(request: HttpRequest, report: Report, uid: UUID) -> dict[str, Any]:
    """Join a paragraph to the one before it."""
    joined = editing.merge_paragraph(report, uid, by=request.user, revision=_number(request, "revision"))
    return {"focus": str(joined.uid), "notice": "已与上一段合并。"}


@changes_structure
def paragraph_move(request: HttpRequest, report: Report, uid: UUID) -> dict[str, Any]:
    """Move a paragraph up or down."""
    row = editing.move_paragraph(report, uid, by=request.user, down=request.POST.get("way") == "down")
    return {"focus": str(row.uid), "notice": ""}


@changes_structure
def paragraph_level(request: HttpRequest, report: Report, uid: UUID) -> dict[str, Any]:
    """Set a paragraph one level higher or deeper."""
    row = editing.level_paragraph(report, uid, by=request.user, deeper=request.POST.get("way") == "deeper")
    return {"focus": str(row.uid), "notice": ""}


@changes_structure
def section_rename(request: HttpRequest, report: Report, section: int) -> dict[str, Any]:
    """Change the heading of a part."""
    post = request.POST
    editing.rename_section(report, section, by=request.user, old=post.get("old", ""), heading=post.get("heading", ""))
    return {"focus": "", "notice": "部分标题已修改。"}


@changes_structure
def edit_undo(request: HttpRequest, report: Report) -> dict[str, Any]:
    """Take one's own last act back."""
    touched = undoing.undo(report, by=request.user)
    return {"focus": touched[-1] if touched else "", "notice": "已撤销。"}


@changes_structure
def text_replace(request: HttpRequest, report: Report) -> dict[str, Any]:
    """Replace words in one paragraph or in all."""
    post = request.POST
    one = _uid(post.get("uid", ""))
    count = replacing.replace_text(report, by=request.user, find=post.get("find", ""), replace=post.get("replace", ""), uid=one)
    return {"focus": str(one or ""), "notice": f"已替换 {count} 处，可以撤销。"}


@changes_structure
def offer_settle(request: HttpRequest, report: Report, uid: UUID) -> dict[str, Any]:
    """Decide on the new text of one paragraph whose facts changed."""
    post = request.POST
    words = {"lead": post.get("lead", ""), "text": post.get("text", "")}
    table = _table(post["table"]) if post.get("table") else None
    choice = post.get("choice", "")
    revision = _number(request, "revision")
    row = recomposing.settle_offer(report, uid, by=request.user, revision=revision, choice=choice, table=table, **words)
    said = {"accept": "已采用新稿。", "keep": "已保留原稿。", "merge": "已按合并后的内容保存。"}
    return {"focus": str(row.uid) if row else "", "notice": said.get(choice, "")}


@changes_structure
def offer_accept_all(request: HttpRequest, report: Report) -> dict[str, Any]:
    """Accept all new texts for paragraphs that nobody has edited."""
    count = recomposing.accept_untouched(report, by=request.user)
    return {"focus": "", "notice": f"已采用 {count} 段新稿，可以撤销。"}


@require_POST
def facts_recheck(request: HttpRequest, pk: int) -> HttpResponse:
    """Compose afresh as a background job and mark the paragraphs whose facts changed; nothing is overwritten."""
    report = report_to_write(request, pk)
    job = jobs.start(
        rechecking.KIND,
        f"核对数据变化：{report.title}"[:200],
        by=request.user,
        params={"report": report.pk},
        total=1,
        back_url=reverse("reports:report_edit", args=[report.pk]),
    )
    return redirect("jobs:job_detail", pk=job.pk)
