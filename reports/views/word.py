"""Word files that come back: take one back, see its changes, decide on them."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jobs.errors import Refused
from reports.actions.word_returns import decide, decide_all, take_back
from reports.differences import runs
from reports.forms.word import WordReturnForm
from reports.models import Proposal
from reports.versions import OWN, readable
from reports.views.access import report_to_write

_NOTHING = {"kind": "body", "level": 0, "lead": "", "text": "", "table": {}}


@require_http_methods(["GET", "POST"])
def word_return_list(request: HttpRequest, pk: int) -> HttpResponse:
    """All files that came back, and the form for one more."""
    report = report_to_write(request, pk)
    form = WordReturnForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            returned = take_back(report, by=request.user, name=file.name, content=file.read())
        except Refused as error:
            form.add_error("file", str(error))
        else:
            return redirect("reports:word_return_detail", pk=report.pk, returned=returned.pk)
    waiting = Count("proposals", filter=Q(proposals__status=Proposal.Status.OPEN))
    rows = report.word_returns.select_related("made_by").annotate(total=Count("proposals"), waiting=waiting)
    return render(request, "reports/editor/word_returns.html", {"report": report, "form": form, "rows": rows})


@require_GET
def word_return_detail(request: HttpRequest, pk: int, returned: int) -> HttpResponse:
    """The changes of one file, each with what it would do."""
    report = report_to_write(request, pk)
    row = get_object_or_404(report.word_returns.select_related("made_by"), pk=returned)
    proposals = list(row.proposals.select_related("decided_by"))
    shown = [{"proposal": each, "runs": runs(_text(each.before), _text(each.after))} for each in proposals]
    left = sum(1 for each in proposals if each.status == Proposal.Status.OPEN)
    return render(request, "reports/editor/word_return.html", {"report": report, "row": row, "shown": shown, "left": left})


def _text(state: dict[str, object] | None) -> str:
    return readable({**_NOTHING, **{name: value for name, value in state.items() if name in OWN}}) if state else ""


@require_POST
def proposal_decide(request: HttpRequest, pk: int, proposal: int) -> HttpResponse:
    """Accept or refuse one change."""
    report = report_to_write(request, pk)
    row = get_object_or_404(Proposal.objects.select_related("source"), source__report=report, pk=proposal)
    try:
        decide(report, row, by=request.user, accept="accept" in request.POST)
    except Refused as error:
        messages.error(request, str(error))
    return redirect("reports:word_return_detail", pk=report.pk, returned=row.source_id)


@require_POST
def proposal_decide_all(request: HttpRequest, pk: int, returned: int) -> HttpResponse:
    """Accept or refuse all changes that are still open."""
    report = report_to_write(request, pk)
    row = get_object_or_404(report.word_returns, pk=returned)
    accept = "accept" in request.POST
    try:
        done, left = decide_all(report, row, by=request.user, accept=accept)
    except Refused as error:
        messages.error(request, str(error))
    else:
        rest = f"另有 {left} 处需要逐处查看。" if left else ""
        messages.success(request, f"已{'采纳' if accept else '标为不采纳'} {done} 处修改。{rest}")
    return redirect("reports:word_return_detail", pk=report.pk, returned=row.pk)
