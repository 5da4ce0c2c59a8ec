"""The database, read into facts by a number of queries that does not depend on how much was found."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from django.db.models import Count, F, QuerySet

from inspections.models import Assignment, Campaign, CheckResult, Finding, Rectification, TeamMember
from inspections.models.campaign import Activity
from reports.facts.answers import (
    ChecklistFacts,
    Number,
    conformity_of,
    own_amounts,
    read_conformity,
    read_findings,
    read_numbers,
    sum_amounts,
    sum_up,
)
from reports.facts.found import FindingFact
from reports.facts.ledger import read_ledger
from reports.facts.quoted import read_quoted
from reports.facts.values import Basis, CampaignFacts, Category, Header, OrganizationFacts, Previous, Teams, Unfinished, Unit
from units.models import PartyOrganization
from units.models.organization import STEP

_NO_CATEGORY = ("其他", "其他党组织")


def campaign_facts(campaign: Campaign) -> CampaignFacts:
    """Read everything that a report about ``campaign`` rests on. Only concluded inspections count; the others are listed as unfinished."""
    # Databases differ in where they sort nulls; organizations without a category come last.
    by_category = F("category__order").asc(nulls_last=True)
    rows = list(
        campaign.assignments.select_related("organization", "category", "team").order_by(
            by_category, "category", "order", "organization_path"
        )
    )
    units = tuple(_unit(row) for row in rows if row.status == Assignment.Status.CONCLUDED)
    checklist = ChecklistFacts.of(campaign)
    results = CheckResult.objects.filter(assignment__campaign=campaign, assignment__status=Assignment.Status.CONCLUDED)
    numbers = read_numbers(results)
    findings = Finding.objects.filter(campaign=campaign, assignment__status=Assignment.Status.CONCLUDED).standing()
    return CampaignFacts(
        header=header_of(campaign, checklist),
        basis=tuple(Basis(*row) for row in campaign.basis_documents.values_list("pk", "issuer", "title", "number")),
        teams=_teams(campaign),
        categories=categories_of(campaign, rows),
        units=units,
        unfinished=tuple(
            Unfinished(str(row.pk), row.organization.name, row.category_id or 0)
            for row in rows
            if row.status != Assignment.Status.CONCLUDED
        ),
        themes=checklist.themes,
        findings=tuple(read_findings(findings, checklist, names_lead_bodies=campaign.organizer.parent_id is None)),
        amounts=sum_amounts(numbers, checklist, units),
        conformity=read_conformity(results),
        previous=_previous(before) if (before := campaign.previous) else None,
        previous_problems=_problems_by_theme(before) if before else (),
        own_amounts=own_amounts(numbers, checklist),
        ledger=read_ledger(Rectification.objects.filter(campaign=campaign)),
    )


def organization_facts(campaign: Campaign, ids: Iterable[int]) -> dict[int, OrganizationFacts]:
    """Read what documents about single organizations rest on, for many of them in one set of queries.

    Organizations without a concluded inspection in ``campaign`` are missing from the answer.
    """
    rows = campaign.assignments.concluded().filter(organization__in=list(ids)).select_related("organization", "category", "team")
    units = [_unit(row) for row in rows]
    checklist = ChecklistFacts.of(campaign)
    header = header_of(campaign, checklist)
    assignments = [row.pk for row in rows]
    findings: dict[int, list[FindingFact]] = defaultdict(list)
    for fact in read_findings(Finding.objects.filter(assignment__in=assignments).standing(), checklist):
        findings[fact.unit].append(fact)
    results = CheckResult.objects.filter(assignment__in=assignments)
    numbers: dict[int, list[Number]] = defaultdict(list)
    for number in read_numbers(results):
        numbers[number.unit].append(number)
    judged: dict[int, Counter[str]] = defaultdict(Counter)
    for unit, answer, n in results.exclude(conformity="").values_list("assignment__organization", "conformity").annotate(n=Count("pk")):
        judged[unit][answer] = n
    quoted = read_quoted(assignments)
    ledger = read_ledger(Rectification.objects.filter(campaign=campaign, organization__in=[unit.id for unit in units]))
    return {
        unit.id: OrganizationFacts(
            header=header,
            unit=unit,
            themes=checklist.themes,
            findings=tuple(findings[unit.id]),
            amounts=sum_up(numbers[unit.id], checklist, {unit.category: 1}),
            conformity=conformity_of(judged[unit.id]),
            targets=checklist.targets,
            ledger=tuple(row for row in ledger if row.unit == unit.id),
            quoted=quoted.get(unit.id, ()),
        )
        for unit in units
    }


# --- the campaign -----------------------------------------------------------------------------------------------------------


def header_of(campaign: Campaign, checklist: ChecklistFacts) -> Header:
    """Return what any document says about ``campaign`` as such."""
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
    homes = list(
        TeamMember.objects.filter(team__campaign=campaign)
        .order_by("home_organization__path", "pk")
        .values_list("user_id", "home_organization__path", "home_organization__name")
    )
    above = {path[:end] for _user, path, _name in homes for end in range(STEP, len(path) + 1, STEP)}
    rows = PartyOrganization.objects.filter(path__in=above).exclude(category=None)
    categories = {path: (order, name) for path, order, name in rows.values_list("path", "category__order", "category__name")}

    def category_of(path: str) -> tuple[int, str] | None:
        """The own category, or the one of the nearest organization above: a branch of a town's offices comes from the towns."""
        return next((categories[path[:end]] for end in range(len(path), 0, -STEP) if path[:end] in categories), None)

    found = [category_of(path) for _user, path, _name in homes]
    return Teams(
        ids=ids,
        people=len({user for user, _path, _name in homes}),
        bodies=tuple(name for _order, name in sorted({category for category in found if category})),
        named=tuple(dict.fromkeys(name for (_user, _path, name), category in zip(homes, found, strict=True) if category is None)),
    )


def categories_of(campaign: Campaign, rows: list[Assignment]) -> tuple[Category, ...]:
    """Return the categories of the organizations in ``rows``, in their order, with how many of each were planned."""
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
            is_whole=planned[pk] >= existing.get(pk, 0),
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


def _previous(before: Campaign) -> Previous:
    problems = _problems_of(before)
    counts = dict(problems.order_by().values_list("standard__code").annotate(n=Count("pk")))
    return Previous(
        code=before.code,
        period=before.period,
        units=before.assignments.concluded().count(),
        problems=sum(counts.values()),
        standards=frozenset(code for code in counts if code),
    )


def _problems_by_theme(before: Campaign) -> tuple[tuple[str, str, int], ...]:
    rows = _problems_of(before).order_by("theme__order", "theme__code").values_list("theme__code", "theme__name")
    return tuple(rows.annotate(n=Count("pk")))


def _problems_of(before: Campaign) -> QuerySet[Finding]:
    return before.findings.problems().filter(assignment__status=Assignment.Status.CONCLUDED)
