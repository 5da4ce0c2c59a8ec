"""How much two Chinese phrases speak of the same: by the pairs of characters they share. Pure functions."""

from __future__ import annotations

import re
from functools import lru_cache

_NOISE = re.compile(
    r"本年度|本年|年度|上半年|下半年|今年|全年|累计|共计|是否|情况|次数|场次|人次|数量|人数|总数|个数|份数|篇数|条数|处数"
    r"|召开|开展|组织|进行|举办|落实|制定|建立|以来|本单位|单位|有关|相关|面向|和|与|及|的|了|并|等|对|按|共|先后|分别"
)
_KEEP = re.compile(r"[^一-鿿A-Za-z0-9]")


@lru_cache(maxsize=8192)
def core(text: str) -> str:
    """Return what a phrase is about: without the words that stand in every item and every sentence."""
    bare = _KEEP.sub("", text)
    return _NOISE.sub("", bare) or bare


@lru_cache(maxsize=8192)
def pairs(text: str) -> frozenset[str]:
    """Return the pairs of neighbouring characters of the core of ``text``."""
    words = core(text)
    return frozenset(words[place : place + 2] for place in range(len(words) - 1)) or frozenset({words} - {""})


def covered(wanted: str, text: str) -> float:
    """Return how much of ``wanted`` stands in ``text``, 0 to 1: half by pairs of characters, half by characters."""
    sought, present = pairs(wanted), pairs(text)
    signs = set(core(wanted))
    if not sought or not signs:
        return 0.0
    return (len(sought & present) / len(sought) + len(signs & set(core(text))) / len(signs)) / 2
