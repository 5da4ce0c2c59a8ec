"""The prose itself: long sentences, repetition, copying, personal data, missing words, the office's own list."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from reports.checking.values import CheckContext, CheckMessage, Fix, Level, Piece, Sheet, place, shortened

LONG = 180
"""Characters between two full stops or semicolons beyond which nobody follows."""
_STOP = re.compile(r"(?<=[。！？；])")
_BARE = re.compile(r"[^一-鿿A-Za-z0-9]")
_SAME_SENTENCE = 18
_COPIED = 24
_PHRASE = 10
_GRAM = 6
_MOSTLY = 0.8
_ALIKE = 0.85
_ID = re.compile(r"(?<![\dA-Za-z])\d{6}(?P<born>(?:19|20)\d{6})\d{3}[\dXx](?![\dA-Za-z])")
_ID_SPACED = re.compile(r"(?:身份证|证件)[^，。；]{0,8}?(\d[\d\s*]{13,20}[\dXx])")
_MOBILE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)")
_CARD = re.compile(r"(?<!\d)[3-6]\d{3}(?: ?\d{4}){3}(?: ?\d{1,3})?(?!\d)")
_MISSING = re.compile(r"(?:^|(?<=[，。；：]))各(?=高度|认真|积极|切实|严格|充分|不断|及时|能够|均|都|坚持|深入)")


def _sentences(text: str) -> list[str]:
    return [sentence.strip() for sentence in _STOP.split(text) if sentence.strip()]


def _bare(text: str) -> str:
    return _BARE.sub("", text)


def _grams(text: str) -> set[str]:
    return {text[place : place + _GRAM] for place in range(len(text) - _GRAM + 1)}


def long_sentences(sheet: Sheet, _context: CheckContext) -> Iterator[CheckMessage]:
    """Sentences that are too long to be read; one message per paragraph. Titles in 《》 are not counted."""
    for part, piece in sheet.body():
        counted = [(sentence, len(re.sub(r"《[^》]*》|（[^）]*）", "", sentence))) for sentence in _sentences(piece.words)]
        sentence, length = max(counted, key=lambda row: row[1], default=("", 0))
        if length > LONG:
            text = f"有的句子太长（{length}字），请断开。"
            yield CheckMessage("prose.long", Level.HINT, piece.uid, "text", place(part, piece), text, shortened(sentence, 40))


def repeated(sheet: Sheet, context: CheckContext) -> Iterator[CheckMessage]:
    """Paragraphs and sentences that stand twice, exactly or nearly, and phrases that stand twice in one sentence."""
    paragraphs: list[tuple[str, set[str], str]] = []
    seen: dict[str, str] = {}
    for part, piece in sheet.body():
        if context.listed and not piece.is_own:
            continue
        where, bare = place(part, piece), _bare(piece.words)
        grams = _grams(bare)
        twin = (
            next((there for text, known, there in paragraphs if text == bare or _alike(grams, known)), None)
            if len(bare) >= _SAME_SENTENCE
            else None
        )
        if twin:
            text = f"与“{twin}”的段落重复。"
            yield CheckMessage("prose.repeated", Level.WARN, piece.uid, "text", where, text, shortened(piece.words, 40))
        else:
            for sentence in _sentences(piece.text):
                key = _bare(sentence)
                if len(key) >= _SAME_SENTENCE and key in seen:
                    text = f"这句话在“{seen[key]}”已经写过。"
                    yield CheckMessage("prose.repeated", Level.WARN, piece.uid, "text", where, text, shortened(sentence, 40))
                seen.setdefault(key, where)
        paragraphs.append((bare, grams, where))
        if piece.is_own:
            yield from _phrases(piece, where)


def _alike(one: set[str], other: set[str]) -> bool:
    return (
        bool(one and other)
        and min(len(one), len(other)) / max(len(one), len(other)) > _ALIKE
        and len(one & other) / len(one | other) > _ALIKE
    )


def _phrases(piece: Piece, where: str) -> Iterator[CheckMessage]:
    """A phrase of ten characters or more twice within one sentence is a slip of copying."""
    for sentence in _sentences(re.sub(r"《[^》]*》", "", piece.text)):
        longest = ""
        for start in range(len(sentence) - _PHRASE):
            end = start + max(len(longest) + 1, _PHRASE)
            while end <= len(sentence) and re.fullmatch(r"[一-鿿]+", sentence[start:end]) and sentence.find(sentence[start:end], end) >= 0:
                longest = sentence[start:end]
                end += 1
        if longest:
            text = f"同一句里“{shortened(longest)}”出现了两次。"
            yield CheckMessage("prose.phrase", Level.HINT, piece.uid, "text", where, text, longest)


def copied(sheet: Sheet, context: CheckContext) -> Iterator[CheckMessage]:
    """Sentences that a person wrote here and that stand, exactly or nearly, in another report; one message per paragraph and report."""
    indexed = [(other.label, _grams(_bare(other.text))) for other in context.others]
    for part, piece in sheet.body():
        if not piece.is_own:
            continue
        drafted = {_bare(sentence) for sentence in _sentences(piece.drafted)}
        for label, known in indexed:
            taken = [
                sentence for sentence in _sentences(piece.text) if _bare(sentence) not in drafted and _stands_in(_bare(sentence), known)
            ]
            if taken:
                more = f"等{len(taken)}句" if len(taken) > 1 else ""
                text = f"与{label}雷同：“{shortened(taken[0], 30)}”{more}。"
                yield CheckMessage("prose.copied", Level.WARN, piece.uid, "text", place(part, piece), text, shortened(taken[0], 40))


def _stands_in(sentence: str, known: set[str]) -> bool:
    grams = _grams(sentence)
    return len(sentence) >= _COPIED and len(grams & known) / len(grams) >= _MOSTLY


def personal(sheet: Sheet, _context: CheckContext) -> Iterator[CheckMessage]:
    """Identity numbers, mobile numbers, card numbers."""
    for uid, name, where, value in sheet.fields():
        for hit in _ID.finditer(value):
            if _is_day(hit["born"]):
                yield _private(uid, name, where, "身份证号", hit.group())
        for hit in _ID_SPACED.finditer(value):
            if not _ID.search(hit.group(1)):
                yield _private(uid, name, where, "证件号码", hit.group(1))
        for hit in _MOBILE.finditer(value):
            yield _private(uid, name, where, "手机号", hit.group())
        for hit in _CARD.finditer(value):
            if not _ID.search(hit.group()) and _luhn(re.sub(r"\D", "", hit.group())):
                yield _private(uid, name, where, "银行卡号", hit.group())


def _is_day(text: str) -> bool:
    try:
        date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return False
    return True


def _luhn(digits: str) -> bool:
    doubled = [int(sign) * (2 if place % 2 else 1) for place, sign in enumerate(reversed(digits))]
    return sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0  # noqa: PLR2004 -- the Luhn rule


def _private(uid: str, name: str, where: str, what: str, found: str) -> CheckMessage:
    # The message itself must not spread what it warns of.
    digits = found.strip()
    return CheckMessage(
        "private", Level.BLOCK, uid, name, where, f"含有{what}，报告不得出现个人信息，请删去。", f"{digits[:3]}…{digits[-2:]}"
    )


def missing_words(sheet: Sheet, _context: CheckContext) -> Iterator[CheckMessage]:
    """各高度重视: a word fell out."""
    for part, piece in sheet.body():
        for hit in _MISSING.finditer(piece.words):
            quote = piece.words[hit.start() : hit.end() + 6]
            yield CheckMessage("prose.missing", Level.WARN, piece.uid, "text", place(part, piece), f"“{quote}”：“各”后面缺少单位。", quote)


def watched(sheet: Sheet, context: CheckContext) -> Iterator[CheckMessage]:
    """Words of the office's own list, with what to write instead; one message per field and word."""
    for uid, name, where, value in sheet.fields():
        for row in context.words:
            if row.word not in value or (
                row.advice and row.word in row.advice and row.advice in value and row.word not in value.replace(row.advice, "")
            ):
                continue
            fix = Fix(uid, name, value, _replaced(value, row.word, row.advice), f"改为“{row.advice}”") if row.advice else None
            text = f"“{row.word}”在本单位词表中" + (f"，建议写作“{row.advice}”。" if row.advice else "，请改换说法。")
            yield CheckMessage("word.own", Level.BLOCK if row.blocks else Level.WARN, uid, name, where, text, row.word, fix)


def _replaced(value: str, word: str, advice: str) -> str:
    """Replace ``word``, but not where it already stands inside the advised wording."""
    return advice.join(part.replace(word, advice) for part in value.split(advice)) if word in advice else value.replace(word, advice)
