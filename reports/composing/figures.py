"""Sums and single figures as sentences, for documents that tell them by theme or for one organization."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import groupby

from reports.composing.categories import figure_text
from reports.facts.found import Amount
from reports.wording import clause, sentence, short_date_text


def by_day(amounts: list[Amount]) -> Iterator[tuple[date, list[Amount]]]:
    """Yield figures by their cut-off date, the earliest first, in their order."""
    for day, members in groupby(sorted(amounts, key=lambda amount: amount.cut_off_on), key=lambda amount: amount.cut_off_on):
        yield day, list(members)


def sums_text(amounts: list[Amount], year: int, whom: str = "") -> str:
    """Return the sums, one sentence per cut-off date: ``截至10月31日，各单位共召开专题研究会议28次，组织集体学习88次``."""
    sentences = []
    for day, members in by_day(amounts):
        figures = "，".join(figure_text(amount) for amount in members if amount.total)
        zero = zero_text([amount for amount in members if not amount.total])
        told = f"{whom}共{figures}" if figures else ""
        sentences.append(sentence(f"截至{short_date_text(day, year)}，", "；".join(part for part in (told, zero) if part)))
    return "".join(sentences)


def zero_text(amounts: list[Amount]) -> str:
    """Return that some metrics are zero, said once for all of them; empty for none."""
    phrases = [clause(amount.phrase) for amount in amounts]
    return f"{'、'.join(phrases)}{'均' if len(phrases) > 1 else ''}为零" if phrases else ""
