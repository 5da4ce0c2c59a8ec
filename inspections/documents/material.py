"""What an organization handed in, as a list of paragraphs: the same whether it came as a file or was typed in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from inspections.documents.lines import Line, Source
from inspections.documents.outline import understand

BOX = "文本框"


@dataclass(frozen=True)
class Passage:
    """One paragraph or table. ``number`` is its place; ``theme`` the code of the theme it speaks of, empty for none."""

    number: int
    kind: str
    text: str = ""
    level: int = 0
    mark: str = ""
    lead: str = ""
    runs: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    theme: str = ""

    @property
    def words(self) -> str:
        """Its words without the number before them; the cells of a table row by row."""
        if self.rows:
            return "\n".join("\t".join(row) for row in self.rows)
        return f"{self.lead}。{self.text}" if self.lead and self.text else f"{self.lead}{self.text}"

    @property
    def is_heading(self) -> bool:
        """Whether it heads what follows."""
        return self.kind == "heading"


@dataclass(frozen=True)
class Material:
    """A whole text. ``unread`` are pieces that were found and not understood, as pairs of what and words."""

    title: str = ""
    passages: tuple[Passage, ...] = ()
    unread: tuple[tuple[str, str], ...] = ()
    marks: tuple[str, ...] = field(default=())

    @property
    def text(self) -> str:
        """All words, a line each."""
        return "\n".join([self.title, *(f"{row.mark}{row.words}" for row in self.passages)]).strip()

    def body(self) -> Iterator[Passage]:
        """The running text: no signature, no annex lines."""
        return (row for row in self.passages if row.kind not in {"signature", "annex"})

    def to_json(self) -> dict[str, Any]:
        """Return it JSON-ready."""
        rows = [
            {
                "kind": row.kind,
                "text": row.text,
                "level": row.level,
                "mark": row.mark,
                "lead": row.lead,
                "runs": list(row.runs),
                "rows": [list(cells) for cells in row.rows],
                "theme": row.theme,
            }
            for row in self.passages
        ]
        return {"title": self.title, "passages": rows, "unread": [list(pair) for pair in self.unread]}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Material:
        """Read what ``to_json`` wrote; an empty one from an empty mapping."""
        passages = tuple(
            Passage(
                number=number,
                **{**row, "runs": tuple(row.get("runs", ())), "rows": tuple(tuple(cells) for cells in row.get("rows", ()))},
            )
            for number, row in enumerate(stored.get("passages", ()), start=1)
        )
        return cls(stored.get("title", ""), passages, tuple((what, text) for what, text in stored.get("unread", ())))

    def numbered(self, start: int) -> Material:
        """Return it with its passages counted from ``start``, for joining two texts."""
        return replace(self, passages=tuple(replace(row, number=start + place) for place, row in enumerate(self.passages)))


def material_of(source: Source, name: str) -> Material:
    """Return what the lines of a file say. Words in text boxes are words of the text and stand where their box is anchored."""
    boxes: dict[int, list[str]] = {}
    for row in source.unread:
        if row.what == BOX:
            boxes.setdefault(row.line, []).append(row.text)
    lines: list[Line] = [Line(text) for text in boxes.pop(0, [])]
    for place, line in enumerate(source.lines, start=1):
        lines.append(line)
        lines.extend(Line(text) for text in boxes.get(place, ()))
    found = understand(Source(lines, [row for row in source.unread if row.what != BOX]), name)
    passages = tuple(
        Passage(
            number=number,
            kind=block["kind"],
            text=block["text"],
            level=block["level"],
            mark=block["mark"],
            lead=block["lead"],
            runs=tuple(block.get("runs", ())),
            rows=tuple(tuple(cells) for cells in block.get("rows", ())),
        )
        for number, block in enumerate(found.blocks, start=1)
    )
    return Material(found.title, passages, tuple((row["what"], row["text"]) for row in found.unread))


def typed_material(parts: Sequence[tuple[str, str, str]]) -> Material:
    """Return what was typed into the form: ``parts`` are theme code, heading and text; parts left empty are left out."""
    lines: list[Line] = []
    themes: list[str] = []
    for code, heading, text in parts:
        if text.strip():
            rows = [Line(heading, level=1), *(Line(line) for line in text.splitlines() if line.strip())]
            lines += rows
            themes += [code] * len(rows)
    passages = []
    for number, (line, theme) in enumerate(zip(lines, themes, strict=True), start=1):
        # Each line by itself: what a person typed under a heading belongs there, whatever it looks like.
        blocks = [] if line.level else understand(Source([Line("材料标题", is_title=True), line])).blocks
        block = blocks[0] if blocks and blocks[0]["kind"] == "body" else {"kind": "heading" if line.level else "body", "text": line.text}
        passages.append(
            Passage(
                number,
                block["kind"],
                block["text"],
                line.level,
                block.get("mark", ""),
                block.get("lead", ""),
                tuple(block.get("runs", ())),
                theme=theme,
            )
        )
    return Material("", tuple(passages))
