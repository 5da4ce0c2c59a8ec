"""The database, read into facts by a number of queries that does not depend on how much was found."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from inspections.models import Assignment, Campaign, ChecklistItem, CheckResult, Finding, TeamMember
from inspections.models.campaign import Activity
from reports.facts.values import (
    Amount,
    Basis,
    CampaignFacts,
    Category,
    Conformity,
    FindingFact,
    Header,
    OrganizationFacts,
    Previous,
    Standard,
    Teams,
    Theme,
    Unfinished,
    Unit,
)
from units.models import PartyOrganization

_NO_CATEGORY = ("其他", "其他党组织")
_STANDARD = ("code", "wording", "heading", "cause", "measure_heading", "measure", "lead_body")


def campaign_facts(campaign: Campaign) -> CampaignFacts:
    """Read everything that a report about ``campaign`` rests on. Only concluded inspections count; the others are listed as unfinished."""
    rows = list(
        campaign.assignments.select_related("organization", "category", "team").order_by(
            "category__order", "category", "order", "organization_path"
        )
    )
    units = tuple(_unit(row) for row in rows if row.status == Assignment.Status.CONCLUDED)
    checklist = _Checklist.of(campaign)
    results = CheckResult.objects.filter(assignment__campaign=campaign, assignment__status=Assignment.Status.CONCLUDED)
    findings = Finding.objects.filter(campaign=campaign, assignment__status=Assignment.Status.CONCLUDED).standing()
    return CampaignFacts(
        header=_header(campaign, checklist),
        basis=tuple(Basis(*row) for row in campaign.basis_documents.values_list("pk", "issuer", "title", "number")),
        teams=_teams(campaign),
        categories=_categories(campaign, rows),
        units=units,
        unfinished=tuple(
            Unfinished(str(row.pk), row.organization.name, row.category_id or 0)
            for row in rows
            if row.status != Assignment.Status.CONCLUDED
        ),
        themes=checklist.themes,
        findings=tuple(_findings(findings, checklist)),
        amounts=_amounts(results, checklist, units),
        conformity=_conformity(results),
        previous=_previous(campaign),
    )


def organization_facts(campaign: Campaign, ids: Iterable[int]) -> dict[int, OrganizationFacts]:
    """Read what documents about single organizations rest on, for many of them in one set of queries.

    Organizations without a concluded inspection in ``campaign`` are missing from the answer.
    """
    rows = campaign.assignments.concluded().filter(organization__in=list(ids)).select_related("organization", "category", "team")
    units = [_unit(row) for row in rows]
    checklist = _Checklist.of(campaign)
    header = _header(campaign, checklist)
    assignments = [unit.assignment for unit in units]
    findings: dict[int, list[FindingFact]] = defaultdict(list)
    for fact in _findings(Finding.objects.filter(assignment__in=assignments).standing(), checklist):
        findings[fact.unit].append(fact)
    results = CheckResult.objects.filter(assignment__in=assignments)
    numbers = {unit.id: [] for unit in units}
    for row in _number_rows(results):
        numbers[row.unit].append(row)
    judged: dict[int, Counter[str]] = defaultdict(Counter)
    for unit, answer, n in results.exclude(conformity="").values_list("assignment__organization", "conformity").annotate(n=Count("pk")):
        judged[unit][answer] = n
    return {
        unit.id: OrganizationFacts(
            header=header,
            unit=unit,
            themes=checklist.themes,
            findings=tuple(findings[unit.id]),
            amounts=_sum_up(numbers[unit.id], checklist, {unit.category: 1}),
            conformity=_from_counts(judged[unit.id]),
        )
        for unit in units
    }


# --- the campaign -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Checklist:
    name: str
    themes: tuple[Theme, ...]
    items: dict[int, dict[str, Any]]
    by_code: dict[str, int]
    applies_to: dict[int, frozenset[int]]

    @classmethod
    def of(cls, campaign: Campaign) -> _Checklist:
        checklist = campaign.checklist
        if checklist is None:
            return cls("", (), {}, {}, {})
        themes = tuple(Theme(theme.code, theme.name, theme.heading) for theme in checklist.themes.all())
        fields = ("pk", "code", "theme__code", "answer_kind", "metric_phrase", "unit_of_measure", "cut_off_on")
        items = {row["pk"]: row for row in ChecklistItem.objects.filter(theme__checklist=checklist).values(*fields)}
        for row in items.values():
            row["cut_off_on"] = row["cut_off_on"] or campaign.cut_off_on
        pairs = ChecklistItem.categories.through.objects.filter(checklistitem__theme__checklist=checklist)
        asked: dict[int, set[int]] = defaultdict(set)
        for item, category in pairs.values_list("checklistitem_id", "organizationcategory_id"):
            asked[item].add(category)
        applies_to = {item: frozenset(categories) for item, categories in asked.items()}
        return cls(checklist.name, themes, items, {row["code"]: pk for pk, row in items.items()}, applies_to)


def _header(campaign: Campaign, checklist: _Checklist) -> Header:
    return Header(
        id=campaign.pk,
        code=campaign.code,
        title=campaign.title,
        subject=campaign.subject,
        subject_short=campaign.subject_short,
        arrangement=campaign.arrangement,
        purpose=campaign.purpose,
        year=campaign.year,
        period=campaign.period,
        body=campaign.organizer_body,
        co_bodies=tuple(campaign.co_organizer_bodies),
        starts_on=campaign.starts_on,
        ends_on=campaign.ends_on,
        cut_off_on=campaign.cut_off_on,
        checklist_name=checklist.name,
        themes=len(checklist.themes),
        items=len(checklist.items),
    )


def _teams(campaign: Campaign) -> Teams:
    ids = tuple(campaign.teams.values_list("pk", flat=True))
    seats = TeamMember.objects.filter(team__campaign=campaign).order_by("home_organization__category__order", "home_organization__path")
    rows = list(seats.values_list("user_id", "home_organization__category__name", "home_organization__name"))
    return Teams(
        ids=ids,
        people=len({user for user, _category, _name in rows}),
        bodies=tuple(dict.fromkeys(category for _user, category, _name in rows if category)),
        named=tuple(dict.fromkeys(name for _user, category, name in rows if not category)),
    )


def _categories(campaign: Campaign, rows: list[Assignment]) -> tuple[Category, ...]:
    planned = Counter(row.category_id or 0 for row in rows)
    directory = PartyOrganization.objects.subtree_of(campaign.organizer).active().exclude(category=None)
    existing = dict(directory.order_by().values_list("category").annotate(n=Count("pk")))
    seen = {row.category_id or 0: row.category for row in rows}
    return tuple(
        Category(
            id=pk,
            name=category.name if category else _NO_CATEGORY[0],
            label=category.in_report if category else _NO_CATEGORY[1],
            planned=planned[pk],
            is_whole=bool(category) and planned[pk] >= existing.get(pk, 0),
        )
        for pk, category in seen.items()
    )


def _unit(row: Assignment) -> Unit:
    return Unit(
        id=row.organization_id,
        name=row.organization.name,
        short_name=row.organization.short_name,
        kind=row.organization.get_kind_display(),
        category=row.category_id or 0,
        assignment=str(row.pk),
        method=row.method,
        activities=tuple(label for value, label in Activity.choices if value in row.activities),
        team=row.team.name if row.team else "",
        visit_on=row.visit_on,
        summary=row.summary.strip(),
    )


def _previous(campaign: Campaign) -> Previous | None:
    before = campaign.previous
    if before is None:
        return None
    problems = before.findings.problems().filter(assignment__status=Assignment.Status.CONCLUDED)
    counts = dict(problems.order_by().values_list("standard__code").annotate(n=Count("pk")))
    return Previous(
        code=before.code,
        period=before.period,
        units=before.assignments.concluded().count(),
        problems=sum(counts.values()),
        standards=frozenset(code for code in counts if code),
    )


# --- findings and answers ---------------------------------------------------------------------------------------------------


def _findings(findings: QuerySet[Finding], checklist: _Checklist) -> Iterator[FindingFact]:
    fields = ("pk", "kind", "organization_id", "assignment__category_id", "theme__code", "text", "severity", "cause", "measure", "item_id")
    rows = findings.order_by("assignment__order", "organization_path", "recorded_at", "pk")
    rows = rows.values_list(*fields, "standard__item_code", *(f"standard__{name}" for name in _STANDARD))
    standards: dict[str, Standard] = {}
    for pk, kind, unit, category, theme, text, severity, cause, measure, item, item_code, *standard in rows:
        code = standard[0]
        if code and code not in standards:
            standards[code] = Standard(*standard)
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
        )


def _from_counts(counts: Mapping[str, int]) -> Conformity:
    kinds = CheckResult.Conformity
    return Conformity(counts.get(kinds.CONFORMING, 0), counts.get(kinds.MOSTLY, 0), counts.get(kinds.NOT_CONFORMING, 0))


def _conformity(results: QuerySet[CheckResult]) -> tuple[tuple[int, str, Conformity], ...]:
    answered = results.exclude(conformity="").order_by("assignment__category__order", "item__theme__order")
    rows = answered.values_list("assignment__category_id", "item__theme__code", "conformity").annotate(n=Count("pk"))
    counts: dict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    for category, theme, answer, n in rows:
        counts[category or 0, theme][answer] += n
    return tuple((category, theme, _from_counts(counter)) for (category, theme), counter in counts.items())


@dataclass(frozen=True)
class _Number:
    id: str
    item: int
    category: int
    unit: int
    value: Any
    is_approximate: bool


def _number_rows(results: QuerySet[CheckResult]) -> list[_Number]:
    rows = results.filter(number__isnull=False).exclude(item__metric_phrase="")
    rows = rows.order_by("item__theme__order", "item__order", "item", "assignment__order", "assignment__organization_path")
    fields = ("pk", "item_id", "assignment__category_id", "assignment__organization_id", "number", "is_approximate")
    return [
        _Number(str(pk), item, category or 0, unit, value, rough) for pk, item, category, unit, value, rough in rows.values_list(*fields)
    ]


def _amounts(results: QuerySet[CheckResult], checklist: _Checklist, units: tuple[Unit, ...]) -> tuple[Amount, ...]:
    return _sum_up(_number_rows(results), checklist, Counter(unit.category for unit in units))


def _sum_up(rows: list[_Number], checklist: _Checklist, asked: Mapping[int, int]) -> tuple[Amount, ...]:
    gathered: dict[tuple[int, int], list[_Number]] = defaultdict(list)
    for row in rows:
        gathered[row.item, row.category].append(row)
    return tuple(
        _amount(members, checklist.items[item], asked) for (item, _category), members in gathered.items() if item in checklist.items
    )


def _amount(members: list[_Number], item: dict[str, Any], asked: Mapping[int, int]) -> Amount:
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
