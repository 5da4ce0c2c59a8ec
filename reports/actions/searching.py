"""Keeping the search index of reports true.

An editor saves many times a minute, and a report's pairs are many: so each verb only says, in an update that it does anyway, that the words
may have changed (``search_due``). A search compares such reports as they stand; a routine writes their pairs anew.
"""

from __future__ import annotations

from time import monotonic

from django.db import transaction

from reports.models import Paragraph, Report, ReportGrams
from units.grams import grams_of
from units.searching import searchable

TOGETHER = 200
SECONDS = 20.0
"""How long one round may take; the next one goes on."""


def index_report(pk: int) -> bool:
    """Write the pairs of one report anew if that is due, and return whether it was."""
    with transaction.atomic():
        # Takes the row as every change does (``guard.hold_open``): what is written meanwhile waits, and is due again.
        if not Report.objects.filter(pk=pk, search_due=True).update(search_due=False):
            return False
        names = Report.objects.values_list(*Report.NAMES).get(pk=pk)
        texts = Paragraph.objects.filter(section__report=pk).order_by().values_list("lead", "text")
        ReportGrams.objects.filter(report=pk).delete()
        ReportGrams.objects.create(report_id=pk, grams=" ".join(grams_of([*names, *(part for pair in texts for part in pair)])))
        return True


def index_due(seconds: float = SECONDS) -> int:
    """Write the pairs of the reports whose words may have changed, the newest first, for ``seconds`` at most; return how many there were."""
    end, count = monotonic() + seconds, 0
    while monotonic() < end:
        due = list(Report.objects.filter(search_due=True).order_by("-pk").values_list("pk", flat=True)[:TOGETHER])
        if not due:
            break
        for pk in due:
            count += index_report(pk)
            if monotonic() >= end:
                break
    return count


@searchable("督查报告")
def index_all() -> int:
    """Write the index of all reports anew."""
    Report.objects.update(search_due=True)
    count = 0
    while done := index_due():
        count += done
    return count
