"""Screens: 访问令牌, with which other systems read."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jobs.errors import Refused
from units.actions import tokens as actions
from units.forms.integration import TokenForm
from units.models import AccessToken


def _require_reader(request: HttpRequest) -> None:
    if not (request.user.keeps_directory or request.user.scope_paths):
        raise PermissionDenied("系统对接由办公室设置，领导和系统管理员可以查看。")


@require_GET
def token_list(request: HttpRequest) -> HttpResponse:
    """The tokens of the reader's organizations; those in force first. Administrators see all."""
    _require_reader(request)
    found = AccessToken.objects.visible_to(request.user).select_related("organization", "created_by", "revoked_by")
    rows = [(token, token.is_writable_by(request.user)) for token in sorted(found, key=lambda token: not token.is_valid)]
    context = {"tokens": rows, "may_add": bool(request.user.office_paths)}
    return render(request, "units/tokens/list.html", context)


@require_http_methods(["GET", "POST"])
def token_create(request: HttpRequest) -> HttpResponse:
    """Make one, and show it this once. Only the office does: it answers for what its business data are given to."""
    if not request.user.office_paths:
        raise PermissionDenied("访问令牌由办公室建立。")
    form = TokenForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        token, secret = actions.create_token(by=request.user, **form.cleaned_data)
        example = request.build_absolute_uri(reverse("api:read_organizations"))
        answer = render(request, "units/tokens/made.html", {"token": token, "secret": secret, "example": example})
        answer["Cache-Control"] = "no-store"
        return answer
    return render(request, "units/tokens/form.html", {"form": form})


@require_POST
def token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one away."""
    token = get_object_or_404(AccessToken.objects.visible_to(request.user).select_related("organization"), pk=pk)
    if not token.is_writable_by(request.user):
        raise PermissionDenied("访问令牌由办公室和系统管理员停用。")
    try:
        actions.revoke_token(token, by=request.user)
        messages.success(request, f"已停用访问令牌“{token}”，对方立即不能再读取。")
    except Refused as error:
        messages.error(request, str(error))
    return redirect("units:token_list")
