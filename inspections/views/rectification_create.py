"""From problems to rows of the ledger: for all units of a campaign on one page, in one step; and issuing what was made."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from inspections.actions.rectification_rows import create_rows, issue_rows
from inspections.forms.rectification_create import GROUPS, boxes_of, rows_of
from inspections.models import Campaign, Rectification, RectificationFinding
from inspections.models.finding import FindingQuerySet
from inspections.views.campaign_access import manageable
from jobs.errors import Refused
from units.calendar import add_working_days
from units.models import PartyOrganization
from units.typed import key_of, words_of

UNITS = 10
"""Units on one page of the form."""
DAYS, DAYS_AT_ONCE, MOST_DAYS = 20, 3, 250


def unplaced(campaign: Campaign) -> FindingQuerySet:
    """The problems of a campaign that no row of the ledger answers yet."""
    placed = RectificationFinding.objects.filter(finding=OuterRef("pk"), rectification__in=Rectification.objects.ledger())
    return campaign.findings.problems().exclude(Exists(placed))


@require_http_methods(["GET", "POST"])
def rectification_create(request: HttpRequest, code: str) -> HttpResponse:
    """Choose problems, group them into rows, set requirement, deadline and duty; make the rows, and issue them if wanted."""
    campaign = manageable(request, code)
    is_immediate = campaign.status == Campaign.Status.RUNNING
    words = words_of(request.GET.get("q"))
    days = min(key_of(request.GET.get("days")) or (DAYS_AT_ONCE if is_immediate else DAYS), MOST_DAYS)
    page = Paginator(_units(campaign, words), UNITS).get_page(request.GET.get("page"))
    findings = unplaced(campaign).filter(organization__in=[unit.pk for unit in page]).select_related("organization", "theme")
    ordered = list(findings.order_by("organization_path", "theme__order", "recorded_at", "received_at"))
    due_on = add_working_days(timezone.localdate(), days)
    boxes = boxes_of(ordered, due_on=due_on, posted=request.POST if request.method == "POST" else None)
    refusal = ""
    if request.method == "POST":
        try:
            made = create_rows(campaign, rows_of(boxes, is_immediate=is_immediate), by=request.user)
            if "issue" in request.POST:
                issue_rows(made, by=request.user)
        except Refused as error:
            refusal = str(error)
        else:
            said = "并下发" if "issue" in request.POST else "，尚未下发"
            messages.success(request, f"已将 {len(made)} 项列入整改台账{said}。")
            return redirect(reverse("inspections:rectification_list", query={"campaign": campaign.code}))
    context = {
        "campaign": campaign,
        "is_immediate": is_immediate,
        "page": page,
        "boxes": boxes,
        "groups": GROUPS[1:],
        "days": days,
        "due_on": due_on,
        "words": words,
        "refusal": refusal,
        "total": unplaced(campaign).count(),
        "drafts": Rectification.objects.open().filter(campaign=campaign, issued_at=None).count(),
    }
    return render(request, "inspections/rectifications/create.html", context, status=422 if refusal else 200)


def _units(campaign: Campaign, words: str) -> QuerySet[PartyOrganization]:
    """The units that have problems without a row, in the order of the directory."""
    waiting = unplaced(campaign).order_by().values("organization").annotate(number=Count("pk")).values("organization")
    return PartyOrganization.objects.filter(pk__in=waiting).search(words).order_by("path")


@require_POST
def rectification_issue_all(request: HttpRequest, code: str) -> HttpResponse:
    """Issue every row of a campaign that was made and not issued yet."""
    campaign = manageable(request, code)
    rows = list(Rectification.objects.open().filter(campaign=campaign, issued_at=None))
    try:
        issued = issue_rows(rows, by=request.user)
    except Refused as error:
        messages.error(request, str(error))
    else:
        if issued:
            units = len({row.organization_id for row in issued})
            messages.success(request, f"已向 {units} 个单位下发 {len(issued)} 项整改任务。")
        else:
            messages.info(request, "没有待下发的整改事项。")
    return redirect(reverse("inspections:rectification_list", query={"campaign": campaign.code}))
