"""The annex of figures: sentence, table and chart from the same facts; a setting of the template; in the editor; through to the issued file."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from django.urls import reverse

from jobs.errors import Refused
from reports.actions import compose_report, editing
from reports.actions.content import checked_table
from reports.actions.templates import publish_template, revise_template, update_template
from reports.assembly import document_of, document_of_draft
from reports.composing import SectionSpec, TemplateSpec
from reports.composing.chart_figures import FIGURES, compose
from reports.composing.spec import Style
from reports.composing.variants import compose_draft
from reports.facts import campaign_facts
from reports.facts.values import Previous
from reports.models import Paragraph, ReportTemplate
from reports.rendering.charts import bars_of
from reports.rendering.document import Figure, from_json, to_json
from tests import factories
from tests.reports import samples

BEFORE = {"previous": Previous("2026-1", "2026年上半年", 8, 9), "previous_problems": (("T1", "组织领导", 4), ("T9", "队伍建设", 5))}


def section(table="figures", **settings):
    return SectionSpec("annex", "督查情况图表", {"table": table, **settings})


def figures(facts, table="figures"):
    draft = compose_draft(facts, TemplateSpec("题", (section(table),)))
    return [block for annex in document_of_draft(draft).annexes for block in annex.blocks if isinstance(block, Figure)]


# --- composing --------------------------------------------------------------------------------------------------------------


def test_each_figure_has_a_sentence_a_table_and_a_chart_that_agree():
    facts = samples.facts(**BEFORE)
    severity, coverage, comparison = figures(facts)
    problems = facts.of_kind("problem")
    total = severity.table.rows[-1]
    assert total[0] == "合计"
    assert int(total[-1]) == len(problems)
    # What is drawn adds up to the same.
    assert sum(sum(series.values) for series in bars_of(severity).series) == len(problems)
    by_theme = {
        label: sum(values) for label, *values in zip(bars_of(severity).labels, *(s.values for s in bars_of(severity).series), strict=True)
    }
    names = {theme.code: theme.name for theme in facts.themes}
    assert by_theme == {name: sum(names[finding.theme] == name for finding in problems) for name in names.values()}
    assert [int(cell) for cell in coverage.table.rows[-1][1:5]] == [10, 3, 6, 1]
    assert coverage.table.rows[-1][5] == "90.0%" or coverage.table.rows[-1][5].startswith("90")
    assert [series.name for series in bars_of(comparison).series] == ["2026年下半年", "2026年上半年"]
    assert comparison.table.rows[-1] == (
        "合计",
        str(len(problems)),
        "9",
        f"增{len(problems) - 9}" if len(problems) > 9 else f"减{9 - len(problems)}",
    )
    assert ("队伍建设", "0", "5", "减5") in comparison.table.rows
    texts = [row.text for row in compose(facts, section(), Style()) if row.text]
    assert f"共发现问题{len(problems)}条" in texts[0]
    assert "列入督查的10个党组织中，已办结9个" in texts[1]
    assert f"2026年下半年督查党组织9个、问题{len(problems)}条；2026年上半年督查党组织8个、问题9条" in texts[2]


def test_figures_are_numbered_through_the_document_and_one_may_be_chosen():
    facts = samples.facts(**BEFORE)
    assert [figure.caption for figure in figures(facts)] == [
        "图1　各主题问题数及程度",
        "图2　各类单位督查覆盖情况",
        "图3　各主题问题数与上次督查对比",
    ]
    for name in FIGURES:
        assert [figure.caption[:3] for figure in figures(facts, name)] == ["图1　"]


def test_what_has_no_data_is_left_out():
    assert len(figures(samples.facts(previous=None, previous_problems=()))) == 2
    empty = samples.facts(previous=None, findings=(), units=(), unfinished=(), categories=())
    draft = compose_draft(empty, TemplateSpec("题", (section(optional=True),)))
    assert draft.sections == ()


def test_the_fingerprint_follows_the_numbers():
    facts = samples.facts(**BEFORE)
    fewer = replace(facts, findings=facts.findings[:-1])
    old, new = ({row.key: row.fingerprint for row in compose(each, section(), Style())} for each in (facts, fewer))
    assert old["figure_coverage"] == new["figure_coverage"]
    kind = facts.findings[-1].kind
    assert (old["figure_severity"] == new["figure_severity"]) == (kind != "problem")


# --- templates --------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_four_part_report_has_the_annex_by_default_and_the_old_version_is_kept():
    newest = ReportTemplate.objects.published().get(key="four-part")
    assert newest.version == 2
    assert [row.settings.get("table") for row in newest.sections.filter(kind="annex")] == ["coverage", "figures", "problems"]
    assert next(iter(ReportTemplate.objects.published().by_family())).key == "four-part", "it stays the first to choose from"
    first = ReportTemplate.objects.get(key="four-part", version=1)
    assert first.status == "retired"
    assert not first.sections.filter(settings__table="figures").exists()


def test_the_office_takes_the_annex_out_and_chooses_one_figure(client, zhao):
    client.force_login(zhao)
    template = revise_template(ReportTemplate.objects.published().get(key="four-part"), by=zhao)
    page = client.get(reverse("reports:template_edit", args=[template.pk])).content.decode()
    assert re.search(r'<option value="figures" selected>图表', page)
    assert "与上次督查对比" in page
    rows = [
        {"kind": "opening", "heading": "", "settings": {}},
        {"kind": "annex", "heading": "图", "settings": {"table": "figure_coverage"}},
    ]
    values = {"name": template.name, "title_pattern": template.title_pattern, "settings": template.settings}
    template = update_template(template, by=zhao, revision=template.revision, sections=rows, values=values)
    publish_template(template, by=zhao)
    spec = TemplateSpec.of(ReportTemplate.objects.published().get(key="four-part"))
    blocks = document_of_draft(compose_draft(samples.facts(**BEFORE), spec)).annexes[0].blocks
    assert [block.caption for block in blocks if isinstance(block, Figure)] == ["图1　各类单位督查覆盖情况"]


# --- stored, edited, frozen -------------------------------------------------------------------------------------------------


@pytest.fixture
def report(campaign, town, bureau, team, qian, zhao):
    for each in (town, bureau):
        row = factories.make_assignment(campaign, each, team, status="concluded", summary="较好")
        factories.make_finding(row, qian)
    return compose_report(campaign, ReportTemplate.objects.published().get(key="four-part"), by=zhao)


@pytest.fixture
def drawn(report):
    return Paragraph.objects.get(section__report=report, key="figure_severity")


def save(client, report, row, **changes):
    table = {**row.table, **changes}
    data = {"revision": row.revision, "table": json.dumps(table)}
    return client.post(reverse("reports:paragraph_save", args=[report.pk, row.uid]), data)


def test_a_changed_number_changes_the_chart(client, report, drawn, zhao):
    client.force_login(zhao)
    page = client.get(reverse("reports:report_edit", args=[report.pk])).content.decode()
    assert page.count('class="sheet-chart"') == 2
    assert '<span class="ed-mark">图1　</span>' in page
    rows = [list(row) for row in drawn.table["rows"]]
    rows[0][1] = "7"
    answer = save(client, report, drawn, rows=rows).json()
    assert f"{rows[0][0]}：一般7条" in answer["chart"]
    assert answer["chart"] not in page
    figure = next(block for annex in document_of(report).annexes for block in annex.blocks if isinstance(block, Figure))
    assert bars_of(figure).series[0].values[0] == 7


def test_a_new_version_keeps_the_place_of_its_template(client, report, zhao):
    client.force_login(zhao)
    page = client.get(reverse("reports:report_create", args=[report.campaign.code])).content.decode()
    offered = re.findall(r'<option value="\d+"[^>]*>([^<]*)', page)
    assert offered[0] == "督查报告（四部分）"


def test_what_is_drawn_stays_until_somebody_takes_the_chart_away(client, report, drawn, zhao):
    client.force_login(zhao)
    fewer = {"columns": drawn.table["columns"][:2], "rows": [row[:2] for row in drawn.table["rows"]]}
    refused = save(client, report, drawn, **fewer)
    assert refused.status_code == 409
    assert "去掉图" in refused.json()["error"]
    answer = save(client, report, drawn, figure=None, **fewer)
    assert (answer.status_code, answer.json()["chart"]) == (200, "")
    for wrong in (
        {"look": "pie", "series": [1]},
        {"look": "severity", "series": ["1"]},
        {"look": "severity", "series": 1},
        {"look": ["x"], "series": [1]},
        {"look": "severity", "series": [1, 1]},
        "x",
    ):
        with pytest.raises(Refused):
            checked_table({"columns": ["a", "b"], "rows": [], "figure": wrong})


def test_the_check_asks_for_numbers(client, report, drawn, zhao):
    from reports.checkup import check_report

    assert not [message for message in check_report(report).open if message.code == "figure.drawn"]
    rows = [list(row) for row in drawn.table["rows"]]
    rows[0][1] = "若干"
    editing.save_paragraph(report, drawn.uid, by=zhao, revision=drawn.revision, table={**drawn.table, "rows": rows})
    (message,) = [message for message in check_report(report).open if message.code == "figure.drawn"]
    assert "“一般”写的是“若干”" in message.text


def test_freezing_and_reading_back_gives_the_same_figures(report):
    document = document_of(report)
    assert from_json(json.loads(json.dumps(to_json(document)))) == document
    assert sum(isinstance(block, Figure) for annex in document.annexes for block in annex.blocks) == 2


def test_a_word_file_that_comes_back_unchanged_proposes_nothing(report):
    from inspections.documents.reading import read_lines
    from reports.rendering.docx import render_docx
    from reports.sheet import parts_of
    from reports.word_return import changes

    source = read_lines("报告.docx", render_docx(document_of(report)).content)
    lines = source.lines
    assert any(line.text.startswith("图1") for line in lines)
    assert changes(parts_of(report), lines, lines) == []


@pytest.mark.django_db
def test_problems_of_the_last_campaign_are_counted_by_theme(campaign, town, team, qian, zhao):
    before = factories.make_campaign(campaign.organizer, zhao, half=1, status="finished", checklist=campaign.checklist)
    row = factories.make_assignment(before, town, None, status="concluded")
    for _ in range(3):
        factories.make_finding(row, qian)
    factories.make_assignment(campaign, town, team, status="concluded")
    facts = campaign_facts(campaign)
    assert facts.previous.problems == sum(n for *_names, n in facts.previous_problems) == 3
