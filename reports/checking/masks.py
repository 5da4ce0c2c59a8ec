"""What was left open: masks, gaps, empty parts, residue of web pages, missing formal facts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from inspections.documents.left_open import MASK
from reports.checking.values import SIGNATURE, TABLE, TITLE, CheckContext, CheckMessage, Fix, Level, Piece, Sheet, place, shortened

_ANONYMOUS = re.compile(r"(?<![一-鿿])某(?=单位|社区|镇|街道|区|市|县|局|村|公司|支部|党委)|(?<=[对在由和、])某(?=单位|社区|镇|街道|局|村)")
_RESIDUE = re.compile(
    r"##\w*##|</?[a-zA-Z][^>]{0,80}>|&(?:nbsp|quot|amp|lt|gt|#\d+);|https?://\S+|www\.\S+|\[转载\]|本文来源[：:]?|责任编辑[：:]|点击(?:下载|查看)|上一篇[：:]|下一篇[：:]|[\u200b\ufeff\ufffd]"
)
_SHOWN = 3


def masks(sheet: Sheet, _context: CheckContext) -> Iterator[CheckMessage]:
    """Masks and gaps that a person must fill; one message per field, however many there are."""
    for uid, name, where, value in sheet.fields():
        found = [hit.group() for hit in MASK.finditer(value)]
        if not found:
            continue
        first = MASK.search(value)
        assert first is not None  # noqa: S101 -- found is not empty
        quote = value[max(first.start() - 8, 0) : first.end() + 8]
        kinds = "、".join(f"“{shortened(text.strip() or '空白', 20)}”" for text in list(dict.fromkeys(found))[:_SHOWN])
        many = f"有 {len(found)} 处没有填写" if len(found) > 1 else "没有填写"
        yield CheckMessage("mask", Level.BLOCK, uid, name, where, f"{many}：{kinds}。", quote, about="".join(found))
    for uid, name, where, value in sheet.fields():
        if hit := _ANONYMOUS.search(value):
            quote = value[hit.start() : hit.end() + 6]
            yield CheckMessage(
                "mask.anonymous", Level.WARN, uid, name, where, f"“{quote}”像是没有填写的名称，请写明或改用“有的单位”。", quote
            )


def residue(sheet: Sheet, _context: CheckContext) -> Iterator[CheckMessage]:
    """What a web page or another program left in the text."""
    for uid, name, where, value in sheet.fields():
        if hit := _RESIDUE.search(value):
            text = f"含有网页或其他程序留下的内容“{shortened(hit.group().strip() or '不可见字符', 20)}”，请删去。"
            fix = Fix(uid, name, value, _RESIDUE.sub("", value).strip(), "删去")
            yield CheckMessage("residue", Level.BLOCK, uid, name, where, text, hit.group(), fix)


def empty(sheet: Sheet, _context: CheckContext) -> Iterator[CheckMessage]:
    """Parts, headings and paragraphs below which nothing stands."""
    for part in sheet.parts:
        if not any(_says_something(piece) for piece in part.pieces):
            text = f"“{part.heading or '导语'}”没有内容。请补写，或删去这一部分。"
            yield CheckMessage("empty.part", Level.BLOCK, part.uid, "", place(part), text)
            continue
        for number, piece in enumerate(part.pieces):
            if not _says_something(piece):
                yield CheckMessage("empty.paragraph", Level.WARN, piece.uid, "", place(part, piece), "这一段是空的，请补写或删去。")
            elif piece.kind == "heading" and _is_bare(part.pieces, number):
                text = f"标题“{shortened(piece.printed)}”下面没有内容。"
                yield CheckMessage("empty.heading", Level.BLOCK, piece.uid, "", place(part, piece), text, piece.printed)


def _says_something(piece: Piece) -> bool:
    return bool(piece.words.strip()) or (piece.kind == TABLE and bool(piece.table.get("rows") or piece.table.get("columns")))


def _is_bare(pieces: tuple[Piece, ...], number: int) -> bool:
    """Whether a heading is followed by a heading of its own level or a higher one, or by nothing."""
    if number + 1 == len(pieces):
        return True
    after = pieces[number + 1]
    return after.kind == "heading" and (after.level or 2) <= (pieces[number].level or 2)


def formal(sheet: Sheet, context: CheckContext) -> Iterator[CheckMessage]:
    """Title, signature and date: present, and in an order that can be."""
    if not sheet.title.strip():
        yield CheckMessage("formal.title", Level.BLOCK, TITLE, "title", "标题", "没有标题。")
    elif sheet.title.rstrip().endswith(tuple("。，；、！")):
        text = "标题末尾不加标点。"
        yield CheckMessage("formal.title_end", Level.WARN, TITLE, "title", "标题", text, sheet.title)
    if not sheet.is_signed_document:
        return
    if not sheet.signers:
        yield CheckMessage("formal.signers", Level.BLOCK, SIGNATURE, "", "落款", "没有落款单位。请在“修改标题与落款”中填写。")
    if not sheet.date_line:
        yield CheckMessage("formal.date", Level.BLOCK, SIGNATURE, "", "落款", "没有成文日期。请在“修改标题与落款”中填写。")
    if context.signed_on and context.ends_on and context.signed_on < context.ends_on:
        text = f"成文日期早于督查结束的{context.ends_on.month}月{context.ends_on.day}日，请核对。"
        yield CheckMessage("formal.date_early", Level.WARN, SIGNATURE, "", "落款", text, sheet.date_line)
