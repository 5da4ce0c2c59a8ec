"""Bulk documents: choose organizations, start the job."""

from __future__ import annotations

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from inspections.models import Assignment
from jobs import actions as jobs
from reports import bulk
from reports.bundling import VOLUME
from reports.forms import BulkForm
from reports.views.access import campaign_to_write
from units.actions.activity import record


@require_http_methods(["GET", "POST"])
def bulk_create(request: HttpRequest, code: str) -> HttpResponse:
    """Choose organizations and a document, and make it for each of them, as one background job."""
    campaign = campaign_to_write(request, code)
    form = BulkForm(request.POST or None, campaign=campaign, user=request.user)
    if request.method == "POST" and form.is_valid():
        chosen = form.chosen_ids
        data = form.cleaned_data
        template = data["template"]
        values = {"deadline_days": data["deadline_days"], "signed_on": data["signed_on"].isoformat()}
        job = jobs.start(
            bulk.KIND,
            f"批量生成{template}：{campaign}"[:200],
            by=request.user,
            params={
                "campaign": campaign.pk,
                "template": template.pk,
                "assignments": chosen,
                "formats": data["formats"],
                "values": values,
                "bundle": data["bundle"],
                "right_pages": data["right_pages"],
            },
            total=len(chosen) * (1 if data["bundle"] == VOLUME else len(data["formats"])),
            back_url=reverse("inspections:campaign_detail", args=[campaign.code]),
        )
        record(
            request.user, "reports.bulk_create", f"批量生成{template}（{len(chosen)} 个单位）", campaign, organization=campaign.organizer
        )
        return redirect("jobs:job_detail", pk=job.pk)
    concluded = (
        Assignment.objects.concluded()
        .filter(campaign=campaign)
        .select_related("organization", "category")
        .order_by(F("category__order").asc(nulls_last=True), "category", "organization_path")
    )
    context = {"form": form, "campaign": campaign, "assignments": concluded}
    return render(request, "reports/bulk.html", context)
