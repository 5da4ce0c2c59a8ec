"""Numbers as people type them. Pure."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation


def read_number(typed: str, unit_of_measure: str = "") -> tuple[Decimal | None, bool]:
    """Return the number in ``typed`` (nothing when empty) and whether it was called approximate (约, 余, 多).

    Takes full-width digits, thousands separators and the unit beside it. Raises ``ValueError`` with a sentence for the user.
    """
    text = unicodedata.normalize("NFKC", typed).replace(",", "").replace(" ", "")
    unit = unicodedata.normalize("NFKC", unit_of_measure)
    text = text.removesuffix(unit) if unit else text
    is_approximate = bool(re.search(r"^约|[余多]$", text))
    text = re.sub(r"^约|[余多]$", "", text)
    if not text:
        return None, is_approximate
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise ValueError("请填数字，如 12 或 12.5。")
    if number < 0:
        raise ValueError("不能小于 0，请检查后重填。")
    if number >= 10**10:
        raise ValueError("数值过大，请检查后重填（整数部分最多 10 位）。")
    if number != round(number, 2):
        raise ValueError("最多保留两位小数，请检查后重填。")
    return number, is_approximate
