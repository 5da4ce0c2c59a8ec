"""Screens of the ways in which organizations are inspected, and of the start."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from inspections.actions import campaign_methods as actions
from inspections.actions.campaign_methods import Way
from inspections.actions.campaigns import NotReady, start_campaign
from inspections.actions.merging import Conflict
from inspections.forms.campaign_setup import RowsFilterForm, WayForm, kept_base, read_base
from inspections.models import Assignment, Campaign
from inspections.models.campaign import Method
from inspections.progress import by_category, by_team
from inspections.readiness import faults
from inspections.views.campaign_access import address, adjustable, manageable, steps
from jobs.errors import Refused
from units.models import OrganizationCategory
from units.typed import key_of

S = Campaign.Status
UNDECIDED = "未定"
get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@get_or_post
def campaign_methods(request: HttpRequest, code: str) -> HttpResponse:
    """The way of each category, and single organizations that deviate."""
    campaign = adjustable(request, code)
    preparing = campaign.status == S.PREPARING
    used = campaign.assignments.order_by().values("category")
    categories = list(OrganizationCategory.objects.filter(pk__in=used))
    ways = actions.ways_of(campaign)
    base = actions.base_of(campaign)
    bound = request.method == "POST"
    forms = [
        (
            category,
            WayForm(request.POST, prefix=f"c{category.pk}") if bound else WayForm.showing(ways.get(category.pk), prefix=f"c{category.pk}"),
        )
        for category in categories
    ]
    problem = ""
    # Every form is read before the first fault ends the search, so that all faults are shown.
    faulty = [form for _, form in forms if bound and not form.is_valid()]
    if bound and not faulty:
        try:
            sent = read_base(request.POST.get("base", ""))
            chosen = {category.pk: form.way() for category, form in forms}
            actions.save_methods(campaign, chosen, base=sent, by=request.user)
        except Conflict as conflict:
            names = {str(category.pk): category.name for category in categories}
            others = "；".join(f"{names[key]}：{way or '未选定'}" for key, way in conflict.theirs.items())
            problem = f"{conflict}别人保存的是：{others}。再次保存将以您选择的为准。"
        except (Refused, ValidationError) as error:
            problem = "；".join(error.messages) if isinstance(error, ValidationError) else str(error)
        else:
            messages.success(request, "督查方式已保存。")
            return redirect("inspections:campaign_teams" if "next" in request.POST else "inspections:campaign_methods", code)
    elif bound:
        problem = "有的类别没有填完整，请看下面标出的地方。"
        base = kept_base(request.POST, base)
    conditions = RowsFilterForm(request.GET, campaign=campaign)
    rows = conditions.filter(campaign.assignments.select_related("organization", "category", "campaign"))
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    counts = {bar.key: bar.total for bar in by_category(campaign.assignments.all())}
    context = {
        "campaign": campaign,
        "preparing": preparing,
        "forms": [(category, form, counts.get(category.pk, 0)) for category, form in forms],
        "ways": [(category, ways.get(category.pk)) for category in categories],
        "base": json.dumps(base, ensure_ascii=False),
        "problem": problem,
        "filter": conditions,
        "page": page,
        "rows": [_way_row(row, ways) for row in page],
        "steps": steps(campaign, "methods"),
    }
    return render(request, "inspections/campaigns/methods.html", context)


def _way_row(assignment: Assignment, ways: dict[int, Way]) -> dict[str, Any]:
    way = Way.of(assignment)
    usual = ways.get(assignment.category_id) if assignment.category_id else None
    # Before its category is decided an assignment has the model's default, which nobody has chosen.
    open_yet = assignment.campaign.status == S.PREPARING and assignment.category_id and usual is None and way == Way(Method.WRITTEN)
    return {"assignment": assignment, "way": UNDECIDED if open_yet else way, "usual": usual, "deviates": usual is not None and way != usual}


@get_or_post
def campaign_method_unit(request: HttpRequest, code: str, pk: str) -> HttpResponse:
    """One organization's own way: the row of the table, as text or (``?edit=1``) as a form."""
    campaign = adjustable(request, code)
    assignment = get_object_or_404(campaign.assignments.select_related("organization", "category", "campaign__organizer"), pk=pk)
    ways = actions.ways_of(campaign)
    context: dict[str, Any] = {"campaign": campaign}
    if request.method == "POST":
        form = WayForm(request.POST, auto_id=f"u{assignment.pk.hex}-%s")
        revision = key_of(request.POST.get("revision"))
        if form.is_valid() and revision is not None:
            try:
                actions.change_method(assignment, form.way(), revision=revision, by=request.user)
                context["said"] = "已保存"
            except Refused as error:
                assignment.refresh_from_db()
                context["problem"] = str(error)
        else:
            context["form"] = form
    elif request.GET.get("edit"):
        undecided = _way_row(assignment, ways)["way"] == UNDECIDED
        context["form"] = WayForm.showing(None if undecided else Way.of(assignment), auto_id=f"u{assignment.pk.hex}-%s")
    return render(request, "inspections/campaigns/_way_row.html", {**context, "row": _way_row(assignment, ways)})


@get_or_post
def campaign_start(request: HttpRequest, code: str) -> HttpResponse:
    """The last step: everything that is missing with a way to it, or the button that starts."""
    campaign = manageable(request, code)
    if request.method == "POST":
        try:
            start_campaign(campaign, by=request.user)
        except NotReady as error:
            messages.error(request, str(error))
        except Refused as error:
            messages.error(request, str(error))
            return redirect("inspections:campaign_detail", code)
        else:
            messages.success(request, f"“{campaign}”已启动，督查组成员登录后即可开始督查。")
            return redirect("inspections:campaign_detail", code)
    elif campaign.status != S.PREPARING:
        messages.info(request, "督查活动已经启动，不需要再次启动。")
        return redirect("inspections:campaign_detail", code)
    found = faults(campaign)
    context = {
        "campaign": campaign,
        "hindering": [(fault, address(campaign, fault.step)) for fault in found if not fault.is_warning],
        "warnings": [(fault, address(campaign, fault.step)) for fault in found if fault.is_warning],
        "categories": by_category(campaign.assignments.all()),
        "teams": by_team(campaign.assignments.all()),
        "documents": campaign.basis_documents.all(),
        "steps": steps(campaign, "start", found),
    }
    return render(request, "inspections/campaigns/start.html", context)
