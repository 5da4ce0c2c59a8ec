"""Verbs on many submissions of a campaign at once."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from inspections.actions import submission_requests, submissions
from inspections.list_kinds import with_files
from inspections.models import Submission
from inspections.views.campaign_access import manageable
from jobs.errors import Refused
from units.bulk import on_each, uuids
from units.models import User
from units.typed import own_address

VERBS = {"remind": "催报", "accept": "采用", "return": "退回"}


@require_POST
def submission_bulk(request: HttpRequest, code: str) -> HttpResponse:
    """Carry one verb out on the ticked submissions; the answer says for each what became of it.

    Accepting many concludes nobody's inspection: that takes a summary of each, on its own page.
    """
    campaign = manageable(request, code)
    back = own_address(request, request.POST.get("next")) or reverse("inspections:submission_list", args=[code])
    what, reason = request.POST.get("do", ""), request.POST.get("text", "").replace("\0", "").strip()[:500]
    keys = uuids(request.POST.getlist("submission"))
    rows = list(
        with_files(Submission.objects.visible_to(request.user).filter(campaign=campaign, pk__in=keys)).order_by("organization_path")
    )
    refusal = ""
    if what not in VERBS:
        refusal = "请先选择怎么办理（催报、采用或退回），再点“办理”。"
    elif not rows:
        refusal = "没有选中任何单位，请先勾选。"
    elif what == "return" and not reason:
        refusal = "退回须写明原因，请填写后再办理。"
    if refusal:
        messages.error(request, refusal)
        return redirect(back)
    outcome = on_each(VERBS[what], rows, _act(what, by=request.user, reason=reason), _described)
    return render(request, "units/lists/outcome.html", {"outcome": outcome, "back": back, "back_label": "材料报送"})


def _described(row: Submission) -> tuple[str, str]:
    return str(row.organization), reverse("inspections:submission_detail", args=[row.pk])


def _act(what: str, *, by: User, reason: str) -> Callable[[Submission], object]:
    acts: dict[str, Callable[[Submission], object]] = {
        "remind": lambda row: _remind(row, by),
        "accept": lambda row: submissions.accept(row, by=by),
        "return": lambda row: submissions.send_back(row, by=by, reason=reason),
    }
    return acts[what]


def _remind(row: Submission, by: User) -> None:
    count, nobody = submission_requests.remind(row.campaign, [row], by=by)
    if nobody:
        raise Refused("这个单位没有联络员，请先在“人员与任职”中设置。")
    if not count:
        raise Refused("不需要催报：已经提交，或者今天已经催过。")
