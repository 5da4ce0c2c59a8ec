"""The directory: list with tree, one organization, and the verbs on it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jobs.errors import Refused
from units import trees
from units.actions import organizations as actions
from units.forms.organizations import DissolveForm, MoveForm, OrganizationFilterForm, OrganizationForm
from units.list_kinds import ORGANIZATIONS, listed
from units.list_tools import default_view, tools_for
from units.models import ActivityEntry, PartyOrganization, User
from units.models.organization import OrganizationQuerySet
from units.timelines import timeline
from units.typed import key_of, words_of

PAGE = 50
HITS = 20
NO_RIGHT = "您可以查看这个组织，但不能修改。组织名录由系统管理员和所属办公室维护。"


@require_GET
def organization_list(request: HttpRequest) -> HttpResponse:
    """The directory: the tree, and what lies under the chosen organization or matches the conditions."""
    visible = PartyOrganization.objects.visible_to(request.user)
    if own := default_view(request, ORGANIZATIONS):
        return own
    if not request.GET and not request.htmx and (top := _only_top(visible)):
        return redirect(f"{reverse('units:organization_list')}?under={top.pk}")
    form = OrganizationFilterForm(request.GET)
    current, found = listed(request.user, request.GET, form)
    page = Paginator(found.select_related("category").prefetch_related("tags"), PAGE).get_page(request.GET.get("page"))
    trees.count_children(page.object_list)
    context = {"form": form, "current": current, "page": page, "above": visible.ancestors_of(current) if current else ()}
    context["tools"] = tools_for(request, ORGANIZATIONS, form, extra={"under": f"在“{current}”之下"} if current else None)
    context["may_write"] = current.is_writable_by(request.user) if current else _may_add(request.user)
    if request.htmx and not request.htmx.history_restore_request:
        answer = render(request, "units/organizations/_list.html", context)
    else:
        answer = render(request, "units/organizations/list.html", {**context, "branch": trees.opened(visible, current)})
    patch_vary_headers(answer, ["HX-Request"])
    return answer


def _only_top(visible: OrganizationQuerySet) -> PartyOrganization | None:
    """Return the one organization at which the visible tree begins; a list of that one line would only cost another click."""
    tops = list(visible.tops().active()[:2])
    return tops[0] if len(tops) == 1 else None


@require_GET
def organization_branch(request: HttpRequest, pk: int) -> HttpResponse:
    """The children of one node of the tree, a page at a time; ``pk`` 0 stands for the top."""
    visible = PartyOrganization.objects.visible_to(request.user)
    parent = get_object_or_404(visible, pk=pk) if pk else None
    start = min(key_of(request.GET.get("from")) or 0, 10_000_000)
    return render(request, "units/organizations/_branch.html", {"branch": trees.branch(visible, parent, start=start)})


@require_GET
def organization_search(request: HttpRequest) -> HttpResponse:
    """Hits for the search field that chooses an organization."""
    organizations = PartyOrganization.objects
    scope = organizations.writable_by if request.GET.get("scope") == "writable" else organizations.visible_to
    words = words_of(request.GET.get("q"))
    found = list(scope(request.user).active().search(words).select_related("parent")[: HITS + 1])
    context = {"found": found[:HITS], "more": len(found) > HITS, "id": request.GET.get("id", "")[:40], "words": words}
    return render(request, "units/organizations/_hits.html", context)


@require_GET
def organization_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One organization: facts, place in the tree, people in charge, history."""
    visible = PartyOrganization.objects.visible_to(request.user)
    organization = get_object_or_404(visible.select_related("category", "parent").prefetch_related("tags"), pk=pk)
    children = visible.filter(parent=organization).select_related("category").order_by("order", "path")
    context = {
        "organization": organization,
        "above": visible.ancestors_of(organization),
        "children": children.active()[:PAGE],
        "children_count": children.active().count(),
        "below_count": visible.subtree_of(organization).active().exclude(pk=organization.pk).count(),
        "appointments": organization.appointments.current().select_related("user").order_by("role", "user__display_name"),
        "history": ActivityEntry.objects.visible_to(request.user).about(organization)[:20],
        "may_write": organization.is_writable_by(request.user),
        "may_move": organization.is_movable_by(request.user),
    }
    return render(request, "units/organizations/detail.html", context)


@require_GET
def organization_timeline(request: HttpRequest, pk: int) -> HttpResponse:
    """What happened to one organization, from every app, as far as the user may see it."""
    organization = get_object_or_404(PartyOrganization.objects.visible_to(request.user), pk=pk)
    found = timeline(organization, request.user, kind=request.GET.get("kind", ""), cursor=request.GET.get("at", ""))
    return render(request, "units/timelines/organization.html", {"organization": organization, "timeline": found})


@require_http_methods(["GET", "POST"])
def organization_create(request: HttpRequest) -> HttpResponse:
    """Add one organization."""
    if not _may_add(request.user):
        raise PermissionDenied("组织名录由系统管理员和办公室维护，您的账号不能新增组织。")
    form = OrganizationForm(request.POST or None, user=request.user, initial={"parent": request.GET.get("parent")})
    if request.method == "POST" and form.is_valid():
        try:
            organization = actions.create_organization(by=request.user, **form.cleaned_data)
        except Refused as error:
            form.add_error("parent", str(error))
        else:
            messages.success(request, f"已新增“{organization}”。")
            return redirect("units:organization_detail", pk=organization.pk)
    return render(request, "units/organizations/form.html", {"form": form})


@require_http_methods(["GET", "POST"])
def organization_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an organization's facts."""
    organization = _writable(request, pk)
    form = OrganizationForm(request.POST or None, instance=organization, user=request.user)
    if request.method == "POST" and form.is_valid():
        actions.update_organization(organization, by=request.user, **form.cleaned_data)
        messages.success(request, "已保存。")
        return redirect("units:organization_detail", pk=organization.pk)
    name = PartyOrganization.objects.get(pk=pk).name if form.errors else organization.name
    return render(request, "units/organizations/form.html", {"form": form, "organization": organization, "name": name})


@require_http_methods(["GET", "POST"])
def organization_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a branch: choose the new parent, see how many organizations move, confirm."""
    organization = _writable(request, pk, move=True)
    form = MoveForm(request.POST or None, user=request.user, organization=organization)
    branch = PartyOrganization.objects.subtree_of(organization)
    context: dict[str, Any] = {"form": form, "organization": organization, "count": branch.count()}
    if request.method == "POST" and form.is_valid():
        if "confirmed" not in request.POST:
            return render(request, "units/organizations/move_confirm.html", {**context, "parent": form.cleaned_data["parent"]})
        try:
            actions.move_organization(organization, parent=form.cleaned_data["parent"], by=request.user)
        except Refused as error:
            form.add_error("parent", str(error))
        else:
            messages.success(request, f"已把“{organization}”移到“{organization.parent or '顶层'}”之下，共 {context['count']} 个组织。")
            return redirect("units:organization_detail", pk=organization.pk)
    return render(request, "units/organizations/move.html", context)


@require_http_methods(["GET", "POST"])
def organization_dissolve(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark an organization as dissolved."""
    organization = _writable(request, pk, move=True)
    form = DissolveForm(request.POST or None, initial={"on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            actions.dissolve_organization(organization, on=form.cleaned_data["on"], by=request.user)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"“{organization}”已标为撤销，历史记录仍可查看。")
            return redirect("units:organization_detail", pk=organization.pk)
    return render(request, "units/organizations/dissolve.html", {"form": form, "organization": organization})


@require_POST
def organization_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a dissolution back."""
    organization = _writable(request, pk, move=True)
    try:
        actions.restore_organization(organization, by=request.user)
        messages.success(request, f"已恢复“{organization}”。")
    except Refused as error:
        messages.error(request, str(error))
    return redirect("units:organization_detail", pk=organization.pk)


def _may_add(user: User) -> bool:
    return user.keeps_directory or bool(user.office_paths)


def _writable(request: HttpRequest, pk: int, *, move: bool = False) -> PartyOrganization:
    """The organization, or 404 when the user may not see it, 403 when the user may not change (or move) it."""
    organization = get_object_or_404(PartyOrganization.objects.visible_to(request.user), pk=pk)
    if not organization.is_writable_by(request.user):
        raise PermissionDenied(NO_RIGHT)
    if move and not organization.is_movable_by(request.user):
        raise PermissionDenied("移动和撤销本级组织须由上级办公室或系统管理员办理。")
    return organization
