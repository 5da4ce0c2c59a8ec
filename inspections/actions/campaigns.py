"""The verbs on campaigns as wholes: create, edit, delete, start, finish, reopen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import F, OuterRef, Subquery
from django.utils import timezone

from inspections.actions.locking import locked
from inspections.actions.merging import Values, merged, snapshot
from inspections.actions.submission_requests import send_notices
from inspections.actions.tally_marks import mark_branch
from inspections.models import BasisDocument, Campaign, CampaignMethod, Checklist, SubmissionRequest
from inspections.readiness import Fault, faults
from jobs.errors import InvalidTransition, Refused
from units.actions.activity import changes_between, record
from units.models import PartyOrganization, User

S = Campaign.Status
FIELDS = (
    "title",
    "subject",
    "subject_short",
    "arrangement",
    "purpose",
    "year",
    "half",
    "organizer",
    "organizer_body",
    "co_organizer_bodies",
    "approval_number",
    "starts_on",
    "ends_on",
    "cut_off_on",
    "checklist",
)
"""What the form of a campaign edits, beside its basis documents."""
FIXED_ONCE_STARTED = ("organizer", "checklist")
"""Rights hang on the organizer and answers on the checklist."""

Documents = Sequence[tuple[str, str, str]]
"""Basis documents in order: issuer, title, number."""


class NotReady(Refused):
    """A campaign cannot start yet; ``faults`` says what is missing and where."""

    def __init__(self, found: list[Fault]) -> None:
        super().__init__(f"还有 {len(found)} 项没有完成，暂时不能启动。")
        self.faults = found


def documents_of(campaign: Campaign) -> list[tuple[str, str, str]]:
    """Return the basis documents in their order."""
    return [(document.issuer, document.title, document.number) for document in campaign.basis_documents.all()]


def documents_in_words(documents: Documents) -> str:
    """Return basis documents as one text, for the activity log and for comparing."""
    return "；".join(f"{issuer}《{title}》{f'（{number}）' if number else ''}" for issuer, title, number in documents)


def values_of(campaign: Campaign) -> Values:
    """Return what the form edits as plain values: what a form carries as its base."""
    values = {name: snapshot(campaign, [name])[name] for name in FIELDS if name != "co_organizer_bodies"}
    return {
        **values,
        "co_organizer_bodies": "\n".join(campaign.co_organizer_bodies),
        "basis_documents": documents_in_words(documents_of(campaign)),
    }


def labels() -> dict[str, str]:
    """Return the Chinese names of what the form edits."""
    names = {name: str(getattr(Campaign._meta.get_field(name), "verbose_name", name)) for name in FIELDS}
    return {**names, "basis_documents": "依据文件"}


def free_code(year: int, half: int) -> str:
    """Return a free code for a campaign: ``2026-2``, then ``2026-2-2`` and so on."""
    stem = f"{year}-{half}"
    taken = set(Campaign.objects.filter(code__startswith=stem).values_list("code", flat=True))
    number = 1
    while (code := stem if number == 1 else f"{stem}-{number}") in taken:
        number += 1
    return code


@transaction.atomic
def create_campaign(*, by: User, basis_documents: Documents = (), like: Campaign | None = None, code: str = "", **fields: Any) -> Campaign:
    """Create a campaign that is being prepared.

    Without a code a free one is given. ``like`` is an earlier campaign of the same organizer, whose scope and methods are taken over.
    """
    code = code or free_code(fields["year"], fields["half"])
    campaign = Campaign.objects.create(code=code, created_by=by, **fields)
    _write_documents(campaign, basis_documents)
    if like is not None and like.organizer_id == campaign.organizer_id:
        Campaign.objects.filter(pk=campaign.pk).update(scope=like.scope)
        CampaignMethod.objects.bulk_create(
            CampaignMethod(campaign=campaign, category_id=row.category_id, method=row.method, activities=row.activities)
            for row in like.methods.all()
        )
        campaign.refresh_from_db()
    _note(campaign, by, "campaign_create", f"新建督查活动“{campaign}”" + (f"，沿用“{like}”的范围和方式" if like else ""))
    return campaign


@transaction.atomic
def update_campaign(campaign: Campaign, *, by: User, base: Values, basis_documents: Documents, **fields: Any) -> Campaign:
    """Change a campaign's facts; ``base`` is what ``values_of`` returned when the form was opened.

    What only somebody else changed meanwhile stays as they saved it. Raises ``merging.Conflict`` where both changed the same, and
    ``InvalidTransition`` when the campaign has finished.
    """
    now = locked(campaign)
    current = values_of(now)
    for name in FIXED_ONCE_STARTED:
        if now.status == S.RUNNING or (name == "organizer" and now.assignments.exists()):
            fields.pop(name, None)
    trial = Campaign(**{name: value for name, value in fields.items() if name != "co_organizer_bodies"})
    mine = {name: snapshot(trial, [name])[name] for name in fields if name != "co_organizer_bodies"}
    if "co_organizer_bodies" in fields:
        mine["co_organizer_bodies"] = "\n".join(fields["co_organizer_bodies"])
    mine["basis_documents"] = documents_in_words(basis_documents)
    write = merged(base, mine, current).write
    for name in write:
        if name != "basis_documents":
            setattr(now, name, fields[name])
    now.revision += 1
    now.save(update_fields=[*(name for name in write if name != "basis_documents"), "revision", "changed_at"])
    if "basis_documents" in write:
        _write_documents(now, basis_documents)
    if write:
        after = {**current, **write}
        changes = changes_between(_readable(current), _readable(after), labels())
        _note(now, by, "campaign_update", f"修改督查活动“{now}”的基本信息", changes)
    campaign.refresh_from_db()
    return campaign


def _readable(values: Values) -> Values:
    """Return plain values with names in place of keys, for the log and for the page that shows a conflict."""
    readable = dict(values)
    if values.get("organizer"):
        readable["organizer"] = str(PartyOrganization.objects.get(pk=values["organizer"]))
    if values.get("checklist"):
        readable["checklist"] = str(Checklist.objects.get(pk=values["checklist"]))
    if values.get("half"):
        readable["half"] = Campaign.Half(values["half"]).label
    if "co_organizer_bodies" in values:
        readable["co_organizer_bodies"] = values["co_organizer_bodies"].replace("\n", "、")
    return readable


def in_words(values: Values) -> list[tuple[str, str]]:
    """Return stored values as pairs of label and text, for showing what somebody else saved."""
    readable = _readable(values)
    return [(label, str(readable[name]) or "（空）") for name, label in labels().items() if name in readable]


def _write_documents(campaign: Campaign, documents: Documents) -> None:
    """Make ``documents`` the campaign's list. A document that another campaign cites too is left to that one and copied here."""
    present = list(campaign.basis_documents.all())
    shared = set(
        Campaign.basis_documents.through.objects.filter(basisdocument__in=present)
        .exclude(campaign=campaign)
        .values_list("basisdocument_id", flat=True)
    )
    own = [document for document in present if document.pk not in shared]
    keep = []
    for place, (issuer, title, number) in enumerate(documents, start=1):
        document = own.pop(0) if own else BasisDocument()
        document.issuer, document.title, document.number, document.order = issuer, title, number, place
        document.save()
        keep.append(document)
    campaign.basis_documents.set(keep)
    BasisDocument.objects.filter(pk__in=[document.pk for document in own]).delete()


@transaction.atomic
def delete_campaign(campaign: Campaign, *, by: User) -> None:
    """Remove a campaign that never started, with its set-up; what has started stays on record."""
    now = locked(campaign, S.PREPARING)
    _note(now, by, "campaign_delete", f"删除筹备中的督查活动“{now}”")
    _write_documents(now, ())
    # Teams are protected by the assignments that name them, so those go first.
    now.assignments.all().delete()
    now.delete()


@transaction.atomic
def start_campaign(campaign: Campaign, *, by: User) -> Campaign:
    """Start: from now on the teams may inspect. Raises ``NotReady`` with every fault, ``InvalidTransition`` when it has started."""
    now = locked(campaign, S.PREPARING)
    hindering = [fault for fault in faults(now) if not fault.is_warning]
    if hindering:
        raise NotReady(hindering)
    moved = Campaign.objects.filter(pk=now.pk, status=S.PREPARING).update(
        status=S.RUNNING, started_at=timezone.now(), revision=F("revision") + 1
    )
    if not moved:
        raise InvalidTransition("督查活动刚刚已被启动，不需要再次操作。")
    _note(now, by, "campaign_start", f"启动督查活动“{now}”，督查对象 {now.assignments.count()} 个，督查组 {now.teams.count()} 个")
    if SubmissionRequest.objects.filter(campaign=now, sends_on_start=True).exists():
        send_notices(now, by=by)
    campaign.refresh_from_db()
    return campaign


@transaction.atomic
def finish_campaign(campaign: Campaign, *, by: User, reason: str = "") -> Campaign:
    """Finish: rights of teams end, nothing changes any more.

    ``reason`` is needed while assignments are unfinished. Raises ``Refused`` without it, ``InvalidTransition`` when it is not running.
    """
    now = locked(campaign, S.RUNNING, S.FINISHED, S.PREPARING)
    # Waits for what inspectors are just saving, and makes the next of them see that it is over (``assignments.open_for_writing``).
    list(now.assignments.select_for_update().order_by("pk").values_list("pk", flat=True))
    unfinished = now.assignments.unfinished().count()
    if now.status == S.RUNNING and unfinished and not reason.strip():
        raise Refused(f"还有 {unfinished} 个单位没有办结。请先办结，或者写明提前结束的原因。")
    moved = Campaign.objects.filter(pk=now.pk, status=S.RUNNING).update(
        status=S.FINISHED, finished_at=timezone.now(), revision=F("revision") + 1
    )
    if not moved:
        raise InvalidTransition("督查活动不在进行中，可能刚刚已被结束。请刷新页面查看。")
    summary = f"结束督查活动“{now}”"
    if unfinished:
        summary += f"，{unfinished} 个单位未办结，原因：{reason.strip()}"
    _note(now, by, "campaign_finish", summary)
    campaign.refresh_from_db()
    return campaign


@transaction.atomic
def reopen_campaign(campaign: Campaign, *, by: User, reason: str) -> Campaign:
    """Take back the end of a campaign. An open campaign follows the tree again, so its copies of paths are renewed.

    Raises ``Refused`` without a reason, ``InvalidTransition`` when it has not finished.
    """
    if not reason.strip():
        raise Refused("请写明重新打开的原因。")
    moved = Campaign.objects.filter(pk=campaign.pk, status=S.FINISHED).update(
        status=S.RUNNING, finished_at=None, revision=F("revision") + 1
    )
    if not moved:
        raise InvalidTransition("只有已结束的督查活动才能重新打开，可能刚刚已有人操作。请刷新页面查看。")
    path = Subquery(PartyOrganization.objects.filter(pk=OuterRef("organization")).values("path"))
    campaign.assignments.update(organization_path=path)
    campaign.findings.update(organization_path=path)
    campaign.submissions.update(organization_path=path)
    mark_branch([campaign.pk])
    _note(campaign, by, "campaign_reopen", f"重新打开督查活动“{campaign}”，原因：{reason.strip()}")
    campaign.refresh_from_db()
    return campaign


def _note(campaign: Campaign, by: User, verb: str, summary: str, changes: dict[str, Any] | None = None) -> None:
    record(by, f"inspections.{verb}", summary, campaign, organization=campaign.organizer, changes=changes)
