"""两步验证 as security administrators keep it: which roles need a second factor, and a factor taken away from who has lost it."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from jobs.errors import Refused
from units.actions import factors as actions
from units.forms.factors import ReasonForm, RulesForm
from units.models import FactorRule, User
from units.models.factor import EVERYBODY, holders

ADVISED = {"administrator", "security", "auditor", "office"}
"""Who can do most harm with a stolen password."""


def _require_keeper(request: HttpRequest) -> None:
    if not request.user.keeps_security:
        raise PermissionDenied("两步验证的要求由安全管理员设置，您可以在“两步验证”中管理自己的设备。")


@require_http_methods(["GET", "POST"])
def factor_rules(request: HttpRequest) -> HttpResponse:
    """Which roles need a second factor, with how many of their holders have one."""
    _require_keeper(request)
    roles = FactorRule.objects.roles()
    form = RulesForm(request.POST if request.method == "POST" else None, initial={"roles": sorted(roles)})
    if request.method == "POST" and form.is_valid():
        if actions.set_rules(form.cleaned_data["roles"], by=request.user):
            messages.success(request, "已保存，从各人下次登录起生效。")
        else:
            messages.info(request, "没有改动。")
        return redirect("units:factor_rules")
    ticked = set(request.POST.getlist("roles")) if form.is_bound else roles
    rows = []
    for role, label in FactorRule.ROLES:
        people = holders({role})
        count, ready = people.count(), people.filter(second_factor__isnull=False).count()
        row = {"role": role, "label": label, "count": count, "ready": ready, "without": count - ready}
        rows.append(row | {"is_on": role in ticked, "is_advised": role in ADVISED, "is_everybody": role == EVERYBODY})
    missing = FactorRule.objects.people().filter(second_factor__isnull=True)
    return render(request, "units/factors/rules.html", {"form": form, "rows": rows, "missing": missing.count()})


@require_http_methods(["GET", "POST"])
def user_reset_factor(request: HttpRequest, pk: int) -> HttpResponse:
    """Take somebody's factor away, with the reason."""
    account = get_object_or_404(User.objects.visible_to(request.user).select_related("organization"), pk=pk)
    _require_keeper(request)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.reset(account, reason=form.cleaned_data["reason"], by=request.user)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"已重置“{account}”的两步验证，其登录已全部退出。")
            return redirect("units:user_update", pk=pk)
    return render(request, "units/factors/reset.html", {"account": account, "form": form})
