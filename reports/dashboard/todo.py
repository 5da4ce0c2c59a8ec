"""待办: what waits for a user, each with the page on which it is done. Scoped like every list by ``visible_to``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from inspections import progress
from inspections.models import Assignment, Campaign, ChecklistItem, Finding, StandardFinding
from inspections.progress import Answered, Bar
from jobs.models import Job
from reports.dashboard.addresses import Figure, assignments_url, findings_url
from reports.models import Remark, Rendition, Report, SignOff
from units.models import User
from units.todo import Todo, todo_provider

SHOWN = 20
"""So many units of a team stand on the home page; the rest is one tap away."""
FAILED_DAYS = 7
S = Campaign.Status
"""States of a campaign."""


@todo_provider
def desk_todos(user: User) -> list[Todo]:
    """What waits for ``user`` beside inspecting: signatures, the office's campaigns and drafts, and failed background work."""
    return [*_signatures(user), *_mentions(user), *_failed_jobs(user), *(_office(user) if user.office_paths else ())]


def _signatures(user: User) -> Iterator[Todo]:
    """Reports that wait for the user's review or signature."""
    for step in SignOff.objects.waiting_for(user).order_by("pk")[:SHOWN]:
        issue = step.step == SignOff.Step.ISSUE
        why = f"{step.drafter}送来，请您{'签发' if issue else '核稿'}。"
        yield Todo(
            step.report.title, why, reverse("reports:signoff_detail", args=[step.report_id]), "待签发" if issue else "待核稿", "warn"
        )


def _mentions(user: User) -> Iterator[Todo]:
    """Remarks that name the user and are not settled yet, on reports that are still written."""
    named = list(Remark.mentions.through.objects.filter(user=user).values_list("remark", flat=True)[:1])
    if not named:
        return  # as for most people; the long question below is spared
    rows = Remark.objects.filter(mentions=user, resolved_at=None, parent__resolved_at=None, report__in=Report.objects.visible_to(user))
    rows = rows.exclude(report__status=Report.Status.ISSUED).select_related("report__campaign__organizer", "made_by")
    for remark in rows.order_by("-pk")[:SHOWN]:
        writes = remark.report.campaign.is_manageable_by(user)
        url = reverse("reports:report_edit" if writes else "reports:report_detail", args=[remark.report_id])
        place = f"#p-{remark.paragraph}" if writes and remark.paragraph else ""
        yield Todo(remark.report.title, f"{remark.made_by}在批注中提到您：{remark.text[:60]}", url + place, "批注", "info")


def _failed_jobs(user: User) -> Iterator[Todo]:
    since = timezone.now() - timedelta(days=FAILED_DAYS)
    for job in Job.objects.visible_to(user).filter(status=Job.Status.FAILED, created_at__gte=since)[:5]:
        yield Todo(job.title, "后台任务没有完成，请查看原因后重试。", reverse("jobs:job_detail", args=[job.pk]), "未完成", "bad")


def _office(user: User) -> Iterator[Todo]:
    today = timezone.localdate()
    unfinished = ~Q(assignments__status=Assignment.Status.CONCLUDED)
    campaigns = Campaign.objects.manageable_by(user).annotate(
        total=Count("assignments"),
        left=Count("assignments", filter=unfinished & Q(assignments__isnull=False)),
        reported=Exists(Report.objects.filter(campaign=OuterRef("pk"), organization__isnull=True)),
    )
    # Nobody writes up a round when the next one is over: only the organizer's last finished campaign waits for its report.
    later = Q(year__gt=OuterRef("year")) | Q(year=OuterRef("year"), half__gt=OuterRef("half"))
    newer = Campaign.objects.filter(later, organizer=OuterRef("organizer"), status=S.FINISHED)
    waiting = Q(status__in=(S.PREPARING, S.RUNNING)) | (Q(status=S.FINISHED, reported=False) & ~Exists(newer))
    for campaign in campaigns.filter(waiting):
        yield from _about(campaign, today)
    drafts = _drafts(user)
    back = _sent_back(drafts)
    for report in drafts:
        page = reverse("reports:report_detail", args=[report.pk])
        if report.pk in back:
            yield Todo(report.title, back[report.pk], reverse("reports:signoff_detail", args=[report.pk]), "已退回", "bad")
        elif report.gaps:  # type: ignore[attr-defined]
            yield Todo(report.title, f"报告还有{report.gaps}处待补的内容，请补齐。", page, "拟稿")  # type: ignore[attr-defined]
        elif not report.has_files:  # type: ignore[attr-defined]
            yield Todo(report.title, "报告已起草，还没有生成文件，请核对后生成。", page, "拟稿")


def _drafts(user: User) -> list[Report]:
    """Drafts with what they may ask for: gaps to fill, or files that were never made."""
    gaps = Count("sections__paragraphs", filter=Q(sections__paragraphs__text__contains="【待补"))
    drafts = Report.objects.visible_to(user).filter(status=Report.Status.DRAFT, organization__isnull=True)
    files = Rendition.objects.filter(report=OuterRef("pk"))
    return list(drafts.annotate(gaps=gaps, has_files=Exists(files)).select_related("campaign")[:SHOWN])


def _sent_back(drafts: list[Report]) -> dict[int, str]:
    """Which drafts came back from signing, with who sent them back and why. A round that was taken back tells nothing."""
    rows = SignOff.objects.filter(report__in=drafts).order_by("round", "order").select_related("assignee")
    last: dict[int, dict[int, list[SignOff]]] = {}
    for row in rows:
        last.setdefault(row.report_id, {}).setdefault(row.round, []).append(row)
    found = {}
    for report, rounds in last.items():
        for row in rounds[max(rounds)]:
            if row.status == SignOff.Status.SENT_BACK:
                found[report] = f"{row.assignee}退回：{row.opinion}"
    return found


def _about(campaign: Campaign, today: date) -> Iterator[Todo]:
    """What a campaign in its present state asks of the office."""
    page = reverse("inspections:campaign_detail", args=[campaign.code])
    total, left = campaign.total, campaign.left  # type: ignore[attr-defined]
    if campaign.status == S.PREPARING:
        late = campaign.starts_on <= today
        why = "计划开始日期已到，请尽快完成筹备并启动。" if late else f"计划{_day(campaign.starts_on)}开始，请完成筹备后启动。"
        yield Todo(campaign.title, why, page, "待启动", "warn" if late else "", due_on=campaign.starts_on)
    elif campaign.status == S.RUNNING and total and not left:
        yield Todo(campaign.title, f"{total}个单位已全部办结，可以结束活动。", page, "待结束", "info")
    elif campaign.status == S.RUNNING and campaign.ends_on < today:
        url = assignments_url(campaign, status="open")
        yield Todo(campaign.title, f"已过结束日期，还有{left}个单位未办结。", url, "已超期", "bad", due_on=campaign.ends_on)
    elif campaign.status == S.FINISHED:
        yield Todo(
            campaign.title, "活动已结束，还没有起草督查报告。", reverse("reports:report_create", args=[campaign.code]), "待成文", "info"
        )


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


@dataclass(frozen=True)
class UnderWay:
    """A running campaign as the office and leaders see it on the home page."""

    campaign: Campaign
    bar: Bar
    left: Figure
    visits_today: int


def under_way(user: User) -> list[UnderWay]:
    """The running campaigns that the user reads, with what is left and how many visits are planned for today."""
    campaigns = list(Campaign.objects.visible_to(user).filter(status=S.RUNNING))
    rows = Assignment.objects.visible_to(user).filter(campaign__in=[campaign.pk for campaign in campaigns])
    bars = progress.by_campaign(rows)
    visits = dict(rows.filter(visit_on=timezone.localdate()).order_by().values_list("campaign").annotate(number=Count("pk")))
    found = []
    for campaign in campaigns:
        bar = bars.get(campaign.pk, Bar())
        left = Figure(bar.total - bar.concluded, assignments_url(campaign, status="open"))
        found.append(UnderWay(campaign, bar, left, visits.get(campaign.pk, 0)))
    return found


# --- inspectors -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Unit:
    """One organization that the user's team still has to inspect, and how far its checklist is answered."""

    assignment: Assignment
    answered: Answered

    @property
    def url(self) -> str:
        """The assignment's page."""
        return reverse("inspections:assignment_detail", args=[self.assignment.pk])


@dataclass(frozen=True)
class TeamWork:
    """A user's work in one running campaign: units of today first, then begun ones, then by date."""

    campaign: Campaign
    team: str
    units: list[Unit]
    total: Figure
    concluded: Figure
    left: Figure

    @property
    def today(self) -> list[Unit]:
        """Units to visit today."""
        return [unit for unit in self.units if unit.assignment.is_due_today]

    @property
    def later(self) -> list[Unit]:
        """The other units, as far as they are shown here."""
        return [unit for unit in self.units if not unit.assignment.is_due_today][:SHOWN]

    @property
    def is_cut(self) -> bool:
        """Whether more units wait than are shown."""
        return len(self.units) > len(self.today) + len(self.later)


def team_work(user: User) -> list[TeamWork]:
    """The units of the user's own teams in running campaigns, campaign by campaign."""
    rows = list(
        Assignment.objects.visible_to(user)
        .filter(team__members__user=user, campaign__status=S.RUNNING)
        .select_related("campaign", "team", "organization", "category")
        .order_by("campaign", "order", "organization_path")
    )
    open_rows = [row for row in rows if row.status != Assignment.Status.CONCLUDED]
    answers = progress.answers(open_rows)
    found = []
    for campaign in dict.fromkeys(row.campaign for row in rows):
        own = [row for row in rows if row.campaign_id == campaign.pk]
        team = own[0].team
        waiting = sorted((row for row in own if row.status != Assignment.Status.CONCLUDED), key=_urgency)
        group = {"team": team.pk if team else None}
        found.append(
            TeamWork(
                campaign=campaign,
                team=str(team or ""),
                units=[Unit(row, answers[row.pk]) for row in waiting],
                total=Figure(len(own), assignments_url(campaign, **group)),
                concluded=Figure(len(own) - len(waiting), assignments_url(campaign, **group, status=Assignment.Status.CONCLUDED)),
                left=Figure(len(waiting), assignments_url(campaign, **group, status="open")),
            )
        )
    return found


def _urgency(row: Assignment) -> tuple[bool, bool, date, int, str]:
    begun = row.status == Assignment.Status.IN_PROGRESS
    return not row.is_due_today, not begun, row.visit_on or date.max, row.order, row.organization_path


# --- liaisons ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OwnInspection:
    """What a liaison knows about the inspection of the own organization: what to prepare, and afterwards what was found."""

    assignment: Assignment
    themes: list[tuple[str, list[ChecklistItem]]] = field(default_factory=list)
    found: list[tuple[str, Figure]] = field(default_factory=list)


def own_inspections(user: User) -> list[OwnInspection]:
    """The inspections of the organizations the user answers for: those under way, and the newest finished one of each."""
    rows = (
        Assignment.objects.visible_to(user)
        .filter(organization__in=user.liaison_organization_ids, campaign__status__in=Campaign.STARTED)
        .select_related("campaign", "organization", "team", "category")
        .order_by("-campaign__year", "-campaign__half", "-campaign__starts_on")
    )
    chosen, seen = [], set()
    for row in rows:
        finished = row.campaign.status == S.FINISHED
        if not finished or row.organization_id not in seen:
            chosen.append(row)
        if finished:
            seen.add(row.organization_id)
    items = _items_of([row for row in chosen if row.campaign.status == S.RUNNING])
    found = _found_at([row for row in chosen if row.campaign.status == S.FINISHED], user)
    return [
        OwnInspection(row, themes=_by_theme(items, row))
        if row.campaign.status == S.RUNNING
        else OwnInspection(row, found=[_kind_figure(row, kind, found) for kind in Finding.Kind])
        for row in chosen
    ]


def _items_of(rows: list[Assignment]) -> list[ChecklistItem]:
    if not rows:
        return []
    checklists = {row.campaign.checklist_id for row in rows}
    items = ChecklistItem.objects.filter(theme__checklist__in=checklists).select_related("theme").prefetch_related("categories")
    return list(items.order_by("theme__order", "order", "pk"))


def _by_theme(items: list[ChecklistItem], row: Assignment) -> list[tuple[str, list[ChecklistItem]]]:
    found: dict[str, list[ChecklistItem]] = {}
    for item in items:
        only = {category.pk for category in item.categories.all()}
        if item.theme.checklist_id == row.campaign.checklist_id and (not only or row.category_id in only):
            found.setdefault(item.theme.name, []).append(item)
    return list(found.items())


def _found_at(rows: list[Assignment], user: User) -> dict[tuple[object, str], int]:
    if not rows:
        return {}
    findings = Finding.objects.visible_to(user).standing().filter(assignment__in=[row.pk for row in rows]).order_by()
    return {(pk, kind): number for pk, kind, number in findings.values_list("assignment", "kind").annotate(number=Count("pk"))}


def _kind_figure(row: Assignment, kind: StandardFinding.Kind, found: dict[tuple[object, str], int]) -> tuple[str, Figure]:
    url = findings_url(row.campaign, kind=kind.value, organization=row.organization_id)
    return str(kind.label), Figure(found.get((row.pk, kind.value), 0), url)
