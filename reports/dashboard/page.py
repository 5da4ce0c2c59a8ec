"""Everything on the leaders' page, read in one go for the screen, the wall and paper."""

from __future__ import annotations

from typing import Any

from inspections.models import Campaign
from reports.dashboard.charts import charts
from reports.dashboard.children import PER_PAGE, SORTS, children
from reports.dashboard.choosing import Chosen
from reports.dashboard.queries import board
from reports.dashboard.rounds import previous_of, rounds, rounds_before
from reports.dashboard.tallied import freshness
from reports.dashboard.today import good_practices, teams_today
from reports.models import RankingSetting


def whole_page(asked: Chosen, campaign: Campaign, *, sort: str = "", page: str = "", per_page: int = PER_PAGE) -> dict[str, Any]:
    """Return what the template shows of ``campaign``, by a number of queries that depends on nothing that was found."""
    scope = asked.scope
    compared = rounds_before(campaign, asked.campaigns)
    scope.totals(compared)  # all of them in one question
    shown = board(campaign, scope, previous_of(compared))
    last = rounds(compared, scope)
    themes = {row.code: row.label for row in shown.themes}
    ranking = RankingSetting.current()
    below = None
    if asked.top:
        below = children(campaign, scope, asked.top, themes, sort=sort, page=page, per_page=per_page, ranking=ranking.is_on)
    return {
        "board": shown,
        "freshness": freshness(campaign),
        "rounds": last,
        "charts": charts(shown, last),
        "below": below,
        "ranking": ranking,
        "sorts": _sorts(below.sort) if below else [],
        "today": teams_today(campaign, scope),
        "practices": good_practices(campaign, scope),
    }


def _sorts(now: str) -> list[tuple[str, str, str]]:
    """Return a heading per column: its name, the ``sort`` of its link, and its direction now; a second click turns it round."""
    found = []
    for key, label in SORTS.items():
        down = now == f"-{key}"
        direction = "descending" if down and key else "ascending" if now == key and key else ""
        found.append((label, key if down or not key else f"-{key}", direction))
    return found
