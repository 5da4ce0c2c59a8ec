"""Texts of the phone's interface: what is taken out of texts that come in, and Chinese sentences for what is wrong with them. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

CONTROL = re.compile("[\u0000-\u0008\u000b-\u001f\u007f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")
"""What no database and no page can use: control characters, halves of characters, switches of the writing direction."""


def cleaned(text: str) -> str:
    """Return ``text`` without characters that cannot be kept, and without blanks around it."""
    return CONTROL.sub("", text).strip()


def one_line(text: str) -> str:
    """Return ``text`` as one paragraph: it becomes part of a sentence in the report."""
    return " ".join(CONTROL.sub(" ", text).split())


FAULTS = (
    (("missing", "string_too_short"), "请填写{label}。"),
    (("string_too_long", "bytes_too_long"), "{label}最多 {most} 个字，请缩短。"),
    (("too_long",), "{label}最多 {most} 条。"),
    (("literal_error", "bool"), "{label}的选项不正确，请重新选择。"),
    (("uuid",), "{label}不正确，请刷新页面后重试。"),
    (("date", "timezone"), "{label}不正确，日期应写成 2026-11-10 的样子。"),
    (("int", "greater", "less"), "{label}应为正常范围内的整数。"),
    (("base64",), "{label}没有完整传来，请重新上传。"),
)
"""How the names of pydantic's faults begin, and what is said."""


def sentence_for(kind: str, context: Mapping[str, Any], label: str) -> str:
    """Return what is wrong with the field called ``label``, for a kind of fault as pydantic names it."""
    said = next((text for starts, text in FAULTS if kind.startswith(starts)), "{label}的内容不正确，请检查后重填。")
    return said.format(label=label, most=context.get("max_length", ""))
