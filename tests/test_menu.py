"""The side menu: what each role sees, and which entry is marked as open."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from config.menu import entries, menu


def labels(user) -> list[str]:
    return [entry.label for entry in entries(user)]


def test_each_role_sees_its_own(zhao, wu, zhou, wang, feng, qian, team):
    assert {"督查清单", "规范表述", "督查报告", "操作记录"} <= set(labels(zhao))
    assert "督查清单" not in labels(wu)
    assert "督查总览" in labels(wu)
    assert "系统对接" in labels(zhao)
    assert "系统对接" not in labels(wu)
    assert labels(zhou) == ["工作台", "督查活动", "督查发现", "我的整改", "收到的文件", "文件核验", "后台任务"]
    assert "督查发现" in labels(qian)
    assert "督查报告" not in labels(qian)
    kept = ["组织名录", "人员与任职", "三员与权限", "负担提示设置", "排名设置", "发送记录", "系统对接", "工作日历", "系统状态"]
    assert labels(wang) == ["工作台", *kept, "文件核验", "后台任务"]
    assert labels(feng) == ["工作台", "三员与权限", "操作记录", "文件核验", "后台任务"]


@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("/reports/home/", "工作台"),
        ("/reports/dashboard/", "督查总览"),
        ("/reports/12/", "督查报告"),
        ("/reports/12/edit/", "督查报告"),
        ("/reports/list/", "督查报告"),
        ("/inspections/campaigns/2026-2/teams/", "督查活动"),
        ("/inspections/assignments/", "督查活动"),
        ("/inspections/findings/", "督查发现"),
        ("/inspections/rectifications/", "整改台账"),
        ("/units/tags/", "组织名录"),
        ("/jobs/", "后台任务"),
    ],
)
def test_the_entry_of_a_page_is_marked(zhao, path, label):
    request = RequestFactory().get(path)
    request.user = zhao
    assert menu(request)["menu_here"].label == label


def test_a_page_of_no_entry_marks_none(zhao):
    request = RequestFactory().get("/units/password/")
    request.user = zhao
    assert menu(request)["menu_here"] is None
