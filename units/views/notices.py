"""Screens: the bell, the list of notices, and how one wants to be told."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jobs.errors import Refused
from units.actions import deliveries, notice_settings
from units.actions import notices as actions
from units.digest import setting_of
from units.forms.notices import NoticeFilterForm, NoticeSettingForm
from units.models import Delivery, Notice
from units.sending import mail

PAGE = 30
MINE = 10


@login_not_required
@never_cache
@require_GET
def notice_bell(request: HttpRequest) -> HttpResponse:
    """The bell, asked for again while a page stays open.

    Whoever is no longer logged in gets nothing, and above all no way to the log-in: the page may hold what was just typed.
    """
    if not request.user.is_authenticated:
        return HttpResponse(headers={"HX-Reswap": "none"})
    return render(request, "components/bell.html")


@require_GET
def notice_list(request: HttpRequest) -> HttpResponse:
    """What the user was told, newest first; the unread ones unless all are asked for."""
    form = NoticeFilterForm(request.GET)
    mine = Notice.objects.visible_to(request.user)
    page = Paginator(form.filter(mine), PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "unread": mine.unread().count(), "shows_all": request.GET.get("state") == "all"}
    return render(request, "units/notices/list.html", context)


@require_GET
def notice_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Go to what a notice is about; it counts as read from then on."""
    notice = get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)
    actions.mark_read(notice)
    return redirect(notice.path)


@require_POST
def notice_read(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one as read without going there."""
    actions.mark_read(get_object_or_404(Notice.objects.visible_to(request.user), pk=pk))
    return redirect("units:notice_list")


@require_POST
def notice_read_all(request: HttpRequest) -> HttpResponse:
    """Mark everything as read."""
    count = actions.mark_all_read(request.user)
    messages.success(request, f"已把 {count} 条提醒标为已读。" if count else "没有未读的提醒。")
    return redirect("units:notice_list")


@require_http_methods(["GET", "POST"])
def notice_settings_update(request: HttpRequest) -> HttpResponse:
    """通知设置 of the user."""
    user = request.user
    form = NoticeSettingForm(request.POST or None, user=user, setting=setting_of(user))
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        values = {"email": cleaned["email"], "digest": cleaned["digest"], "paused_until": cleaned["paused_until"], "ways": form.ways}
        notice_settings.save_settings(user, **values)
        messages.success(request, "已保存。")
        return redirect("units:notice_settings_update")
    mine = Delivery.objects.filter(user=user)[:MINE]
    return render(request, "units/notices/settings.html", {"form": form, "mail_is_on": mail.is_on(), "mine": mine})


@require_POST
def notice_settings_try(request: HttpRequest) -> HttpResponse:
    """Send a test to the own address."""
    try:
        delivery = deliveries.send_test_mail(request.user)
    except Refused as error:
        messages.error(request, str(error))
    else:
        tell_outcome(request, delivery, f"测试邮件已送出，请到 {delivery.address} 查收；没有收到时，请查看垃圾邮件。")
    return redirect("units:notice_settings_update")


def tell_outcome(request: HttpRequest, delivery: Delivery, sent: str) -> None:
    """Say what became of a test."""
    if delivery.status == Delivery.Status.SENT:
        messages.success(request, sent)
    elif delivery.is_open:
        messages.warning(request, f"没有送出：{delivery.error}一分钟后自动再试。")
    else:
        messages.error(request, f"没有送出：{delivery.error}")
