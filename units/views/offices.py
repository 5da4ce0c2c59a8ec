"""三员设置: who administers, who gives out rights, who audits; and how the initial account gives its powers up."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from jobs.errors import Refused
from units import offices
from units.actions import offices as actions
from units.views.guards import require_office


@require_GET
def office_list(request: HttpRequest) -> HttpResponse:
    """The three offices, what is not separated yet, and the next step."""
    require_office(request)
    obstacles = offices.hand_over_obstacles(request.user) if request.user.is_superuser else []
    context = {"offices": offices.offices(), "faults": offices.faults(), "obstacles": obstacles}
    return render(request, "units/offices/list.html", context)


@require_POST
def office_hand_over(request: HttpRequest) -> HttpResponse:
    """Give up the powers of the initial account."""
    require_office(request)
    try:
        actions.hand_over(request.user)
    except Refused as error:
        messages.error(request, str(error))
        return redirect("units:office_list")
    messages.success(request, "已交出三员权限，本账号从现在起只有任职所给的权限。")
    return redirect("home")
