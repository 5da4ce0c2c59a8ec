"""风险点: gaps that have not done harm yet, with how widely they were found."""

from __future__ import annotations

from typing import Any

from reports.composing.draft import DraftParagraph, count_row, paragraph
from reports.composing.phrases import problem_clause
from reports.composing.points import Point, named_text, point_of, point_text
from reports.composing.spec import SectionSpec, Style
from reports.facts.found import RISK_POINT
from reports.facts.grouping import group_findings
from reports.facts.values import CampaignFacts
from reports.wording import numbering, sentence

_IN_ONE_PARAGRAPH = 3
_TOLD = 4
_TOLD_LOOSE = 2


def compose(facts: CampaignFacts, _section: SectionSpec, style: Style) -> list[DraftParagraph]:
    """Return one paragraph of 一是…二是… for a few risk points, else one numbered paragraph each; nothing when there are none."""
    groups = group_findings(facts.of_kind(RISK_POINT), facts.units)
    points = sorted((point_of(group, facts, style) for group in groups), key=lambda point: _rank(point, style))
    if not points:
        return []
    if len(points) <= _IN_ONE_PARAGRAPH:
        return [_together(points, style)]
    left = points[_TOLD:]
    return [_intro(points), *(_one(point, style) for point in points[:_TOLD]), *([_rest(left, style)] if left else [])]


def _rank(point: Point, style: Style) -> tuple[Any, ...]:
    """What is grave first, then what has a heading of its own, then as problems are ranked."""
    return (-point.serious, not point.heading, -point.gravity, *point.rank(style))


def _intro(points: list[Point]) -> DraftParagraph:
    ids = tuple(pk for point in points for pk in point.ids)
    return paragraph(
        "risks.intro",
        f"督查共记录风险点{len(ids)}条，归并为{len(points)}类，需提前防范。",
        {"findings": ids, "kinds": len(points)},
        sources={"findings": ids},
        arithmetic=[count_row("风险点", len(ids)), count_row("归并后的风险点", len(points))],
    )


def _one(point: Point, style: Style) -> DraftParagraph:
    return paragraph(
        f"risks.{point.key}",
        point_text(point, style, with_example=False),
        [point],
        level=2,
        lead=point.heading or f"{point.theme}方面",
        sources={"findings": point.ids},
        arithmetic=point.rows(style),
    )


def _together(points: list[Point], style: Style) -> DraftParagraph:
    told = [point_text(point, style) for point in points]
    if len(points) > 1:
        marks = [
            sentence(numbering(5, place), point.heading) if point.heading else numbering(5, place) for place, point in enumerate(points, 1)
        ]
        told = [mark + text for mark, text in zip(marks, told, strict=True)]
    return paragraph(
        "risks.all",
        "".join(told),
        points,
        sources={"findings": tuple(pk for point in points for pk in point.ids)},
        arithmetic=[row for point in points for row in point.rows(style)],
    )


def _rest(points: list[Point], style: Style) -> DraftParagraph:
    """Tell the remaining ones in short: by heading, or in their own words where they have none."""
    named, loose = [point for point in points if point.heading], [point for point in points if not point.heading]
    text = named_text(named, style, "此外，{whom}还存在{what}", "风险")
    cases = loose[:_TOLD_LOOSE]
    text += "".join(sentence(problem_clause(point.wording, point.spread, style)) for point in cases)
    left = len(loose) - len(cases)
    text += f"另有{left}类具体风险，由督查组分别反馈有关单位。" if left else ""
    return paragraph(
        "risks.rest",
        text,
        points,
        sources={"findings": tuple(pk for point in points for pk in point.ids)},
        arithmetic=[
            *(point.spread.whole_row(point.name, style) for point in named),
            *(row for point in loose for row in point.rows(style)),
            *([count_row("未逐条列举的风险", left)] if left else []),
        ],
    )
