"""Taking back several findings at once, with one reason."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from inspections.actions.findings import withdraw_finding
from inspections.forms.results import ReasonForm
from inspections.models import Finding
from inspections.views.field_access import require_inspector
from units.bulk import on_each, uuids
from units.typed import own_address


@require_http_methods(["GET", "POST"])
def finding_withdraw_many(request: HttpRequest) -> HttpResponse:
    """Show the ticked findings and ask why; then take each back that may be, and say of the others why not."""
    if not request.user.office_paths:
        raise PermissionDenied("批量撤回发现由主办组织的办公室办理。")
    data = request.POST if request.method == "POST" else request.GET
    back = own_address(request, data.get("next")) or reverse("inspections:finding_list")
    related = ("campaign__organizer", "organization", "assignment__campaign__organizer", "assignment__team")
    keys = uuids(key.partition(":")[0] for key in data.getlist("row"))
    rows = list(Finding.objects.visible_to(request.user).standing().filter(pk__in=keys).select_related(*related))
    if not rows:
        messages.info(request, "没有可以撤回的发现。请先在列表里勾选，已经撤回的不用再选。")
        return redirect(back)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "GET" or not form.is_valid():
        context = {"rows": rows, "form": form, "back": back}
        return render(request, "inspections/findings/withdraw_many.html", context, status=422 if form.is_bound else 200)

    def withdraw(finding: Finding) -> None:
        require_inspector(finding.assignment, request.user)
        withdraw_finding(finding, by=request.user, reason=form.cleaned_data["reason"])

    outcome = on_each(
        "撤回", rows, withdraw, lambda row: (f"{row.organization}：{row.text}", reverse("inspections:finding_detail", args=[row.pk]))
    )
    return render(request, "units/lists/outcome.html", {"outcome": outcome, "back": back, "back_label": "督查发现"})
