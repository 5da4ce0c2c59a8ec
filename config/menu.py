"""The side menu: which entries a user sees. ``config`` knows all apps, so the menu can name all their pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from units.models.organization import STEP


@dataclass(frozen=True)
class Entry:
    """One line of the menu; ``name`` is a URL name, ``icon`` a Bootstrap icon, ``holds`` where further pages of it begin."""

    name: str
    label: str
    icon: str
    holds: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        """The address of the entry's page."""
        return reverse(self.name)

    @property
    def starts(self) -> tuple[str, ...]:
        """What the addresses of the entry's pages begin with."""
        return (self.url, *self.holds)


def entries(user: Any) -> list[Entry]:
    """Return the entries for ``user`` in order."""
    found = [Entry("reports:home", "工作台", "house")]
    scoped = bool(user.scope_paths)
    inspects = user.team_seats.filter(team__campaign__status="running").exists()
    if inspects:
        found.append(Entry("field:shell", "现场录入", "phone"))
    if scoped:
        found.append(Entry("reports:dashboard", "督查总览", "bar-chart"))
    if scoped or inspects or user.liaison_organization_ids:
        found.append(Entry("inspections:campaign_list", "督查活动", "flag", ("/inspections/assignments/",)))
        found.append(Entry("inspections:finding_list", "督查发现", "search"))
    if scoped:
        found.append(Entry("inspections:rectification_list", "整改台账", "clipboard-check"))
    if user.liaison_organization_ids:
        rows = () if scoped else ("/inspections/rectifications/",)
        found.append(Entry("inspections:rectification_mine", "我的整改", "tools", rows))
    found += _documents(user)
    if user.office_paths:
        found.append(Entry("inspections:checklist_list", "督查清单", "list-check"))
        found.append(Entry("inspections:standard_list", "规范表述", "journal-text"))
        found.append(Entry("inspections:model_text_list", "范文库", "journals"))
    found += _keeping(user)
    found += _records(user)
    found.append(Entry("reports:rendition_verify", "文件核验", "patch-check"))
    found.append(Entry("jobs:job_list", "后台任务", "hourglass-split"))
    return found


def _documents(user: Any) -> list[Entry]:
    """What was sent to the user's organizations, and what the office writes. A top organization is sent nothing."""
    found = []
    if user.liaison_organization_ids or any(len(path) > STEP for path in user.office_paths):
        found.append(Entry("reports:delivery_list", "收到的文件", "envelope-open"))
    if user.scope_paths:
        found.append(Entry("reports:report_list", "督查报告", "file-earmark-text", ("/reports/",)))
        found.append(Entry("reports:archive_list", "历史报告", "archive"))
        found.append(Entry("reports:template_list", "报告样式", "layout-text-window"))
    return found


def _keeping(user: Any) -> list[Entry]:
    """Organizations, people and rights: what the three administrators keep."""
    found = []
    if user.scope_paths or user.keeps_directory:
        found.append(Entry("units:organization_list", "组织名录", "diagram-3", ("/units/categories/", "/units/tags/")))
    if user.keeps_directory or user.keeps_security:
        found.append(Entry("units:user_list", "人员与任职", "people", ("/units/sessions/all/", "/units/factor/rules/")))
    if user.keeps_directory or user.keeps_security or user.audits:
        found.append(Entry("units:office_list", "三员与权限", "shield-check", ("/units/policies/",)))
    if user.keeps_directory:
        found.append(Entry("inspections:burden_settings", "负担提示设置", "speedometer2"))
        found.append(Entry("reports:ranking_settings", "排名设置", "sort-numeric-down"))
    return found


def _records(user: Any) -> list[Entry]:
    """What was sent and done, and by which calendar."""
    found = []
    if user.scope_paths or user.keeps_directory:
        found.append(Entry("units:delivery_list", "发送记录", "send", ("/units/robots/",)))
    if user.office_paths or user.keeps_directory:
        found.append(Entry("units:token_list", "系统对接", "plug", ("/units/webhooks/",)))
    if user.keeps_dictionaries:
        found.append(Entry("units:calendar_current", "工作日历", "calendar3"))
    if user.keeps_directory:
        found.append(Entry("units:system_state", "系统状态", "activity"))
    if user.audits or user.office_paths:
        found.append(Entry("units:activity_list", "操作记录", "clock-history"))
    return found


def menu(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the entries and which of them is open, by the longest address that the page's own begins with."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    found = entries(user)
    holding = [(len(start), entry) for entry in found for start in entry.starts if request.path.startswith(start)]
    here = max(holding, key=lambda pair: pair[0])[1] if holding else None
    return {"menu_entries": found, "menu_here": here}
