"""Party organizations as a tree of free depth, found by path prefix (design §6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

from units.models.changed import ChangedAtField, Changes

if TYPE_CHECKING:
    from units.models.user import User

STEP = 4
"""Characters of ``path`` per level: base 36, so 1,679,616 siblings."""
MAX_DEPTH = 50
"""Levels that fit into ``path``."""
AFTER_ALL = "~"
"""Sorts behind every base-36 character: ``path >= p and path < p + "~"`` is the subtree of p."""


def in_subtree(path: str, field: str = "path") -> Q:
    """Return the condition that ``field`` lies in the subtree of ``path``, the top included.

    A range and not ``LIKE``: it uses a plain index on both databases, whatever the collation of the pattern operators.
    """
    return Q(**{f"{field}__gte": path, f"{field}__lt": path + AFTER_ALL})


class PathField(models.CharField):
    """A tree path. On PostgreSQL it has the C collation, whatever the database's own: only then is a subtree one range of the index."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 200)
        super().__init__(*args, **kwargs)

    def db_parameters(self, connection: Any) -> Any:
        """Add the collation where the database needs it."""
        parameters = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters


class OrganizationCategory(models.Model):
    """单位类别: the office's own grouping, by which reports are divided (镇街, 区直机关, 事业单位…)."""

    name = models.CharField("类别名称", max_length=40, unique=True)
    collective_name = models.CharField(
        "报告中的统称", max_length=60, blank=True, help_text="用在报告标题和句子里，如“各镇街党（工）委”。留空则用“各”加类别名称。"
    )
    order = models.PositiveSmallIntegerField("顺序", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "单位类别"
        ordering = ("order", "pk")

    def __str__(self) -> str:
        return self.name

    @property
    def in_report(self) -> str:
        """How a report speaks of all organizations of this category."""
        return self.collective_name or f"各{self.name}党组织"


class OrganizationTag(models.Model):
    """标签: a mark across categories, such as 联席会议成员单位."""

    name = models.CharField("标签", max_length=40, unique=True)

    class Meta:
        verbose_name = verbose_name_plural = "单位标签"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class OrganizationQuerySet(Changes, models.QuerySet["PartyOrganization"]):
    """Sets of organizations."""

    def subtree_of(self, organization: PartyOrganization) -> OrganizationQuerySet:
        """``organization`` and everything below it."""
        return self.filter(in_subtree(organization.path))

    def ancestors_of(self, organization: PartyOrganization) -> OrganizationQuerySet:
        """Everything above ``organization``, top first."""
        paths = [organization.path[:end] for end in range(STEP, len(organization.path), STEP)]
        return self.filter(path__in=paths).order_by("path")

    def active(self) -> OrganizationQuerySet:
        """Organizations that are not dissolved."""
        return self.filter(dissolved_on__isnull=True)

    def visible_to(self, user: User) -> OrganizationQuerySet:
        """The directory that ``user`` may see.

        Administrators keep the whole directory, and security administrators appoint at every place of it; office staff and leaders see their subtree, a liaison their own organization, and team
        members (whose team right is in the app above) find organizations through their assignments.
        """
        if not user.is_authenticated:
            return self.none()
        if user.keeps_directory or user.keeps_security:
            return self.all()
        condition = Q(pk__in=user.liaison_organization_ids)
        for path in user.scope_paths:
            condition |= in_subtree(path)
        return self.filter(condition)

    def writable_by(self, user: User) -> OrganizationQuerySet:
        """What ``user`` may change: everything for administrators, the subtrees of the own office for office staff."""
        if not user.is_authenticated:
            return self.none()
        if user.keeps_directory:
            return self.all()
        condition = Q(pk__in=[])
        for path in user.office_paths:
            condition |= in_subtree(path)
        return self.filter(condition)

    def tops(self) -> OrganizationQuerySet:
        """The organizations of this set whose parent is not in it: where a directory cut to somebody's rights begins."""
        return self.exclude(parent__in=self.order_by().values("pk")).order_by("order", "path")

    def search(self, words: str) -> OrganizationQuerySet:
        """Organizations whose name, short name or code contains every one of the words."""
        found = self
        for word in words.split():
            found = found.filter(Q(name__icontains=word) | Q(short_name__icontains=word) | Q(code__icontains=word))
        return found


class PartyOrganization(models.Model):
    """A Party organization; what is inspected is always one of these and its documents, never a person."""

    class Kind(models.TextChoices):
        """Kinds of Party organizations (Constitution of the CPC, chapters III to V and IX)."""

        WORKING_COMMITTEE = "working_committee", "党工委"
        COMMITTEE = "committee", "党委"
        GENERAL_BRANCH = "general_branch", "党总支"
        BRANCH = "branch", "党支部"
        LEADING_GROUP = "leading_group", "党组"

    name = models.CharField("组织名称", max_length=100, help_text="全称，如“青石镇党委”。")
    short_name = models.CharField("简称", max_length=40, blank=True)
    code = models.CharField("组织编码", max_length=40, unique=True)
    kind = models.CharField("组织类型", max_length=20, choices=Kind)
    category = models.ForeignKey(
        OrganizationCategory, on_delete=models.PROTECT, null=True, blank=True, related_name="organizations", verbose_name="单位类别"
    )
    tags = models.ManyToManyField(OrganizationTag, blank=True, related_name="organizations", verbose_name="标签")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级组织")
    path = PathField("路径", unique=True, editable=False)
    order = models.PositiveIntegerField("顺序", default=0)
    address = models.CharField("办公地址", max_length=200, blank=True)
    contact_duty = models.CharField("联系岗位", max_length=60, blank=True, help_text="写岗位，不写个人，如“党建办”。")
    dissolved_on = models.DateField("撤销日期", null=True, blank=True)
    changed_at = ChangedAtField("最近变动")

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "党组织"
        ordering = ("path",)
        indexes = (
            models.Index(fields=("parent", "order")),
            models.Index(fields=("name",)),
            models.Index(fields=("changed_at",), name="organization_changed", condition=Q(changed_at__isnull=False)),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def depth(self) -> int:
        """1 for the top of a tree."""
        return len(self.path) // STEP

    @property
    def is_active(self) -> bool:
        """Whether the organization has not been dissolved."""
        return self.dissolved_on is None

    @property
    def parent_path(self) -> str:
        """The path of the organization above, empty at the top."""
        return self.path[:-STEP]

    def is_writable_by(self, user: User) -> bool:
        """Whether ``user`` may change this entry of the directory and add below it: administrators, and the office here or above."""
        return user.keeps_directory or user.is_office_for(self)

    def is_movable_by(self, user: User) -> bool:
        """Whether ``user`` may move or dissolve it: that takes a right above it, else an office could cut itself off."""
        return user.keeps_directory or any(self.parent_path.startswith(path) for path in user.office_paths)


class PathCounter(models.Model):
    """How many path steps have been given out below one organization (key = its primary key) or at the top (key = 0).

    A step is never given out twice: what closed campaigns keep under the path of a branch that moved away must not come to
    lie under a newcomer. The row is also the lock between two people who add below the same organization.
    """

    key = models.PositiveBigIntegerField(primary_key=True)
    given = models.PositiveIntegerField("已用序号", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "路径序号"

    def __str__(self) -> str:
        return f"{self.key}: {self.given}"
