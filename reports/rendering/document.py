"""The block tree that both renderers read: plain values, no database, no request, no network.

A document is what leaves the office: title, addressee, body blocks, annexes, signature and date. ``pdf.py`` and ``docx.py``
turn the same tree into pages; the preview page turns it into HTML. Everything is frozen and can be written to JSON and read
back without loss, which is what freezing an issued report rests on (design §4.7).
"""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from typing import Any

GAP = re.compile(r"【待补[：:][^】]*】")
"""A visible gap that a person must fill before issue, e.g. ``【待补：下步打算】``; renderers highlight it."""


@dataclass(frozen=True)
class Heading:
    """A heading on a line of its own; ``text`` carries its number already (``一、基本情况``).

    ``level`` 1 is set in 黑体, 2 in 楷体, 3 and 4 in 仿宋 (GB/T 9704-2012 §7.3.3).
    """

    level: int
    text: str


@dataclass(frozen=True)
class Paragraph:
    """Body text, indented by two characters.

    ``lead`` is a run-in heading at the beginning of the same line (``（一）加强理论武装。``), set in the face of ``lead_level``
    (2 楷体; 3 and 4 仿宋, as the standard has it; 0 no special face, used for 一是/二是). The renderers put ``lead`` directly
    before ``text``.
    """

    text: str
    lead: str = ""
    lead_level: int = 0


@dataclass(frozen=True)
class Table:
    """A table with one head row that repeats on each page.

    ``widths`` are relative column widths, one per column; ``align`` holds ``left``, ``center`` or ``right`` per column.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...] = ()
    align: tuple[str, ...] = ()
    caption: str = ""


@dataclass(frozen=True)
class Figure:
    """图: a chart with its caption below it, and below that the table from which it is drawn.

    The table is all there is: the chart is made from its cells whenever it is shown, so that the two cannot differ and freezing the table
    freezes the chart. ``series`` are the columns that are drawn, ``look`` says how (see ``rendering.charts``); the first column names the
    bars, and a row of totals is not drawn. ``caption`` carries its number already (``图1　各主题问题数``). ``unit`` is what is counted.
    """

    caption: str
    look: str
    series: tuple[int, ...]
    table: Table
    unit: str = ""


@dataclass(frozen=True)
class Signature:
    """落款: the signing body (or bodies) and the date in words, ``2026年11月20日`` (GB/T 9704-2012 §7.3.5)."""

    signers: tuple[str, ...]
    date_text: str


@dataclass(frozen=True)
class Annex:
    """附件: begins a new page with ``附件`` or ``附件1`` at the top left and its own title (GB/T 9704-2012 §7.3.7).

    ``number`` 0 means that the document has a single annex, written without a number. ``internal`` annexes carry names for use inside the
    office; the mark ``（仅供内部使用）`` is printed under the title.
    """

    number: int
    title: str
    blocks: tuple[Block, ...]
    internal: bool = False


Block = Heading | Paragraph | Table | Figure


@dataclass(frozen=True)
class Head:
    """版头 (GB/T 9704-2012 §7.2): what stands above the red line.

    ``issuers`` are the names of the 发文机关标志, ``suffix`` is 文件 or empty. ``number`` is the whole 发文字号. ``approvers`` (签发人) are named in
    documents that go upward; the number then stands at the left. ``copy_number`` (份号), ``secrecy`` (``秘密★1年``) and ``urgency`` stand one
    below the other in the corner.
    """

    issuers: tuple[str, ...]
    suffix: str = "文件"
    number: str = ""
    approvers: tuple[str, ...] = ()
    copy_number: str = ""
    secrecy: str = ""
    urgency: str = ""


@dataclass(frozen=True)
class Imprint:
    """版记 (GB/T 9704-2012 §7.4) at the foot of the last page: 抄送机关, 印发机关 and 印发日期 (without the word 印发).

    ``even_page`` has it stand on an even page, the outside of the last sheet; where the text ends on an odd one, it stands on the next.
    """

    copy_to: tuple[str, ...] = ()
    printer: str = ""
    date_text: str = ""
    even_page: bool = False


@dataclass(frozen=True)
class Document:
    """A whole document in the order in which it is read.

    ``addressee`` is 主送机关 without the colon. The list of annexes (附件说明) is derived from ``annexes`` by the renderers.
    ``keywords`` goes into the file's metadata. ``head`` and ``imprint`` are there in documents that are sent out under a red head.
    """

    title: str
    blocks: tuple[Block, ...]
    addressee: str = ""
    signature: Signature | None = None
    annexes: tuple[Annex, ...] = ()
    keywords: tuple[str, ...] = ()
    head: Head | None = None
    imprint: Imprint | None = None


_KINDS: dict[str, type] = {"heading": Heading, "paragraph": Paragraph, "table": Table, "figure": Figure}
_NAMES = {kind: name for name, kind in _KINDS.items()}


def to_json(document: Document) -> dict[str, Any]:
    """Return ``document`` as JSON-ready values; ``from_json`` gives back an equal document.

    What a document does not use is written as before there was any of it, so that its checksum stays what it was.
    """

    def block(item: Block) -> dict[str, Any]:
        return {"kind": _NAMES[type(item)], **dataclasses.asdict(item)}

    data = dataclasses.asdict(document)
    data["blocks"] = [block(item) for item in document.blocks]
    data["annexes"] = [{**dataclasses.asdict(annex), "blocks": [block(item) for item in annex.blocks]} for annex in document.annexes]
    for name in ("head", "imprint"):
        if data[name] is None:
            del data[name]
    if document.imprint and not document.imprint.even_page:
        del data["imprint"]["even_page"]
    return data


def from_json(data: dict[str, Any]) -> Document:
    """Read what ``to_json`` wrote, now or before there were heads. Raises ``KeyError`` or ``TypeError`` on anything else."""

    def frozen(value: Any) -> Any:
        return tuple(frozen(item) for item in value) if isinstance(value, list | tuple) else value

    def block(item: dict[str, Any]) -> Block:
        fields = {key: frozen(value) for key, value in item.items() if key != "kind"}
        if item["kind"] == "figure":
            fields["table"] = Table(**{key: frozen(value) for key, value in item["table"].items()})
        return _KINDS[item["kind"]](**fields)

    def part(name: str, kind: type) -> Any:
        return kind(**{key: frozen(value) for key, value in data[name].items()}) if data.get(name) else None

    annexes = tuple(Annex(**{**annex, "blocks": tuple(block(item) for item in annex["blocks"])}) for annex in data["annexes"])
    return Document(
        title=data["title"],
        blocks=tuple(block(item) for item in data["blocks"]),
        addressee=data["addressee"],
        signature=part("signature", Signature),
        annexes=annexes,
        keywords=frozen(data["keywords"]),
        head=part("head", Head),
        imprint=part("imprint", Imprint),
    )
