"""存在问题: merged by theme and standard wording, ordered by spread and gravity, organizations unnamed."""

from __future__ import annotations

from collections import Counter

from reports.composing.draft import DraftParagraph, count_row, paragraph, share_row
from reports.composing.phrases import distinct, problem_clause, turn
from reports.composing.points import Point, by_theme, named_text, point_text
from reports.composing.spec import SectionSpec, Style
from reports.facts.found import PROBLEM, SEVERITIES, FindingFact, Group
from reports.facts.grouping import group_findings
from reports.facts.values import CampaignFacts, Theme
from reports.wording import FEW, list_text, numbering, ratio_text, sentence

_CAUSES = ("究其原因，主要是{causes}", "从原因看，主要是{causes}", "产生上述问题，主要是因为{causes}")
_SOME_CAUSES = "从已查明的情况看，原因有{causes}"
_NAMED = ("此外，{whom}还存在{what}", "{theme}方面，{whom}还存在{what}", "同时，{whom}还存在{what}")
_MOST_CAUSES = 2
_MOST_LOOSE = 1
_ONLY_LOOSE = 2
_AT_LEAST = 2
_LEADS = 2
_THEMES_TO_COMPARE = 4
_CROWDED = 1.25
_EXAMPLES = 1


def compose(facts: CampaignFacts, _section: SectionSpec, style: Style) -> list[DraftParagraph]:
    """Return an introduction in figures and one numbered paragraph per theme; nothing when there are no problems."""
    groups = group_findings(facts.of_kind(PROBLEM), facts.units)
    if not groups:
        return []
    themes = by_theme(groups, facts, style)
    return [_intro(groups, facts), *(_theme(theme, points, style, _place(theme, facts)) for theme, points in themes)]


def _place(theme: Theme, facts: CampaignFacts) -> int:
    """Return a theme's place in the checklist, by which turns of phrase change: it stays when other problems come and go."""
    return facts.themes.index(theme) if theme in facts.themes else 0


# --- introduction -----------------------------------------------------------------------------------------------------------


def _intro(groups: tuple[Group, ...], facts: CampaignFacts) -> DraftParagraph:
    findings = [finding for group in groups for finding in group.findings]
    concerned = len({finding.unit for finding in findings})
    severities = Counter(finding.severity for finding in findings)
    graded = [(label, severities[value]) for value, label in reversed(SEVERITIES.items()) if severities[value]]
    previous, inspected = facts.previous, len(facts.units)
    again = sorted(group.key for group in groups if previous and group.key in previous.standards)
    crowded = _crowded(findings, facts)
    text = sentence(
        f"督查共发现问题{len(findings)}条，归并为{len(groups)}类，涉及{concerned}个党组织",
        f"；按程度分，{'、'.join(f'{label}的{n}条' for label, n in graded)}" if len(graded) > 1 else "",
    )
    text += sentence(f"问题较多的是{list_text([f'{name}（{n}条）' for name, n in crowded])}") if crowded else ""
    arithmetic = [
        count_row("问题", len(findings)),
        *(count_row(name, n) for name, n in crowded),
        count_row("归并后的问题", len(groups)),
        share_row("有问题的党组织", concerned, inspected, str(concerned)),
        *(count_row(f"程度{label}", n) for label, n in graded),
    ]
    if previous and previous.units:
        now, before = ratio_text(len(findings), inspected), ratio_text(previous.problems, previous.units)
        text += sentence(
            f"平均每个党组织{now}条，" + (f"与{previous.period}督查持平" if now == before else f"{previous.period}督查为{before}条"),
            f"；{_again_text(len(again), len(groups))}上次督查也曾发现，需持续推动整改" if again else "",
        )
        arithmetic += [
            share_row("平均每个党组织的问题", len(findings), inspected, now),
            share_row(f"平均每个党组织的问题（{previous.period}）", previous.problems, previous.units, before),
            count_row("上次督查也曾发现的问题", len(again)),
        ]
    return paragraph(
        "problems.intro",
        text,
        {
            "findings": [f.id for f in findings],
            "concerned": concerned,
            "inspected": inspected,
            "graded": graded,
            "groups": len(groups),
            "crowded": crowded,
            "previous": previous and [previous.period, previous.units, previous.problems],
            "again": again,
        },
        sources={"findings": tuple(finding.id for finding in findings)},
        arithmetic=arithmetic,
    )


def _again_text(again: int, kinds: int) -> str:
    return "这些问题" if again == kinds else f"{kinds}类问题中有{again}类"


def _crowded(findings: list[FindingFact], facts: CampaignFacts) -> list[tuple[str, int]]:
    """Return at most two themes with clearly more problems than the average theme."""
    counts = Counter(finding.theme for finding in findings)
    if len(counts) < _THEMES_TO_COMPARE:
        return []
    mean = len(findings) / len(counts)
    return [(facts.theme_of[code].name, n) for code, n in counts.most_common(2) if n >= _CROWDED * mean and code in facts.theme_of]


# --- themes -----------------------------------------------------------------------------------------------------------------


def _theme(theme: Theme, points: list[Point], style: Style, place: int) -> DraftParagraph:
    full, named, loose = sorted_out(points, style)
    headings = distinct(point.heading for point in full)[:_LEADS]
    pattern = turn(_NAMED, place).replace("{theme}", theme.name)
    cases = _worth_telling(loose, also=bool(full or named))
    text = _full_text(full, style) + named_text(named, style, pattern, "问题")
    text += _loose_text(cases, len(loose) - len(cases), style, also=bool(full or named))
    return paragraph(
        f"problems.theme.{theme.code}",
        text + causes_text(points, place),
        {"theme": theme.name, "points": points, "place": place},
        level=2,
        lead="，".join(headings) or f"{theme.name}方面",
        sources={"findings": tuple(pk for point in points for pk in point.ids)},
        arithmetic=[
            *(row for point in (*full, *cases) for row in point.rows(style)),
            *([count_row("只列入问题清单的问题", len(loose) - len(cases))] if len(loose) > len(cases) else []),
            *(point.spread.whole_row(point.name, style) for point in named),
        ],
    )


def sorted_out(points: list[Point], style: Style) -> tuple[list[Point], list[Point], list[Point]]:
    """Divide ranked points into those told in full, those named by their heading only, and single cases in free words.

    In full: what more than a few have or what is more than 一般, as many as the style allows and whatever is 严重; at least two where there
    are so many, since one point alone makes a thin paragraph.
    """
    chosen = [point for point in points if point.asked_word(style) != FEW or (point.gravity and point.heading)]
    told = chosen[: style.full_points] + [point for point in chosen[style.full_points :] if point.serious]
    if len(told) < _AT_LEAST:
        told += [point for point in points if point.heading and point not in told][: _AT_LEAST - len(told)]
    full = [point for point in points if point in told]
    rest = [point for point in points if point not in full]
    return full, [point for point in rest if point.heading], [point for point in rest if not point.heading]


def _full_text(full: list[Point], style: Style) -> str:
    """Tell points in full; their headings stand at the head of the paragraph and are not said over again."""
    told = [point_text(point, style, with_example=place < _EXAMPLES) for place, point in enumerate(full)]
    return "".join(told) if len(told) == 1 else "".join(numbering(5, place) + text for place, text in enumerate(told, 1))


def _worth_telling(loose: list[Point], *, also: bool) -> list[Point]:
    """Return which single cases in free words are told: what is 严重, else one that is 较重; a few where there is nothing else to tell.

    A single case told in detail tells the reader whose it is: the list for internal use is its place.
    """
    serious, grave = [point for point in loose if point.serious], [point for point in loose if point.gravity]
    return (serious or grave[:_MOST_LOOSE]) if also else list(dict.fromkeys([*serious, *loose[:_ONLY_LOOSE]]))


def _loose_text(told: list[Point], left: int, style: Style, *, also: bool) -> str:
    """Tell single cases in free words, and how many more there are."""
    parts = [
        problem_clause(point.wording, point.spread, style) if not place else f"有的单位{point.wording}" for place, point in enumerate(told)
    ]
    return sentence("还有" if also and parts else "", "；".join(parts), f"；另有{left}个具体问题列入问题清单" if left else "")


def causes_text(points: list[Point], place: int) -> str:
    """Return the causes, each once, the most frequent first.

    They are called the main ones when they were noted for at least half of the findings; where none was noted, the library's usual cause is
    given as what it is.
    """
    noted: Counter[str] = Counter()
    for point in points:
        noted.update(dict(point.causes))
    found = sum(len(point.ids) for point in points)
    if noted:
        causes = "；".join(distinct(cause for cause, _n in sorted(noted.items(), key=lambda pair: (-pair[1], pair[0])))[:_MOST_CAUSES])
        pattern = turn(_CAUSES, place) if noted.total() * 2 >= found else _SOME_CAUSES
        return sentence(pattern.format(causes=causes))
    usual = distinct(point.usual_cause for point in points)[:2]
    return sentence(f"这类问题多与{list_text([cause.replace('，', '、') for cause in usual], '以及')}有关") if usual else ""
