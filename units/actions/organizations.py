"""The verbs on organizations. ``path`` is written here and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Concat, Substr

from jobs.errors import Refused
from units.actions.activity import changes_between, record
from units.models import PartyOrganization, User
from units.models.organization import STEP, in_subtree

Moved = Callable[[str, str], None]
_ON_MOVE: list[Moved] = []
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def on_move(function: Moved) -> Moved:
    """Register ``function(old_path, new_path)`` to run inside the transaction of a move.

    Apps above this one keep copies of paths; the arrow forbids to name them here, so they register at start-up.
    """
    _ON_MOVE.append(function)
    return function


def encode(number: int) -> str:
    """Return ``number`` as one path step: four base-36 characters. Raises ``OverflowError`` beyond 1,679,615."""
    text = ""
    rest = number
    for _ in range(STEP):
        rest, digit = divmod(rest, len(_DIGITS))
        text = _DIGITS[digit] + text
    if rest:
        message = f"{number} does not fit into one path step"
        raise OverflowError(message)
    return text


def next_path(parent: PartyOrganization | None) -> str:
    """Return a free path below ``parent`` (or at the top), behind its present children."""
    prefix = parent.path if parent else ""
    last = PartyOrganization.objects.filter(parent=parent).exclude(path="").order_by("-path").values_list("path", flat=True).first()
    return prefix + encode(int(last[-STEP:], 36) + 1 if last else 1)


@transaction.atomic
def create_organization(*, by: User | None, parent: PartyOrganization | None = None, tags: Any = (), **fields: Any) -> PartyOrganization:
    """Create an organization below ``parent``; ``fields`` are model fields except ``path``."""
    organization = PartyOrganization.objects.create(parent=parent, path=next_path(parent), **fields)
    organization.tags.set(tags)
    record(by, "units.organization_create", f"新增组织“{organization}”", organization)
    return organization


LABELS = {
    "name": "组织名称",
    "short_name": "简称",
    "code": "组织编码",
    "kind": "组织类型",
    "category": "单位类别",
    "order": "顺序",
    "address": "办公地址",
    "contact_duty": "联系岗位",
    "dissolved_on": "撤销日期",
}


@transaction.atomic
def update_organization(organization: PartyOrganization, *, by: User | None, tags: Any = None, **fields: Any) -> PartyOrganization:
    """Change an organization's own facts; the tree is changed by ``move_organization`` only."""
    before = {name: getattr(organization, name) for name in fields}
    for name, value in fields.items():
        setattr(organization, name, value)
    organization.save(update_fields=list(fields))
    changes = changes_between(before, fields, LABELS)
    if tags is not None:
        old = "、".join(sorted(str(tag) for tag in organization.tags.all()))
        organization.tags.set(tags)
        new = "、".join(sorted(str(tag) for tag in organization.tags.all()))
        if old != new:
            changes["标签"] = [old, new]
    record(by, "units.organization_update", f"修改组织“{organization}”", organization, changes=changes)
    return organization


@transaction.atomic
def move_organization(organization: PartyOrganization, *, parent: PartyOrganization | None, by: User | None) -> PartyOrganization:
    """Hang an organization with its whole branch below another parent. O(n) in the size of the branch.

    Copies of the path in apps above are rewritten by what they registered with ``on_move``.
    Raises ``Refused`` when ``parent`` lies inside the branch.
    """
    organization.refresh_from_db()
    if parent and parent.path.startswith(organization.path):
        message = f"不能把“{organization}”移到它自己或它的下级“{parent}”之下，请另选上级组织。"
        raise Refused(message)
    if organization.parent_id == (parent.pk if parent else None):
        return organization
    old, new = organization.path, next_path(parent)
    old_parent = organization.parent
    PartyOrganization.objects.filter(in_subtree(old)).update(path=Concat(Value(new), Substr("path", len(old) + 1)))
    PartyOrganization.objects.filter(pk=organization.pk).update(parent=parent)
    for rewrite in _ON_MOVE:
        rewrite(old, new)
    organization.refresh_from_db()
    record(
        by,
        "units.organization_move",
        f"把“{organization}”及其下级移到“{parent or '顶层'}”之下",
        organization,
        changes={"上级组织": [str(old_parent or ""), str(parent or "")], "路径": [old, new]},
    )
    return organization


def dissolve_organization(organization: PartyOrganization, *, on: date, by: User) -> PartyOrganization:
    """Mark an organization as dissolved; its history stays. Raises ``Refused`` while active organizations hang below it."""
    below = PartyOrganization.objects.subtree_of(organization).active().exclude(pk=organization.pk)
    if below.exists():
        message = f"“{organization}”下面还有 {below.count()} 个未撤销的组织，请先撤销或移走它们。"
        raise Refused(message)
    return update_organization(organization, by=by, dissolved_on=on)


def restore_organization(organization: PartyOrganization, *, by: User) -> PartyOrganization:
    """Take back a dissolution."""
    return update_organization(organization, by=by, dissolved_on=None)
