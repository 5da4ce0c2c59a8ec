"""Many organizations in seven uneven levels, campaigns over them, and what was found: written past the verbs, as fast as the database takes it."""

from __future__ import annotations

import itertools
import json
import random
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection

from benchmarks.scale.texts import text_of
from benchmarks.scale.writing import load
from inspections.models import Assignment, Campaign, ChecklistItem, Finding, FindingGrams, Rectification, StandardFinding, Tally, TallyMark
from tests import factories
from units.actions.organizations import encode
from units.models import PartyOrganization, User

AT = datetime(2026, 11, 10, 9, tzinfo=UTC)
STANDARDS = 40
DUTIES = 0.1


@dataclass(frozen=True)
class Size:
    """How much is built: organizations by level, campaigns, mean findings for each inspection."""

    levels: tuple[int, ...]
    campaigns: int
    findings: float = 5.0
    inspected: float = 0.91


SIZES = {
    "tiny": Size((1, 4, 12, 40, 120, 300, 500), 1, 2.0),
    "small": Size((1, 6, 30, 150, 900, 4_500, 14_500), 2),
    "medium": Size((1, 12, 90, 600, 5_000, 24_000, 70_000), 4),
    "full": Size((1, 31, 340, 2_850, 32_000, 190_000, 775_000), 4),
}


@dataclass
class World:
    """What was built: organizations as ``(id, path)`` by level, campaigns, who writes."""

    levels: list[list[tuple[int, str]]]
    campaigns: list[Campaign]
    office: User
    leaders: dict[str, User] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)


def build(size: Size, seed: int = 1) -> World:
    """Fill an empty, migrated database; the same ``seed`` makes the same tree. The last campaign is finished, so that all levels read it."""
    dice = random.Random(seed)  # noqa: S311 -- reproducible data, no secret
    top = factories.make_organization("全国试验组织", kind="committee", code="X")
    office = factories.make_user("办公室", role="office", at=top)
    categories = [factories.make_category(f"类别{number}").pk for number in range(5)]
    levels = _organizations(size, top, categories, dice)
    campaigns = []
    for number in range(size.campaigns):
        campaign = factories.make_campaign(top, office, year=2023 + number // 2, half=number % 2 + 1, title=f"第{number + 1}次督查")
        campaigns.append(campaign)
    standards = [factories.make_standard(code=f"SX{number}", item_code="T2-1").pk for number in range(STANDARDS)]
    world = World(levels, campaigns, office)
    everyone = [(pk, path, dice.choice(categories)) for level in levels for pk, path in level]
    facts = _Facts(size, office, standards, dice, world.counts)
    for campaign in campaigns:
        facts.write(campaign, everyone)
    Campaign.objects.update(status="finished")
    world.leaders = _leaders(levels)
    world.counts["organizations"] = sum(len(level) for level in levels)
    _settle()
    return world


def _organizations(size: Size, top: PartyOrganization, categories: Sequence[int], dice: random.Random) -> list[list[tuple[int, str]]]:
    """Write the tree level by level; parents get children by a power law, as provinces and streets do."""
    levels = [[(top.pk, top.path)]]
    keys = itertools.count(top.pk + 1)
    for depth, number in enumerate(size.levels[1:], start=2):
        parents = levels[-1][:]
        dice.shuffle(parents)
        weights = [1 / (rank + 3) ** 0.8 for rank in range(len(parents))]
        chosen = sorted(dice.choices(range(len(parents)), weights, k=number))
        level: list[tuple[int, str]] = []
        rows = []
        for place, group in itertools.groupby(chosen):
            parent, above = parents[place]
            for step, _ in enumerate(group, start=1):
                key, path = next(keys), above + encode(step)
                level.append((key, path))
                rows.append((key, f"第{key}号党支部", "", f"X{key}", "branch", dice.choice(categories), parent, path, step, "", "", None))
        names = (
            "id",
            "name",
            "short_name",
            "code",
            "kind",
            "category_id",
            "parent_id",
            "path",
            "order",
            "address",
            "contact_duty",
            "dissolved_on",
        )
        load(PartyOrganization, names, rows)
        levels.append(level)
        assert len(level[0][1]) == depth * 4 if level else True
    return levels


ASSIGNMENT: tuple[str, ...] = (
    "id",
    "campaign_id",
    "organization_id",
    "organization_path",
    "category_id",
    "method",
    "activities",
    "order",
    "status",
)
ASSIGNMENT += ("summary", "revision", "concluded_at", "concluded_by_id")
FINDING: tuple[str, ...] = (
    "id",
    "assignment_id",
    "campaign_id",
    "organization_id",
    "organization_path",
    "kind",
    "theme_id",
    "item_id",
    "standard_id",
)
FINDING += ("text", "severity", "cause", "measure", "revision", "recorded_by_id", "recorded_at", "received_at", "withdrawn_reason")
DUTY: tuple[str, ...] = (
    "id",
    "campaign_id",
    "number",
    "organization_id",
    "organization_path",
    "content",
    "requirement",
    "measure",
    "responsible_title",
)
DUTY += ("severity", "is_immediate", "due_on", "first_due_on", "status", "progress", "issued_at", "revision", "created_by_id", "created_at")


class _Facts:
    """Writes what was found in a campaign: most organizations inspected, a few findings at each, a tenth of the problems to be put right."""

    def __init__(self, size: Size, office: User, standards: Sequence[int], dice: random.Random, counts: dict[str, int]) -> None:
        self.size, self.office, self.standards, self.dice, self.counts = size, office, standards, dice, counts
        self.duties: list[tuple[Any, ...]] = []

    def write(self, campaign: Campaign, units: Sequence[Any]) -> None:
        """Write one campaign over ``units``: ids, paths and categories."""
        chosen = [(_key(self.dice), *unit) for unit in units if self.dice.random() < self.size.inspected]
        self.duties = []
        self._count("assignments", load(Assignment, ASSIGNMENT, self._assignments(campaign, chosen)))
        self._count("findings", load(Finding, FINDING, self._findings(campaign, chosen)))
        self._count("rectifications", load(Rectification, DUTY, self.duties))

    def _count(self, name: str, number: int) -> None:
        self.counts[name] = self.counts.get(name, 0) + number

    def _assignments(self, campaign: Campaign, chosen: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
        for place, (key, unit, path, category) in enumerate(chosen):
            done = place % 10 != 0
            signed = (AT, self.office.pk) if done else (None, None)
            status = "concluded" if done else "in_progress"
            yield (key, campaign.pk, unit, path, category, "written", "[]", 0, status, "", 1, *signed)

    def _findings(self, campaign: Campaign, chosen: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
        items = list(ChecklistItem.objects.filter(theme__checklist=campaign.checklist_id).values_list("pk", "theme"))
        dice, by, mean = self.dice, self.office.pk, self.size.findings
        number = 0
        for assignment, unit, path, _ in chosen:
            while dice.random() < mean / (mean + 1):
                item, theme = items[int(len(items) * dice.random() ** 2)]
                [kind] = dice.choices(("problem", "risk_point", "good_practice"), (6, 2, 2))
                [severity] = dice.choices(("general", "notable", "serious"), (7, 2, 1))
                standard = self.standards[int(STANDARDS * dice.random() ** 2)] if kind == "problem" else None
                place = (assignment, campaign.pk, unit, path)
                number += 1
                text, at = text_of(number, dice), AT + timedelta(seconds=number)
                yield (_key(dice), *place, kind, theme, item, standard, text, severity, "", "", 1, by, at, at, "")
                if kind == "problem" and dice.random() < DUTIES:
                    due = date(2026, 11, 1) + timedelta(days=dice.randrange(60))
                    row = (_key(dice), campaign.pk, len(self.duties) + 1, unit, path, text, "", "", "", severity, False, due, due)
                    self.duties.append((*row, "assigned", "", AT, 1, by, AT))


def _key(dice: random.Random) -> uuid.UUID:
    return uuid.UUID(int=dice.getrandbits(128), version=4)


def _leaders(levels: Sequence[Sequence[tuple[int, str]]]) -> dict[str, User]:
    """A leader at the root, at the largest province, at a district and at a street of it."""
    below: dict[str, int] = {}
    for level in levels:
        for _, path in level:
            for end in range(4, len(path), 4):
                below[path[:end]] = below.get(path[:end], 0) + 1
    found, path = {}, ""
    for name, depth in (("root", 1), ("province", 2), ("district", 4), ("street", 5)):
        candidates = [one for _, one in levels[depth - 1] if one.startswith(path)]
        path = max(candidates, key=lambda one: below.get(one, 0))
        found[name] = factories.make_user(name, role="leader", at=PartyOrganization.objects.get(path=path), username=f"bench-{name}")
    return found


# --- afterwards ---------------------------------------------------------------------------------------------------------------


def _settle() -> None:
    """Let the database know what it holds; on PostgreSQL bring the identity of organizations up to date."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence('units_partyorganization', 'id'), (SELECT max(id) FROM units_partyorganization))"
            )
        cursor.execute("ANALYZE")


def blocks(sql: Sequence[str]) -> int:
    """Return how many blocks PostgreSQL touches for these queries: the same whatever else the machine does."""
    touched = 0
    with connection.cursor() as cursor:
        for one in sql:
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {one}")
            plan = cursor.fetchone()[0]
            [top] = plan if isinstance(plan, list) else json.loads(plan)
            touched += top["Plan"]["Shared Hit Blocks"] + top["Plan"]["Shared Read Blocks"]
    return touched


def sizes() -> dict[str, int]:
    """Return bytes by table, indexes included; of SQLite those of its file."""
    found = {}
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
            return {"the whole file": cursor.fetchone()[0]}
        for model in (PartyOrganization, Assignment, Finding, FindingGrams, Rectification, Tally, TallyMark, StandardFinding):
            cursor.execute("SELECT pg_total_relation_size(%s)", [model._meta.db_table])
            found[model._meta.db_table] = cursor.fetchone()[0]
    return found
