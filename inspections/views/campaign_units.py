"""The list of assignments across campaigns, to which figures everywhere link."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from inspections import progress
from inspections.forms.campaign_lists import AssignmentFilterForm
from inspections.models import Assignment


@require_GET
def assignment_list(request: HttpRequest) -> HttpResponse:
    """Assignments that the reader may see, by the conditions in the address."""
    form = AssignmentFilterForm(request.GET, user=request.user)
    found = form.filter(Assignment.objects.visible_to(request.user))
    rows = found.select_related("organization", "category", "team", "campaign").order_by(
        "-campaign__year", "-campaign__half", "-campaign", "order", "organization_path"
    )
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    answers = progress.answers(page)
    context = {
        "page": page,
        "rows": [(row, answers[row.pk]) for row in page],
        "form": form,
        "campaign": form.cleaned_data.get("campaign"),
        "organization": form.cleaned_data.get("organization"),
        "below": form.cleaned_data.get("below"),
        "is_filtered": any(request.GET.get(name) for name in form.fields),
    }
    return render(request, "inspections/campaigns/assignments.html", context)
