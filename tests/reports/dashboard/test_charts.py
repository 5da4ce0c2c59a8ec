"""Options of the charts: plain data in, plain data out."""

from __future__ import annotations

import json

from reports.dashboard.addresses import Figure
from reports.dashboard.charts import coverage_chart, severity_chart, spread_chart
from reports.dashboard.rows import ProgressRow, SpreadRow, ThemeRow


def figure(number, name="list"):
    return Figure(number, f"/{name}/?n={number}")


def progress_row(label, concluded, in_progress, planned):
    total = concluded + in_progress + planned
    return ProgressRow(label, figure(total), figure(concluded), figure(in_progress), figure(planned), concluded * 100 // total)


def test_coverage_is_stacked_by_state():
    chart = coverage_chart([progress_row("镇街", 3, 1, 0), progress_row("社区", 0, 0, 2)], progress_row("合计", 3, 1, 2))
    assert chart.option["yAxis"]["data"] == ["镇街", "社区"]
    assert [(s["name"], s["stack"], [bar["value"] for bar in s["data"]]) for s in chart.option["series"]] == [
        ("已办结", "all", [3, 0]),
        ("督查中", "all", [1, 0]),
        ("未开始", "all", [0, 2]),
    ]
    assert chart.summary == "各类别督查进度条形图。共6个单位，已办结3个。镇街3/4；社区0/2。"
    assert chart.rows == 2


def test_severities_go_from_light_to_grave():
    row = ThemeRow("阵地管理", figure(6), (figure(3), figure(2), figure(1)), figure(0), figure(0), figure(6))
    chart = severity_chart([row], row)
    assert [(s["name"], s["data"][0]["value"]) for s in chart.option["series"]] == [("一般", 3), ("较重", 2), ("严重", 1)]
    assert "共6条问题。阵地管理6条。" in chart.summary


def test_spread_is_a_share_and_its_summary_gives_n_of_n():
    chart = spread_chart([SpreadRow("责任传导没有到底", "责任书没有签订到党支部", 15, 35, "部分", figure(16))])
    assert chart.option["series"][0]["data"] == [{"value": 43, "url": "/list/?n=16"}]
    assert chart.option["xAxis"]["max"] == 100
    assert "责任传导没有到底15/35，部分" in chart.summary


def test_options_are_json_and_need_no_html():
    chart = coverage_chart([progress_row("镇街", 1, 0, 0)], progress_row("合计", 1, 0, 0))
    assert json.loads(json.dumps(chart.option)) == chart.option
    assert chart.option["tooltip"]["renderMode"] == "richText"
