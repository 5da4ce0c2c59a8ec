"""对比: two campaigns, or two organizations, or both, side by side; every figure with the list behind it, and the difference in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from inspections.models import Assignment, Campaign, ChecklistTheme, Finding
from reports.dashboard.addresses import Figure, assignments_url, board_url
from reports.dashboard.charts import Chart
from reports.dashboard.counts import Counts, Duties, Scope, duties_by_campaign
from reports.dashboard.queries import spread_by_standard
from reports.dashboard.rows import SpreadRow
from reports.dashboard.tallied import by_category
from reports.rendering.charts import Bars, Series, chart_options
from units.models import PartyOrganization, User

PROBLEM, RISK_POINT, GOOD_PRACTICE = Finding.Kind.PROBLEM, Finding.Kind.RISK_POINT, Finding.Kind.GOOD_PRACTICE
MOST_SPREAD = 10
SAME = "相同"
SAID = {"覆盖率", "发现问题", "严重", "整改率", "逾期", "屡查屡犯"}
"""Rows that the sentence above the table says."""


@dataclass(frozen=True)
class Cell:
    """What one side has: a text, and the address of the list behind it where it is a count; ``note`` stands before it."""

    text: str
    url: str = ""
    note: str = ""


@dataclass(frozen=True)
class Row:
    """One figure of both sides; ``difference`` says in words how the first stands to the second."""

    label: str
    first: Cell
    second: Cell
    difference: str
    is_part: bool = False


@dataclass(frozen=True)
class Part:
    """Rows that belong together; ``key`` names the definition that holds for them."""

    title: str
    rows: tuple[Row, ...]
    key: str = ""


class Side:
    """One of the two, with its figures. The organization is none for all that the user sees."""

    def __init__(self, user: User, campaign: Campaign, organization: PartyOrganization | None) -> None:
        self.campaign, self.organization = campaign, organization
        self.scope = Scope(user, organization)
        self.read = self.scope.totals([campaign])[campaign.pk]
        self.counts = Counts(self.scope, [campaign])
        self.duties: Duties = duties_by_campaign(self.scope, [campaign])[campaign.pk]

    @property
    def place(self) -> str:
        """Which organizations it is about."""
        return str(self.organization) if self.organization else "全部"

    @property
    def url(self) -> str:
        """The leaders' page with the same figures."""
        return board_url(self.campaign, self.organization)

    def assignments(self, number: int, **conditions: str) -> Figure:
        """Return a count of assignments with the list behind it."""
        return Figure(number, assignments_url(self.campaign, **conditions, **self.scope.conditions))

    def findings(self, **conditions: str) -> Figure:
        """Return a count of findings with the list behind it."""
        return self.counts.figure(self.campaign, **conditions)

    @property
    def covered(self) -> int:
        """Concluded of all in per cent, rounded down."""
        return self.read.concluded * 100 // self.read.units if self.read.units else 0

    @property
    def each(self) -> float | None:
        """Problems for each organization inspected; nothing while none is."""
        return self.findings(kind=PROBLEM).number / self.read.concluded if self.read.concluded else None

    def themes(self) -> dict[str, str]:
        """Return the themes of the checklist and of what was found, names by code."""
        names = dict(ChecklistTheme.objects.filter(checklist=self.campaign.checklist_id).values_list("code", "name"))
        for _, code, name, *_ in self.counts.rows:
            names.setdefault(code, name)
        return names

    def spread(self) -> dict[int, SpreadRow]:
        """Return the problems by standard wording with the share of organizations that have them."""
        return spread_by_standard(self.campaign, self.scope, {bar.key: bar.concluded for bar in by_category(self.read)})


@dataclass(frozen=True)
class Comparison:
    """Both sides, their rows, and what the page says in a sentence."""

    first: Side
    second: Side
    names: tuple[str, str]
    parts: tuple[Part, ...]
    summary: str
    chart: Chart | None

    @property
    def is_same(self) -> bool:
        """Whether both sides are one and the same."""
        return (self.first.campaign, self.first.organization) == (self.second.campaign, self.second.organization)


def compare(first: Side, second: Side) -> Comparison:
    """Put two sides beside each other."""
    names = _names(first, second)
    themes = first.themes()
    for code, name in second.themes().items():
        themes.setdefault(code, name)
    by_theme = tuple(
        _count(name, first.findings(theme=code, kind=PROBLEM), second.findings(theme=code, kind=PROBLEM)) for code, name in themes.items()
    )
    parts = (
        Part("督查覆盖", _coverage(first, second), "covered"),
        Part("发现", _found(first, second), "problems"),
        Part("各主题的问题", by_theme, "severity"),
        Part("整改", _duties(first, second), "rate"),
        Part("涉及面", _spread(first.spread(), second.spread()), "spread"),
    )
    return Comparison(first, second, names, tuple(part for part in parts if part.rows), _summary(parts, names), _chart(by_theme, names))


def _names(first: Side, second: Side) -> tuple[str, str]:
    """Name the sides by what they differ in."""
    if first.campaign == second.campaign:
        return first.place, second.place
    periods = first.campaign.period, second.campaign.period
    titles = periods if periods[0] != periods[1] else (first.campaign.title, second.campaign.title)
    if first.organization == second.organization:
        return titles
    return f"{titles[0]}·{first.place}", f"{titles[1]}·{second.place}"


def _coverage(first: Side, second: Side) -> tuple[Row, ...]:
    done = Assignment.Status.CONCLUDED.value
    return (
        _count("督查单位", first.assignments(first.read.units), second.assignments(second.read.units)),
        _count("已办结", first.assignments(first.read.concluded, status=done), second.assignments(second.read.concluded, status=done)),
        _percent("覆盖率", first.covered if first.read.units else None, second.covered if second.read.units else None),
    )


def _found(first: Side, second: Side) -> tuple[Row, ...]:
    rows = [_count("发现问题", first.findings(kind=PROBLEM), second.findings(kind=PROBLEM))]
    for grade in Finding.Severity:
        conditions = {"kind": PROBLEM.value, "severity": grade.value}
        rows.append(_count(str(grade.label), first.findings(**conditions), second.findings(**conditions), is_part=True))
    one, other = first.each, second.each
    rows.append(Row("每单位问题", _ratio(one), _ratio(other), _apart(one, other)))
    rows.append(_count("风险点", first.findings(kind=RISK_POINT), second.findings(kind=RISK_POINT)))
    rows.append(_count("好做法", first.findings(kind=GOOD_PRACTICE), second.findings(kind=GOOD_PRACTICE)))
    return tuple(rows)


def _duties(first: Side, second: Side) -> tuple[Row, ...]:
    one, other = first.duties, second.duties
    return (
        _count("已下发整改事项", one.issued, other.issued),
        _count("已销号", one.closed, other.closed),
        _percent("整改率", one.percent if one.issued.number else None, other.percent if other.issued.number else None),
        _count("逾期", one.overdue, other.overdue),
        _count("屡查屡犯", one.recurring, other.recurring),
    )


def _spread(one: dict[int, SpreadRow], other: dict[int, SpreadRow]) -> tuple[Row, ...]:
    """The problems most spread on either side."""

    def share(found: dict[int, SpreadRow], key: int) -> float:
        return found[key].n / found[key].of if key in found else 0.0

    keys = sorted({*one, *other}, key=lambda key: (-max(share(one, key), share(other, key)), key))[:MOST_SPREAD]
    rows = []
    for key in keys:
        both = (one.get(key), other.get(key))
        label = next(row.heading for row in both if row)
        points = [row.percent if row else 0 for row in both]
        rows.append(Row(label, _share(both[0]), _share(both[1]), _points(points[0], points[1])))
    return tuple(rows)


def _share(row: SpreadRow | None) -> Cell:
    return Cell(f"{row.findings} 条", row.findings.url, f"{row.n} / {row.of} {row.word}") if row else Cell("没有发现")


# --- figures and differences in words ---------------------------------------------------------------------------------------


def _count(label: str, first: Figure, second: Figure, *, is_part: bool = False) -> Row:
    change = first.number - second.number
    said = f"多 {change}" if change > 0 else f"少 {-change}" if change < 0 else SAME
    return Row(label, Cell(str(first), first.url), Cell(str(second), second.url), said, is_part)


def _percent(label: str, first: int | None, second: int | None) -> Row:
    one, other = (Cell("—" if value is None else f"{value}%") for value in (first, second))
    return Row(label, one, other, "—" if first is None or second is None else _points(first, second))


def _points(first: int, second: int) -> str:
    change = first - second
    return f"高 {change} 个百分点" if change > 0 else f"低 {-change} 个百分点" if change < 0 else SAME


def _ratio(value: float | None) -> Cell:
    return Cell("—" if value is None else f"{value:.1f}")


def _apart(first: float | None, second: float | None) -> str:
    if first is None or second is None:
        return "—"
    # What is shown is compared, so that 1.2 beside 1.2 is never 0.1 more.
    change = round(round(first, 1) - round(second, 1), 1)
    return f"多 {change:.1f}" if change > 0 else f"少 {-change:.1f}" if change < 0 else SAME


def _summary(parts: Sequence[Part], names: tuple[str, str]) -> str:
    rows = [row for part in parts for row in part.rows if row.label in SAID and row.difference != "—"]
    said = [
        f"{row.label}同为 {row.first.text}" if row.difference == SAME else f"{row.label} {row.first.text}，{row.difference}" for row in rows
    ]
    return f"{names[0]}与{names[1]}相比：{'；'.join(said)}。" if said else ""


def _chart(rows: Sequence[Row], names: tuple[str, str]) -> Chart | None:
    shown = [row for row in rows if (row.first.text, row.second.text) != ("0", "0")]
    if not shown:
        return None
    series = (
        Series(names[0], tuple(int(row.first.text) for row in shown), tuple(row.first.url for row in shown)),
        Series(names[1], tuple(int(row.second.text) for row in shown), tuple(row.second.url for row in shown)),
    )
    said = "；".join(f"{row.label}{names[0]}{row.first.text}条，{names[1]}{row.second.text}条" for row in shown)
    option = chart_options(Bars("comparison", tuple(row.label for row in shown), series))
    return Chart("comparison", f"各主题问题数对比条形图。{said}。", 2 * len(shown), option)
