"""Similar findings beside one; merging several under one standard wording, and undoing that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inspections.actions.finding_merges import CHANGED, MOST, merge_findings, undo_merge
from inspections.forms.merges import NEW, MergeForm, seen_of
from inspections.likeness import Weights, pairs_of, without_name
from inspections.models import Campaign, Finding, FindingMerge, StandardFinding
from inspections.similar import JOINS, similar_findings
from inspections.views.field_access import finding_for_reading
from jobs.errors import InvalidTransition, Refused
from units.typed import own_address


@require_GET
def finding_similar(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Findings like this one that the user may see; a panel of the finding's page, which asks for it once it is shown."""
    finding = finding_for_reading(request, pk)
    context = {
        "finding": finding,
        "similar": similar_findings(finding, request.user),
        "may_merge": not finding.is_withdrawn
        and finding.campaign.status in Campaign.STARTED
        and finding.campaign.is_manageable_by(request.user),
    }
    if request.htmx:
        return render(request, "inspections/findings/_similar.html", context)
    return render(request, "inspections/findings/similar.html", context)


@require_http_methods(["GET", "POST"])
def finding_merge(request: HttpRequest) -> HttpResponse:
    """Choose the wording for the findings named by ``row``, and merge them. Nothing that was ticked or typed is lost by a refusal."""
    if not request.user.office_paths:
        raise PermissionDenied("归并发现由主办组织的办公室办理。")
    data = request.POST if request.method == "POST" else request.GET
    seen = seen_of(data)
    back = own_address(request, data.get("next"))
    findings = _shown(request, seen)
    if not findings:
        messages.info(request, "请先在列表里勾选要归并的发现。")
        return redirect(back or reverse("inspections:finding_list"))
    standards = _standards(findings)
    if request.method == "GET":
        if len(findings) < len(seen):
            messages.info(request, f"选中的发现中有 {len(seen) - len(findings)} 条已经撤回或不能查看，没有列出。")
        form = MergeForm(initial=_proposal(findings, standards), standards=standards)
        return _show(request, findings, form, back)
    form = MergeForm(request.POST, standards=standards)
    if not form.is_valid():
        return _show(request, findings, form, back, status=422)
    if any(revision is None for revision in seen.values()) or len(findings) < len(seen):
        return _show(request, findings, form, back, refusal=CHANGED.format("几"), status=422)
    try:
        merge = merge_findings(
            {key: revision or 0 for key, revision in seen.items()},
            standard=form.cleaned_data["standard"],
            wording=form.cleaned_data["wording"],
            heading=form.cleaned_data["heading"],
            by=request.user,
        )
    except Refused as error:
        return _show(request, findings, form, back, refusal=str(error), status=409 if isinstance(error, InvalidTransition) else 422)
    messages.success(
        request, f"已将 {merge.rows.count()} 条归并为“{merge.standard}”。原文、单位和佐证都没有改动，需要时可以在“归并记录”里撤销。"
    )
    return redirect(back or f"{reverse('inspections:finding_list')}?standard={merge.standard_id}")


def _shown(request: HttpRequest, seen: dict[UUID, int | None]) -> list[Finding]:
    """Return the findings in question as they are now, as far as the user may see them."""
    rows = Finding.objects.visible_to(request.user).standing().filter(pk__in=list(seen)[: MOST + 1])
    return list(
        rows.select_related("organization", "theme", "standard", "campaign__organizer").order_by("theme__code", "-recorded_at", "-id")
    )


def _standards(findings: Sequence[Finding]) -> Any:
    first = findings[0]
    return StandardFinding.objects.in_use().filter(theme_code=first.theme.code, kind=first.kind)


def _proposal(findings: Sequence[Finding], standards: Any) -> dict[str, Any]:
    """Propose the wording that some of them carry, else the one of the library that is most like them, else their own words."""
    carried = next((one.standard_id for one in findings if one.standard_id), None)
    own = [without_name(one.text, (one.organization.name, one.organization.short_name)) for one in findings]
    shortest = min(own, key=len)
    proposal = {"use": "standard", "standard": carried, "wording": shortest.rstrip("。；;")}
    if carried or len(findings) == 1:
        proposal["standard"] = carried or _nearest(shortest, own, standards)
        return proposal
    nearest = _nearest(shortest, own, standards)
    return {**proposal, "standard": nearest, "use": "standard" if nearest else NEW}


def _nearest(text: str, own: Sequence[str], standards: Any) -> int | None:
    """Return the wording of the library that is most like ``text``, none when nothing is like it."""
    library = {one.pk: pairs_of(one.wording) for one in standards}
    weights = Weights([*library.values(), *map(pairs_of, own)])
    mine = pairs_of(text)
    score, best = max(((weights.likeness(pairs, mine), pk) for pk, pairs in library.items()), default=(0.0, 0))
    return best if score >= JOINS else None


def _show(
    request: HttpRequest, findings: list[Finding], form: MergeForm, back: str, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    context = {"findings": findings, "form": form, "back": back, "refusal": refusal}
    return render(request, "inspections/findings/merge.html", context, status=status)


@require_POST
def merge_undo(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Undo a merge; what a later merge or a person changed since stays, and the message says how many."""
    merge = get_object_or_404(FindingMerge.objects.visible_to(request.user).select_related("organizer", "standard"), pk=pk)
    if not request.user.is_office_for(merge.organizer):
        raise PermissionDenied(f"只有“{merge.organizer}”的办公室可以撤销归并。")
    back = own_address(request, request.POST.get("next")) or reverse("inspections:finding_list")
    try:
        given_back, left = undo_merge(merge, by=request.user)
    except Refused as error:
        messages.error(request, str(error))
        return redirect(back)
    said = f"已撤销归并，{given_back} 条发现恢复原来的表述。"
    messages.success(request, said + (f"另有 {left} 条后来又被改过或再次归并，保持现状。" if left else ""))
    return redirect(back)
