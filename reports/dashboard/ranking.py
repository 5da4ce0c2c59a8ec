"""The administrator's page on which ranking is turned on or off."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from inspections.actions.revisions import RevisionConflict
from jobs.errors import Refused
from reports.actions.ranking import set_ranking
from reports.forms.ranking import RankingForm
from reports.models import RankingSetting
from units.models import User


@require_http_methods(["GET", "POST"])
def ranking_settings(request: HttpRequest) -> HttpResponse:
    """Turn ranking on or off; what was typed stays when it is refused."""
    user: User = request.user  # type: ignore[assignment]
    if not user.keeps_directory:
        raise PermissionDenied("排名由系统管理员设置，您的账号不能修改。")
    setting = RankingSetting.current()
    form = RankingForm(request.POST or None, initial={"is_on": setting.is_on, "reason": setting.reason, "revision": setting.revision})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                saved = set_ranking(
                    is_on=form.cleaned_data["is_on"],
                    reason=form.cleaned_data["reason"],
                    base_revision=form.cleaned_data["revision"],
                    by=user,
                )
            except RevisionConflict:
                # What was typed stands beside what is set now, and the next click says that it was seen.
                form = RankingForm({**request.POST.dict(), "revision": setting.revision})
                form.add_error(None, "您打开之后，别人已经改过排名设置，现在的设置见上方。您填写的还在下面，请核对后再保存。")
                status = 409
            except Refused as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, "排名已打开，督查总览上会注明原因。" if saved.is_on else "排名已关闭。")
                return redirect("reports:ranking_settings")
    return render(request, "reports/dashboard/ranking_settings.html", {"form": form, "setting": setting}, status=status)
