"""What a campaign is going to do, before anything is found: whom, when, how, by which teams, on which questions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from django.db.models import Count, F

from inspections.models import Assignment, Campaign, ChecklistItem, SubmissionRequest
from inspections.models.campaign import Activity
from reports.facts.answers import ChecklistFacts
from reports.facts.reading import categories_of, header_of
from reports.facts.values import Basis, Category, Header

ON_SITE, WRITTEN = "on_site", "written"


@dataclass(frozen=True)
class PlannedUnit:
    """One organization that is going to be inspected."""

    id: int
    name: str
    kind: str
    category: int
    assignment: str
    method: str
    activities: tuple[str, ...] = ()
    team: str = ""
    visit_on: date | None = None

    @property
    def is_visited(self) -> bool:
        """Whether a team comes to it."""
        return self.method == ON_SITE


@dataclass(frozen=True)
class PlannedTheme:
    """One theme of the checklist with what is asked about it; ``asked`` holds the categories of each question, empty for all."""

    code: str
    name: str
    questions: tuple[str, ...] = ()
    guidance: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    asked: tuple[frozenset[int], ...] = ()

    def only_for(self, category: int) -> PlannedTheme:
        """Return the theme with the questions that organizations of ``category`` are asked."""
        kept = [place for place, categories in enumerate(self.asked) if not categories or category in categories]
        return replace(
            self,
            questions=tuple(self.questions[place] for place in kept),
            guidance=tuple(self.guidance[place] for place in kept),
            methods=tuple(self.methods[place] for place in kept),
            asked=tuple(self.asked[place] for place in kept),
        )


@dataclass(frozen=True)
class PlannedTeam:
    """One team: how many people it has."""

    id: int
    name: str
    people: int


@dataclass(frozen=True)
class Handing:
    """What organizations are asked to hand in: what it is called, by when, and who of them is asked (``written``, ``on_site`` or both)."""

    name: str
    due_on: date | None = None
    methods: tuple[str, ...] = (WRITTEN,)


@dataclass(frozen=True)
class PlanFacts:
    """Everything that a 督查通知 rests on. ``unit`` is the organization to which it is written, when it goes to one alone.

    ``stressed`` (督查重点) and ``preparation`` (准备事项) are the office's own lines, written with what it asks to be handed in.
    """

    header: Header
    basis: tuple[Basis, ...] = ()
    categories: tuple[Category, ...] = ()
    units: tuple[PlannedUnit, ...] = ()
    teams: tuple[PlannedTeam, ...] = ()
    themes: tuple[PlannedTheme, ...] = ()
    handing: tuple[Handing, ...] = ()
    stressed: tuple[str, ...] = ()
    preparation: tuple[str, ...] = ()
    unit: PlannedUnit | None = None

    @cached_property
    def visited(self) -> tuple[PlannedUnit, ...]:
        """Organizations to which a team comes."""
        return tuple(unit for unit in self.units if unit.is_visited)

    @cached_property
    def written(self) -> tuple[PlannedUnit, ...]:
        """Organizations that report in writing."""
        return tuple(unit for unit in self.units if not unit.is_visited)

    def about(self, organization: int) -> PlanFacts | None:
        """Return the plan as one organization is concerned by it; None when it is not in the scope."""
        unit = next((row for row in self.units if row.id == organization), None)
        if unit is None:
            return None
        themes = tuple(theme for theme in (row.only_for(unit.category) for row in self.themes) if theme.questions)
        return replace(
            self,
            unit=unit,
            themes=themes,
            teams=tuple(team for team in self.teams if team.name == unit.team),
            handing=tuple(row for row in self.handing if unit.method in row.methods),
        )


def plan_facts(campaign: Campaign) -> PlanFacts:
    """Read what ``campaign`` plans; the number of queries does not depend on how many organizations are in its scope."""
    by_category = F("category__order").asc(nulls_last=True)
    rows = list(
        campaign.assignments.select_related("organization", "category", "team").order_by(
            by_category, "category", "order", "organization_path"
        )
    )
    checklist, request = ChecklistFacts.of(campaign), _request(campaign)
    return PlanFacts(
        header=header_of(campaign, checklist),
        basis=tuple(Basis(*row) for row in campaign.basis_documents.values_list("pk", "issuer", "title", "number")),
        categories=categories_of(campaign, rows),
        units=tuple(_unit(row) for row in rows),
        teams=_teams(campaign),
        themes=tuple(_themes(campaign, checklist)),
        handing=_handing(request),
        stressed=_lines(request.key_points) if request else (),
        preparation=_lines(request.preparation) if request else (),
    )


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _unit(row: Assignment) -> PlannedUnit:
    return PlannedUnit(
        id=row.organization_id,
        name=row.organization.name,
        kind=row.organization.get_kind_display(),
        category=row.category_id or 0,
        assignment=str(row.pk),
        method=row.method,
        activities=tuple(label for value, label in Activity.choices if value in row.activities),
        team=row.team.name if row.team else "",
        visit_on=row.visit_on,
    )


def _teams(campaign: Campaign) -> tuple[PlannedTeam, ...]:
    counted = campaign.teams.annotate(people=Count("members")).values_list("pk", "name", "people")
    return tuple(PlannedTeam(*row) for row in counted)


def _themes(campaign: Campaign, checklist: ChecklistFacts) -> Iterable[PlannedTheme]:
    items = ChecklistItem.objects.filter(theme__checklist=campaign.checklist_id).order_by("theme__order", "order", "pk")
    fields = ("pk", "theme__code", "question", "guidance", "method")
    by_theme: dict[str, list[tuple[int, str, str, str]]] = defaultdict(list)
    for pk, code, question, guidance, method in items.values_list(*fields) if campaign.checklist_id else ():
        by_theme[code].append((pk, question, guidance, method))
    for theme in checklist.themes:
        rows = by_theme[theme.code]
        yield PlannedTheme(
            theme.code,
            theme.name,
            tuple(row[1] for row in rows),
            tuple(row[2] for row in rows),
            tuple(row[3] for row in rows),
            tuple(checklist.applies_to.get(row[0], frozenset()) for row in rows),
        )


def _request(campaign: Campaign) -> SubmissionRequest | None:
    return SubmissionRequest.objects.filter(campaign=campaign).first()


def _handing(request: SubmissionRequest | None) -> tuple[Handing, ...]:
    if request is None:
        return ()
    methods = (WRITTEN, ON_SITE) if request.includes_on_site else (WRITTEN,)
    return (Handing(request.get_kind_display(), request.due_on, methods),)
