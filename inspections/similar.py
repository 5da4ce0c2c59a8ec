"""Similar findings beside one, among those that a user may see; and suggested groups of a campaign's findings for merging."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.safestring import SafeString

from inspections.likeness import Sameness, Weights, heaviest, matter, pairs_of, sameness, shared_words, telling_pieces, without_name
from inspections.models import Campaign, Finding, FindingGrams, StandardFinding
from units.grams import marked
from units.models import User

NEAR, PIECES, FOUND, SHOWN = 400, 6, 600, 12
"""Findings on the same theme that are compared anyway; pieces looked up; what they may bring in; rows shown."""
ENOUGH = 0.22
"""From here on two findings are shown as similar. Tried on sample findings: one pair in five that share a wording is above it, of others 1 in 100."""
JOINS = 0.34
"""From here on a finding joins a suggested group."""
READ = 3_000
"""Findings of one theme that groups are looked for among, the newest first."""
HOLDS = 10
"""Pairs of a text by which groups are looked for that it might join."""
FIELDS = ("pk", "text", "organization__name", "organization__short_name", "standard", "revision", "campaign", "recorded_at")


@dataclass(frozen=True)
class Row:
    """A finding as it is compared."""

    pk: UUID
    text: str
    name: str
    short_name: str
    standard: int | None
    revision: int
    campaign: int
    recorded_at: datetime

    @property
    def own(self) -> str:
        """The text without the organization's name."""
        return without_name(self.text, (self.name, self.short_name))

    @property
    def seen(self) -> str:
        """Key and revision, as a form sends back what it was shown."""
        return f"{self.pk}:{self.revision}"


@dataclass(frozen=True)
class Similar:
    """One similar finding: ``percent`` alike, and the words because of which it was found marked in ``shown``."""

    row: Row
    percent: int
    how: Sameness
    shown: SafeString
    is_here: bool
    campaign_title: str
    standard_wording: str


def similar_findings(finding: Finding, user: User) -> list[Similar]:
    """Return the findings most similar to ``finding`` that ``user`` may see: those of its campaign first, then the most alike.

    Compared are the newest on the same theme, and whatever the search index finds by its most telling pieces, in any campaign.
    """
    own = without_name(finding.text, (finding.organization.name, finding.organization.short_name))
    mine = pairs_of(own)
    pool = Finding.objects.visible_to(user).standing().filter(kind=finding.kind).exclude(pk=finding.pk)
    near = pool.filter(campaign=finding.campaign_id, theme=finding.theme_id).order_by("-recorded_at", "-id")
    rows = {row.pk: row for row in _read(near[:NEAR])}
    pieces = telling_pieces(own, Weights(pairs_of(row.own) for row in rows.values()), PIECES)
    looked_up = Q()
    for piece in pieces:
        if (found := FindingGrams.objects.candidates([piece])) is not None:
            looked_up |= Q(pk__among=found.values("finding"))
    if looked_up:
        rows |= {row.pk: row for row in _read(pool.filter(looked_up).order_by()[:FOUND])}
    pairs = {row.pk: pairs_of(row.own) for row in rows.values()}
    weights = Weights([mine, *pairs.values()])
    scored = [(weights.likeness(mine, pairs[row.pk]), row) for row in rows.values()]
    best = sorted(
        ((score, row) for score, row in scored if score >= ENOUGH),
        key=lambda one: (one[1].campaign != finding.campaign_id, -one[0], -one[1].recorded_at.timestamp(), one[1].pk),
    )[:SHOWN]
    titles = dict(Campaign.objects.filter(pk__in={row.campaign for _, row in best}).values_list("pk", "title"))
    wordings = dict(StandardFinding.objects.filter(pk__in={row.standard for _, row in best}).values_list("pk", "wording"))
    return [
        Similar(
            row=row,
            percent=min(100, round(score * 100)),
            how=sameness(own, row.own),
            shown=marked(row.text, shared_words(row.text, mine & pairs[row.pk])),
            is_here=row.campaign == finding.campaign_id,
            campaign_title=titles[row.campaign],
            standard_wording=wordings.get(row.standard, "") if row.standard else "",
        )
        for score, row in best
    ]


def _read(findings: Any) -> list[Row]:
    return [Row(*values) for values in findings.values_list(*FIELDS)]


# --- groups ---------------------------------------------------------------------------------------------------------------------


@dataclass
class Group:
    """Findings that seem to say the same. ``standard`` is the wording they come near to, ``already`` how many findings carry it."""

    text: str
    pairs: frozenset[str]
    standard: StandardFinding | None = None
    already: int = 0
    rows: list[Row] = field(default_factory=list)
    digest: str = ""

    @property
    def units(self) -> int:
        """Organizations among the rows."""
        return len({row.name for row in self.rows})

    def lines(self, most: int) -> list[tuple[Row, SafeString, Sameness]]:
        """Return the first rows with the words marked that they share with the group, and how they stand to its text."""
        return [
            (row, marked(row.text, shared_words(row.text, self.pairs & pairs_of(row.own))), sameness(self.text, row.own))
            for row in self.rows[:most]
        ]


@dataclass(frozen=True)
class Suggested:
    """The groups of one theme; ``is_capped`` when the theme has more findings than were read."""

    groups: list[Group]
    is_capped: bool


def suggest_groups(campaign: Campaign, *, theme_code: str, kind: str) -> Suggested:
    """Group the standing findings of ``campaign`` on one theme that carry no standard wording yet.

    Each joins a wording of the library that it, or a finding that carries it, is like, else findings like itself. The largest groups come first; single findings
    that are like nothing else are left out.
    """
    found = Finding.objects.filter(campaign=campaign, theme__code=theme_code, kind=kind).standing().order_by("-recorded_at", "-id")
    rows = _read(found[: READ + 1])
    is_capped, rows = len(rows) > READ, rows[:READ]
    already = Counter(row.standard for row in rows if row.standard)
    free = [row for row in rows if not row.standard]
    library = list(StandardFinding.objects.in_use().filter(theme_code=theme_code, kind=kind))
    groups = {one.pk: Group(one.wording, pairs_of(one.wording), one, already[one.pk]) for one in library}
    carried = {matter(row.own): (pairs_of(row.own), groups[row.standard]) for row in rows if row.standard in groups}
    grouped = _grouped(free, [*((group.pairs, group) for group in groups.values()), *carried.values()])
    kept = [group for group in grouped if group.rows and (group.standard or len(group.rows) > 1)]
    for group in kept:
        group.digest = digest_of(theme_code, kind, group)
    return Suggested(sorted(kept, key=lambda group: (-len(group.rows), group.text)), is_capped)


def _grouped(rows: Sequence[Row], known: Sequence[tuple[frozenset[str], Group]]) -> list[Group]:
    """Let each text join the group that it is most like, else begin one; texts that many have go first. Return all groups.

    ``known`` are ways of saying what there are groups for already.
    """
    same: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        same[matter(row.own)].append(row)
    texts = sorted(same.values(), key=lambda those: (-len(those), those[0].own))
    pairs = {those[0].pk: pairs_of(those[0].own) for those in texts}
    weights = Weights([*pairs.values(), *(way for way, _ in known)])
    groups = {id(group): group for _, group in known}
    ways: list[tuple[frozenset[str], Group]] = []
    holding: dict[str, list[int]] = defaultdict(list)

    def learn(way: frozenset[str], group: Group) -> None:
        for pair in heaviest(way, weights, 3 * HOLDS):
            holding[pair].append(len(ways))
        ways.append((way, group))

    for way, group in known:
        learn(way, group)
    for those in texts:
        mine = pairs[those[0].pk]
        near = {place for pair in heaviest(mine, weights, HOLDS) for place in holding[pair]}
        scored = [(weights.likeness(mine, ways[place][0]), -place) for place in near]
        score, place = max(scored, default=(0.0, 0))
        if score >= JOINS:
            group = ways[-place][1]
        else:
            group = Group(those[0].own, mine)
            groups[id(group)] = group
            learn(mine, group)
        group.rows.extend(those)
    return list(groups.values())


def digest_of(theme_code: str, kind: str, group: Group) -> str:
    """Return what a group is known by when it was kept apart: its wording and the ways in which it is said, whoever has it."""
    ways = sorted({matter(row.own) for row in group.rows})
    said = "\n".join([theme_code, kind, group.standard.code if group.standard else "", *ways])
    return hashlib.sha256(said.encode()).hexdigest()
