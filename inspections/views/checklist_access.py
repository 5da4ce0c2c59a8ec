"""Who gets into the screens of checklists and standard wordings."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from inspections.models import Checklist
from inspections.models.checklist import keeps_checklists, sits_in_team
from units.models import User

NO_RIGHT = "督查清单和规范表述由最上级组织的办公室统一维护，您可以查看已发布的清单，但不能修改。"


def may_edit(user: User) -> bool:
    """Whether ``user`` keeps the site's checklists and standard wordings."""
    return keeps_checklists(user)


def readable(request: HttpRequest, pk: int) -> Checklist:
    """Return a checklist that the user may read, else 404."""
    return get_object_or_404(Checklist.objects.visible_to(request.user), pk=pk)


def editable(request: HttpRequest, pk: int) -> Checklist:
    """Return a checklist for writing: 404 when the user may not read it, 403 when reading is all. Its state is the verb's matter."""
    checklist = readable(request, pk)
    if not may_edit(request.user):
        raise PermissionDenied(NO_RIGHT)
    return checklist


def require_editor(request: HttpRequest) -> None:
    """Refuse those who do not keep checklists: 404 to strangers, 403 to those who read them."""
    if not may_edit(request.user):
        require_reader(request)
        raise PermissionDenied(NO_RIGHT)


def require_reader(request: HttpRequest) -> None:
    """Refuse with 404 whoever has no business with checklists at all."""
    if not request.user.scope_paths and not sits_in_team(request.user):
        raise Http404
