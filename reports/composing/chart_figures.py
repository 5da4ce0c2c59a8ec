"""附件 图表: problems by theme and severity, coverage by category, this period beside the last; each a sentence and a table drawn as a chart.

The sentence, the table and the chart come from the same counts: the chart is drawn from the table (``rendering.document.Figure``), and the
sentence adds up its rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from reports.composing.draft import TABLE, DraftParagraph, count_row, paragraph
from reports.composing.phrases import bare
from reports.composing.spec import SectionSpec, Style
from reports.facts.found import PROBLEM, SEVERITIES
from reports.facts.values import CampaignFacts
from reports.wording import percent_text, sentence

ALL = "figures"
ON_SITE = "on_site"
TOTAL = "合计"
_MOST_NAMED = 3


def compose(facts: CampaignFacts, section: SectionSpec, _style: Style) -> list[DraftParagraph]:
    """Return the figure that the section's setting ``table`` names, or all three for ``figures``; what has no data is left out."""
    wanted = section.settings.get("table", ALL)
    names = list(FIGURES) if wanted == ALL else [wanted]
    return [row for name in names for row in FIGURES[name](facts)]


def _figure(name: str, text: str, table: Mapping[str, Any], **fields: Any) -> list[DraftParagraph]:
    used = {"columns": table["columns"], "rows": table["rows"]}
    return [paragraph(f"{name}.text", text, [text, used], **fields), paragraph(name, "", used, kind=TABLE, table=table, **fields)]


def _table(
    caption: str, columns: Sequence[str], rows: Sequence[Sequence[object]], *, look: str, series: Sequence[int], unit: str
) -> dict[str, Any]:
    return {
        "columns": list(columns),
        "rows": [[str(cell) for cell in row] for row in rows],
        "caption": caption,
        "widths": [3.0, *[1.4] * (len(columns) - 1)],
        "align": ["left", *["right"] * (len(columns) - 1)],
        "figure": {"look": look, "series": list(series), "unit": unit},
    }


# --- problems by theme and severity -----------------------------------------------------------------------------------------


def _severity(facts: CampaignFacts) -> list[DraftParagraph]:
    problems = facts.of_kind(PROBLEM)
    if not problems:
        return []
    counts = Counter((finding.theme, finding.severity) for finding in problems)
    themes = _themes(facts, {code for code, _ in counts})
    numbers = [[counts[code, value] for value in SEVERITIES] for code, _name in themes]
    numbers = [[*row, sum(row)] for row in numbers]
    total = [sum(column) for column in zip(*numbers, strict=True)]
    rows = [[name, *row] for (_code, name), row in zip([*themes, ("", TOTAL)], [*numbers, total], strict=True)]
    columns = ["主题", *SEVERITIES.values(), TOTAL]
    table = _table("各主题问题数及程度", columns, rows, look="severity", series=range(1, len(SEVERITIES) + 1), unit="条")
    graded = "、".join(f"{label}的{n}条" for label, n in zip(SEVERITIES.values(), total, strict=False) if n)
    most = _most([(name, row[-1]) for (_code, name), row in zip(themes, numbers, strict=True)])
    text = sentence(f"本次督查共发现问题{total[-1]}条，其中{graded}", f"；{most}" if most else "", "，详见下图")
    arithmetic = [
        count_row("问题", total[-1]),
        *(count_row(f"程度{label}", n) for label, n in zip(SEVERITIES.values(), total, strict=False)),
    ]
    return _figure("figure_severity", text, table, sources={"findings": tuple(finding.id for finding in problems)}, arithmetic=arithmetic)


def _themes(facts: CampaignFacts, found: set[str]) -> list[tuple[str, str]]:
    """Themes by code and name in the order of the checklist, with any other on which something was found at the end."""
    known = [(theme.code, theme.name) for theme in facts.themes]
    return known + [(code, code) for code in sorted(found - {code for code, _ in known})]


def _most(rows: Sequence[tuple[str, int]]) -> str:
    """Name the rows with the largest figures, where some stand out from the others."""
    ranked = sorted((row for row in rows if row[1]), key=lambda row: -row[1])
    named = [row for row in ranked[:_MOST_NAMED] if row[1] > sum(n for _, n in ranked) / len(ranked)]
    return f"问题较多的主题是{'、'.join(f'{name}（{n}条）' for name, n in named)}" if named else ""


# --- coverage by category ---------------------------------------------------------------------------------------------------


def _coverage(facts: CampaignFacts) -> list[DraftParagraph]:
    planned = sum(category.planned for category in facts.categories)
    if not planned:
        return []
    visited = Counter(unit.category for unit in facts.units if unit.method == ON_SITE)
    numbers = []
    for category in facts.categories:
        done, on_site = facts.inspected[category.id], visited[category.id]
        numbers.append([category.planned, on_site, done - on_site, category.planned - done])
    total = [sum(column) for column in zip(*numbers, strict=True)]
    labels = [*(bare(category.label) for category in facts.categories), TOTAL]
    shown = [[label, *row, percent_text(row[1] + row[2], row[0])] for label, row in zip(labels, [*numbers, total], strict=True)]
    columns = ["单位类别", "列入督查", "实地督查", "书面督查", "未办结", "覆盖率"]
    table = _table("各类单位督查覆盖情况", columns, shown, look="coverage", series=(2, 3, 4), unit="个")
    done = total[1] + total[2]
    ways = [f"{label}{n}个" for label, n in (("实地督查", total[1]), ("书面督查", total[2])) if n]
    left = f"，尚未办结{total[3]}个" if total[3] else ""
    told = f"列入督查的{total[0]}个党组织中，已办结{done}个，覆盖率{percent_text(done, total[0])}"
    text = sentence(told, f"，其中{'、'.join(ways)}" if len(ways) > 1 else "", left, "，详见下图")
    sources = {"assignments": tuple(unit.assignment for unit in facts.units) + tuple(row.assignment for row in facts.unfinished)}
    arithmetic = [count_row(label, n) for label, n in zip(columns[1:5], total, strict=True)]
    return _figure("figure_coverage", text, table, sources=sources, arithmetic=arithmetic)


# --- this period beside the last --------------------------------------------------------------------------------------------


def _comparison(facts: CampaignFacts) -> list[DraftParagraph]:
    if facts.previous is None:
        return []
    now = Counter(finding.theme for finding in facts.of_kind(PROBLEM))
    before = {code: n for code, _name, n in facts.previous_problems}
    names = dict(_themes(facts, set(now)))
    for code, name, _n in facts.previous_problems:
        names.setdefault(code, name)
    rows: list[list[Any]] = [[name, now[code], before.get(code, 0)] for code, name in names.items()]
    total = [sum(row[1] for row in rows), sum(row[2] for row in rows)]
    if not any(total):
        return []
    shown = [[*row, _change(row[1] - row[2])] for row in [*rows, [TOTAL, *total]]]
    periods = facts.header.period, facts.previous.period
    table = _table("各主题问题数与上次督查对比", ["主题", *periods, "增减"], shown, look="comparison", series=(1, 2), unit="条")
    units = len(facts.units), facts.previous.units
    told = "；".join(f"{period}督查党组织{n}个、问题{count}条" for period, n, count in zip(periods, units, total, strict=True))
    text = sentence(told, "" if units[0] == units[1] else "；两次督查的单位数不同，对比时请一并考虑", "，详见下图")
    arithmetic = [count_row(f"{period}：问题", n) for period, n in zip(periods, total, strict=True)]
    sources = {"findings": tuple(finding.id for finding in facts.of_kind(PROBLEM))}
    return _figure("figure_comparison", text, table, sources=sources, arithmetic=arithmetic)


def _change(difference: int) -> str:
    return f"增{difference}" if difference > 0 else f"减{-difference}" if difference < 0 else "持平"


FIGURES: dict[str, Callable[[CampaignFacts], list[DraftParagraph]]] = {
    "figure_severity": _severity,
    "figure_coverage": _coverage,
    "figure_comparison": _comparison,
}
"""The figures by the name that a section's setting ``table`` gives them."""
