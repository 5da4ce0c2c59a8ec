"""Screens: 工作台, with what waits first; and 督查总览, the leaders' page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from reports.dashboard.addresses import board_url
from reports.dashboard.choosing import chosen
from reports.dashboard.definitions import DEFINITIONS
from reports.dashboard.page import whole_page
from reports.dashboard.queries import key_figures, started_campaigns, usual_campaign
from reports.dashboard.todo import own_inspections, team_work, under_way
from units.models import PartyOrganization, User
from units.todo import todos


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """工作台: what waits for the user, then what the user's part in the work is."""
    user: User = request.user  # type: ignore[assignment]
    context = {
        "today": timezone.localdate(),
        "roles": _roles(user),
        "todos": todos(user),
        "teams": team_work(user),
        "own": own_inspections(user) if user.liaison_organization_ids else [],
        "running": under_way(user) if user.scope_paths else [],
        "entries": _entries(user),
        **_key_figures(user),
    }
    return render(request, "reports/dashboard/home.html", context)


@require_GET
def dashboard(request: HttpRequest) -> HttpResponse:
    """督查总览 of one campaign, chosen by ``?campaign=code``; with ``&organization=id`` of that organization and all below it."""
    asked = chosen(request)
    context: dict[str, Any] = {"asked": asked, "campaigns": asked.campaigns, "campaign": asked.campaign, "what": DEFINITIONS}
    if asked.campaign:
        context |= whole_page(asked, asked.campaign, sort=request.GET.get("sort", ""), page=request.GET.get("page", ""))
        context["here"] = board_url(asked.campaign, asked.organization).partition("?")[2]
        context["todos"] = [] if asked.organization else todos(asked.user)
    return render(request, "reports/dashboard/dashboard.html", context)


def _roles(user: User) -> list[str]:
    """In what the user is appointed, as shown under the greeting."""
    return [f"{appointment.organization}{appointment.get_role_display()}" for appointment in user.current_appointments]


def _key_figures(user: User) -> dict[str, Any]:
    """The figures of the usual campaign for those who read the leaders' page."""
    campaign = usual_campaign(user, started_campaigns(user)) if user.scope_paths else None
    return {"campaign": campaign, "figures": key_figures(campaign, user), "what": DEFINITIONS} if campaign else {}


def _entries(user: User) -> list[tuple[str, str, str, str]]:
    """Ways in for those who keep the directory or read the log: icon, label, what for, address."""
    found = []
    if user.keeps_directory:
        organizations = PartyOrganization.objects.visible_to(user).active().count()
        found += [
            ("diagram-3", "组织名录", f"现有 {organizations} 个党组织，可新增、调整和导入", reverse("units:organization_list")),
            ("file-earmark-arrow-up", "导入名录", "用电子表格成批新增或更新组织", reverse("units:organization_import")),
            (
                "people",
                "人员与任职",
                f"现有 {User.objects.filter(is_active=True).count()} 个账号，可新增、停用和重置密码",
                reverse("units:user_list"),
            ),
        ]
    if user.keeps_security:
        if not user.keeps_directory:
            found.append(("people", "人员与任职", "办理任职，解除登录锁定", reverse("units:user_list")))
        found.append(("phone", "全部登录", "查看谁在登录，可以使其退出", reverse("units:session_everybody")))
        found.append(("person-check", "长期未用的账号", "核对后停用", reverse("units:user_unused")))
    if user.keeps_directory or user.keeps_security or user.audits:
        found.append(("shield-check", "三员与权限", "三员由谁担任，各角色可以做什么", reverse("units:office_list")))
    if user.audits:
        found.append(("clock-history", "操作记录", "查询谁在什么时间做了什么", reverse("units:activity_list")))
    return found
