"""The lists of this app: organizations, accounts, the activity log, what was sent."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.http import QueryDict
from django.shortcuts import get_object_or_404

from units.forms.activity import ActivityFilterForm, object_name
from units.forms.conditions import in_words
from units.forms.notices import DeliveryFilterForm
from units.forms.organizations import OrganizationFilterForm
from units.forms.users import UserFilterForm
from units.lists import Column, Found, ListKind, list_kind, objects
from units.models import ActivityEntry, Appointment, Delivery, PartyOrganization, User
from units.typed import key_of
from units.wording import action_name


def listed(user: User, query: QueryDict, form: OrganizationFilterForm) -> tuple[PartyOrganization | None, QuerySet[PartyOrganization]]:
    """Return the organization chosen in the tree, if any, and what the list shows; the export shows the same.

    Raises ``Http404`` when the chosen one is not visible to the user.
    """
    visible = PartyOrganization.objects.visible_to(user)
    under = key_of(query.get("under"))
    current = get_object_or_404(visible, pk=under) if under is not None else None
    form.is_valid()
    found = visible.subtree_of(current) if current else visible
    if not form.reaches_below:
        found = visible.filter(parent=current).order_by("order", "path") if current else visible.tops()
    return current, form.filter(found)


def _organizations(user: User, query: QueryDict) -> Found:
    form = OrganizationFilterForm(query)
    current, rows = listed(user, query, form)
    below = f"{current}；" if current else ""
    return Found(rows, below + in_words(form))


ORGANIZATIONS = list_kind(
    ListKind(
        key="organizations",
        label="组织名录",
        page="units:organization_list",
        columns=(
            Column("name", "组织名称", 34, (), lambda row: row.name),
            Column("short_name", "简称", 16, (), lambda row: row.short_name, on_screen=False),
            Column("code", "编码", 16, (), lambda row: row.code),
            Column("kind", "类型", 12, (), lambda row: row.get_kind_display()),
            Column("category", "单位类别", 16, (), lambda row: str(row.category or "")),
            Column("tags", "标签", 24, (), lambda row: "、".join(tag.name for tag in row.tags.all())),
            Column("parent", "上级组织", 28, (), lambda row: str(row.parent or ""), on_screen=False),
            Column("address", "地址", 30, (), lambda row: row.address, on_screen=False),
            Column("contact", "联系科室或职务", 20, (), lambda row: row.contact_duty, on_screen=False),
            Column("dissolved", "撤销日期", 12, (), lambda row: row.dissolved_on, on_screen=False),
        ),
        shown=("name", "code", "kind", "category", "tags"),
        fixed=("name",),
        found=_organizations,
        unit="个组织",
        read=objects(lambda rows: rows.select_related("category", "parent").prefetch_related("tags")),
    )
)


def _users(user: User, query: QueryDict) -> Found:
    if not (user.keeps_directory or user.keeps_security):
        raise PermissionDenied("账号和任职由系统管理员管理，您的账号没有这项权限。")
    form = UserFilterForm(query)
    return Found(form.filter(User.objects.visible_to(user)).order_by("organization__path", "username"), in_words(form))


def with_appointments(users: Any) -> Any:
    """Return accounts with what their list shows."""
    current = Prefetch("appointments", Appointment.objects.current().select_related("organization"), to_attr="held_now")
    return users.select_related("organization").prefetch_related(current)


USERS = list_kind(
    ListKind(
        key="users",
        label="人员与任职",
        page="units:user_list",
        columns=(
            Column("name", "姓名", 12, (), str),
            Column("username", "用户名", 16, (), lambda row: row.username),
            Column("organization", "所在组织", 30, (), lambda row: str(row.organization or "")),
            Column("duty", "职务", 18, (), lambda row: row.duty_title),
            Column(
                "appointments",
                "任职",
                40,
                (),
                lambda row: "；".join(f"{one.organization} {one.get_role_display()}" for one in row.held_now),
            ),
            Column("login", "最近登录", 18, (), lambda row: row.last_login),
            Column("state", "账号状态", 10, (), lambda row: "启用" if row.is_active else "停用", on_screen=False),
        ),
        shown=("name", "username", "organization", "duty", "appointments", "login"),
        fixed=("name",),
        found=_users,
        unit="人",
        read=objects(with_appointments),
    )
)


def changes_text(changes: dict[str, Any]) -> str:
    """Return the changes of an entry in one line, as the page shows them."""
    parts = []
    for name, values in changes.items():
        old, new = values if isinstance(values, list) and len(values) == 2 else ("", values)  # noqa: PLR2004 -- a pair
        parts.append(f"{name}：{old or '（空）'} → {new or '（空）'}")
    return "；".join(parts)


def _activity(user: User, query: QueryDict) -> Found:
    visible = ActivityEntry.objects.visible_to(user)
    form = ActivityFilterForm(query, entries=visible)
    return Found(form.filter(visible), in_words(form))


ACTIVITY = list_kind(
    ListKind(
        key="activity",
        label="操作记录",
        page="units:activity_list",
        columns=(
            Column("at", "时间", 18, ("at",)),
            Column("actor", "操作人", 12, ("actor_name",)),
            Column("action", "操作", 12, ("verb",), action_name),
            Column("about", "对象类型", 14, ("object_type",), lambda kind: object_name(kind) if kind else ""),
            Column("object", "对象名称", 30, ("object_name",), on_screen=False),
            Column("summary", "说明", 50, ("summary",)),
            Column("changes", "变更内容", 50, ("changes",), changes_text),
            Column("address", "网络地址", 16, ("address",)),
            Column("request", "请求编号", 34, ("request_id",), on_screen=False),
        ),
        shown=("at", "actor", "action", "about", "summary", "changes", "address"),
        fixed=("at", "summary"),
        found=_activity,
        verb="units.activity_export",
    )
)


def _sent(user: User, query: QueryDict) -> Found:
    if not (user.keeps_directory or user.scope_paths):
        raise PermissionDenied("发送记录供办公室和系统管理员查看。发给您自己的，在“通知设置”中可以看到。")
    form = DeliveryFilterForm(query)
    return Found(form.filter(Delivery.objects.visible_to(user)), in_words(form))


SENT = list_kind(
    ListKind(
        key="sent",
        label="发送记录",
        page="units:delivery_list",
        columns=(
            Column("at", "时间", 18, (), lambda row: row.made_at),
            Column("receiver", "收件方", 24, (), lambda row: str(row.receiver)),
            Column("address", "地址", 30, (), lambda row: row.address),
            Column("channel", "方式", 10, (), lambda row: row.get_channel_display()),
            Column("purpose", "用途", 12, (), lambda row: row.get_purpose_display()),
            Column("status", "状态", 10, (), lambda row: row.get_status_display()),
            Column("summary", "内容概要", 44, (), lambda row: "；".join(filter(None, (row.summary, row.error)))),
            Column("sent", "送出时间", 18, (), lambda row: row.sent_at, on_screen=False),
        ),
        shown=("at", "receiver", "address", "channel", "purpose", "status", "summary"),
        fixed=("receiver",),
        found=_sent,
        read=objects(lambda rows: rows.select_related("user", "robot")),
    )
)
