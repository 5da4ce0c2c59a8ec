"""回头看: the result noted at one organization, and the sample of closed rows drawn for a campaign."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from inspections.actions.rechecks import save_recheck
from inspections.actions.revisions import RevisionConflict
from inspections.actions.samples import closed_before, draw_sample
from inspections.forms.rechecks import RecheckForm
from inspections.forms.rectifications import SampleForm
from inspections.models import Finding, Recheck, RecheckSample, Rectification
from inspections.rechecking import rechecks_of
from inspections.sampling import ticket
from inspections.views.campaign_access import manageable
from inspections.views.field_access import assignment_for_writing
from jobs.errors import Refused

PART = "inspections/rectifications/_recheck.html"


@require_POST
def recheck_save(request: HttpRequest, pk: UUID, finding: UUID) -> HttpResponse:
    """Say whether one problem was put right; answers with its card, or leads back to the assignment's page."""
    assignment = assignment_for_writing(request, pk)
    problem = get_object_or_404(Finding.objects.filter(pk__in=[line.finding.pk for line in rechecks_of(assignment)]), pk=finding)
    form = RecheckForm(request.POST)
    refusal, status = "", 200
    if form.is_valid():
        data = form.cleaned_data
        try:
            save_recheck(assignment, problem, outcome=data["outcome"], note=data["note"], by=request.user, base_revision=form.base_revision)
        except RevisionConflict as error:
            refusal, status = f"别人刚刚记为“{error.server}”，您的没有保存。如要采用您的，请再点一次。", 409
        except Refused as error:
            refusal, status = str(error), 422
    else:
        refusal, status = "；".join(text for errors in form.errors.values() for text in errors), 422
    if request.htmx:
        line = next((one for one in rechecks_of(assignment) if one.finding.pk == problem.pk), None)
        context = {"line": line, "assignment": assignment, "can_write": True, "refusal": refusal}
        if status != 200:  # noqa: PLR2004 -- what was typed stays
            context |= {"typed": request.POST}
        return render(request, PART, context, status=status)
    if refusal:
        messages.error(request, refusal)
    return redirect(reverse("inspections:assignment_detail", args=[assignment.pk]) + "#rechecks")


@require_http_methods(["GET", "POST"])
def recheck_sample(request: HttpRequest, code: str) -> HttpResponse:
    """Draw the sample for a campaign, once; afterwards the page shows rule, seed and outcome so that anybody can draw it again."""
    campaign = manageable(request, code)
    form = SampleForm(request.POST if request.method == "POST" else None)
    refusal = ""
    if form.is_bound and form.is_valid():
        try:
            sample = draw_sample(campaign, by=request.user, **form.cleaned_data)
        except Refused as error:
            refusal = str(error)
        else:
            messages.success(request, f"已抽取 {sample.rows.count()} 项，已列入相应单位的“回头看”。")
            return redirect("inspections:recheck_sample", code=campaign.code)
    drawn = RecheckSample.objects.filter(campaign=campaign).select_related("by").first()
    context = {
        "campaign": campaign,
        "form": form,
        "refusal": refusal,
        "sample": drawn,
        "candidates": closed_before(campaign).count() if drawn is None else 0,
        **(_drawn(drawn, request) if drawn else {}),
    }
    return render(request, "inspections/rectifications/sample.html", context, status=422 if form.is_bound else 200)


def _drawn(sample: RecheckSample, request: HttpRequest) -> dict[str, object]:
    """Return what the page shows of a sample: its rows with their results, and the lots of all that could be drawn."""
    rows = Rectification.objects.filter(samples__sample=sample).select_related("campaign", "organization").order_by("campaign", "number")
    results = Recheck.objects.visible_to(request.user).filter(assignment__campaign=sample.campaign, rectification__in=rows)
    by_row: dict[object, list[Recheck]] = {}
    for result in results:
        by_row.setdefault(result.rectification_id, []).append(result)
    chosen = {row.reference for row in rows}
    lots = [
        (
            reference,
            Rectification.Severity(severity).label,
            ticket(sample.seed, reference),
            reference in chosen,
            severity in sample.severities,
        )
        for reference, severity in sample.population
    ]
    return {
        "rows": [(row, by_row.get(row.pk, [])) for row in rows],
        "lots": sorted(lots, key=lambda lot: (not lot[4], lot[2])),
        "severity_names": [Rectification.Severity(severity).label for severity in sample.severities],
    }
