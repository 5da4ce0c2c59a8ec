"""The parts of a PDF file that are not pages: fonts, bookmarks, tags, properties. Objects are pydyf's, as WeasyPrint's are."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from xml.sax.saxutils import escape

import pydyf
from isal import isal_zlib

from reports.rendering.glyphs import LEVEL, Glyphs, Subset, icc_profile

PRODUCER = "duchatong"


class Raw(pydyf.Object):
    """An object whose text is written by us; pydyf's dictionaries are too slow for a thousand table cells."""

    def __init__(self) -> None:
        """Begin with nothing; ``text`` is set when it is known."""
        super().__init__()
        self.text = ""

    @property
    def data(self) -> bytes:
        """Return the object as it stands in the file."""
        return self.text.encode("ascii")


def utf16(text: str) -> str:
    """Return a text string object."""
    return f"<feff{text.encode('utf-16-be').hex()}>"


class File:
    """A PDF that grows object by object."""

    def __init__(self) -> None:
        """Begin an empty file."""
        self.pdf = pydyf.PDF()

    def add(self, text: str = "") -> Raw:
        """Add an object; its text may come later."""
        made = Raw()
        made.text = text
        self.pdf.add_object(made)
        return made

    def stream(self, content: bytes, extra: str = "", *, pack: bool = True, packed: bool = False) -> int:
        """Add a stream and return its number; ``packed`` says that it is deflated already."""
        if pack and not packed:
            content = isal_zlib.compress(content, LEVEL)
        made = _Stream(content, extra + "/Filter/FlateDecode" if pack else extra)
        self.pdf.add_object(made)
        return int(made.number)

    def finish(self, *, archival: bool) -> bytes:
        """Return the file."""
        target = io.BytesIO()
        self.pdf.write(target, version=b"1.7", identifier=archival, compress=True)
        return target.getvalue()


class _Stream(pydyf.Stream):
    """A stream whose dictionary is written by us."""

    def __init__(self, content: bytes, extra: str) -> None:
        super().__init__()
        self._data = b"<<%s/Length %d>>stream\n%s\nendstream" % (extra.encode(), len(content), content)

    @property
    def data(self) -> bytes:
        """Return the object as it stands in the file."""
        return self._data


def add_font(file: File, glyphs: Glyphs, subset: Subset, letters: Mapping[int, str]) -> int:
    """Embed a part of a font and return the number of its font object.

    Args:
        file: where to.
        glyphs: the face.
        subset: the part of it.
        letters: what each glyph of the whole font says.

    """
    name = f"{subset.tag}+{glyphs.face.family.replace(' ', '-')}"
    codes = sorted((subset.codes[glyph], glyph, text) for glyph, text in letters.items())
    widths = "".join(f"{code}[{width:g}]" for code, glyph, text in codes if round(width := glyphs.glyph(text)[1], 3) != 1000)  # noqa: PLR2004
    if glyphs.outlines == "CFF ":
        font_file = f"/FontFile3 {file.stream(subset.packed, '/Subtype/CIDFontType0C', packed=True)} 0 R"
        kind = "/CIDFontType0"
    else:
        font_file = f"/FontFile2 {file.stream(subset.packed, f'/Length1 {subset.size}', packed=True)} 0 R"
        kind = "/CIDFontType2/CIDToGIDMap/Identity"
    ascent, descent = round(glyphs.ascent), round(glyphs.descent)
    descriptor = file.add(
        f"<</Type/FontDescriptor/FontName/{name}/FontFamily({glyphs.face.family})/Flags 4/FontBBox[-1000 {descent} 2000 {ascent}]"
        f"/ItalicAngle 0/Ascent {ascent}/Descent {descent}/CapHeight {ascent}/StemV 80{font_file}>>"
    )
    descendant = file.add(
        f"<</Type/Font/Subtype{kind}/BaseFont/{name}/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
        f"/DW 1000/W[{widths}]/FontDescriptor {descriptor.number} 0 R>>"
    )
    to_unicode = file.stream(_to_unicode([(code, text) for code, _, text in codes]))
    font = file.add(
        f"<</Type/Font/Subtype/Type0/BaseFont/{name}/Encoding/Identity-H"
        f"/DescendantFonts[{descendant.number} 0 R]/ToUnicode {to_unicode} 0 R>>"
    )
    return int(font.number)


_TO_UNICODE = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>> def
/CMapName/Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000><ffff>
endcodespacerange
"""


def _to_unicode(codes: Sequence[tuple[int, str]]) -> bytes:
    parts = [_TO_UNICODE]
    for start in range(0, len(codes), 100):
        batch = codes[start : start + 100]
        parts.append(f"{len(batch)} beginbfchar\n")
        parts.extend(f"<{code:04x}><{text.encode('utf-16-be').hex()}>\n" for code, text in batch)
        parts.append("endbfchar\n")
    parts.append("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend")
    return "".join(parts).encode()


Bookmark = tuple[int, str, int, float]
"""Level, words, number of the page object, distance from its lower edge."""


def add_bookmarks(file: File, marks: Sequence[Bookmark]) -> None:
    """Write the outline: a mark stands below the last one before it that has a smaller level."""
    if not marks:
        return
    root = file.add()
    rows = [file.add() for _ in marks]
    children: dict[int, list[int]] = {-1: []}
    parents: list[int] = []
    path: list[int] = []
    for index, (level, *_) in enumerate(marks):
        while path and marks[path[-1]][0] >= level:
            path.pop()
        parents.append(path[-1] if path else -1)
        children.setdefault(parents[-1], []).append(index)
        path.append(index)
    for index, (_, label, page, y) in enumerate(marks):
        siblings = children[parents[index]]
        place = siblings.index(index) if len(siblings) < 64 else _place(siblings, index)  # noqa: PLR2004
        parent = root if parents[index] < 0 else rows[parents[index]]
        text = f"<</Title{utf16(label)}/Parent {parent.number} 0 R/Dest[{page} 0 R/XYZ 79.37 {y:.2f} 0]"
        if place:
            text += f"/Prev {rows[siblings[place - 1]].number} 0 R"
        if place + 1 < len(siblings):
            text += f"/Next {rows[siblings[place + 1]].number} 0 R"
        rows[index].text = text + _ends(children.get(index, []), rows) + ">>"
    root.text = f"<</Type/Outlines{_ends(children[-1], rows)}>>"
    file.pdf.catalog["Outlines"] = root.reference


def _place(siblings: Sequence[int], index: int) -> int:
    from bisect import bisect_left  # noqa: PLC0415 - volumes of many hundred chapters only

    return bisect_left(siblings, index)


def _ends(inside: Sequence[int], rows: Sequence[Raw]) -> str:
    return f"/First {rows[inside[0]].number} 0 R/Last {rows[inside[-1]].number} 0 R/Count {len(inside)}" if inside else ""


def add_properties(file: File, title: str, keywords: Iterable[str], *, archival: bool) -> None:
    """Write title, keywords and language, and what PDF/A-2u (ISO 19005-2) asks for."""
    words = ", ".join(keywords)
    info = {"Title": utf16(title).encode(), "Producer": f"({PRODUCER})".encode()}
    if words:
        info["Keywords"] = utf16(words).encode()
    file.pdf.info.update(info)
    file.pdf.catalog.update({"Lang": b"(zh-CN)", "ViewerPreferences": b"<</DisplayDocTitle true>>", "MarkInfo": b"<</Marked true>>"})
    if not archival:
        return
    profile = file.stream(icc_profile(), "/N 3")
    file.pdf.catalog["OutputIntents"] = (
        f"[<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB IEC61966-2.1)/DestOutputProfile {profile} 0 R>>]".encode()
    )
    told = _XMP.format(
        title=escape(title), producer=PRODUCER, keywords=f"<pdf:Keywords>{escape(words)}</pdf:Keywords>" if words else ""
    ).encode()
    # PDF/A readers look into it without unpacking anything.
    file.pdf.catalog["Metadata"] = f"{file.stream(told, '/Type/Metadata/Subtype/XML', pack=False)} 0 R".encode()


_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>2</pdfaid:part><pdfaid:conformance>U</pdfaid:conformance></rdf:Description>
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"><pdf:Producer>{producer}</pdf:Producer>{keywords}</rdf:Description>
</rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""
