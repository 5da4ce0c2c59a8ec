"""Screens: 发送记录, and the robots of an office."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jobs.errors import Refused
from units.actions import deliveries as actions
from units.actions import notice_settings
from units.actions.routines import latest_runs
from units.forms.notices import DeliveryFilterForm, RobotForm
from units.list_kinds import SENT
from units.list_tools import default_view, tools_for
from units.models import Delivery, Robot
from units.sending import mail, robots
from units.typed import own_address
from units.views.notices import tell_outcome

PAGE = 50


def _require_reader(request: HttpRequest) -> None:
    if not (request.user.keeps_directory or request.user.scope_paths):
        raise PermissionDenied("发送记录供办公室和系统管理员查看。发给您自己的，在“通知设置”中可以看到。")


@require_GET
def delivery_list(request: HttpRequest) -> HttpResponse:
    """What was sent, delivered or failed, newest first."""
    _require_reader(request)
    if own := default_view(request, SENT):
        return own
    visible = Delivery.objects.visible_to(request.user)
    form = DeliveryFilterForm(request.GET)
    page = Paginator(form.filter(visible).select_related("user", "robot"), PAGE).get_page(request.GET.get("page"))
    for delivery in page.object_list:
        delivery.can_resend = not delivery.is_open and delivery.is_resendable_by(request.user)
    context = {
        "form": form,
        "page": page,
        "tools": tools_for(request, SENT, form),
        "runs": latest_runs(),
        "mail_is_on": mail.is_on(),
        "robots_are_on": robots.are_on(),
        "failed": visible.filter(status=Delivery.Status.FAILED).count(),
    }
    return render(request, "units/notices/deliveries.html", context)


@require_POST
def delivery_resend(request: HttpRequest, pk: int) -> HttpResponse:
    """Have one sent again."""
    delivery = get_object_or_404(Delivery.objects.visible_to(request.user), pk=pk)
    if not delivery.is_resendable_by(request.user):
        raise PermissionDenied("再次发送由办公室和系统管理员办理。")
    try:
        actions.resend(delivery, by=request.user)
        messages.success(request, f"“{delivery}”已重新排队，一分钟内送出。")
    except Refused as error:
        messages.error(request, str(error))
    back = own_address(request, request.POST.get("back"))
    return redirect(back or "units:delivery_list")


@require_GET
def robot_list(request: HttpRequest) -> HttpResponse:
    """The robots of the organizations in the reader's scope."""
    if not request.user.scope_paths:
        raise PermissionDenied("群机器人由办公室设置。")
    found = Robot.objects.visible_to(request.user).select_related("organization")
    shown = [(robot, robot.is_writable_by(request.user)) for robot in found]
    context = {"robots": shown, "robots_are_on": robots.are_on(), "may_add": bool(request.user.office_paths)}
    return render(request, "units/robots/list.html", context)


@require_http_methods(["GET", "POST"])
def robot_create(request: HttpRequest) -> HttpResponse:
    """Set one up."""
    if not request.user.office_paths:
        raise PermissionDenied("群机器人由办公室设置。")
    form = RobotForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        robot = notice_settings.create_robot(by=request.user, **form.cleaned_data)
        messages.success(request, f"已设置群机器人“{robot}”，请点“发送测试”确认群里能收到。")
        return redirect("units:robot_list")
    return render(request, "units/robots/form.html", {"form": form, "robots_are_on": robots.are_on()})


def _robot(request: HttpRequest, pk: int) -> Robot:
    robot = get_object_or_404(Robot.objects.visible_to(request.user).select_related("organization"), pk=pk)
    if not robot.is_writable_by(request.user):
        raise PermissionDenied("群机器人由办公室设置。")
    return robot


@require_http_methods(["GET", "POST"])
def robot_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one."""
    robot = _robot(request, pk)
    form = RobotForm(request.POST or None, instance=robot, user=request.user)
    if request.method == "POST" and form.is_valid():
        notice_settings.update_robot(robot, by=request.user, **form.cleaned_data)
        messages.success(request, "已保存。")
        return redirect("units:robot_list")
    return render(request, "units/robots/form.html", {"form": form, "robot": robot, "robots_are_on": robots.are_on()})


@require_POST
def robot_try(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a test line."""
    robot = _robot(request, pk)
    try:
        delivery = actions.send_test_line(robot, by=request.user)
    except Refused as error:
        messages.error(request, str(error))
    else:
        tell_outcome(request, delivery, f"测试消息已送到“{robot}”，请到群里查看。")
    return redirect("units:robot_list")


@require_POST
def robot_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one away."""
    robot = _robot(request, pk)
    notice_settings.delete_robot(robot, by=request.user)
    messages.success(request, f"已删除群机器人“{robot}”。")
    return redirect("units:robot_list")
