"""A Word file goes out, is changed, comes back: each change is found, shown and decided on, nothing else."""

from __future__ import annotations

import copy
import io

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from jobs.errors import InvalidTransition, Refused
from reports.actions import editing
from reports.actions.undoing import undo
from reports.actions.word_returns import decide, decide_all, take_back
from reports.assembly import document_of
from reports.models import Paragraph, Proposal
from reports.rendering.docx import render_docx
from tests.reports.editing.rows import paragraph, texts


def out(report):
    return docx.Document(io.BytesIO(render_docx(document_of(report)).content))


def content(word):
    stream = io.BytesIO()
    word.core_properties.last_modified_by = "王科长"
    word.save(stream)
    return stream.getvalue()


def line(word, words):
    return next(each for each in word.paragraphs if words in each.text)


def change(found, words, new):
    """Replace words within a paragraph, whichever run they are in."""
    text = found.text.replace(words, new)
    assert text != found.text
    for run in found.runs[1:]:
        run.text = ""
    found.runs[0].text = text


def proposals(returned):
    return [(each.kind, each.paragraph) for each in returned.proposals.all()]


def test_an_untouched_file_has_no_changes(report, zhao):
    with pytest.raises(Refused, match="完全一致"):
        take_back(report, by=zhao, name="a.docx", content=content(out(report)))


def test_changed_added_and_deleted_paragraphs_are_found_and_nothing_else(report, zhao):
    word = out(report)
    theme, intro = paragraph(report, "problems.theme.T2"), paragraph(report, "problems.intro")
    change(line(word, theme.text[:12]), "学习记录要素不全", "学习记录要素仍有欠缺")
    new = copy.deepcopy(line(word, theme.lead)._p)
    line(word, theme.lead)._p.addnext(new)
    added = next(each for each in word.paragraphs if each._p is new)
    for run in added.runs[1:]:
        run.text = ""
    added.runs[0].text = "（二）补充的一项工作。从外面加进来的话。"
    gone = line(word, intro.text[:12])
    gone._p.getparent().remove(gone._p)
    before = texts(report)

    returned = take_back(report, by=zhao, name="修改稿.docx", content=content(word))
    assert returned.author == "王科长"
    assert sorted(proposals(returned), key=str) == sorted([("change", theme.uid), ("add", None), ("delete", intro.uid)], key=str)
    assert texts(report) == before, "proposals change nothing by themselves"

    one = returned.proposals.get(kind="change")
    assert (one.before["text"], one.after["lead"]) == (theme.text, theme.lead)
    decide(report, one, by=zhao, accept=True)
    assert paragraph(report, "problems.theme.T2").text == theme.text.replace("学习记录要素不全", "学习记录要素仍有欠缺")
    decide(report, returned.proposals.get(kind="delete"), by=zhao, accept=False)
    assert paragraph(report, "problems.intro").text == intro.text
    decide(report, returned.proposals.get(kind="add"), by=zhao, accept=True)
    made = Paragraph.objects.get(section__report=report, text__contains="从外面加进来的话")
    assert (made.level, made.section_id) == (2, theme.section_id)
    rows = list(theme.section.paragraphs.values_list("uid", flat=True))
    assert rows.index(made.uid) == rows.index(theme.uid) + 1
    assert set(returned.proposals.values_list("status", "decided_by")) == {("accepted", zhao.pk), ("refused", zhao.pk)}
    undo(report, by=zhao)
    undo(report, by=zhao)
    assert texts(report) == before


def test_tables_and_what_is_no_paragraph(report, zhao):
    word = out(report)
    table = word.tables[0]
    table.cell(1, 1).paragraphs[0].runs[0].text = "99"
    change(line(word, "三、风险点"), "风险点", "风险隐患")
    returned = take_back(report, by=zhao, name="a.docx", content=content(word))
    row = Paragraph.objects.filter(section__report=report, kind="table").order_by("section__order", "order").first()
    assert sorted(proposals(returned), key=str) == sorted([("change", None), ("change", row.uid)], key=str)
    done, left = decide_all(report, returned, by=zhao, accept=True)
    assert (done, left) == (1, 1)
    changed = Paragraph.objects.get(pk=row.pk)
    assert changed.table["rows"][0][1] == "99"
    assert changed.table.get("widths") == row.table.get("widths")
    assert [each[1:] for each in changed.table["rows"][1:]] == [each[1:] for each in row.table["rows"][1:]]


def test_a_moved_paragraph_is_a_move(report, zhao):
    word = out(report)
    rows = [row for row in report.sections.get(kind="next_steps").paragraphs.all() if row.text]
    assert len(rows) >= 2
    last, first = line(word, rows[-1].text[:14]), line(word, rows[0].text[:14])
    first._p.addprevious(last._p)
    returned = take_back(report, by=zhao, name="a.docx", content=content(word))
    assert "move" in {kind for kind, _uid in proposals(returned)}
    assert "delete" not in {kind for kind, _uid in proposals(returned)}
    decide_all(report, returned, by=zhao, accept=True)
    after = [row.text for row in report.sections.get(kind="next_steps").paragraphs.all() if row.text]
    assert sorted(after) == sorted(row.text for row in rows)
    assert after != [row.text for row in rows]


def test_a_change_here_meanwhile_is_not_overwritten(report, zhao, colleague):
    word = out(report)
    theme = paragraph(report, "problems.theme.T2")
    change(line(word, theme.text[:12]), "学习", "学用")
    returned = take_back(report, by=zhao, name="a.docx", content=content(word))
    editing.save_paragraph(report, theme.uid, by=colleague, revision=theme.revision, text="这里也改了。")
    one = returned.proposals.get()
    with pytest.raises(Refused, match="又改过"):
        decide(report, one, by=zhao, accept=True)
    one.refresh_from_db()
    assert one.status == Proposal.Status.OPEN
    decide(report, one, by=zhao, accept=False)
    with pytest.raises(InvalidTransition, match="已有人处理"):
        decide(report, one, by=zhao, accept=True)
    assert paragraph(report, "problems.theme.T2").text == "这里也改了。"


def test_bad_files_are_refused_in_words(report, zhao):
    for name, data in (("a.doc", b"x"), ("a.docx", b"x"), ("a.docx", b"")):
        with pytest.raises(Refused, match=r"[一-鿿]"):
            take_back(report, by=zhao, name=name, content=data)
    word = out(report)
    change(line(word, paragraph(report, "opening").text[:10]), "。", "！")
    data = content(word)
    take_back(report, by=zhao, name="a.docx", content=data)
    with pytest.raises(Refused, match="已经取回过"):
        take_back(report, by=zhao, name="a.docx", content=data)


def test_the_screens(client, report, zhao):
    client.force_login(zhao)
    address = reverse("reports:word_return_list", args=[report.pk])
    assert "还没有取回过文件" in client.get(address).content.decode()
    word = out(report)
    change(line(word, paragraph(report, "opening").text[:10]), "。", "，特此说明。")
    file = SimpleUploadedFile("修改稿.docx", content(word))
    answer = client.post(address, {"file": file}, follow=True)
    page = answer.content.decode()
    assert "<ins>，特此说明</ins>" in page
    one = Proposal.objects.get()
    page = client.post(reverse("reports:proposal_decide", args=[report.pk, one.pk]), {"accept": "1"}, follow=True).content.decode()
    assert "已采纳" in page
    assert "，特此说明。" in paragraph(report, "opening").text
    bad = client.post(address, {"file": SimpleUploadedFile("x.docx", b"no")})
    assert "无法打开" in bad.content.decode()
