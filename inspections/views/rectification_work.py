"""The organization's side of a row: receive, plan, progress, evidence, hand in. And 立行立改, noted by the team on the spot."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inspections.actions import rectification_proofs as proof_actions
from inspections.actions import rectification_work as actions
from inspections.actions.taking import note_proof
from inspections.forms import rectifications as forms
from inspections.models import Rectification
from inspections.views.evidence import served
from inspections.views.field_access import finding_for_writing
from inspections.views.rectification_access import proof_for_reading, row_for_liaison, row_for_unit
from inspections.views.rectification_page import done, shown
from jobs.errors import Refused


@require_POST
def rectification_receive(request: HttpRequest, pk: UUID) -> HttpResponse:
    """签收."""
    row = row_for_liaison(request, pk)
    try:
        actions.receive_row(row, by=request.user)
    except Refused as error:
        return shown(request, row, refusal=str(error))
    return done(request, row, "已签收。下一步：填写整改措施和责任人职务。")


@require_POST
def rectification_plan(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say how it will be put right."""
    row = row_for_unit(request, pk)
    form = forms.PlanForm(request.POST)
    if not form.is_valid():
        return shown(request, row, plan=form)
    try:
        actions.plan_row(row, by=request.user, **form.cleaned_data)
    except Refused as error:
        return shown(request, row, refusal=str(error), at="plan", plan=form)
    return done(request, row, "整改措施已保存。")


@require_POST
def rectification_progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say how far it is."""
    row = row_for_unit(request, pk)
    form = forms.ProgressForm(request.POST)
    if not form.is_valid():
        return shown(request, row, progress=form)
    try:
        actions.report_progress(row, by=request.user, text=form.cleaned_data["text"], entry_id=form.cleaned_data["id"])
    except Refused as error:
        return shown(request, row, refusal=str(error), at="progress", progress=form)
    return done(request, row, "进展已报送。")


@require_POST
def rectification_submit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Hand the result in for verification."""
    row = row_for_unit(request, pk)
    form = forms.SubmitForm(request.POST)
    if not form.is_valid():
        return shown(request, row, submit=form)
    try:
        actions.submit_row(row, by=request.user, text=form.cleaned_data["text"])
    except Refused as error:
        return shown(request, row, refusal=str(error), at="submit", submit=form)
    return done(request, row, "已报请核验，核验结果会通知您。")


def _told(kept: int, faults: str) -> str:
    return f"已保存 {kept} 个文件，下列文件没有保存：{faults}" if kept else f"没有保存：{faults}"


@require_POST
def proof_add(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Add files; the good ones are kept, each bad one is named with its reason."""
    row = row_for_unit(request, pk)
    form, uploads = forms.ProofForm(request.POST), request.FILES.getlist("files")
    if not form.is_valid() or not uploads:
        return shown(request, row, refusal="没有选择文件，请选择后再上传。", at="proof", proof=form)
    try:
        kept, refused = proof_actions.add_proofs(row, uploads, by=request.user, stage=form.cleaned_data["stage"])
    except Refused as error:
        return shown(request, row, refusal=str(error), at="proof", proof=form)
    if refused:
        told = "；".join(str(error) for error in refused)
        return shown(request, row, refusal=_told(len(kept), told), at="proof", proof=form)
    return done(request, row, f"已上传 {len(kept)} 个文件。")


@require_GET
def proof_download(request: HttpRequest, pk: UUID) -> HttpResponse | FileResponse:
    """Serve one file to those who may see its row."""
    proof, small = proof_for_reading(request, pk), "small" in request.GET
    response = served(proof, small=small)
    if not small:
        note_proof(proof, by=request.user)
    return response


@require_POST
def proof_remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Remove a file."""
    proof = proof_for_reading(request, pk)
    row = row_for_unit(request, proof.rectification_id)
    try:
        proof_actions.remove_proof(proof, by=request.user)
    except Refused as error:
        return shown(request, row, refusal=str(error), at="proof")
    return done(request, row, f"已移除“{proof.name}”。")


@require_http_methods(["GET", "POST"])
def rectification_put_right(request: HttpRequest, pk: UUID) -> HttpResponse:
    """立行立改: the team notes that a problem was put right while it was there, with photos of before and after."""
    finding = finding_for_writing(request, pk)
    form = forms.PutRightForm(request.POST if request.method == "POST" else None)
    context = {"finding": finding, "assignment": finding.assignment, "form": form}
    if form.is_bound and form.is_valid():
        before, after = request.FILES.getlist("before"), request.FILES.getlist("after")
        try:
            row: Rectification = actions.put_right_now(finding, by=request.user, before=before, after=after, **form.cleaned_data)
        except Refused as error:
            context["refusal"] = str(error)
        else:
            messages.success(request, f"已记为立行立改（{row.reference}），由其他同志核验后销号。")
            return redirect(reverse("inspections:rectification_detail", args=[row.pk]))
    return render(request, "inspections/rectifications/put_right.html", context, status=422 if form.is_bound else 200)
