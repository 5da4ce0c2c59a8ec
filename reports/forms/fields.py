"""Parts that the forms of reports share."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms

EVEN_PAGE, EVEN_PAGE_HELP = "版记放在偶数页", "正文在单数页结束时，版记移到背面；版记要另起单数页时，先空一页，空白页和版记页不编页码。"


def form_helper(*layout: Any) -> FormHelper:
    """Return a crispy helper for ``layout`` without the form tag, which the template writes."""
    helper = FormHelper()
    helper.form_tag = False
    helper.layout = Layout(*layout)
    return helper


class DateInput(forms.DateInput):
    """The browser's own date picker."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def split_lines(text: str) -> list[str]:
    """Return the non-empty lines of ``text`` without surrounding space."""
    return [line.strip() for line in text.splitlines() if line.strip()]
