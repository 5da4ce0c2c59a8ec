"""人员与任职: accounts, kept by system administrators, and appointments, given by security administrators."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jobs.errors import Refused
from units import lockout
from units.actions import users as actions
from units.forms.users import AppointmentForm, UserFilterForm, UserForm
from units.list_kinds import USERS, with_appointments
from units.list_tools import default_view, tools_for
from units.models import ActivityEntry, Appointment, User
from units.views.guards import require_administrator, require_either, require_security

PAGE = 50


def _account(request: HttpRequest, pk: int, guard: Callable[[HttpRequest], None] = require_administrator) -> User:
    """The account, or 404 when the visitor may not see it, 403 when ``guard`` refuses."""
    user = get_object_or_404(User.objects.visible_to(request.user).select_related("organization"), pk=pk)
    guard(request)
    return user


@require_GET
def user_list(request: HttpRequest) -> HttpResponse:
    """All accounts with their roles."""
    require_either(request)
    if own := default_view(request, USERS):
        return own
    form = UserFilterForm(request.GET)
    found = with_appointments(form.filter(User.objects.visible_to(request.user)))
    page = Paginator(found.order_by("organization__path", "username"), PAGE).get_page(request.GET.get("page"))
    return render(request, "units/users/list.html", {"form": form, "page": page, "tools": tools_for(request, USERS, form)})


@never_cache
@require_http_methods(["GET", "POST"])
def user_create(request: HttpRequest) -> HttpResponse:
    """Add an account; the answer shows its one-time password, once."""
    require_administrator(request)
    form = UserForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        account, password = actions.create_user(by=request.user, **form.cleaned_data)
        return render(request, "units/users/password.html", {"account": account, "password": password, "is_new": True})
    return render(request, "units/users/form.html", {"form": form})


@require_http_methods(["GET", "POST"])
def user_update(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: its facts, appointments, and what was done with it."""
    account = _account(request, pk, require_administrator if request.method == "POST" else require_either)
    form = UserForm(request.POST or None, instance=account)
    if request.method == "POST" and form.is_valid():
        actions.update_user(account, by=request.user, **form.cleaned_data)
        messages.success(request, "已保存。")
        return redirect("units:user_update", pk=pk)
    return _page(request, account, form, AppointmentForm())


def _page(request: HttpRequest, account: User, form: UserForm, appointment_form: AppointmentForm) -> HttpResponse:
    context = {
        "account": account,
        "name": User.objects.get(pk=account.pk).display_name if form.errors else account.display_name,
        "form": form,
        "is_locked": lockout.is_locked(account),
        "appointment_form": appointment_form,
        "appointments": account.appointments.select_related("organization").order_by("role", "organization__path"),
        "history": ActivityEntry.objects.visible_to(request.user).about(account)[:20],
    }
    return render(request, "units/users/detail.html", context)


@require_POST
def user_appoint(request: HttpRequest, pk: int) -> HttpResponse:
    """Add an appointment to an account."""
    account = _account(request, pk, require_security)
    form = AppointmentForm(request.POST)
    if form.is_valid():
        try:
            appointment = actions.appoint(account, by=request.user, **form.cleaned_data)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"已任命“{account}”为{appointment.organization}{appointment.get_role_display()}。")
            return redirect("units:user_update", pk=pk)
    return _page(request, account, UserForm(instance=account), form)


@require_POST
def appointment_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End an appointment at once."""
    visible = Appointment.objects.filter(user__in=User.objects.visible_to(request.user)).select_related("user", "organization")
    appointment = get_object_or_404(visible, pk=pk)
    require_security(request)
    try:
        actions.end_appointment(appointment, by=request.user)
        messages.success(request, "任职已结束，相应权限立即取消。")
    except Refused as error:
        messages.error(request, str(error))
    return redirect("units:user_update", pk=appointment.user_id)


@never_cache
@require_POST
def user_reset_password(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an account a new one-time password, shown once."""
    account = _account(request, pk)
    try:
        password = actions.reset_password(account, by=request.user)
    except Refused as error:
        messages.error(request, str(error))
        return redirect("units:user_update", pk=pk)
    return render(request, "units/users/password.html", {"account": account, "password": password, "is_new": False})


@require_POST
def user_deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an account."""
    account = _account(request, pk, require_either)
    try:
        actions.deactivate_user(account, by=request.user)
        messages.success(request, f"已停用“{account}”的账号。")
    except Refused as error:
        messages.error(request, str(error))
    return redirect("units:user_update", pk=pk)


@require_POST
def user_unlock(request: HttpRequest, pk: int) -> HttpResponse:
    """Let somebody try again who gave a wrong password too often."""
    account = _account(request, pk, require_security)
    try:
        actions.unlock_user(account, by=request.user)
        messages.success(request, f"已解除“{account}”的登录锁定，可以重新登录。")
    except Refused as error:
        messages.error(request, str(error))
    return redirect("units:user_update", pk=pk)


@require_POST
def user_activate(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a closed account again."""
    account = _account(request, pk)
    try:
        actions.activate_user(account, by=request.user)
        messages.success(request, f"已启用“{account}”的账号。")
    except Refused as error:
        messages.error(request, str(error))
    return redirect("units:user_update", pk=pk)
