"""Verbs on many reports at once."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from jobs import actions as jobs
from reports import drafting
from reports.actions import delete_report
from reports.models import Report
from units.bulk import MOST, on_each
from units.models import User
from units.typed import key_of, own_address

VERBS = {"files": "生成文件", "delete": "删除草稿"}


@require_POST
def report_bulk(request: HttpRequest) -> HttpResponse:
    """Have the files of the ticked reports made, or throw drafts away; the answer says for each what became of it.

    Nothing is signed in bulk: whoever signs has read what he signs.
    """
    back = own_address(request, request.POST.get("next")) or reverse("reports:report_list")
    what = request.POST.get("do", "")
    keys = [key for text in request.POST.getlist("report")[:MOST] if (key := key_of(text))]
    rows = list(
        Report.objects.visible_to(request.user).filter(pk__in=keys).select_related("campaign__organizer").order_by("-created_at", "-pk")
    )
    if what not in VERBS or not rows:
        messages.error(request, "没有选中任何报告，请先勾选。" if what in VERBS else "请选择怎么办理：生成文件或删除草稿。")
        return redirect(back)
    outcome = on_each(VERBS[what], rows, _act(what, by=request.user), _described)
    return render(request, "units/lists/outcome.html", {"outcome": outcome, "back": back, "back_label": "督查报告"})


def _described(report: Report) -> tuple[str, str]:
    return report.title, reverse("reports:report_detail", args=[report.pk])


def _act(what: str, *, by: User) -> Callable[[Report], object]:
    def act(report: Report) -> None:
        if not report.campaign.is_manageable_by(by):
            raise PermissionDenied("只有主办组织的办公室工作人员可以修改督查报告。")
        if what == "delete":
            delete_report(report, by=by)
            return
        address = reverse("reports:report_detail", args=[report.pk])
        params = {"report": report.pk, "recompose": False}
        jobs.start(drafting.REFRESH, f"生成文件：{report.title}"[:200], by=by, params=params, total=drafting.STEPS, back_url=address)

    return act
