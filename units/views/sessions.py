"""登录设备: where one is logged in, who is logged in, and the end of it from elsewhere; what pages ask about their own log-in."""

from __future__ import annotations

from django.conf import settings
from django.contrib import auth, messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from jobs.errors import Refused
from units.actions import sessions as actions
from units.models import LoginSession, User
from units.typed import own_address, words_of

PAGE = 50


@require_GET
def session_list(request: HttpRequest) -> HttpResponse:
    """The visitor's own log-ins."""
    found = LoginSession.objects.visible_to(request.user).filter(account=request.user).live()
    return render(request, "units/sessions/mine.html", {"sessions": found, "here": request.session.session_key})


@require_GET
def session_everybody(request: HttpRequest) -> HttpResponse:
    """All log-ins in force, for security administrators."""
    if not request.user.keeps_security:
        raise PermissionDenied("全部登录由安全管理员查看，您可以在“登录设备”中查看自己的登录。")
    words = words_of(request.GET.get("q"))
    found = LoginSession.objects.visible_to(request.user).live().select_related("account__organization")
    if words:
        found = found.filter(account__in=User.objects.visible_to(request.user).search(words))
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return render(request, "units/sessions/everybody.html", {"page": page, "q": words, "here": request.session.session_key})


@require_POST
def session_end(request: HttpRequest, handle: str) -> HttpResponse:
    """Log out one session from elsewhere."""
    visible = LoginSession.objects.visible_to(request.user).select_related("account__organization")
    session = get_object_or_404(visible, handle=handle)
    try:
        actions.end_session(session, by=request.user)
        if session.session_key == request.session.session_key:
            auth.logout(request)
            return redirect("units:login")
        messages.success(request, f"已使“{session.account}”在{session.device or '未知设备'}上的登录退出。")
    except Refused as error:
        messages.error(request, str(error))
    return redirect(own_address(request, request.POST.get("next", "")) or "units:session_list")


@require_POST
def session_end_others(request: HttpRequest) -> HttpResponse:
    """Log out everywhere but here."""
    count = actions.end_other_sessions(request.user, keep=request.session.session_key or "")
    messages.success(request, f"已退出其他 {count} 处登录。" if count else "没有其他地方的登录。")
    return redirect("units:session_list")


@login_not_required
@never_cache
@require_GET
def session_state(request: HttpRequest) -> HttpResponse:
    """Whether the log-in of a page is still in force, and whose it is; ``?active`` says that somebody is at work on the page."""
    user = request.user
    if user.is_authenticated and "active" in request.GET:
        actions.touch(request.session.session_key or "", request.session.seen_at)
    return JsonResponse({"user": str(user.pk) if user.is_authenticated else "", "idle_minutes": settings.SESSION_IDLE_MINUTES})


@require_GET
def session_renewed(request: HttpRequest) -> HttpResponse:
    """Shown after a log-in in a second window: the work is in the first."""
    return render(request, "units/sessions/renewed.html")
