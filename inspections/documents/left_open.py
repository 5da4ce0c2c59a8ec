"""What a draft may still hold by mistake: masks that nobody filled, and names of organizations. Pure functions."""

from __future__ import annotations

import re

_NO_LETTER = r"(?<![A-Za-z0-9])"
MASK = re.compile(
    r"【待补[：:]?[^】]*】"
    rf"|[*＊]+|{_NO_LETTER}[XxＸ×]{{2,}}(?![A-Za-z0-9])"
    rf"|{_NO_LETTER}[XＸ×](?=[一-鿿、，。；：！？”》）%％]|$)(?![光射])"
    r"|(?<![一二三四五六七八九])[○〇]{2,}(?![一二三四五六七八九年])|[（(【](?:待[补填核定]|此处|请填)[^（()）【】]{0,20}[）)】]"
    r"|某某|＿+|_{2,}|□+|〔\s*〕|（\s*）|\(\s*\)"
    r"|(?:\d{4}|\s)\s*年\s+月\s+日|〔\d{4}〕\s*号"
)
KINDS = ("党工委", "党委", "党总支", "党支部", "党组", "总支", "支部")
_KIND = "|".join(KINDS)
ENDINGS = re.compile(f"(?:{_KIND}|区委|市委|县委|街道|社区|镇)")
"""How names of the directory and their short forms end, as far as they are looked up."""
LONGEST, SHORTEST = 24, 4


def candidates(text: str) -> set[str]:
    """Return every piece of ``text`` that may be the name of an organization: what ends in an ending, in all lengths."""
    found = set()
    for hit in ENDINGS.finditer(text):
        run = re.search(r"[一-鿿（）()·\d]*$", text[max(hit.end() - LONGEST, 0) : hit.end()])
        words = run.group() if run else ""
        found |= {words[start:] for start in range(len(words) - SHORTEST + 1)}
    return found
