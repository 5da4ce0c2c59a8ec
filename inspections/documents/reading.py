"""Opening .docx and .txt files: every word of them, whichever way it is kept inside."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import docx
from docx.document import Document
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph

from inspections.documents.lines import Line, Source, Unread
from inspections.documents.listing import Numbers, Styles

MOST_BYTES = 20 * 2**20
MOST_LINES = 20_000
MOST_UNPACKED = 200 * 2**20
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PARTS = {"footnotes": "脚注", "endnotes": "尾注", "comments": "批注"}


class Unreadable(Exception):
    """The file cannot be read; the text is a Chinese sentence for the user."""


def read_lines(name: str, content: bytes) -> Source:
    """Return the lines of a .docx or .txt file. Raises ``Unreadable`` with what to do about it."""
    if len(content) > MOST_BYTES:
        raise Unreadable("文件超过 20 MB。请删去文档里的图片后再收录。")
    lowered = name.lower()
    if lowered.endswith(".docx"):
        source = _read_docx(content)
    elif lowered.endswith(".txt"):
        source = Source([Line(line) for line in decoded(content).splitlines()])
    elif lowered.endswith((".doc", ".wps", ".pdf")):
        raise Unreadable("只收录 .docx 和 .txt 文件。请在 Word 或 WPS 里打开，另存为 .docx 后再上传。")
    else:
        raise Unreadable("只收录 .docx 和 .txt 文件。")
    if len(source.lines) > MOST_LINES:
        raise Unreadable("文件太长，不像一份报告。请拆开后分别收录。")
    if not any(line.text.strip() or line.rows for line in source.lines):
        raise Unreadable("文件里没有文字。如果是扫描件，请先识别成文字再收录。")
    return source


def decoded(content: bytes) -> str:
    """Return the text of a .txt file: UTF-8 or UTF-16 with or without mark, else GB 18030. Raises ``Unreadable``."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif b"\0" in content:  # neither of the others has such bytes
        encodings = ["utf-16-le" if content[1::2].count(0) >= content[::2].count(0) else "utf-16-be"]
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return _CONTROL.sub("", content.decode(encoding))
        except UnicodeDecodeError:
            continue
    raise Unreadable("认不出文件的文字编码。请用记事本打开，另存为 UTF-8 编码后再上传。")


# --- Word -------------------------------------------------------------------------------------------------------------------


def _read_docx(content: bytes) -> Source:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED:
                raise Unreadable("文档解开后过大，疑似异常文件，没有收录。")
        return _source_of(docx.Document(io.BytesIO(content)))
    except Unreadable:
        raise
    except Exception as error:  # python-docx tells of a broken file in many ways, some of them only while it is read
        raise Unreadable("Word 文档已损坏或加了密码，无法打开。请在 Word 里另存为 .docx 后再上传。") from error


def _source_of(document: Document) -> Source:
    source = Source()
    styles = Styles()
    numbers = Numbers(document, styles)
    for item in _blocks(document):
        if isinstance(item, Table):
            source.lines.append(Line(rows=_rows(item)))
        else:
            source.lines.extend(_lines(item, numbers, styles))
            source.unread.extend(_beside(item, len(source.lines)))
    source.unread.extend(_margins(document))
    source.unread.extend(_notes(document))
    return source


def _blocks(document: Document) -> Iterator[Paragraph | Table]:
    """Paragraphs and tables in order, those inside content controls included."""
    for element in document.element.body.iter():
        if element.tag == qn("w:p") and not any(parent.tag in {qn("w:tc"), qn("w:txbxContent")} for parent in element.iterancestors()):
            yield Paragraph(element, document)
        elif element.tag == qn("w:tbl") and not any(parent.tag in {qn("w:tc"), qn("w:txbxContent")} for parent in element.iterancestors()):
            yield Table(element, document)


def _text_of(element: Any) -> str:
    """The words of a paragraph as they stand after accepting its tracked changes; no text of boxes inside it."""
    parts = []
    for node in element.iter():
        if any(parent.tag in {qn("w:txbxContent"), qn("w:del"), qn("w:moveFrom")} for parent in node.iterancestors()):
            continue
        if node.tag == qn("w:t"):
            parts.append(node.text or "")
        elif node.tag == qn("w:tab"):
            parts.append("\t" if node.getparent().tag == qn("w:r") else "")
        elif node.tag in {qn("w:br"), qn("w:cr")}:
            parts.append("\n")
        elif node.tag == qn("w:noBreakHyphen"):
            parts.append("-")
    return _CONTROL.sub("", "".join(parts))


def _lines(paragraph: Paragraph, numbers: Numbers, styles: Styles) -> list[Line]:
    found = styles.of(paragraph)
    style = (found.name or "") if found is not None else ""
    heading = re.fullmatch(r"(?:Heading|标题) (\d)", style, re.IGNORECASE)
    centred = paragraph.alignment is not None and int(paragraph.alignment) == 1
    number = numbers.of(paragraph)
    texts = _text_of(paragraph._p).split("\n")
    level = int(heading.group(1)) if heading else 0
    return [Line((number if place == 0 else "") + text, level, style in {"Title", "标题"} or centred) for place, text in enumerate(texts)]


def _beside(paragraph: Paragraph, line: int) -> list[Unread]:
    """Boxes and pictures anchored in a paragraph."""
    found = []
    texts = []
    for box in paragraph._p.iter(qn("w:txbxContent")):
        words = "".join(node.text or "" for node in box.iter(qn("w:t"))).strip()
        # A box is stored twice, for new and for old versions of Word.
        if words and words not in texts:
            texts.append(words)
            found.append(Unread("文本框", words, line))
    pictures = sum(1 for node in paragraph._p.iter() if node.tag.endswith(("}blip", "}imagedata")))
    if pictures:
        found.append(Unread("图片", "图片里的内容没有识别。", line))
    return found


def _rows(table: Table) -> tuple[tuple[str, ...], ...]:
    def words(cell: Any) -> str:
        return "".join(_text_of(paragraph) for paragraph in cell.iter(qn("w:p"))).strip()

    return tuple(tuple(words(cell) for cell in row.iterchildren(qn("w:tc"))) for row in table._tbl.iter(qn("w:tr")))


def _margins(document: Document) -> list[Unread]:
    found: dict[str, Unread] = {}
    for section in document.sections:
        for what, part in (("页眉", section.header), ("页脚", section.footer)):
            words = " ".join(_text_of(paragraph._p).strip() for paragraph in part.paragraphs).strip()
            if re.search(r"[一-鿿A-Za-z]", words):
                found.setdefault(words, Unread(what, words))
    return list(found.values())


def _notes(document: Document) -> list[Unread]:
    found = []
    for relation in document.part.rels.values():
        kind = relation.reltype.rsplit("/", 1)[-1]
        if kind in _PARTS and not relation.is_external:
            from lxml import etree  # noqa: PLC0415 -- python-docx brings it; only documents with notes need it

            root = etree.fromstring(relation.target_part.blob, etree.XMLParser(resolve_entities=False, no_network=True))
            for note in root:
                words = "".join(node.text or "" for node in note.iter(f"{_WORD}t")).strip()
                if words:
                    found.append(Unread(_PARTS[kind], words))
    return found
