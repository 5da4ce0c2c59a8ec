"""The office's verbs on one row: issue, change, ask a verifier, urge, hand over, merge, split, withdraw, open again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from inspections.actions import rectification_reshaping as reshaping
from inspections.actions import rectification_rows as actions
from inspections.actions import rectification_verdicts as verdicts
from inspections.forms import rectifications as forms
from inspections.forms.rectification_shapes import MergeForm, SplitForm
from inspections.forms.results import ReasonForm
from inspections.models import Rectification
from inspections.rectifying import verifiers_for
from inspections.views.rectification_access import row_for_office
from inspections.views.rectification_page import done, shown
from jobs.errors import Refused
from units.models import PartyOrganization


@require_POST
def rectification_issue(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Issue one row."""
    row = row_for_office(request, pk)
    try:
        actions.issue_rows([row], by=request.user)
    except Refused as error:
        return shown(request, row, refusal=str(error))
    return done(request, row, f"已下发给“{row.organization}”。")


@require_POST
def rectification_update(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change words, duty or deadline."""
    row = row_for_office(request, pk)
    # The form writes into the object it is given, and the page shows the stored row.
    form = forms.ChangeForm(request.POST, instance=Rectification.objects.get(pk=row.pk))
    if not form.is_valid():
        return shown(request, row, change=form, at="change")
    data = dict(form.cleaned_data)
    try:
        actions.change_row(row, by=request.user, base_revision=data.pop("revision"), **data)
    except Refused as error:
        return shown(request, row, refusal=str(error), at="change", change=form)
    return done(request, row, "已保存调整。")


@require_POST
def rectification_verifier(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask somebody to verify."""
    row = row_for_office(request, pk)
    form = forms.VerifierForm(request.POST, offered=verifiers_for(row))
    if not form.is_valid():
        return shown(request, row, verifier=form, at="verifier")
    try:
        verdicts.ask_verifier(row, form.cleaned_data["verifier"], by=request.user)
    except Refused as error:
        return shown(request, row, refusal=str(error), at="verifier", verifier=form)
    return done(request, row, f"已请{form.cleaned_data['verifier']}核验。")


@require_POST
def rectification_remind(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Urge the organization."""
    row = row_for_office(request, pk)
    try:
        told = actions.remind_row(row, by=request.user)
    except Refused as error:
        return shown(request, row, refusal=str(error))
    return done(request, row, f"已提醒联络员 {told} 人。")


@require_POST
def rectification_reopen(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Open a closed row again."""
    row = row_for_office(request, pk)
    form = forms.ReopenForm(request.POST)
    if not form.is_valid():
        return shown(request, row, reopen=form, at="reopen")
    try:
        verdicts.reopen_row(row, by=request.user, **form.cleaned_data)
    except Refused as error:
        return shown(request, row, refusal=str(error), at="reopen", reopen=form)
    return done(request, row, "已重新打开，责任单位须在新的时限内整改。")


@require_POST
def rectification_withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a row out of the ledger."""
    row = row_for_office(request, pk)
    form = ReasonForm(request.POST)
    try:
        actions.withdraw_row(row, by=request.user, reason=form.cleaned_data["reason"] if form.is_valid() else "")
    except Refused as error:
        return shown(request, row, refusal=str(error), at="withdraw")
    return done(request, row, f"{row.reference} 已从台账撤回。")


def _page(request: HttpRequest, name: str, row: Rectification, form: Any, refusal: str = "", **more: Any) -> HttpResponse:
    context = {"row": row, "form": form, "refusal": refusal, **more}
    return render(request, f"inspections/rectifications/{name}.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def rectification_transfer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Hand a row over to another organization below the organizer."""
    row = row_for_office(request, pk)
    below = PartyOrganization.objects.active().subtree_of(row.campaign.organizer)
    offered = below.exclude(pk__in=[row.organization_id, row.campaign.organizer_id])
    form = forms.TransferForm(request.POST or None, organizations=offered)
    refusal = ""
    if form.is_bound and form.is_valid():
        try:
            reshaping.transfer_row(row, form.cleaned_data["organization"], by=request.user, reason=form.cleaned_data["reason"])
        except Refused as error:
            refusal = str(error)
        else:
            return done(request, row, f"已移交“{form.cleaned_data['organization']}”，由其重新签收。")
    return _page(request, "transfer", row, form, refusal)


@require_http_methods(["GET", "POST"])
def rectification_merge(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Merge other rows of the same organization into this one."""
    row = row_for_office(request, pk)
    beside = Rectification.objects.ledger().filter(
        organization=row.organization_id,
        campaign=row.campaign_id,
        status__in=Rectification.WITH_UNIT,
        issued_at__isnull=row.issued_at is None,
    )
    others = beside.exclude(pk=row.pk).select_related("campaign").order_by("number")
    form = MergeForm(request.POST or None, row=row, others=others)
    refusal = ""
    if form.is_bound and form.is_valid():
        try:
            reshaping.merge_rows(row, list(form.cleaned_data["others"]), by=request.user, content=form.cleaned_data["content"])
        except Refused as error:
            refusal = str(error)
        else:
            return done(request, row, "已合并，各项对应的问题、佐证和过程都并入本项。")
    return _page(request, "merge", row, form, refusal, has_others=others.exists())


@require_http_methods(["GET", "POST"])
def rectification_split(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Split a row into parts; every problem stays in some part."""
    row = row_for_office(request, pk)
    findings = list(row.findings.order_by("recorded_at", "pk"))
    form = SplitForm(request.POST or None, row=row, findings=findings)
    refusal = ""
    if form.is_bound and form.is_valid():
        try:
            made = reshaping.split_row(row, form.parts, by=request.user)
        except Refused as error:
            refusal = str(error)
        else:
            return done(request, row, f"已拆分为 {len(made)} 项：{'、'.join(one.reference for one in made)}。")
    return _page(request, "split", row, form, refusal)
