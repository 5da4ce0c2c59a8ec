"""发文前体检 of a stored report: its rows as a sheet, what the database knows as the context, and what was let pass."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db.models import Count as Counted
from django.db.models import Prefetch, Q

from inspections.models import Assignment, Campaign, Finding, TeamMember
from reports.checking import CheckContext, CheckMessage, Count, Level, Other, Piece, Sheet, Word, check
from reports.checking.names import candidates
from reports.checking.reading import parts_of
from reports.composing.marks import mark, marks_of
from reports.composing.variants import ANNOUNCEMENT, LETTERS, NOTICE
from reports.models import ArchivedReport, Paragraph, Report, Waiver, WatchWord
from reports.wording import date_text
from units.models import OrganizationCategory, PartyOrganization
from units.models.organization import STEP

MOST_OTHERS = 12
"""Other reports that a text is compared with: last year's, and those of other organizations."""


@dataclass(frozen=True)
class Checkup:
    """The outcome: what is open, gravest first, and what was let pass with which reason."""

    open: tuple[CheckMessage, ...]
    waived: tuple[tuple[CheckMessage, Waiver], ...]

    @property
    def blocking(self) -> list[CheckMessage]:
        """What stops the issue."""
        return [message for message in self.open if message.level == Level.BLOCK]

    def by_level(self) -> list[tuple[Level, list[CheckMessage]]]:
        """Open messages by level, levels without any left out."""
        groups = [(level, [message for message in self.open if message.level == level]) for level in Level]
        return [(level, messages) for level, messages in groups if messages]


def check_report(report: Report) -> Checkup:
    """Check ``report`` as it stands now. The number of queries does not depend on its length or on the campaign's findings."""
    sheet = sheet_of(report)
    waivers = {waiver.mark: waiver for waiver in report.waivers.select_related("made_by")}
    found = check(sheet, context_of(report, sheet))
    is_waived = {message.mark for message in found if message.level != Level.BLOCK and message.mark in waivers}
    return Checkup(
        tuple(message for message in found if message.mark not in is_waived),
        tuple((message, waivers[message.mark]) for message in found if message.mark in is_waived),
    )


def blocking_messages(report: Report) -> list[CheckMessage]:
    """Return what stops the issue of ``report``; empty when it may be issued. They cannot be waived."""
    return check_report(report).blocking


# --- the sheet --------------------------------------------------------------------------------------------------------------


def section_uid(pk: int) -> str:
    """How messages name a section; paragraphs are named by their uid."""
    return f"section-{pk}"


def sheet_of(report: Report) -> Sheet:
    """Return the report as the check reads it; two queries."""
    rows = report.sections.prefetch_related(Prefetch("paragraphs", Paragraph.objects.order_by("order", "pk")))
    marks = marks_of(report.template.settings)
    sections = [
        (section_uid(row.pk), row.kind, row.heading, row.is_internal, [_piece(paragraph) for paragraph in row.paragraphs.all()])
        for row in rows
    ]
    parts = parts_of(sections, partial(mark, marks))
    return Sheet(
        title=report.title,
        parts=parts,
        addressee=report.addressee,
        signers=tuple(report.signers),
        date_line=date_text(report.signed_on) if report.signed_on else "",
        is_signed_document=any(piece.kind != "table" for part in parts for piece in part.pieces),
    )


def _piece(row: Paragraph) -> Piece:
    return Piece(
        uid=str(row.uid),
        kind=row.kind,
        level=row.level,
        lead=row.lead,
        text=row.text,
        table=row.table or {},
        is_own=row.is_edited,
        drafted=f"{row.drafted_lead}。{row.drafted_text}" if row.drafted_lead else row.drafted_text,
        arithmetic=tuple(row.arithmetic),
        pending=row.offer is not None,
    )


# --- the context ------------------------------------------------------------------------------------------------------------


def context_of(report: Report, sheet: Sheet) -> CheckContext:
    """Return what the database knows about the campaign, its organizations and other reports."""
    campaign = report.campaign
    inspected = list(
        campaign.assignments.values_list(
            "pk", "organization", "organization__name", "organization__short_name", "organization_path", "status", "method", "category"
        )
    )
    names = {name: short for _pk, _unit, name, short, *_rest in inspected}
    registered, outside = _known_names(sheet, campaign)
    previous = campaign.previous
    document = report.template.document
    # Written before the inspection, or long after it: its end is no measure for the dates in it.
    is_about_then = document not in (ANNOUNCEMENT, *LETTERS)
    foreign = outside | _other_units(report, names, inspected) if report.organization_id else outside
    return CheckContext(
        year=campaign.year,
        half=campaign.half,
        previous_year=previous.year if previous else None,
        previous_half=previous.half if previous else None,
        starts_on=campaign.starts_on,
        ends_on=campaign.ends_on if is_about_then else None,
        cut_off_on=campaign.cut_off_on,
        signed_on=report.signed_on,
        subject=report.organization.name if report.organization else "",
        names=names,
        foreign=frozenset(foreign),
        registered=frozenset(registered | set(names)),
        counts=tuple(_counts(report, inspected)),
        others=tuple(_others(report, sheet, previous)),
        words=tuple(_words(campaign)),
        ahead=document == ANNOUNCEMENT,
        listed=document in (NOTICE, *LETTERS),
    )


def _known_names(sheet: Sheet, campaign: Campaign) -> tuple[set[str], set[str]]:
    """Names of the directory that occur in the text: all of them, and those outside the organizer's tree; one query."""
    found = {words for _uid, _name, _where, value in sheet.fields() for words in candidates(value)}
    top = campaign.organizer.path
    own: set[str] = set()
    outside: set[str] = set()
    rows = PartyOrganization.objects.filter(Q(name__in=found) | Q(short_name__in=found)).values_list("name", "short_name", "path")
    for name, short, path in rows:
        here = path.startswith(top) or top.startswith(path)
        (own if here else outside).update({name, short} & found)
    return own | outside, outside - own


def _other_units(report: Report, names: dict[str, str], inspected: Sequence[Any]) -> set[str]:
    """Names of the other inspected organizations, which a document about one of them must not carry."""
    subject = report.organization
    assert subject is not None  # noqa: S101 -- asked before
    own = {row[2] for row in inspected if row[4].startswith(subject.path) or subject.path.startswith(row[4])}
    return {name for name in names if name not in own and not any(name in other for other in own)}


def _counts(report: Report, inspected: Sequence[Any]) -> Iterable[Count]:
    campaign = report.campaign
    concluded = [row for row in inspected if row[5] == Assignment.Status.CONCLUDED]
    findings = Finding.objects.filter(campaign=campaign, assignment__status=Assignment.Status.CONCLUDED).standing()
    if report.organization_id:
        findings = findings.filter(organization=report.organization_id)
    kinds = dict(findings.order_by().values_list("kind").annotate(n=Counted("pk")))
    yield Count("发现的问题", r"(?:共)?发现问题(\d+)[条个项]", frozenset({kinds.get("problem", 0)}))
    yield Count("记录的风险点", r"记录风险点(\d+)[条个项]", frozenset({kinds.get("risk_point", 0)}))
    yield Count("记录的好做法", r"记录好做法(\d+)[条个项]", frozenset({kinds.get("good_practice", 0)}))
    if report.organization_id:
        return
    methods = Counter(row[6] for row in concluded)
    whole = frozenset({len(concluded), len(inspected)})
    people = TeamMember.objects.filter(team__campaign=campaign).aggregate(
        teams=Counted("team", distinct=True), n=Counted("user", distinct=True)
    )
    teams = campaign.teams.count()
    yield Count("被督查的党组织", r"日对(\d+)个党组织", whole)
    yield Count("实地督查的党组织", r"共实地督查(\d+)个党组织", frozenset({methods["on_site"]}))
    yield Count("书面督查的党组织", r"[、，]书面督查(\d+)个党组织", frozenset({methods["written"]}))
    yield Count("督查组", r"(?:组成|分成|分为|成立)(\d+|[一二三四五六七八九十]+)个督查组", frozenset({teams, people["teams"]}))
    yield from _category_counts(inspected)
    yield Count("督查组人员", r"抽调(\d+)名", frozenset({people["n"]}))


def _category_counts(inspected: Sequence[Any]) -> Iterable[Count]:
    """How many organizations of each category: where the text speaks of the scope as a whole."""
    planned = Counter(row[7] for row in inspected)
    concluded = Counter(row[7] for row in inspected if row[5] == Assignment.Status.CONCLUDED)
    for category in OrganizationCategory.objects.filter(pk__in=[pk for pk in planned if pk]):
        label = re.escape(category.in_report.removeprefix("各"))
        known = frozenset({planned[category.pk], concluded[category.pk]})
        for pattern in (rf"(?:督查范围包括|此次督查)(?:[^。；，]*、)?{label}(\d+)个", rf"{label}(?:共|有)(\d+)个(?:，|接受督查)"):
            yield Count(category.name, pattern, known)


def _others(report: Report, sheet: Sheet, previous: Campaign | None) -> Iterable[Other]:
    """Last period's reports, other organizations' of this period, and old ones taken in; read only when a person wrote something."""
    if not any(piece.is_own for _part, piece in sheet.body()):
        return
    same = (
        Q(campaign=report.campaign, organization__isnull=False) & ~Q(organization=report.organization_id)
        if report.organization_id
        else Q(pk__in=[])
    )
    before = Q(campaign=previous) if previous else Q(pk__in=[])
    rows = Report.objects.filter(same | before).exclude(pk=report.pk).order_by("-created_at")[:MOST_OTHERS]
    titles = dict(rows.values_list("pk", "title"))
    texts: dict[int, list[str]] = {pk: [] for pk in titles}
    paragraphs = Paragraph.objects.filter(section__report__in=list(titles)).exclude(section__kind="annex")
    for pk, text in paragraphs.values_list("section__report", "text"):
        texts[pk].append(text)
    for pk, title in titles.items():
        yield Other(f"《{title}》", "\n".join(texts[pk]))
    archived = ArchivedReport.objects.filter(organization=report.campaign.organizer_id)[:MOST_OTHERS]
    for title, text in archived.values_list("title", "text"):
        yield Other(f"历史报告《{title}》", text)


def _words(campaign: Campaign) -> Iterable[Word]:
    """The lists of the organizer and of every organization above it."""
    path = campaign.organizer.path
    above = [path[:end] for end in range(STEP, len(path) + 1, STEP)]
    rows = WatchWord.objects.filter(organization__path__in=above).order_by("-organization__path", "word")
    seen: dict[str, Word] = {}
    for row in rows:
        seen.setdefault(row.word, Word(row.word, row.advice, row.blocks))
    return seen.values()
