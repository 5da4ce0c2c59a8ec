"""依据: the records behind one paragraph, with links, as far as the reader may see them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse

from inspections.models import Assignment, BasisDocument, Campaign, CheckResult, Finding, Rectification, StandardFinding, Team
from reports.models import Paragraph
from units.models import User

MOST_SHOWN = 40


@dataclass(frozen=True)
class Record:
    """One record: what it says, of whom, and where it is kept."""

    text: str
    whose: str = ""
    url: str = ""
    tone: str = ""
    label: str = ""
    is_gone: bool = False


@dataclass(frozen=True)
class Group:
    """The records of one kind; ``count`` may be more than are shown."""

    label: str
    count: int
    records: tuple[Record, ...]

    @property
    def unseen(self) -> int:
        """How many are not shown."""
        return self.count - len(self.records)


def _findings(ids: list[Any], user: User) -> list[Record]:
    rows = Finding.objects.visible_to(user).filter(pk__in=_uuids(ids)).select_related("organization").order_by("organization_path", "pk")
    return [
        Record(
            row.text,
            str(row.organization),
            reverse("inspections:finding_detail", args=[row.pk]),
            row.kind,
            row.get_kind_display(),
            is_gone=row.is_withdrawn,
        )
        for row in rows
    ]


def _results(ids: list[Any], user: User) -> list[Record]:
    rows = CheckResult.objects.visible_to(user).filter(pk__in=_uuids(ids)).select_related("item", "assignment__organization")
    return [
        Record(
            f"{row.item.question}：{row.answer}",
            str(row.assignment.organization),
            reverse("inspections:assignment_detail", args=[row.assignment_id]),
        )
        for row in rows.order_by("item__order", "assignment__organization_path", "pk")
    ]


def _assignments(ids: list[Any], user: User) -> list[Record]:
    rows = Assignment.objects.visible_to(user).filter(pk__in=_uuids(ids)).select_related("organization").order_by("organization_path")
    return [
        Record(str(row.organization), row.get_status_display(), reverse("inspections:assignment_detail", args=[row.pk])) for row in rows
    ]


def _campaigns(ids: list[Any], user: User) -> list[Record]:
    rows = Campaign.objects.visible_to(user).filter(pk__in=ids)
    return [Record(row.title, "", reverse("inspections:campaign_detail", args=[row.code])) for row in rows]


def _documents(ids: list[Any], _user: User) -> list[Record]:
    return [Record(f"《{row.title}》{row.number}", row.issuer) for row in BasisDocument.objects.filter(pk__in=ids)]


def _teams(ids: list[Any], _user: User) -> list[Record]:
    return [Record(row.name) for row in Team.objects.filter(pk__in=ids)]


def _standards(ids: list[Any], _user: User) -> list[Record]:
    return [Record(row.wording, row.code) for row in StandardFinding.objects.filter(pk__in=ids)]


def _rectifications(ids: list[Any], user: User) -> list[Record]:
    rows = Rectification.objects.visible_to(user).filter(pk__in=_uuids(ids)).select_related("organization", "campaign").order_by("number")
    return [
        Record(
            row.content,
            str(row.organization),
            reverse("inspections:rectification_detail", args=[row.pk]),
            row.status,
            row.get_status_display(),
            is_gone=not row.is_live,
        )
        for row in rows
    ]


def _uuids(ids: list[Any]) -> list[UUID]:
    return [UUID(str(value)) for value in ids]


READERS: dict[str, tuple[str, Callable[[list[Any], User], list[Record]]]] = {
    "findings": ("发现", _findings),
    "results": ("检查结果与指标", _results),
    "assignments": ("督查任务", _assignments),
    "campaigns": ("督查活动", _campaigns),
    "basis_documents": ("依据文件", _documents),
    "teams": ("督查组", _teams),
    "standards": ("规范表述", _standards),
    "rectifications": ("整改事项", _rectifications),
}


def basis_of(paragraph: Paragraph, user: User) -> list[Group]:
    """Return the records that a paragraph rests on, by kind; at most one query per kind, and never more than can be read."""
    groups = []
    for kind, (label, read) in READERS.items():
        ids = list(paragraph.sources.get(kind, []))
        if ids:
            groups.append(Group(label, len(ids), tuple(read(ids[:MOST_SHOWN], user))))
    return groups
