"""One assignment's checklist with its answers: what is asked, what is answered, what is missing, what was answered last time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from inspections.models import Assignment, ChecklistItem, ChecklistTheme, CheckResult


@dataclass
class Row:
    """One item with its answer and the last half-year's answer to the item of the same code."""

    number: str
    item: ChecklistItem
    result: CheckResult | None
    previous: CheckResult | None
    cut_off_on: date

    @property
    def is_answered(self) -> bool:
        """Whether the item has an answer; a note alone is none."""
        return self.result is not None and self.result.is_answered

    @property
    def is_missing(self) -> bool:
        """Whether this item keeps the assignment from being concluded."""
        return self.item.is_required and not self.is_answered

    @property
    def choices(self) -> list[tuple[str, str]]:
        """The answers to choose from, where the item asks for a judgement."""
        return CheckResult.Conformity.choices

    @property
    def anchor(self) -> str:
        """The id of the row on the page."""
        return f"item-{self.item.pk}"


@dataclass
class ThemeRows:
    """The rows of one theme."""

    number: int
    theme: ChecklistTheme
    rows: list[Row] = field(default_factory=list)

    @property
    def answered(self) -> int:
        """How many of the theme's items have an answer."""
        return sum(row.is_answered for row in self.rows)

    @property
    def is_done(self) -> bool:
        """Whether no required answer is missing."""
        return not any(row.is_missing for row in self.rows)


@dataclass
class AnswerSheet:
    """All themes of the checklist that ask this organization anything."""

    themes: list[ThemeRows]

    @property
    def rows(self) -> list[Row]:
        """The rows of all themes in order."""
        return [row for theme in self.themes for row in theme.rows]

    @property
    def missing(self) -> list[Row]:
        """Required items without an answer."""
        return [row for row in self.rows if row.is_missing]

    @property
    def required(self) -> int:
        """How many items must be answered."""
        return sum(row.item.is_required for row in self.rows)

    @property
    def required_answered(self) -> int:
        """How many of these are answered."""
        return self.required - len(self.missing)

    @property
    def optional_open(self) -> int:
        """How many items that need not be answered are not."""
        return sum(not row.item.is_required and not row.is_answered for row in self.rows)

    @property
    def percent(self) -> int:
        """Progress over the required items; 100 when nothing is asked."""
        return self.required_answered * 100 // self.required if self.required else 100


def answer_sheet(assignment: Assignment, *, with_answers: bool = True, with_previous: bool = False) -> AnswerSheet:
    """Read the sheet of ``assignment``: the items for its category, in order (2 queries; 2 more ``with_previous``).

    ``with_answers=False`` is for readers who may know the questions, but not yet the answers.
    """
    campaign = assignment.campaign
    items = ChecklistItem.objects.filter(theme__checklist=campaign.checklist_id).for_category(assignment.category_id)
    results = {result.item_id: result for result in assignment.results.select_related("item", "answered_by")} if with_answers else {}
    previous = _previous_answers(assignment) if with_previous else {}
    themes: dict[int, ThemeRows] = {}
    for item in items.select_related("theme"):
        group = themes.setdefault(item.theme_id, ThemeRows(len(themes) + 1, item.theme))
        row = Row(
            number=f"{group.number}.{len(group.rows) + 1}",
            item=item,
            result=results.get(item.pk),
            previous=previous.get(item.code),
            cut_off_on=item.cut_off_on or campaign.cut_off_on,
        )
        group.rows.append(row)
    return AnswerSheet(list(themes.values()))


def _previous_answers(assignment: Assignment) -> dict[str, CheckResult]:
    """Return the organization's answers in the campaign before, by the item codes that outlive checklist versions."""
    previous = assignment.campaign.previous
    if previous is None:
        return {}
    results = CheckResult.objects.filter(assignment__campaign=previous, assignment__organization=assignment.organization_id)
    return {result.item.code: result for result in results.select_related("item") if result.is_answered}
