"""发文前体检: the panel beside the editor, the same as a page, and the office's own word list."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jobs.errors import Refused
from reports.actions import checks as actions
from reports.checking import MECHANICAL
from reports.checking.labels import LABELS
from reports.checkup import check_report
from reports.forms.checks import WatchWordForm
from reports.models import Report, WatchWord
from reports.views.access import report_to_write
from units.models import PartyOrganization


def _editor_url(report: Report) -> str:
    try:
        return reverse("reports:report_edit", args=[report.pk])
    except NoReverseMatch:
        return reverse("reports:report_detail", args=[report.pk])


def _show(request: HttpRequest, report: Report, *, error: str = "", done: str = "", changed: str = "") -> HttpResponse:
    """The panel as a fragment, or the page around it; ``changed`` tells the editor which paragraph to load again."""
    writable = report.campaign.is_manageable_by(request.user) and report.status != Report.Status.ISSUED
    checkup = check_report(report)
    mechanical = sum(1 for message in checkup.open if message.fix and message.code in MECHANICAL)
    context = {
        "report": report,
        "checkup": checkup,
        "levels": [(level, _grouped(found), len(found)) for level, found in checkup.by_level()],
        "writable": writable,
        "mechanical": mechanical,
        "editor_url": _editor_url(report),
        "check_error": error,
        "check_done": done,
    }
    template = "reports/checks/_panel.html" if request.htmx else "reports/checks/page.html"
    answer = render(request, template, context)
    if changed:
        answer["HX-Trigger"] = json.dumps({"report-changed": {"uid": changed}})
    return answer


def _grouped(found: list[Any]) -> list[tuple[str, list[Any]]]:
    """Messages of one kind together, so that ten half-width commas are one line to open."""
    groups: dict[str, list[Any]] = {}
    for message in found:
        groups.setdefault(message.code, []).append(message)
    return [(LABELS.get(code, code), rows) for code, rows in groups.items()]


@require_GET
def check_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """What is wrong with the report as it stands now."""
    reports = Report.objects.visible_to(request.user).select_related("campaign__organizer", "template", "organization")
    return _show(request, get_object_or_404(reports, pk=pk))


def _act(request: HttpRequest, pk: int, verb: Callable[[Report], tuple[str, str]]) -> HttpResponse:
    """Carry out a verb and show the panel again; ``verb`` returns what to say and which paragraph changed."""
    report = report_to_write(request, pk)
    error = done = changed = ""
    try:
        done, changed = verb(report)
    except Refused as refusal:
        error = str(refusal)
    if request.htmx:
        report.refresh_from_db()
        return _show(request, report, error=error, done=done, changed=changed)
    if error:
        messages.error(request, error)
    else:
        messages.success(request, done)
    return redirect("reports:check_panel", pk=pk)


@require_POST
def check_fix(request: HttpRequest, pk: int) -> HttpResponse:
    """Carry out the fix of one message."""

    def verb(report: Report) -> tuple[str, str]:
        message = actions.apply_fix(report, request.POST.get("mark", ""), by=request.user)
        return "已修正，可以在编辑页撤销。", message.uid

    return _act(request, pk, verb)


@require_POST
def check_fix_all(request: HttpRequest, pk: int) -> HttpResponse:
    """Put right all punctuation and date forms."""

    def verb(report: Report) -> tuple[str, str]:
        count = actions.apply_mechanical_fixes(report, by=request.user)
        return (f"已修正 {count} 处文字，可以在编辑页撤销。", "all") if count else ("没有可以自动修正的标点和日期写法。", "")

    return _act(request, pk, verb)


@require_POST
def check_waive(request: HttpRequest, pk: int) -> HttpResponse:
    """Let one message pass, with a reason."""

    def verb(report: Report) -> tuple[str, str]:
        actions.waive(report, request.POST.get("mark", ""), request.POST.get("reason", ""), by=request.user)
        return "已放行，理由已保存。", ""

    return _act(request, pk, verb)


@require_POST
def check_unwaive(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a message again that was let pass."""

    def verb(report: Report) -> tuple[str, str]:
        actions.take_back_waiver(report, request.POST.get("mark", ""), by=request.user)
        return "已撤回放行。", ""

    return _act(request, pk, verb)


# --- the office's own words -------------------------------------------------------------------------------------------------


def _organizations(request: HttpRequest) -> Any:
    """The organizations for which the user works in an office. Others get 403."""
    if not request.user.office_paths:
        raise PermissionDenied("词表由办公室工作人员维护。")
    return PartyOrganization.objects.filter(path__in=request.user.office_paths).order_by("path")


@require_http_methods(["GET", "POST"])
def watch_word_list(request: HttpRequest) -> HttpResponse:
    """The words of the user's office, and a form for one more."""
    organizations = _organizations(request)
    form = WatchWordForm(request.POST or None, organizations=organizations)
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.add_watch_word(by=request.user, **form.cleaned_data)
        except Refused as error:
            form.add_error("word", str(error))
        else:
            messages.success(request, f"已加入词表：“{row.word}”。")
            return redirect("reports:watch_word_list")
    rows = WatchWord.objects.filter(organization__in=organizations).select_related("organization").order_by("organization__path", "word")
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "several": len(organizations) > 1}
    return render(request, "reports/checks/words.html", context, status=422 if form.is_bound else 200)


def _word(request: HttpRequest, pk: int) -> WatchWord:
    organizations = _organizations(request)
    return get_object_or_404(WatchWord.objects.select_related("organization").filter(organization__in=organizations), pk=pk)


@require_http_methods(["GET", "POST"])
def watch_word_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one word of the list."""
    row = _word(request, pk)
    form = WatchWordForm(request.POST or None, organizations=_organizations(request), row=row)
    if request.method == "POST" and form.is_valid():
        try:
            actions.update_watch_word(row, by=request.user, **form.cleaned_data)
        except Refused as error:
            form.add_error("word", str(error))
        else:
            messages.success(request, "已保存。")
            return redirect("reports:watch_word_list")
    return render(request, "reports/checks/word.html", {"form": form, "row": row}, status=422 if form.is_bound else 200)


@require_POST
def watch_word_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a word off the list."""
    row = _word(request, pk)
    actions.delete_watch_word(row, by=request.user)
    messages.success(request, f"已从词表中删除“{row.word}”。")
    return redirect("reports:watch_word_list")
