"""Fields for longer texts."""

from __future__ import annotations

from typing import Any

from django import forms


class LongText(forms.Textarea):
    """A text area that counts instead of cutting: a browser with ``maxlength`` throws the end of a pasted text away without a word.

    static/js/counters.js shows how much has been typed; the field's own validator refuses what is too long.
    """

    def build_attrs(self, base_attrs: dict[str, Any], extra_attrs: dict[str, Any] | None = None) -> dict[str, Any]:
        """Hand the limit to the counter."""
        attrs = super().build_attrs(base_attrs, extra_attrs)
        if "maxlength" in attrs:
            attrs["data-max-length"] = attrs.pop("maxlength")
        return attrs
