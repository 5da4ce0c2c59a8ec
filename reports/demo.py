"""The demo's documents: a notice of the round under way, a rectification notice and a reminder of the last ones, signed as in an office."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.urls import reverse

from inspections.demo.further import after_demo
from inspections.models import Campaign, Rectification
from jobs import actions as jobs
from jobs.errors import Refused
from reports import drafting
from reports.actions import compose_report
from reports.actions.numbers import open_series
from reports.actions.signing import change_layout, issue_report, pass_review, submit_report
from reports.models import Report, ReportTemplate
from reports.signing import seen
from units.models import User

if TYPE_CHECKING:
    from reports.models import NumberSeries
    from units.models import PartyOrganization

DAYS_BEFORE = 5
"""A notice goes out so many days before the inspection begins."""


@after_demo
def documents() -> str:
    """Draft and issue the documents, through review as any others; return what was made. What cannot be made is left out."""
    people = {user.username: user for user in User.objects.filter(username__in=("office", "office2", "leader", "street"))}
    if len(people) < 4 or not ReportTemplate.objects.published().filter(key="reminder").exists():  # noqa: PLR2004 -- the four above
        return ""
    made = [_announcement(people), _rectification_notice(people), *_reminders(people)]
    issued = [report.template.name for report in made if report and report.status == Report.Status.ISSUED]
    return f"已签发 {len(issued)} 份文件（{'、'.join(issued)}），送达有关单位。" if issued else ""


def _series(organizer: PartyOrganization, prefix: str, by: User) -> NumberSeries:
    found: NumberSeries = organizer.number_series.filter(prefix=prefix).first() or open_series(organizer, by=by, prefix=prefix)
    return found


@transaction.atomic
def _write(
    campaign: Campaign,
    key: str,
    prefix: str,
    people: Sequence[User],
    *,
    organization: PartyOrganization | None = None,
    values: Mapping[str, Any] | None = None,
) -> Report:
    """Draft a document and issue it: ``people`` are who drafts, reviews and issues; the files are made by a job, as after any issue."""
    drafter, reviewer, issuer = people
    template = ReportTemplate.objects.published().get(key=key)
    report = compose_report(campaign, template, by=drafter, organization=organization, values=values)
    change_layout(report, by=drafter, series=_series(campaign.organizer, prefix, drafter), layout=report.layout)
    step = submit_report(report, by=drafter, reviewers=[reviewer], issuer=issuer, opinion="请审核。")
    step = pass_review(step, by=reviewer, saw=seen(report))
    report = issue_report(step, by=issuer, saw=seen(report))
    jobs.start(
        drafting.REFRESH,
        f"生成签发文件：{report.number_text} {report.title}"[:200],
        by=issuer,
        params={"report": report.pk, "recompose": False},
        total=drafting.STEPS,
        back_url=reverse("reports:report_detail", args=[report.pk]),
    )
    return report


def _announcement(people: Mapping[str, User]) -> Report | None:
    campaign = Campaign.objects.filter(status=Campaign.Status.RUNNING, organizer__code="YL-05").first()
    if campaign is None:
        return None
    values = {
        "signed_on": (campaign.starts_on - timedelta(days=DAYS_BEFORE)).isoformat(),
        "contact": "联系科室：澄溪街道党建工作办公室。联系电话见街道办公电话簿",
    }
    try:
        return _write(campaign, "announcement", "澄督通", (people["street"], people["office"], people["leader"]), values=values)
    except Refused:
        return None


def _rectification_notice(people: Mapping[str, User]) -> Report | None:
    """Issue the notice of the last round to an organization whose tasks are still in time."""
    campaign = _district().order_by("-year", "-half").first()
    rows = Rectification.objects.filter(campaign=campaign).ledger()
    late = rows.overdue().values("organization")
    row = rows.issued().exclude(organization__in=late).select_related("organization").order_by("organization_path", "number").first()
    if campaign is None or row is None:
        return None
    try:
        return _write(campaign, "notice", "云督整", _district_people(people), organization=row.organization)
    except Refused:
        return None


def _reminders(people: Mapping[str, User]) -> list[Report]:
    """Issue a reminder to the organization that has been late the longest; leave one to the next as a draft."""
    rows = Rectification.objects.filter(campaign__in=_district()).overdue().select_related("organization", "campaign__organizer")
    first: dict[int, Rectification] = {}
    for row in rows.order_by("due_on", "organization_path", "number"):
        first.setdefault(row.organization_id, row)
    chosen = list(first.values())[:2]
    made = []
    for place, row in enumerate(chosen):
        try:
            if place == 0:
                made.append(_write(row.campaign, "reminder", "云督函", _district_people(people), organization=row.organization))
            else:
                template = ReportTemplate.objects.published().get(key="reminder")
                made.append(compose_report(row.campaign, template, by=people["office"], organization=row.organization))
        except Refused:
            continue
    return made


def _district() -> Any:
    return Campaign.objects.filter(organizer__code="YL", status=Campaign.Status.FINISHED)


def _district_people(people: Mapping[str, User]) -> tuple[User, User, User]:
    return people["office"], people["office2"], people["leader"]
