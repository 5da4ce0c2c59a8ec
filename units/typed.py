"""What people (or their browsers) type into addresses and plain fields, read without trusting it."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

LONGEST_SEARCH = 100
"""Characters of a search: each word becomes a condition, and SQLite refuses statements with a thousand of them."""
DIGITS = 18
"""Digits that fit into any key of ours on both databases."""


def key_of(text: object) -> int | None:
    """Return a primary key or revision, ``None`` for anything else: ``²`` and ``１`` are digits to Python but no keys to us."""
    typed = str(text or "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= DIGITS else None


def words_of(text: str | None) -> str:
    """Return what is searched for: trimmed, without NUL (which PostgreSQL refuses), and no longer than a search may be."""
    return (text or "").replace("\0", " ").strip()[:LONGEST_SEARCH]


def json_object(text: str) -> dict[str, Any] | None:
    """Return a JSON object sent along with a form; ``None`` when it is none, nests too deeply, or holds what no database keeps."""
    try:
        found = json.loads(text)
        if not isinstance(found, dict) or r"\u0000" in json.dumps(found):
            return None
        json.dumps(found, ensure_ascii=False).encode()  # a lone surrogate cannot be sent back in a page
    except (ValueError, RecursionError):
        return None
    return found


def own_address(request: HttpRequest, text: str | None) -> str:
    """Return an address of this site to go on to, empty when ``text`` is none.

    It must begin with a slash: anything else Django's ``redirect`` would take for the name of a view.
    """
    target = text or ""
    allowed = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return target if allowed and target.startswith("/") and not urlsplit(target).netloc else ""
