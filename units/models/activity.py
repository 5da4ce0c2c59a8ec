"""操作记录: who did what to which object. Rows are only ever added."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from django.db import models
from django.db.models import Q

from units.models.organization import PathField, in_subtree

if TYPE_CHECKING:
    from units.models.user import User


class ActivityQuerySet(models.QuerySet["ActivityEntry"]):
    """Sets of entries; changing or deleting them in bulk is refused."""

    def visible_to(self, user: User) -> ActivityQuerySet:
        """Auditors see everything, office staff what concerns their subtree, everybody what they did themselves."""
        if not user.is_authenticated:
            return self.none()
        if user.audits:
            return self.all()
        condition = Q(actor=user)
        for path in user.office_paths:
            condition |= in_subtree(path, "organization_path") & ~Q(organization_path="")
        return self.filter(condition)

    def about(self, target: models.Model) -> ActivityQuerySet:
        """Entries about one object."""
        return self.filter(object_type=target._meta.label_lower, object_id=str(target.pk))

    def update(self, **_values: Any) -> NoReturn:
        """Refuse: entries are append-only."""
        message = "activity entries are append-only"
        raise TypeError(message)

    def delete(self) -> NoReturn:
        """Refuse: entries are append-only."""
        message = "activity entries are append-only"
        raise TypeError(message)


class ActivityEntry(models.Model):
    """One act. ``actor_name`` and ``object_name`` are copied, so that the record still reads right when names change."""

    at = models.DateTimeField("时间", auto_now_add=True, db_index=True)
    actor = models.ForeignKey("units.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="操作人")
    actor_name = models.CharField("操作人姓名", max_length=80, blank=True)
    verb = models.CharField("操作", max_length=60)
    summary = models.CharField("说明", max_length=300)
    object_type = models.CharField("对象类型", max_length=60, blank=True)
    object_id = models.CharField("对象标识", max_length=64, blank=True)
    object_name = models.CharField("对象名称", max_length=200, blank=True)
    organization_path = PathField("组织路径", blank=True)
    changes = models.JSONField("变更内容", default=dict)
    address = models.GenericIPAddressField("网络地址", null=True, blank=True)
    # Null and not empty: entries sealed before there were such numbers keep their digests, and no old row is written for the new column.
    request_id = models.CharField("请求编号", max_length=32, null=True, blank=True)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "操作记录"
        ordering = ("-at", "-pk")
        indexes = (
            models.Index(fields=("object_type", "object_id")),
            models.Index(fields=("actor", "-at")),
            models.Index(fields=("organization_path", "-at")),
        )

    def __str__(self) -> str:
        return f"{self.actor_name} {self.summary}"

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Refuse: entries are append-only."""
        message = "activity entries are append-only"
        raise TypeError(message)
