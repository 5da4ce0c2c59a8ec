"""The list of assignments across campaigns, to which figures everywhere link."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from inspections import progress
from inspections.forms.campaign_lists import AssignmentFilterForm
from inspections.list_kinds import ASSIGNMENT_ORDER, ASSIGNMENTS
from inspections.models import Assignment
from units.list_tools import default_view, tools_for


@require_GET
def assignment_list(request: HttpRequest) -> HttpResponse:
    """Assignments that the reader may see, by the conditions in the address."""
    if own := default_view(request, ASSIGNMENTS):
        return own
    form = AssignmentFilterForm(request.GET, user=request.user)
    found = form.filter(Assignment.objects.visible_to(request.user))
    rows = found.select_related("organization", "category", "team", "campaign").order_by(*ASSIGNMENT_ORDER)
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    answers = progress.answers(page)
    chosen = form.cleaned_data.get("organization")
    below = "及下级" if form.cleaned_data.get("below") else ""
    context = {
        "tools": tools_for(request, ASSIGNMENTS, form, extra={"organization": f"组织：{chosen}{below}"} if chosen else None),
        "page": page,
        "rows": [(row, answers[row.pk]) for row in page],
        "form": form,
        "campaign": form.cleaned_data.get("campaign"),
        "organization": form.cleaned_data.get("organization"),
        "below": form.cleaned_data.get("below"),
        "is_filtered": any(request.GET.get(name) for name in form.fields),
    }
    return render(request, "inspections/campaigns/assignments.html", context)
