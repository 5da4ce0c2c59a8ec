"""The verbs on what people set for their lists."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import IntegrityError, transaction

from jobs.errors import Refused
from units.actions.activity import record
from units.models import ListColumns, PartyOrganization, SavedView, User

MOST_VIEWS = 30
LONGEST_QUERY = SavedView._meta.get_field("query").max_length or 0


@transaction.atomic
def choose_columns(list_key: str, label: str, columns: Sequence[str], *, by: User) -> None:
    """Keep which columns of a list ``by`` wants; none at all means: as at first."""
    if columns:
        ListColumns.objects.update_or_create(user=by, list_key=list_key, defaults={"columns": list(columns)})
    else:
        ListColumns.objects.filter(user=by, list_key=list_key).delete()
    record(by, "units.list_columns", f"选择“{label}”显示的列" if columns else f"恢复“{label}”默认的列")


def office_of(user: User) -> PartyOrganization | None:
    """Return the organization whose people a view of ``user`` can be shared with: that of the first appointment."""
    held = user.current_appointments
    return held[0].organization if held else None


@transaction.atomic
def save_view(
    list_key: str, label: str, name: str, query: str, *, by: User, is_default: bool = False, is_shared: bool = False
) -> SavedView:
    """Keep the conditions ``query`` under ``name``; a view of the same name gets the new conditions.

    Raises ``Refused`` when the conditions are too long or there are too many views.
    """
    if len(query) > LONGEST_QUERY:
        raise Refused("筛选条件太长，不能保存。请减少关键词后再保存。")
    own = SavedView.objects.filter(user=by, list_key=list_key)
    if not own.filter(name=name).exists() and own.count() >= MOST_VIEWS:
        raise Refused(f"每个列表最多保存 {MOST_VIEWS} 个视图，请先删除不用的。")
    if is_default:
        own.filter(is_default=True).exclude(name=name).update(is_default=False)
    values = {"query": query, "is_default": is_default, "shared_with": office_of(by) if is_shared else None}
    view, _created = SavedView.objects.update_or_create(user=by, list_key=list_key, name=name, defaults=values)
    record(by, "units.view_save", f"保存“{label}”的视图“{name}”", view)
    return view


@transaction.atomic
def update_view(view: SavedView, name: str, *, by: User, is_default: bool, is_shared: bool) -> SavedView:
    """Rename a view, make it the one with which its list opens, share it. Raises ``Refused`` when the name is taken."""
    own = SavedView.objects.filter(user=by, list_key=view.list_key)
    if own.filter(name=name).exclude(pk=view.pk).exists():
        raise Refused(f"已有名为“{name}”的视图，请换一个名称。")
    if is_default:
        own.filter(is_default=True).exclude(pk=view.pk).update(is_default=False)
    before = view.name
    # A colleague's view keeps the office it was shared with, whatever appointments its owner has today.
    shared_with = (view.shared_with or office_of(by)) if is_shared else None
    try:
        with transaction.atomic():
            own.filter(pk=view.pk).update(name=name, is_default=is_default, shared_with=shared_with)
    except IntegrityError as error:
        raise Refused("同时有另一处修改，请刷新页面后重试。") from error
    view.refresh_from_db()
    record(by, "units.view_update", f"修改视图“{name}”", view, changes={"名称": [before, name]} if before != name else {})
    return view


@transaction.atomic
def delete_view(view: SavedView, *, by: User) -> None:
    """Forget a view."""
    record(by, "units.view_delete", f"删除视图“{view.name}”", view)
    view.delete()
