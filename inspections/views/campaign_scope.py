"""Screens of what a campaign inspects: conditions before the start, single organizations afterwards."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inspections.actions import campaign_scope as actions
from inspections.actions.merging import Conflict
from inspections.forms.campaign_setup import AddUnitsForm, RowsFilterForm, ScopeForm, in_one_line, kept_base, read_base
from inspections.forms.campaigns import ReasonForm
from inspections.models import Campaign
from inspections.scope import PARTS, Scope, candidates, selected
from inspections.views.campaign_access import adjustable, steps
from jobs.errors import Refused
from units.typed import words_of

S = Campaign.Status
get_or_post = require_http_methods(["GET", "HEAD", "POST"])
LISTED = 200
"""So many names of a category the preview lists; the rest is counted."""
FOUND = 20
"""So many results a search shows."""


@get_or_post
def campaign_scope(request: HttpRequest, code: str) -> HttpResponse:
    """Before the start: conditions with a live count. Afterwards: single organizations come and go with a reason."""
    campaign = adjustable(request, code)
    if campaign.status == S.RUNNING:
        return _running_scope(request, campaign)
    base = Scope.of(campaign).to_json()
    form = ScopeForm(request.POST if request.method == "POST" else None, campaign=campaign, initial=base)
    theirs: list[tuple[str, str]] = []
    if request.method == "POST" and form.is_valid() and "next" in request.POST and not selected(campaign, form.scope()).exists():
        form.add_error(None, "还没有选定任何单位，不能进入下一步。请至少勾选一个类别或标签，或者加入一个组织。")
    if request.method == "POST" and form.is_valid():
        try:
            sent = read_base(request.POST.get("base", ""))
            _save(request, campaign, form.scope(), sent)
        except Conflict as conflict:
            form.add_error(None, f"{conflict}再次保存将以您选择的为准。")
            theirs = [(PARTS[part], _words(part, keys)) for part, keys in conflict.theirs.items()]
        except (Refused, ValidationError) as error:
            form.add_error(None, error if isinstance(error, ValidationError) else str(error))
        else:
            return redirect("inspections:campaign_methods" if "next" in request.POST else "inspections:campaign_scope", code)
    elif request.method == "POST":
        base = kept_base(request.POST, base)
    scope = form.shown() if form.is_bound else Scope.of(campaign)
    context = {
        "campaign": campaign,
        "form": form,
        "theirs": theirs,
        "base": json.dumps(base),
        "chips": _chips(campaign, scope),
        "steps": steps(campaign, "scope"),
        **_preview(campaign, scope),
    }
    return render(request, "inspections/campaigns/scope.html", context)


def _save(request: HttpRequest, campaign: Campaign, scope: Scope, base: dict[str, Any]) -> None:
    added, removed = actions.save_scope(campaign, scope, base=base, by=request.user)
    total = campaign.assignments.count()
    messages.success(request, f"督查范围已保存，共 {total} 个单位（新增 {added} 个，移出 {removed} 个）。")


def _words(part: str, keys: list[int]) -> str:
    return actions.part_in_words(part, keys) or "（空）"


@require_POST
def campaign_scope_preview(request: HttpRequest, code: str) -> HttpResponse:
    """How many organizations the conditions on the page would select, before they are saved."""
    campaign = adjustable(request, code)
    form = ScopeForm(request.POST, campaign=campaign, counted=False)
    context = _preview(campaign, form.scope()) if form.is_valid() else {"preview_error": in_one_line(form)}
    return render(request, "inspections/campaigns/_scope_preview.html", {"campaign": campaign, **context})


def _preview(campaign: Campaign, scope: Scope) -> dict[str, Any]:
    found = list(selected(campaign, scope).select_related("category").only("name", "code", "category__name", "category__order", "path"))
    groups: dict[str, dict[str, Any]] = {}
    for organization in sorted(found, key=lambda row: (row.category is None, row.category.order if row.category else 0, row.path)):
        name = organization.category.name if organization.category else "未设类别"
        group = groups.setdefault(name, {"name": name, "count": 0, "organizations": []})
        group["count"] += 1
        if group["count"] <= LISTED:
            group["organizations"].append(organization)
    for group in groups.values():
        group["more"] = group["count"] - len(group["organizations"])
    return {"count": len(found), "groups": list(groups.values())}


def _chips(campaign: Campaign, scope: Scope) -> list[dict[str, Any]]:
    keys = {*scope.subtrees, *scope.organizations, *scope.excluded}
    found = {row.pk: row for row in candidates(campaign).filter(pk__in=keys)}
    hints = {
        "subtrees": "该组织本身和它下面的所有组织都纳入。",
        "organizations": "不论类别，逐个加入。",
        "excluded": "即使符合以上条件也不督查。",
    }
    return [
        {"part": part, "label": PARTS[part], "hint": hint, "chosen": [found[key] for key in getattr(scope, part) if key in found]}
        for part, hint in hints.items()
    ]


@require_GET
def campaign_organizations(request: HttpRequest, code: str) -> HttpResponse:
    """Search among the organizations that the campaign may inspect; the answer is a list of buttons."""
    campaign = adjustable(request, code)
    words = words_of(request.GET.get("q"))
    found = list(candidates(campaign).search(words).select_related("parent")[: FOUND + 1]) if words else []
    into = request.GET.get("into", "")
    context = {"found": found[:FOUND], "has_more": len(found) > FOUND, "words": words, "into": into if into in PARTS else "organizations"}
    return render(request, "inspections/campaigns/_organizations_found.html", context)


def _running_scope(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    form = AddUnitsForm(request.POST if request.method == "POST" else None, campaign=campaign)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            count = actions.add_organizations(campaign, data["organizations"], team=data["team"], reason=data["reason"], by=request.user)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"已增加 {count} 个督查对象，交{data['team']}。")
            return redirect("inspections:campaign_scope", campaign.code)
    rows = campaign.assignments.select_related("organization", "category", "team")
    conditions = RowsFilterForm(request.GET, campaign=campaign, teams=list(campaign.teams.all()))
    chosen = form.cleaned_data.get("organizations", ()) if form.is_bound and hasattr(form, "cleaned_data") else ()
    context = {
        "campaign": campaign,
        "form": form,
        "chosen": chosen,
        "filter": conditions,
        "page": Paginator(conditions.filter(rows), 50).get_page(request.GET.get("page")),
        "steps": steps(campaign, "scope"),
    }
    return render(request, "inspections/campaigns/scope_running.html", context)


@get_or_post
def campaign_unit_remove(request: HttpRequest, code: str, pk: str) -> HttpResponse:
    """Take one organization out of a running campaign, with a reason."""
    campaign = adjustable(request, code)
    assignment = get_object_or_404(campaign.assignments.select_related("organization", "team"), pk=pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.remove_assignment(assignment, reason=form.cleaned_data["reason"], by=request.user)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"已把“{assignment.organization}”移出督查范围。")
            return redirect("inspections:campaign_scope", code)
    context = {"campaign": campaign, "assignment": assignment, "form": form}
    return render(request, "inspections/campaigns/unit_remove.html", context)
