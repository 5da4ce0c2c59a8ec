"""Documents as Word, WPS and LibreOffice write them, and files that are none: small, made here, nobody's text."""

from __future__ import annotations

import io
import zipfile

import docx
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504


def saved(document) -> bytes:
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def with_lists() -> bytes:
    """Numbers that Word counts itself: 一、 and （一） stand nowhere in the text."""
    document = docx.Document()
    numbering = document.part.numbering_part.element
    kind = parse_xml(
        f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90">'
        '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>'
        '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl></w:abstractNum>'
    )
    numbering.insert(0, kind)
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="90"><w:abstractNumId w:val="90"/></w:num>'))

    def row(text, level=None):
        paragraph = document.add_paragraph(text)
        if level is not None:
            mark = parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="90"/></w:numPr>')
            paragraph._p.get_or_add_pPr().append(mark)

    row("某支部自查报告")
    row("主要做法", 0)
    row("组织领导", 1)
    row("召开专题研究会议2次。")
    row("存在的问题", 0)
    row("学习记录不齐全。", 1)
    row("审核单缺复审意见。", 1)
    return saved(document)


def with_table() -> bytes:
    document = docx.Document()
    document.add_paragraph("自查报告")
    table = document.add_table(rows=3, cols=2)
    for row, cells in zip(table.rows, [("项目", "数量"), ("召开专题研究会议（次）", "4"), ("备注", "无")], strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    return saved(document)


def with_box() -> bytes:
    """The number stands in a text box, which Word keeps twice: for itself and for older versions."""
    document = docx.Document()
    document.add_paragraph("自查报告")
    paragraph = document.add_paragraph("正文在文本框里。")
    inner = "<w:p><w:r><w:t>全年召开专题研究会议6次。</w:t></w:r></w:p>"
    box = f'<w:pict {nsdecls("w")}><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox><w:txbxContent>{inner}</w:txbxContent></v:textbox></v:shape></w:pict>'
    run = OxmlElement("w:r")
    run.append(parse_xml(box))
    paragraph._p.append(run)
    return saved(document)


def with_changes() -> bytes:
    """Three was struck out, five put in; a comment and a header say other numbers."""
    document = docx.Document()
    document.add_paragraph("自查报告")
    paragraph = document.add_paragraph("全年召开专题研究会议")
    for tag, word, number in (("w:del", "w:delText", "3次"), ("w:ins", "w:t", "5次。")):
        change = OxmlElement(tag)
        change.set(qn("w:author"), "甲")
        run = OxmlElement("w:r")
        text = OxmlElement(word)
        text.text = number
        run.append(text)
        change.append(run)
        paragraph._p.append(change)
    document.sections[0].header.paragraphs[0].text = "召开专题研究会议99次"
    return saved(document)


def from_wps() -> bytes:
    """WPS names its styles in Chinese and splits runs anywhere."""
    document = docx.Document()
    document.styles["Heading 1"].name = "标题 1"
    document.add_paragraph("自查报告", style="Title")
    document.add_paragraph("一、组织领导", style=document.styles["标题 1"])
    paragraph = document.add_paragraph()
    for piece in ("全年召开专", "题研究会", "议７", "次。"):
        paragraph.add_run(piece)
    return saved(document)


def repacked(content: bytes, **parts: bytes | None) -> bytes:
    """A Word file with parts changed, added or (None) left out; ``__`` in a name stands for a slash, ``_dot_`` for a dot."""
    target = io.BytesIO()
    wanted = {name.replace("__", "/").replace("_dot_", "."): value for name, value in parts.items()}
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in wanted:
                new.writestr(name, old.read(name))
        for name, value in wanted.items():
            if value is not None:
                new.writestr(name, value)
    return target.getvalue()


def bomb(size: int = 100 * 2**20) -> bytes:
    """A document.xml of ``size`` zeros: some hundred kilobytes on disk."""
    target = io.BytesIO()
    plain = saved(docx.Document())
    with zipfile.ZipFile(io.BytesIO(plain)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name != "word/document.xml":
                new.writestr(name, old.read(name))
        with new.open("word/document.xml", "w") as part:
            for _ in range(size // 2**20):
                part.write(b"\0" * 2**20)
    return target.getvalue()


def macros() -> bytes:
    return repacked(saved(docx.Document()), word__vbaProject_dot_bin=b"Sub AutoOpen")


def remote_template() -> bytes:
    relation = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r9" '
        b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" '
        b'Target="http://example.invalid/t.dotm" TargetMode="External"/></Relationships>'
    )
    return repacked(saved(docx.Document()), word___rels__settings_dot_xml_dot_rels=relation)


def broken_xml() -> bytes:
    return repacked(saved(docx.Document()), word__document_dot_xml=b"<w:document><w:body>")


def wrong_encoding() -> bytes:
    xml = '<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>召开会议</w:t></w:r></w:p></w:body></w:document>'
    return repacked(saved(docx.Document()), word__document_dot_xml=xml.encode("gb18030"))


def entities() -> bytes:
    """Each entity is ten of the one before."""
    lines = ['<!ENTITY a "召开会议">', *(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(8))]
    xml = (
        f'<?xml version="1.0"?><!DOCTYPE d [{"".join(lines)}]>'
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>&i;</w:t></w:r></w:p></w:body></w:document>'
    )
    return repacked(saved(docx.Document()), word__document_dot_xml=xml.encode())


def big(size: int = 90 * 2**20) -> bytes:
    """A real report with ``size`` bytes of pictures in it, stored as they are."""
    target = io.BytesIO()
    document = docx.Document()
    document.add_paragraph("自查报告")
    document.add_paragraph("全年召开专题研究会议8次。")
    with zipfile.ZipFile(io.BytesIO(saved(document))) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
        with new.open("word/media/image1.jpeg", "w") as part:
            for _ in range(size // 2**20):
                part.write(b"\xff" * 2**20)
    return target.getvalue()
