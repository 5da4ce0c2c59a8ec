"""归并同类发现: groups suggested over one campaign, each accepted or kept apart; what was merged; what was kept apart."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from inspections.actions.finding_merges import keep_apart, suggest_again
from inspections.forms.merges import GroupChoiceForm, KeepApartForm
from inspections.models import Campaign, Finding, FindingMerge, KeptApart, StandardFinding
from inspections.similar import suggest_groups
from inspections.views.campaign_access import manageable
from jobs.errors import Refused
from units.typed import own_address

PER_PAGE, RECORDS, LINES = 8, 20, 100
VIEWS = {"": "归并建议", "records": "归并记录", "apart": "不归并的"}


@require_GET
def campaign_grouping(request: HttpRequest, code: str) -> HttpResponse:
    """The groups of one theme and kind, chosen by the address; or with ``?view=`` what has been merged, or kept apart."""
    campaign = manageable(request, code)
    view = request.GET.get("view", "")
    context: dict[str, Any] = {"campaign": campaign, "views": VIEWS, "view": view if view in VIEWS else ""}
    page = request.GET.get("page")
    if view == "records":
        merges = FindingMerge.objects.visible_to(request.user).of_campaign(campaign).select_related("standard", "merged_by", "undone_by")
        context["page"] = Paginator(merges.prefetch_related("rows__finding__organization", "rows__before"), RECORDS).get_page(page)
    elif view == "apart":
        context["page"] = Paginator(campaign.kept_apart.select_related("by"), RECORDS).get_page(page)
    else:
        context |= _suggestions(request, campaign, page)
    return render(request, "inspections/campaigns/grouping.html", context)


def _suggestions(request: HttpRequest, campaign: Campaign, page: str | None) -> dict[str, Any]:
    kinds = Finding.Kind.values
    kind = request.GET.get("kind", "")
    kind = kind if kind in kinds else Finding.Kind.PROBLEM.value
    free = Counter(dict(_without_wording(campaign, kind)))
    themes = list(campaign.checklist.themes.values_list("code", "name")) if campaign.checklist else []
    usual = free.most_common(1)[0][0] if free else (themes[0][0] if themes else "")
    theme = request.GET.get("theme", "")
    theme = theme if theme in dict(themes) else usual
    choices = [(its, f"{name}（{free[its]}）") for its, name in themes]
    form = GroupChoiceForm({"theme": theme, "kind": kind}, themes=choices)
    suggested = suggest_groups(campaign, theme_code=theme, kind=kind)
    apart = set(campaign.kept_apart.values_list("digest", flat=True))
    groups = [group for group in suggested.groups if group.digest not in apart]
    shown = Paginator(groups, PER_PAGE).get_page(page)
    return {
        "form": form,
        "theme": theme,
        "kind": kind,
        "page": shown,
        "groups": [(group, group.lines(LINES)) for group in shown],
        "lines": LINES,
        "is_capped": suggested.is_capped,
        "standards": StandardFinding.objects.in_use().filter(theme_code=theme, kind=kind),
        "apart": len(suggested.groups) - len(groups),
    }


def _without_wording(campaign: Campaign, kind: str) -> Any:
    """How many findings carry no standard wording yet, by the code of their theme."""
    rows = Finding.objects.filter(campaign=campaign, kind=kind, standard__isnull=True).standing().order_by()
    return rows.values_list("theme__code").annotate(number=Count("pk"))


@require_POST
def group_keep_apart(request: HttpRequest, code: str) -> HttpResponse:
    """Suggest a group no longer."""
    campaign = manageable(request, code)
    back = _back(request, campaign)
    form = KeepApartForm(request.POST)
    if not form.is_valid():
        messages.error(request, "没有认出要处理的分组，请刷新页面后再试。")
        return redirect(back)
    try:
        keep_apart(campaign, **form.cleaned_data, by=request.user)
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "这一组不再建议归并。需要时可以在“不归并的”里恢复。")
    return redirect(back)


@require_POST
def group_suggest_again(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Let a group be suggested again."""
    campaign = manageable(request, code)
    kept = get_object_or_404(KeptApart.objects.select_related("campaign__organizer"), campaign=campaign, pk=pk)
    try:
        suggest_again(kept, by=request.user)
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "已恢复，这一组会重新出现在归并建议里。")
    return redirect(_back(request, campaign))


def _back(request: HttpRequest, campaign: Campaign) -> str:
    return own_address(request, request.POST.get("next")) or reverse("inspections:campaign_grouping", args=[campaign.code])
