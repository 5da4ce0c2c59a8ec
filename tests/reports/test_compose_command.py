"""``manage.py compose``: three files, or one Chinese sentence and exit code 1."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from django.core.management import CommandError, call_command

from reports.models import Report
from reports.rendering.document import from_json
from reports.rendering.result import MissingGlyphError
from tests import factories


@pytest.fixture
def concluded(campaign, town, team, qian):
    factories.report_template("four-part")
    factories.report_template("feedback")
    assignment = factories.make_assignment(campaign, town, team, status="concluded")
    factories.make_finding(assignment, qian, standard=factories.make_standard())
    return assignment


def run(*arguments):
    out, err = io.StringIO(), io.StringIO()
    call_command("compose", *arguments, stdout=out, stderr=err)
    return out.getvalue().splitlines(), err.getvalue()


def test_it_writes_three_files_and_prints_their_paths(campaign, concluded, tmp_path):
    folder = tmp_path / "new" / "folder"
    paths, _ = run(campaign.code, "--out", str(folder), "--signed-on", "2026-11-20")
    assert paths == [str(folder / f"{campaign.code}-four-part.{suffix}") for suffix in ("pdf", "docx", "json")]
    assert (folder / f"{campaign.code}-four-part.pdf").read_bytes().startswith(b"%PDF-")
    assert zipfile.is_zipfile(paths[1])
    data = json.loads((folder / f"{campaign.code}-four-part.json").read_text(encoding="utf-8"))
    document = from_json(data["document"])
    assert document.signature.date_text == "2026年11月20日"
    problem = next(p for section in data["sections"] for p in section["paragraphs"] if p["key"] == "problems.theme.T2")
    assert problem["sources"]["findings"] == [str(concluded.findings.get().pk)]
    assert problem["arithmetic"][0]["word"] == "个别"
    assert len(problem["fingerprint"]) == 64
    assert not Report.objects.exists()


def test_it_composes_feedback_for_one_organization(campaign, concluded, town, tmp_path):
    paths, _ = run(campaign.code, "--template", "feedback", "--organization", town.code, "--out", str(tmp_path))
    assert paths[0].endswith(f"{campaign.code}-feedback-{town.code}.pdf")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["no-such"], "没有编码为“no-such”的督查活动"),
        (["{code}", "--template", "no-such"], "可用的样式：four-part、feedback"),
        (["{code}", "--template", "feedback"], "请先选定一个组织"),
        (["{code}", "--organization", "NOPE"], "没有编码为“NOPE”的组织"),
        (["{code}", "--signed-on", "2026-13-01"], "不是有效日期"),
        (["{code}", "--out", "/proc/no/such"], "无法写入"),
    ],
)
def test_it_says_what_is_wrong(campaign, concluded, tmp_path, monkeypatch, arguments, sentence):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CommandError, match=sentence) as error:
        run(*(argument.format(code=campaign.code) for argument in arguments))
    assert error.value.returncode == 1


def test_nothing_concluded_is_said(campaign, tmp_path):
    factories.report_template("four-part")
    with pytest.raises(CommandError, match="还没有已办结的督查任务"):
        run(campaign.code, "--out", str(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_a_character_without_font_is_said(campaign, concluded, tmp_path, monkeypatch):
    def fail(_document, *, draft):
        raise MissingGlyphError("𱁬", "正文第1段", "某𱁬某")

    monkeypatch.setattr("reports.management.commands.compose.render_pdf", fail)
    with pytest.raises(CommandError, match="正文第1段"):
        run(campaign.code, "--out", str(tmp_path))
