"""What people have set for their lists: columns, and views with a name."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.http import QueryDict

from units.models.organization import PartyOrganization
from units.models.user import User


class ListColumns(models.Model):
    """列选择: which columns of a list one person wants to see, and to have in files."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="list_columns", verbose_name="用户")
    list_key = models.CharField("列表", max_length=40)
    columns = models.JSONField("列", default=list)

    class Meta:
        verbose_name = verbose_name_plural = "列选择"
        constraints = (models.UniqueConstraint(fields=("user", "list_key"), name="list_columns_once"),)

    def __str__(self) -> str:
        return self.list_key


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    """Sets of saved views."""

    def visible_to(self, user: User) -> SavedViewQuerySet:
        """The own ones, and those shared with an office or leadership to which the user belongs."""
        offices = [one.organization_id for one in user.current_appointments]
        return self.filter(Q(user=user) | Q(shared_with__in=offices))


class SavedView(models.Model):
    """常用视图: conditions of a list under a name. It holds an address, never rows: who opens it sees what the own rights allow."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="saved_views", verbose_name="用户")
    list_key = models.CharField("列表", max_length=40)
    name = models.CharField("名称", max_length=30)
    query = models.CharField("筛选条件", max_length=1500)
    is_default = models.BooleanField("打开列表时默认使用", default=False)
    shared_with = models.ForeignKey(
        PartyOrganization, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="共享给"
    )
    created_at = models.DateTimeField("保存时间", auto_now_add=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "常用视图"
        ordering = ("name", "pk")
        constraints = (
            models.UniqueConstraint(fields=("user", "list_key", "name"), name="view_name_once"),
            models.UniqueConstraint(fields=("user", "list_key"), condition=Q(is_default=True), name="one_default_view"),
        )

    def __str__(self) -> str:
        return self.name

    def holds(self, query: QueryDict) -> bool:
        """Whether ``query`` asks for exactly what this view asks for."""
        return sorted(QueryDict(self.query).lists()) == sorted(query.lists())
