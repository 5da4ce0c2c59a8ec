"""Screens of the burden meter: its panel on the campaign page, the table of a campaign, its settings."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from inspections import burden
from inspections.actions.burden import update_burden_setting
from inspections.forms.submissions import BurdenForm
from inspections.views.campaign_access import manageable
from jobs.errors import Refused

PER_PAGE = 50


@require_GET
def burden_panel(request: HttpRequest, code: str) -> HttpResponse:
    """The figures for the campaign page, which asks for them once it is shown."""
    campaign = manageable(request, code)
    context = {"campaign": campaign, "overview": burden.overview(campaign, campaign.assignments.all())}
    return render(request, "inspections/submissions/_burden.html", context)


@require_GET
def burden_detail(request: HttpRequest, code: str) -> HttpResponse:
    """Every organization in the order of the directory; by burden only where an administrator has turned that on."""
    campaign = manageable(request, code)
    overview = burden.overview(campaign, campaign.assignments.all())
    setting = burden.setting()
    order = request.GET.get("order", "") if setting.ranks else ""
    keys = {"asks": lambda row: -row.asks, "minutes": lambda row: -row.minutes}
    rows = sorted(overview.loads, key=keys[order]) if order in keys else list(overview.loads)
    context = {
        "campaign": campaign,
        "overview": overview,
        "setting": setting,
        "order": order,
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "inspections/submissions/burden.html", context)


@require_http_methods(["GET", "POST"])
def burden_settings(request: HttpRequest) -> HttpResponse:
    """What the estimates rest on, and whether organizations may be sorted by burden."""
    if not request.user.keeps_directory:
        raise PermissionDenied("负担提示的设置由系统管理员维护，您的账号不能修改。")
    setting = burden.setting()
    form = BurdenForm(request.POST or None, instance=burden.setting(), initial={"revision": setting.revision})
    if request.method == "POST" and form.is_valid():
        fields = {name: form.cleaned_data[name] for name in BurdenForm.Meta.fields}
        try:
            update_burden_setting(by=request.user, base_revision=form.cleaned_data["revision"], **fields)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "设置已保存。")
            return redirect("inspections:burden_settings")
    return render(request, "inspections/submissions/burden_settings.html", {"form": form}, status=422 if form.errors else 200)
