"""Findings and answers read from the database: one query each, however many there are."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, QuerySet

from inspections.models import Campaign, ChecklistItem, CheckResult
from inspections.models.finding import FindingQuerySet
from reports.facts.found import PROBLEM, Amount, Conformity, FindingFact, Standard
from reports.facts.values import Theme, Unit

_STANDARD = ("code", "wording", "heading", "cause", "measure_heading", "measure", "lead_body")


@dataclass(frozen=True)
class ChecklistFacts:
    """The campaign's checklist: themes, items by key, and which categories an item is asked of (missing means all)."""

    name: str
    themes: tuple[Theme, ...]
    items: dict[int, dict[str, Any]]
    by_code: dict[str, int]
    applies_to: dict[int, frozenset[int]]

    @property
    def targets(self) -> tuple[tuple[str, Decimal], ...]:
        """Items that have a target, by their codes."""
        return tuple((row["code"], row["target"]) for row in self.items.values() if row["target"] is not None)

    @classmethod
    def of(cls, campaign: Campaign) -> ChecklistFacts:
        """Read it in three queries; empty where the campaign has none."""
        checklist = campaign.checklist
        if checklist is None:
            return cls("", (), {}, {}, {})
        themes = tuple(Theme(theme.code, theme.name, theme.heading) for theme in checklist.themes.all())
        fields = ("pk", "code", "theme__code", "answer_kind", "metric_phrase", "unit_of_measure", "cut_off_on", "target")
        items = {row["pk"]: row for row in ChecklistItem.objects.filter(theme__checklist=checklist).values(*fields)}
        for row in items.values():
            row["cut_off_on"] = row["cut_off_on"] or campaign.cut_off_on
        pairs = ChecklistItem.categories.through.objects.filter(checklistitem__theme__checklist=checklist)
        asked: dict[int, set[int]] = defaultdict(set)
        for item, category in pairs.values_list("checklistitem_id", "organizationcategory_id"):
            asked[item].add(category)
        applies_to = {item: frozenset(categories) for item, categories in asked.items()}
        return cls(checklist.name, themes, items, {row["code"]: pk for pk, row in items.items()}, applies_to)


def read_findings(findings: FindingQuerySet, checklist: ChecklistFacts, *, names_lead_bodies: bool = True) -> Iterator[FindingFact]:
    """Yield findings in the order of the assignments; one query.

    The lead bodies of the library are bodies of the top organization: a lower one cannot give them work, so its campaigns do without.
    """
    fields = ("pk", "kind", "organization_id", "assignment__category_id", "theme__code", "text", "severity", "cause", "measure", "item_id")
    rows = findings.with_recurrence().order_by("assignment__order", "organization_path", "recorded_at", "pk")
    listed: Any = rows.values_list(*fields, "recurs", "standard__item_code", *(f"standard__{name}" for name in _STANDARD))
    standards: dict[str, Standard] = {}
    for pk, kind, unit, category, theme, text, severity, cause, measure, item, recurs, item_code, *standard in listed:
        code = standard[0]
        if code and code not in standards:
            standards[code] = Standard(*standard) if names_lead_bodies else replace(Standard(*standard), lead_body="")
        asked = item or checklist.by_code.get(item_code or "")
        yield FindingFact(
            id=str(pk),
            kind=kind,
            unit=unit,
            category=category or 0,
            theme=theme,
            text=text.strip(),
            severity=severity,
            cause=cause.strip(),
            measure=measure.strip(),
            standard=standards[code] if code else None,
            applies_to=checklist.applies_to.get(asked, frozenset()) if asked else frozenset(),
            recurs=bool(recurs) and kind == PROBLEM,
        )


def conformity_of(counts: Mapping[str, int]) -> Conformity:
    """Turn counts by answer into values; 不适用 falls away."""
    kinds = CheckResult.Conformity
    return Conformity(counts.get(kinds.CONFORMING, 0), counts.get(kinds.MOSTLY, 0), counts.get(kinds.NOT_CONFORMING, 0))


def read_conformity(results: QuerySet[CheckResult]) -> tuple[tuple[int, str, Conformity], ...]:
    """Count the judgements by category and theme code in the database; one query."""
    answered = results.exclude(conformity="").order_by(
        F("assignment__category__order").asc(nulls_last=True), "assignment__category_id", "item__theme__order", "item__theme__code"
    )
    rows = answered.values_list("assignment__category_id", "item__theme__code", "conformity").annotate(n=Count("pk"))
    counts: dict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    for category, theme, answer, n in rows:
        counts[category or 0, theme][answer] += n
    return tuple((category, theme, conformity_of(counter)) for (category, theme), counter in counts.items())


@dataclass(frozen=True)
class Number:
    """One reported number."""

    id: str
    item: int
    category: int
    unit: int
    value: Any
    is_approximate: bool


def read_numbers(results: QuerySet[CheckResult]) -> list[Number]:
    """Read the numbers that a report speaks of: those whose item says how; one query."""
    rows = results.filter(number__isnull=False).exclude(item__metric_phrase="")
    rows = rows.order_by("item__theme__order", "item__order", "item", "assignment__order", "assignment__organization_path")
    fields = ("pk", "item_id", "assignment__category_id", "assignment__organization_id", "number", "is_approximate")
    return [
        Number(str(pk), item, category or 0, unit, value, rough) for pk, item, category, unit, value, rough in rows.values_list(*fields)
    ]


def sum_amounts(numbers: list[Number], checklist: ChecklistFacts, units: tuple[Unit, ...]) -> tuple[Amount, ...]:
    """Sum each metric over the organizations of each category."""
    return sum_up(numbers, checklist, Counter(unit.category for unit in units))


def own_amounts(numbers: list[Number], checklist: ChecklistFacts) -> tuple[tuple[int, tuple[Amount, ...]], ...]:
    """Return the metrics of each organization by itself, in the order in which they were read."""
    by_unit: dict[int, list[Number]] = defaultdict(list)
    for number in numbers:
        by_unit[number.unit].append(number)
    return tuple((unit, sum_up(members, checklist, {members[0].category: 1})) for unit, members in by_unit.items())


def sum_up(rows: list[Number], checklist: ChecklistFacts, asked: Mapping[int, int]) -> tuple[Amount, ...]:
    """Sum numbers by item and category; ``asked`` says how many organizations of a category were asked."""
    gathered: dict[tuple[int, int], list[Number]] = defaultdict(list)
    for row in rows:
        gathered[row.item, row.category].append(row)
    return tuple(
        _amount(members, checklist.items[item], asked) for (item, _category), members in gathered.items() if item in checklist.items
    )


def _amount(members: list[Number], item: dict[str, Any], asked: Mapping[int, int]) -> Amount:
    category = members[0].category
    return Amount(
        category=category,
        theme=item["theme__code"],
        item=item["code"],
        phrase=item["metric_phrase"],
        unit=item["unit_of_measure"],
        cut_off_on=item["cut_off_on"],
        values=tuple(row.value for row in members),
        results=tuple(row.id for row in members),
        is_approximate=any(row.is_approximate for row in members),
        asked=asked.get(category, len(members)),
    )
