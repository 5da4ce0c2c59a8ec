"""A checklist between a file and the database."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

KEY = ("kind", "theme_code", "item_code", "wording")
"""A wording without a code is the same as one in the library when these agree, so that importing a file twice adds nothing."""


@dataclass
class Content:
    """A checklist as it stands in a file, JSON-ready: themes with items (categories by name), and wordings."""

    themes: list[dict[str, Any]] = field(default_factory=list)
    wordings: list[dict[str, Any]] = field(default_factory=list)

    @property
    def items(self) -> list[dict[str, Any]]:
        """All items in order."""
        return [item for theme in self.themes for item in theme["items"]]
