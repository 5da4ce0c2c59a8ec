"""File names that every system takes, Windows included."""

from __future__ import annotations

import re

_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$", re.IGNORECASE)
LONGEST = 80
"""Characters of a stem; three bytes each in UTF-8 stay below the 255 that file systems allow."""


def safe_stem(text: str) -> str:
    """Return ``text`` without what file systems refuse: reserved signs and device names, dots and spaces at the end, excess length."""
    stem = _FORBIDDEN.sub("", text)
    stem = re.sub(r"\s+", " ", stem).strip(" .")[:LONGEST].rstrip(" .")
    return f"_{stem}" if _RESERVED.match(stem) else stem or "未命名"


def report_file_name(title: str, extension: str) -> str:
    """Return the name under which a report is downloaded."""
    return f"{safe_stem(title)}.{extension}"


def unit_file_name(position: int, total: int, organization: str, kind: str, extension: str) -> str:
    """Return the name of one organization's document in a ZIP, numbered so that it sorts: ``03-青石镇党委-反馈意见.pdf``."""
    width = max(2, len(str(total)))
    return f"{position:0{width}d}-{safe_stem(organization)}-{safe_stem(kind)}.{extension}"
