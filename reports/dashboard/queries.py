"""What the leaders' page shows, by a number of queries that does not depend on how much was found.

Only what the reader may see is counted, by the same ``visible_to`` as the lists behind the figures.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from inspections.models import Assignment, Campaign, ChecklistItem, Finding, StandardFinding, Tally
from inspections.progress import Bar
from reports.dashboard.addresses import Figure, assignments_url, findings_url
from reports.dashboard.counts import Counts, Scope, duties_by_campaign
from reports.dashboard.rows import Board, ComparisonRow, KeyFigures, ProgressRow, SpreadRow, ThemeRow
from reports.dashboard.tallied import by_category, by_team
from reports.wording import quantifier
from units.models import User

PROBLEM, RISK_POINT, GOOD_PRACTICE = Finding.Kind.PROBLEM, Finding.Kind.RISK_POINT, Finding.Kind.GOOD_PRACTICE
MOST_SPREAD = 10


def started_campaigns(user: User) -> list[Campaign]:
    """The campaigns a reader may choose from, newest first."""
    started = Campaign.objects.visible_to(user).filter(status__in=Campaign.STARTED).select_related("organizer", "checklist")
    # Counting drops the model's own order.
    return list(started.annotate(size=_size()).order_by(*(Campaign._meta.ordering or ())))


def _size() -> Coalesce:
    """How many organizations a campaign has: as counted last, or counted now."""
    kept = Tally.objects.filter(campaign=OuterRef("pk"), path="").values("units")
    counted = Assignment.objects.filter(campaign=OuterRef("pk")).order_by().values("campaign").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(kept), Subquery(counted), 0)


def usual_campaign(user: User, campaigns: list[Campaign]) -> Campaign | None:
    """The one shown first: the main round of the newest half-year of the reader's own organization, else of all.

    The main round is the one with the most organizations; a special check beside it is newer as a rule, but not what one looks for.
    ``campaigns`` come from ``started_campaigns``.
    """
    own = [campaign for campaign in campaigns if campaign.organizer.path in user.scope_paths] or campaigns
    newest = [campaign for campaign in own if (campaign.year, campaign.half) == (own[0].year, own[0].half)]
    return max(newest, key=lambda campaign: campaign.size, default=None)  # type: ignore[attr-defined]


def board(campaign: Campaign, scope: Scope, previous: Campaign | None) -> Board:
    """Read everything about ``campaign`` that ``scope`` holds, beside the same of ``previous``."""
    both = [campaign, *([previous] if previous else [])]
    checklists = scope.themes_of(one.checklist_id for one in both if one.checklist_id)
    counts = Counts(scope, both)
    read = scope.totals([campaign])[campaign.pk]
    categories = by_category(read)
    names = _theme_names(campaign, checklists, counts)
    covered = _total(categories)
    return Board(
        campaign=campaign,
        previous=previous,
        coverage=tuple(_progress_row(campaign, bar, scope, category=bar.key) for bar in categories),
        key=_key(campaign, counts, covered),
        themes=tuple(_theme_row(campaign, counts, code, name) for code, name in names.items()),
        found=_theme_row(campaign, counts, "", "合计"),
        spread=_spread(campaign, scope, {bar.key: bar.concluded for bar in categories}),
        teams=tuple(_team_row(campaign, counts, bar) for bar in by_team(read)),
        comparison=_comparison(campaign, previous, counts, covered),
        theme_comparison=_theme_comparison(
            campaign, previous, counts, names, _theme_names(previous, checklists, counts) if previous else {}
        ),
    )


def key_figures(campaign: Campaign, user: User) -> KeyFigures:
    """Read only the figures that come first; four queries."""
    scope = Scope(user)
    covered = _total(by_category(scope.totals([campaign])[campaign.pk]))
    return _key(campaign, Counts(scope, [campaign]), covered)


def _key(campaign: Campaign, counts: Counts, covered: Bar) -> KeyFigures:
    return KeyFigures(
        covered=_progress_row(campaign, covered, counts.scope),
        problems=counts.figure(campaign, kind=PROBLEM),
        serious=counts.figure(campaign, kind=PROBLEM, severity=Finding.Severity.SERIOUS),
        risk_points=counts.figure(campaign, kind=RISK_POINT),
        good_practices=counts.figure(campaign, kind=GOOD_PRACTICE),
        duties=duties_by_campaign(counts.scope, [campaign])[campaign.pk],
    )


# --- progress ---------------------------------------------------------------------------------------------------------------


def _total(bars: Iterable[Bar]) -> Bar:
    total = Bar(label="合计")
    for bar in bars:
        total.counts.update(bar.counts)
        total.on_site += bar.on_site
    return total


def _progress_row(campaign: Campaign, bar: Bar, scope: Scope, *, problems: Figure | None = None, **group: Any) -> ProgressRow:
    group |= scope.conditions
    return ProgressRow(
        label=bar.label,
        total=Figure(bar.total, assignments_url(campaign, **group)),
        concluded=Figure(bar.concluded, assignments_url(campaign, **group, status=Assignment.Status.CONCLUDED)),
        in_progress=Figure(bar.in_progress, assignments_url(campaign, **group, status=Assignment.Status.IN_PROGRESS)),
        planned=Figure(bar.planned, assignments_url(campaign, **group, status=Assignment.Status.PLANNED)),
        percent=bar.percent,
        problems=problems,
    )


def _team_row(campaign: Campaign, counts: Counts, bar: Bar) -> ProgressRow:
    # The list of findings cannot ask for "no team", and without a team nobody has noted anything but the office.
    problems = counts.figure(campaign, team=bar.key, kind=PROBLEM) if bar.key else None
    return _progress_row(campaign, bar, counts.scope, problems=problems, team=bar.key)


# --- themes -----------------------------------------------------------------------------------------------------------------


def _theme_names(campaign: Campaign, checklists: Mapping[int, dict[str, str]], counts: Counts) -> dict[str, str]:
    """The themes of a campaign by code: those of its checklist in their order, then any other on which something was found."""
    names = dict(checklists.get(campaign.checklist_id or 0, {}))
    for its_campaign, code, name, *_ in counts.rows:
        if its_campaign == campaign.pk:
            names.setdefault(code, name)
    return names


def _theme_row(campaign: Campaign, counts: Counts, code: str, name: str) -> ThemeRow:
    theme = {"theme": code} if code else {}
    return ThemeRow(
        label=name,
        problems=counts.figure(campaign, **theme, kind=PROBLEM),
        severities=tuple(counts.figure(campaign, **theme, kind=PROBLEM, severity=severity) for severity in Finding.Severity.values),
        risk_points=counts.figure(campaign, **theme, kind=RISK_POINT),
        good_practices=counts.figure(campaign, **theme, kind=GOOD_PRACTICE),
        total=counts.figure(campaign, **theme),
        code=code,
    )


# --- the most spread problems -----------------------------------------------------------------------------------------------


def _spread(campaign: Campaign, scope: Scope, inspected: dict[int | None, int]) -> tuple[SpreadRow, ...]:
    """The ten problems found at the largest share of the organizations asked."""
    found = spread_by_standard(campaign, scope, inspected).values()
    return tuple(sorted(found, key=lambda row: (-row.n / row.of, -row.n, row.wording))[:MOST_SPREAD])


def spread_by_standard(campaign: Campaign, scope: Scope, inspected: dict[int | None, int]) -> dict[int, SpreadRow]:
    """Return by standard wording at which share of the organizations asked a problem was found, with the word a report uses for such a share.

    As in the report, only concluded inspections count, and N is how many of them belong to the categories that the item asks.
    """
    read = scope.totals([campaign])[campaign.pk]
    noted = {standard: number for (standard,), number in read.parts["noted"].items()}
    having: dict[int, Counter[int | None]] = defaultdict(Counter)
    for (standard, category), number in read.parts["having"].items():
        having[standard][category] += number
    fields = ("heading", "wording", "item_code")
    wordings = {
        key: (heading or said, said, item)
        for key, heading, said, item in StandardFinding.objects.filter(pk__in=noted).values_list("pk", *fields)
    }
    asked = _asked(campaign, {item for _, _, item in wordings.values() if item})
    found = {}
    for standard, places in having.items():
        heading, wording, item = wordings[standard]
        categories = asked.get(item) or set(inspected)
        n, of = sum(places.values()), sum(number for category, number in inspected.items() if category in categories | places.keys())
        url = findings_url(campaign, kind=PROBLEM, standard=standard, **scope.conditions)
        found[standard] = SpreadRow(heading, wording, n, of, quantifier(n, of), Figure(noted[standard], url))
    return found


def _asked(campaign: Campaign, codes: set[str]) -> dict[str, set[int | None]]:
    """The categories that each item is asked of, by the item's code; items asked of everybody are missing."""
    items = ChecklistItem.objects.filter(theme__checklist=campaign.checklist_id, code__in=codes, categories__isnull=False)
    asked: dict[str, set[int | None]] = defaultdict(set)
    for code, category in items.values_list("code", "categories"):
        asked[code].add(category)
    return asked


# --- beside the last half-year ----------------------------------------------------------------------------------------------


def _comparison(campaign: Campaign, previous: Campaign | None, counts: Counts, covered: Bar) -> tuple[ComparisonRow, ...]:
    if previous is None:
        return ()
    concluded = counts.scope.totals([previous])[previous.pk].concluded
    of = {"status": Assignment.Status.CONCLUDED, **counts.scope.conditions}
    return (
        ComparisonRow(
            "已督查单位",
            Figure(covered.concluded, assignments_url(campaign, **of)),
            Figure(concluded, assignments_url(previous, **of)),
        ),
        *(
            ComparisonRow(label, counts.figure(campaign, **conditions), counts.figure(previous, **conditions))
            for label, conditions in (
                ("发现问题", {"kind": PROBLEM}),
                ("其中：较重问题", {"kind": PROBLEM, "severity": Finding.Severity.NOTABLE}),
                ("其中：严重问题", {"kind": PROBLEM, "severity": Finding.Severity.SERIOUS}),
                ("风险点", {"kind": RISK_POINT}),
                ("好做法", {"kind": GOOD_PRACTICE}),
            )
        ),
    )


def _theme_comparison(
    campaign: Campaign, previous: Campaign | None, counts: Counts, names: dict[str, str], earlier: dict[str, str]
) -> tuple[ComparisonRow, ...]:
    """Problems by theme; themes keep their codes across versions of a checklist, so they can be compared."""
    if previous is None:
        return ()
    every = names | {code: name for code, name in earlier.items() if code not in names}
    return tuple(
        ComparisonRow(name, counts.figure(campaign, theme=code, kind=PROBLEM), counts.figure(previous, theme=code, kind=PROBLEM))
        for code, name in every.items()
    )
