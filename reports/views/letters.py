"""催办文书: what is late, which letters were sent about it, and drafting the next one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from jobs import actions as jobs
from reports import escalation, lettering
from reports.forms.letters import LetterForm
from reports.views.access import campaign_to_write


@require_http_methods(["GET", "POST"])
def letter_create(request: HttpRequest, code: str) -> HttpResponse:
    """Choose matters that are late and the letter about them; the drafts are made as a background job.

    ``?row=`` ticks rows and ``?kind=`` chooses the letter: so that a row of the ledger can lead here.
    """
    campaign = campaign_to_write(request, code)
    units, templates = escalation.late_units(campaign), escalation.letter_templates()
    wanted = next((row.pk for row in templates if row.document == request.GET.get("kind")), None)
    initial = {"template": wanted} if wanted else {}
    form = LetterForm(request.POST or None, templates=templates, units=units, initial=initial)
    if request.method == "POST" and form.is_valid():
        template, rows = form.cleaned_data["template"], form.cleaned_data["rows"]
        job = jobs.start(
            lettering.KIND,
            f"起草{template}：{campaign}"[:200],
            by=request.user,
            params={"campaign": campaign.pk, "template": template.pk, "rows": rows, "values": form.values},
            total=1,
            back_url=reverse("reports:letter_create", args=[campaign.code]),
        )
        return redirect("jobs:job_detail", pk=job.pk)
    chosen = set(request.POST.getlist("rows") if request.method == "POST" else request.GET.getlist("row"))
    context = {"form": form, "campaign": campaign, "units": units, "chosen": chosen, "has_templates": bool(templates)}
    return render(request, "reports/letters.html", context)
