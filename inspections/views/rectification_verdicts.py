"""Verifying a row, and the two steps of an extension."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from inspections.actions import extensions as extension_actions
from inspections.actions import rectification_verdicts as actions
from inspections.forms import rectifications as forms
from inspections.models import Extension
from inspections.views.rectification_access import extension_for, row_for_liaison, row_for_verdict
from inspections.views.rectification_page import done, shown
from jobs.errors import Refused


@require_POST
def rectification_close(request: HttpRequest, pk: UUID) -> HttpResponse:
    """销号."""
    row = row_for_verdict(request, pk)
    form = forms.VerdictForm(request.POST)
    if not form.is_valid():
        return shown(request, row, verdict=form)
    try:
        actions.close_row(row, by=request.user, text=form.cleaned_data["text"])
    except Refused as error:
        return shown(request, row, refusal=str(error), at="verdict", verdict=form)
    return done(request, row, f"{row.reference} 已核验销号。")


@require_POST
def rectification_return(request: HttpRequest, pk: UUID) -> HttpResponse:
    """退回, with reasons."""
    row = row_for_verdict(request, pk)
    form = forms.VerdictForm(request.POST)
    if not form.is_valid():
        return shown(request, row, verdict=form)
    try:
        actions.send_back_row(row, by=request.user, reason=form.cleaned_data["text"])
    except Refused as error:
        return shown(request, row, refusal=str(error), at="verdict", verdict=form)
    return done(request, row, f"{row.reference} 已退回责任单位，原因已通知联络员。")


@require_POST
def extension_ask(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask for more time."""
    row = row_for_liaison(request, pk)
    form = forms.ExtensionForm(request.POST)
    if not form.is_valid():
        return shown(request, row, extension=form, at="extension")
    try:
        extension_actions.ask_extension(row, by=request.user, **form.cleaned_data)
    except Refused as error:
        return shown(request, row, refusal=str(error), at="extension", extension=form)
    return done(request, row, "延期申请已提交：先由办公室审核，再由领导批准。批准前整改时限不变。")


@require_POST
def extension_endorse(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The office agrees."""
    return _decided(request, extension_for(request, pk, "office"), extension_actions.endorse_extension, "已审核，报领导批准。")


@require_POST
def extension_approve(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A leader agrees."""
    return _decided(request, extension_for(request, pk, "leader"), extension_actions.approve_extension, "已批准延期，新的整改时限已生效。")


def _decided(request: HttpRequest, extension: Extension, act: object, notice: str) -> HttpResponse:
    form = forms.CommentForm(request.POST)
    if not form.is_valid():
        return shown(request, extension.rectification, comment=form, at="comment")
    try:
        act(extension, by=request.user, comment=form.cleaned_data["comment"])  # type: ignore[operator]
    except Refused as error:
        return shown(request, extension.rectification, refusal=str(error), at="comment", comment=form)
    return done(request, extension.rectification, notice)


@require_POST
def extension_refuse(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The office or a leader does not agree, each at their own step."""
    extension = extension_for(request, pk, "office", "leader")
    step = "leader" if extension.status == Extension.Status.ENDORSED else "office"
    extension = extension_for(request, pk, step)
    form = forms.CommentForm(request.POST)
    reason = form.cleaned_data["comment"] if form.is_valid() else ""
    try:
        extension_actions.refuse_extension(extension, by=request.user, reason=reason)
    except Refused as error:
        return shown(request, extension.rectification, refusal=str(error), at="comment", comment=form)
    return done(request, extension.rectification, "已答复不同意延期，整改时限不变。")


@require_POST
def extension_withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The organization takes its request back."""
    extension = extension_for(request, pk, "unit")
    try:
        extension_actions.withdraw_extension(extension, by=request.user)
    except Refused as error:
        return shown(request, extension.rectification, refusal=str(error))
    return done(request, extension.rectification, "已撤回延期申请。")
