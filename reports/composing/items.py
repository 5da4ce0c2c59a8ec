"""存在问题 as titled items （一）（二） or as one paragraph of 一是…二是…, over all themes; each finding stands in exactly one paragraph."""

from __future__ import annotations

from reports.composing import next_steps, problems
from reports.composing.draft import DraftParagraph, count_row, paragraph
from reports.composing.points import Point, named_text, point_of, point_text
from reports.composing.problems import causes_text
from reports.composing.spec import SectionSpec, Style
from reports.facts.found import PROBLEM
from reports.facts.grouping import group_findings
from reports.facts.values import CampaignFacts
from reports.wording import numbering, sentence

MOST_ITEMS = 5
_OTHERS = "其他问题"
_MOST_NAMED = 8
"""Headings that one sentence can bear; the rest is told as a number."""


def compose(facts: CampaignFacts, section: SectionSpec, style: Style) -> list[DraftParagraph]:
    """Return the problems in the form that the section's setting ``form`` asks for: ``themes`` (default), ``items`` or ``enumerated``."""
    form = section.settings.get("form", "themes")
    if form == "themes" or not facts.of_kind(PROBLEM):
        return problems.compose(facts, section, style)
    told, left = _divided(_points(facts, style), int(section.settings.get("items") or MOST_ITEMS))
    intro = [row for row in problems.compose(facts, section, style) if row.key == "problems.intro"]
    return [*intro, *(_items(told, left, style) if form == "items" else [_enumerated(told, left, style)])]


def compose_with_plan(facts: CampaignFacts, section: SectionSpec, style: Style) -> list[DraftParagraph]:
    """Return the problems as 一是…二是…, then what will be done about them; nothing when there are no problems."""
    if not facts.of_kind(PROBLEM):
        return []
    told, left = _divided(_points(facts, style), int(section.settings.get("items") or MOST_ITEMS))
    return [_enumerated(told, left, style), *next_steps.compose(facts, section, style)]


def _points(facts: CampaignFacts, style: Style) -> list[Point]:
    groups = group_findings(facts.of_kind(PROBLEM), facts.units)
    return sorted((point_of(group, facts, style) for group in groups), key=lambda point: point.rank(style))


def _divided(points: list[Point], most: int) -> tuple[list[Point], list[Point]]:
    """Return what gets an item of its own, the most spread first and whatever is 严重, and the rest; one left over stays an item."""
    told = [point for point in points if point.heading][:most]
    told += [point for point in points if point.serious and point not in told]
    left = [point for point in points if point not in told]
    if len(left) == 1:
        told, left = [*told, *left], []
    return told or points[:most], left if told else points[most:]


def _items(told: list[Point], left: list[Point], style: Style) -> list[DraftParagraph]:
    rows = []
    for point in told:
        # Turned by the point itself: an item keeps its words when others come and go.
        place = sum(point.key.encode())
        rows.append(
            paragraph(
                f"problems.item.{point.key}",
                point_text(point, style) + causes_text([point], place),
                [point, place],
                level=2,
                lead=point.heading or f"{point.theme}方面",
                sources={"findings": point.ids},
                arithmetic=point.rows(style),
            )
        )
    if left:
        rows.append(
            paragraph(
                "problems.item.others",
                _left_text(left, style, "{whom}还存在{what}"),
                left,
                level=2,
                lead=_OTHERS,
                sources={"findings": _ids(left)},
                arithmetic=_left_rows(left, style),
            )
        )
    return rows


def _enumerated(told: list[Point], left: list[Point], style: Style) -> DraftParagraph:
    texts = [point_text(point, style, with_example=False) for point in told]
    text = "".join(numbering(5, place) + text for place, text in enumerate(texts, start=1)) if len(texts) > 1 else "".join(texts)
    return paragraph(
        "problems.enumerated",
        text + _left_text(left, style, "此外，{whom}还存在{what}"),
        [told, left],
        sources={"findings": _ids([*told, *left])},
        arithmetic=[*(row for point in told for row in point.rows(style)), *_left_rows(left, style)],
    )


def _ids(points: list[Point]) -> tuple[str, ...]:
    return tuple(pk for point in points for pk in point.ids)


def _parted(points: list[Point]) -> tuple[list[Point], list[Point]]:
    """Return what is named by its heading, and the rest.

    Single cases in free words have none; told in detail, they would tell the reader whose they are.
    """
    named = [point for point in points if point.heading][:_MOST_NAMED]
    return named, [point for point in points if point not in named]


def _left_text(left: list[Point], style: Style, pattern: str) -> str:
    named, loose = _parted(left)
    text = named_text(named, style, pattern, "问题") if named else ""
    return text + sentence(f"另记录其他具体问题{len(_ids(loose))}条" if loose else "")


def _left_rows(left: list[Point], style: Style) -> list[dict[str, object]]:
    named, loose = _parted(left)
    rows = [point.spread.whole_row(point.name, style) for point in named]
    return [*rows, count_row("另记录的其他具体问题", len(_ids(loose)))] if loose else rows
