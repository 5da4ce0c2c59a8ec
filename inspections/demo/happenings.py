"""What happened in a campaign: visits made, items answered, findings noted, assignments concluded."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F

from inspections.actions.searching import index_for_search
from inspections.demo.answers import answer_all, metrics_of
from inspections.demo.choosing import Place, decide
from inspections.demo.identity import chance, moment
from inspections.demo.noting import findings_at, loose_findings
from inspections.demo.rounds import Round, World
from inspections.models import Assignment, CheckResult, Finding, StandardFinding

Status = Assignment.Status
CHANGED = ("status", "summary", "concluded_at", "concluded_by")
BEGUN = (0.65, 0.3)
"""How much of the checklist the teams have answered where they are today."""
WRITTEN_DONE = 2
"""How many written reports have been read in the campaign under way."""


def make_happenings(now: Round, standards: dict[str, StandardFinding], world: World) -> None:
    """Write answers, findings and conclusions of one campaign."""
    places = [
        Place(row.organization.code, row.category.name if row.category else "", now.plan.round, now.plan.scale) for row in now.assignments
    ]
    decide(places, now.sheet, now.plan.code)
    results, findings, begun_at = [], [], {}
    progress = _progress(now, world)
    for place, row in zip(places, now.assignments, strict=True):
        part = progress[row.pk]
        if not part:
            continue
        at = _begun(now, row, world)
        begun_at[place.code] = at
        answers = answer_all(now.plan, place, now.sheet, row, by=now.author(row, 1), at=at)
        noted = findings_at(now, place, row, standards, numbers=metrics_of(answers), at=at)
        row.status = Status.IN_PROGRESS
        if part < 1:
            answers = answers[: round(part * len(answers))]
            reached = {answer.item.code for answer in answers}
            noted = [finding for finding in noted if finding.item and finding.item.code in reached]
        else:
            _conclude(now, place, row, at, world)
        results += answers
        findings += noted
    findings += loose_findings(now, {row.organization.code: row for row in now.assignments}, begun_at)
    CheckResult.objects.bulk_create(results, batch_size=500)
    Finding.objects.bulk_create(findings, batch_size=200)
    index_for_search(findings, new=True)
    # The moment of receipt is set by the clock when written; here it belongs to the story.
    now.campaign.findings.update(received_at=F("recorded_at"))
    Assignment.objects.bulk_update([row for row in now.assignments if row.pk in progress], CHANGED, batch_size=100)


def _progress(now: Round, world: World) -> dict[object, float]:
    """How far each assignment has come: 1 concluded, 0 not begun."""
    if now.plan.is_finished:
        return {row.pk: 1.0 for row in now.assignments}
    found: dict[object, float] = {}
    begun, read = iter(BEGUN), 0
    for row in now.assignments:
        if row.visit_on is None:
            read += 1
            found[row.pk] = 1.0 if read <= WRITTEN_DONE else 0.0
        elif row.visit_on < world.today:
            found[row.pk] = 1.0
        else:
            found[row.pk] = next(begun, 0.0) if row.visit_on == world.today else 0.0
    return found


def _begun(now: Round, row: Assignment, world: World) -> datetime:
    """The moment of the first entry: in the morning or after lunch of the visit, for written reports on some day of the campaign."""
    dice = chance("begun", now.plan.code, row.organization.code)
    days = (now.plan.ends_on - now.plan.starts_on).days
    day = row.visit_on or now.plan.starts_on + timedelta(days=dice.randint(0, days if now.plan.is_finished else 1))
    at = moment(day, dice.choice((9, 14)), dice.randint(0, 40))
    # A visit that is going on began a while ago, whatever the clock says when the demo is made.
    return min(at, world.now - timedelta(hours=2, minutes=30)) if day == world.today else at


def _conclude(now: Round, place: Place, row: Assignment, at: datetime, world: World) -> None:
    row.status = Status.CONCLUDED
    row.summary = summary_of(place)
    row.concluded_at = min(at + timedelta(hours=3, minutes=20), world.now) if row.visit_on == world.today else at + timedelta(hours=3)
    row.concluded_by = now.leader(row)


OPENINGS = (
    "能够对照任务清单推进各项工作",
    "责任分工明确，日常工作有安排、有记录",
    "工作机制基本健全，各项任务有序推进",
    "重视责任制落实工作，主要任务完成较好",
)


def summary_of(place: Place) -> str:
    """Return an overall appraisal that says no more than what was found."""
    dice = chance("summary", place.code, place.round)
    parts = [dice.choice(OPENINGS)]
    if place.practices:
        parts.append(f"在{place.practices[0].heading}方面有可借鉴的做法")
    if place.problems:
        headings = [wording.heading for wording in place.problems]
        parts.append(f"存在{'、'.join(headings[:3])}等问题，需抓紧整改" if len(headings) > 1 else f"存在{headings[0]}的问题，需抓紧整改")
    else:
        parts.append("本次督查未发现明显问题")
    return "；".join(parts) + "。"
