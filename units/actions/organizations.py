"""The verbs on organizations. ``path`` is written here and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F, Max, Value
from django.db.models.functions import Concat, Length, Substr

from jobs.errors import InvalidTransition, Refused
from units.actions.activity import changes_between, record
from units.models import PartyOrganization, PathCounter, User
from units.models.organization import MAX_DEPTH, STEP, in_subtree

Moved = Callable[[str, str], None]
_ON_MOVE: list[Moved] = []
Renamed = Callable[[list[int]], None]
_ON_RENAME: list[Renamed] = []
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def on_move(function: Moved) -> Moved:
    """Register ``function(old_path, new_path)`` to run inside the transaction of a move.

    Apps above this one keep copies of paths; the arrow forbids to name them here, so they register at start-up.
    """
    _ON_MOVE.append(function)
    return function


def on_rename(function: Renamed) -> Renamed:
    """Register ``function(ids)`` to run inside the transaction in which organizations get other names."""
    _ON_RENAME.append(function)
    return function


def tell_renamed(organizations: list[int]) -> None:
    """Tell the apps above that these organizations have other names now. Part of a transaction."""
    for function in _ON_RENAME:
        function(organizations)


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


def allot(parent: PartyOrganization | None, count: int = 1) -> int:
    """Reserve ``count`` path steps below ``parent`` (or at the top) and return the number of the first; none is ever given twice.

    Must be called in a transaction; whoever adds below the same parent waits until it ends.
    """
    key = parent.pk if parent else 0
    if not PathCounter.objects.filter(key=key).exists():
        paths = PartyOrganization.objects.filter(parent=parent).exclude(path="").order_by("-path").values_list("path", flat=True)
        last = paths.first()
        PathCounter.objects.get_or_create(key=key, defaults={"given": int(last[-STEP:], 36) if last else 0})
    PathCounter.objects.filter(key=key).update(given=F("given") + count)
    return PathCounter.objects.get(key=key).given - count + 1


def lock_tree() -> None:
    """Hold the shape of the tree still until the transaction ends; part of every verb that adds or moves.

    Somebody who adds below a branch that is being moved would otherwise write the old path, and two moves at once could hang two
    branches into each other.
    """
    allot(None, 0)


def next_path(parent: PartyOrganization | None) -> str:
    """Return a free path below ``parent`` (or at the top), behind all that were ever given out there.

    Raises ``Refused`` when the tree would become deeper than ``MAX_DEPTH`` levels.
    """
    if parent and parent.depth >= MAX_DEPTH:
        message = f"组织层级最多 {MAX_DEPTH} 级，“{parent}”之下不能再设下级。"
        raise Refused(message)
    return (parent.path if parent else "") + encode(allot(parent))


def _refuse_dissolved(parent: PartyOrganization | None) -> None:
    if parent and not parent.is_active:
        message = f"“{parent}”已撤销，不能作为上级组织，请另选。"
        raise Refused(message)


@transaction.atomic
def create_organization(*, by: User | None, parent: PartyOrganization | None = None, tags: Any = (), **fields: Any) -> PartyOrganization:
    """Create an organization below ``parent``; ``fields`` are model fields except ``path``.

    Raises ``Refused`` below a dissolved organization and below the deepest level.
    """
    lock_tree()
    if parent:
        parent.refresh_from_db(fields=["path", "dissolved_on"])
    _refuse_dissolved(parent)
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


def _shown(organization: PartyOrganization, fields: Iterable[str]) -> dict[str, Any]:
    """The fields as people read them."""
    return {name: organization.get_kind_display() if name == "kind" else getattr(organization, name) for name in fields}


@transaction.atomic
def update_organization(organization: PartyOrganization, *, by: User | None, tags: Any = None, **fields: Any) -> PartyOrganization:
    """Change an organization's own facts; the tree is changed by ``move_organization`` only."""
    before = PartyOrganization.objects.select_related("category").get(pk=organization.pk)
    for name, value in fields.items():
        setattr(organization, name, value)
    organization.save(update_fields=[*fields, "changed_at"])
    if (before.name, before.short_name) != (organization.name, organization.short_name):
        tell_renamed([organization.pk])
    changes = changes_between(_shown(before, fields), _shown(organization, fields), LABELS)
    if tags is not None:
        old = "、".join(sorted(str(tag) for tag in organization.tags.all()))
        organization.tags.set(tags)
        new = "、".join(sorted(str(tag) for tag in organization.tags.all()))
        if old != new:
            changes["标签"] = [old, new]
    record(by, "units.organization_update", f"修改组织“{organization}”", organization, changes=changes)
    return organization


def shift_branch(old: str, new: str) -> None:
    """Rewrite the path prefix ``old`` to ``new`` in the tree and in the copies that apps above keep. Part of a transaction."""
    PartyOrganization.objects.filter(in_subtree(old)).update(path=Concat(Value(new), Substr("path", len(old) + 1)))
    for rewrite in _ON_MOVE:
        rewrite(old, new)


@transaction.atomic
def move_organization(organization: PartyOrganization, *, parent: PartyOrganization | None, by: User | None) -> PartyOrganization:
    """Hang an organization with its whole branch below another parent. O(n) in the size of the branch.

    Copies of the path in apps above are rewritten by what they registered with ``on_move``.
    Raises ``Refused`` when ``parent`` lies inside the branch, is dissolved, or the branch would reach below the deepest level.
    """
    lock_tree()
    organization.refresh_from_db()
    if parent:
        parent.refresh_from_db()
    if parent and parent.path.startswith(organization.path):
        message = f"不能把“{organization}”移到它自己或它的下级“{parent}”之下，请另选上级组织。"
        raise Refused(message)
    if organization.parent_id == (parent.pk if parent else None):
        return organization
    _refuse_dissolved(parent)
    branch = PartyOrganization.objects.subtree_of(organization)
    deepest = branch.aggregate(deepest=Max(Length("path")))["deepest"] // STEP - organization.depth + 1
    if (parent.depth if parent else 0) + deepest > MAX_DEPTH:
        message = f"移动后组织层级会超过 {MAX_DEPTH} 级，请另选上级组织。"
        raise Refused(message)
    old, new = organization.path, next_path(parent)
    old_parent = organization.parent
    shift_branch(old, new)
    PartyOrganization.objects.filter(pk=organization.pk).update(parent=parent)
    organization.refresh_from_db()
    record(
        by,
        "units.organization_move",
        f"把“{organization}”及其下级移到“{parent or '顶层'}”之下",
        organization,
        changes={"上级组织": [str(old_parent or ""), str(parent or "")], "路径": [old, new]},
    )
    return organization


@transaction.atomic
def dissolve_organization(organization: PartyOrganization, *, on: date, by: User) -> PartyOrganization:
    """Mark an organization as dissolved; its history stays. Raises ``Refused`` while active organizations hang below it."""
    below = PartyOrganization.objects.subtree_of(organization).active().exclude(pk=organization.pk).count()
    if below:
        message = f"“{organization}”下面还有 {below} 个未撤销的组织，请先撤销或移走它们。"
        raise Refused(message)
    moved = PartyOrganization.objects.filter(pk=organization.pk, dissolved_on__isnull=True).update(dissolved_on=on)
    if not moved:
        message = f"“{organization}”已经撤销，不需要重复操作。"
        raise InvalidTransition(message)
    organization.refresh_from_db()
    record(by, "units.organization_dissolve", f"撤销组织“{organization}”", organization, changes={"撤销日期": ["", str(on)]})
    return organization


@transaction.atomic
def restore_organization(organization: PartyOrganization, *, by: User) -> PartyOrganization:
    """Take back a dissolution. Raises ``Refused`` while the organization above is dissolved itself."""
    _refuse_dissolved(organization.parent)
    was = organization.dissolved_on
    if not PartyOrganization.objects.filter(pk=organization.pk, dissolved_on__isnull=False).update(dissolved_on=None):
        message = f"“{organization}”没有撤销，不需要恢复。"
        raise InvalidTransition(message)
    organization.refresh_from_db()
    record(by, "units.organization_restore", f"恢复组织“{organization}”", organization, changes={"撤销日期": [str(was), ""]})
    return organization
