"""Number series (字号系列): open one, retire it, take it up again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone

from jobs.errors import InvalidTransition, Refused
from reports.models import NumberCounter, NumberSeries
from units.actions.activity import record

if TYPE_CHECKING:
    from units.models import PartyOrganization, User

_PREFIX = re.compile(r"[\u4e00-\u9fff]{1,20}")


def open_series(organization: PartyOrganization, *, by: User, prefix: str, last: int = 0) -> NumberSeries:
    """Open a series for ``organization``; ``last`` is the number used up by hand this year, so that counting goes on behind it.

    Raises ``Refused`` for a prefix that is no 机关代字 or that the organization has already.
    """
    prefix = prefix.strip()
    if not _PREFIX.fullmatch(prefix):
        raise Refused("机关代字只用汉字，如“云督报”，不写年份、括号和“号”。")
    try:
        with transaction.atomic():
            series = NumberSeries.objects.create(organization=organization, prefix=prefix)
            if last:
                NumberCounter.objects.create(series=series, year=timezone.localdate().year, last=last)
            changes = {"机关代字": ["", prefix], "本年已用到": ["", str(last)]}
            record(by, "reports.series_open", f"新增字号系列“{prefix}”", series, organization=organization, changes=changes)
    except IntegrityError as error:
        raise Refused(f"“{organization}”已有字号系列“{prefix}”，请直接使用；如已停用，可以恢复。") from error
    return series


@transaction.atomic
def retire_series(series: NumberSeries, *, by: User, retired: bool = True) -> NumberSeries:
    """Take a series out of use, or take it up again; numbers already given stay. Raises ``InvalidTransition`` when it is so already."""
    if not NumberSeries.objects.filter(pk=series.pk, is_retired=not retired).update(is_retired=retired):
        raise InvalidTransition("这个字号系列刚刚已由他人处理。请刷新页面。")
    series.refresh_from_db()
    word, verb = ("停用", "series_retire") if retired else ("恢复", "series_resume")
    record(by, f"reports.{verb}", f"{word}字号系列“{series}”", series, organization=series.organization)
    return series
