"""What inspections have to tell: the history of one finding, and what happened to one organization from campaign to close-out."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse

from inspections.models import (
    Assignment,
    Campaign,
    Confirmation,
    Finding,
    Recheck,
    Rectification,
    RectificationEntry,
    Submission,
)
from units.models import ActivityEntry, PartyOrganization, User
from units.timelines import Event, Source, timeline_source
from units.wording import action_name


def reads_history(finding: Finding, user: User) -> bool:
    """Whether ``user`` reads who did what to the finding: those who inspect, never those who are inspected."""
    if any(finding.campaign.organizer.path.startswith(path) for path in user.scope_paths):
        return True
    running = finding.campaign.status == Campaign.Status.RUNNING
    return running and Assignment.objects.filter(pk=finding.assignment_id, team__members__user=user).exists()


def _finding_url(finding: Finding) -> str:
    return reverse("inspections:finding_detail", args=[finding.pk])


def _graded(finding: Finding) -> str:
    kind = str(finding.get_kind_display())
    return kind if finding.kind == Finding.Kind.GOOD_PRACTICE else f"{kind}（{finding.get_severity_display()}）"


# --- one finding ------------------------------------------------------------------------------------------------------------


def _itself(finding: Finding, _user: User) -> QuerySet[Finding]:
    # Whether the finding itself may be read was asked at the door.
    return Finding.objects.filter(pk=finding.pk).select_related("recorded_by", "campaign__organizer", "organization", "assignment__team")


def _noted(finding: Finding, user: User) -> Event:
    by = str(finding.recorded_by) if reads_history(finding, user) else ""
    return Event("记录发现", finding.text, by=by, note=f"{finding.campaign}，{finding.organization}", tone="info")


def _acts(finding: Finding, user: User) -> QuerySet[ActivityEntry]:
    if not reads_history(finding, user):
        return ActivityEntry.objects.none()
    return ActivityEntry.objects.about(finding).exclude(verb="inspections.finding_create")


def _act(entry: ActivityEntry, _user: User) -> Event:
    pairs = [(label, pair) for label, pair in entry.changes.items() if isinstance(pair, list) and len(pair) == 2]  # noqa: PLR2004
    changes = "；".join(f"{label}：{old or '（空）'} → {new or '（空）'}" for label, (old, new) in pairs)
    return Event(action_name(entry.verb), entry.summary, by=entry.actor_name, note=changes)


def _confirmed(finding: Finding, user: User) -> QuerySet[Confirmation]:
    rows = Confirmation.objects.visible_to(user).filter(assignment=finding.assignment_id)
    shown = rows.values_list("pk", "findings")
    return rows.filter(pk__in=[pk for pk, said in shown if str(finding.pk) in {str(row.get("id")) for row in said}]).defer("signature")


def _confirmation(row: Confirmation, _user: User) -> Event:
    opinion = f"{row.get_opinion_display()}{f'：{row.opinion_text}' if row.opinion_text else ''}"
    url = reverse("inspections:assignment_detail", args=[row.assignment_id])
    return Event("事实确认", f"{row.signer_title}签字，{opinion}", url + "#confirmation", tone="ok")


def _steps_of_finding(finding: Finding, user: User) -> QuerySet[RectificationEntry]:
    rows = Rectification.objects.visible_to(user).filter(findings=finding)
    return _steps(rows)


def _steps(rows: QuerySet[Rectification]) -> QuerySet[RectificationEntry]:
    return RectificationEntry.objects.filter(rectification__in=rows.values("pk")).select_related("rectification__campaign", "by")


def _step(entry: RectificationEntry, _user: User) -> Event:
    row = entry.rectification
    tones = {RectificationEntry.Kind.CLOSE: "ok", RectificationEntry.Kind.RETURN: "bad", RectificationEntry.Kind.REOPEN: "bad"}
    url = reverse("inspections:rectification_detail", args=[row.pk])
    return Event(
        f"整改·{entry.get_kind_display()}",
        entry.text or row.content,
        url,
        str(entry.by),
        row.reference,
        tones.get(RectificationEntry.Kind(entry.kind), ""),
    )


def _rechecks_of_finding(finding: Finding, user: User) -> QuerySet[Recheck]:
    return Recheck.objects.visible_to(user).filter(finding=finding).select_related("assignment__campaign", "finding")


def _recheck(row: Recheck, _user: User) -> Event:
    url = reverse("inspections:assignment_detail", args=[row.assignment_id])
    tone = "ok" if row.outcome == Recheck.Outcome.FIXED else "bad"
    return Event(f"回头看·{row.get_outcome_display()}", row.note or row.finding.text, url, note=str(row.assignment.campaign), tone=tone)


def _again(finding: Finding, user: User) -> QuerySet[Finding]:
    """Problems at the same item of the checklist, at the same organization, in other campaigns."""
    if finding.item is None or finding.kind != Finding.Kind.PROBLEM:
        return Finding.objects.none()
    same = Q(item__code=finding.item.code, item__theme__checklist__lineage=finding.item.theme.checklist.lineage)
    rows = Finding.objects.visible_to(user).problems().filter(same, organization=finding.organization_id)
    return rows.exclude(campaign=finding.campaign_id).select_related("campaign")


def _found_again(finding: Finding, _user: User) -> Event:
    return Event("同一检查项的问题", finding.text, _finding_url(finding), note=str(finding.campaign), tone="warn")


for one in (
    Source("noted", "record", "记录与修改", "recorded_at", _itself, _noted),
    Source("act", "record", "记录与修改", "at", _acts, _act),
    Source("confirm", "confirm", "事实确认", "confirmed_at", _confirmed, _confirmation),
    Source("rectify", "rectify", "整改", "at", _steps_of_finding, _step),
    Source("recheck", "recheck", "回头看", "at", _rechecks_of_finding, _recheck),
    Source("again", "again", "其他督查的同类问题", "recorded_at", _again, _found_again),
):
    timeline_source(Finding, one)


# --- one organization -------------------------------------------------------------------------------------------------------


def _assignments(organization: PartyOrganization, user: User) -> QuerySet[Assignment]:
    rows = Assignment.objects.visible_to(user).filter(organization=organization, campaign__status__in=Campaign.STARTED)
    return rows.select_related("campaign", "team").annotate(begun_at=Coalesce("campaign__started_at", "campaign__created_at"))


def _listed(row: Assignment, _user: User) -> Event:
    planned = f"，计划{row.visit_on:%Y年%m月%d日}督查" if row.visit_on else ""
    url = reverse("inspections:assignment_detail", args=[row.pk])
    return Event("列入督查", f"{row.campaign}（{row.get_method_display()}）{planned}", url, note=str(row.team or ""), tone="info")


def _concluded(organization: PartyOrganization, user: User) -> QuerySet[Assignment]:
    return _assignments(organization, user).filter(concluded_at__isnull=False)


def _done(row: Assignment, _user: User) -> Event:
    url = reverse("inspections:assignment_detail", args=[row.pk])
    return Event("督查办结", str(row.campaign), url, note=str(row.team or ""), tone="ok")


def _findings(organization: PartyOrganization, user: User) -> QuerySet[Finding]:
    return Finding.objects.visible_to(user).standing().filter(organization=organization).select_related("campaign")


def _found(finding: Finding, _user: User) -> Event:
    tone = {"problem": "bad", "risk_point": "warn", "good_practice": "ok"}[finding.kind]
    return Event(f"发现{_graded(finding)}", finding.text, _finding_url(finding), note=str(finding.campaign), tone=tone)


def _submissions(moment: str) -> Any:
    def rows(organization: PartyOrganization, user: User) -> QuerySet[Submission]:
        found = Submission.objects.visible_to(user).filter(organization=organization)
        return found.filter(**{f"{moment}__isnull": False}).select_related("campaign")

    return rows


def _handed(label: str) -> Any:
    def show(row: Submission, _user: User) -> Event:
        said = str(row.get_status_display()) if label == "审阅材料" else ""
        url = reverse("inspections:submission_detail", args=[row.pk])
        return Event(label, f"{row.get_kind_display()}{f'：{said}' if said else ''}", url, note=str(row.campaign))

    return show


def _steps_at(organization: PartyOrganization, user: User) -> QuerySet[RectificationEntry]:
    return _steps(Rectification.objects.visible_to(user).filter(organization=organization))


def _rechecks_at(organization: PartyOrganization, user: User) -> QuerySet[Recheck]:
    rows = Recheck.objects.visible_to(user).filter(assignment__organization=organization)
    return rows.select_related("assignment__campaign", "finding")


for other in (
    Source("assigned", "campaign", "督查", "begun_at", _assignments, _listed),
    Source("concluded", "campaign", "督查", "concluded_at", _concluded, _done),
    Source("found", "finding", "发现", "recorded_at", _findings, _found),
    Source("notified", "submission", "报送", "notified_at", _submissions("notified_at"), _handed("收到报送通知")),
    Source("received", "submission", "报送", "received_at", _submissions("received_at"), _handed("签收通知")),
    Source("submitted", "submission", "报送", "first_submitted_at", _submissions("first_submitted_at"), _handed("提交材料")),
    Source("decided", "submission", "报送", "decided_at", _submissions("decided_at"), _handed("审阅材料")),
    Source("rectify", "rectify", "整改", "at", _steps_at, _step),
    Source("recheck", "recheck", "回头看", "at", _rechecks_at, _recheck),
):
    timeline_source(PartyOrganization, other)
