"""The verbs on findings: note, from the library or freely, change, withdraw."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypedDict
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from inspections.actions.assignments import open_for_writing
from inspections.actions.revisions import DuplicateId, RevisionConflict
from inspections.actions.searching import index_for_search
from inspections.actions.tally_marks import mark, mark_recurrence
from inspections.models import Assignment, ChecklistItem, ChecklistTheme, Finding, StandardFinding
from jobs.errors import InvalidTransition, Refused
from units.actions.activity import changes_between, record
from units.models import User


class Content(TypedDict, total=False):
    """What a finding says."""

    kind: str
    theme: ChecklistTheme
    item: ChecklistItem | None
    standard: StandardFinding | None
    text: str
    severity: str
    cause: str
    measure: str


FIELDS = tuple(Content.__annotations__)
LABELS = {field.name: str(field.verbose_name) for field in Finding._meta.fields if field.name in FIELDS}


def create_finding(
    assignment: Assignment, content: Content, *, by: User, finding_id: UUID | None = None, recorded_at: datetime | None = None
) -> tuple[Finding, bool]:
    """Note a finding and return it, with whether it is new: the same ``finding_id`` sent twice makes one finding.

    ``recorded_at`` is the client's clock, never later than ours. Raises ``RevisionConflict`` when the id is known with other content,
    ``DuplicateId`` when it belongs to another assignment, ``Refused`` for a theme or item of another checklist,
    ``InvalidTransition`` when nothing can be written any more.
    """
    finding_id = finding_id or uuid4()
    now = timezone.now()
    try:
        with transaction.atomic():
            fresh = open_for_writing(assignment, by=by)
            values = _checked(fresh, content)
            finding, created = Finding.objects.get_or_create(
                pk=finding_id,
                defaults={
                    "assignment": fresh,
                    "campaign": fresh.campaign,
                    "organization": fresh.organization,
                    "organization_path": fresh.organization_path,
                    "recorded_by": by,
                    "recorded_at": min(recorded_at or now, now),
                    **values,
                },
            )
            if created:
                index_for_search([finding], new=True)
                mark([(fresh.campaign_id, fresh.organization_path)])
                _log(finding, "finding_create", f"记录发现（{finding.get_kind_display()}）：{finding.text}", by=by)
    except IntegrityError as error:
        raise DuplicateId from error
    if finding.assignment_id != assignment.pk:
        raise DuplicateId
    if not created and any(getattr(finding, name) != value for name, value in values.items()):
        raise RevisionConflict(finding)
    return finding, created


def content_of(standard: StandardFinding, assignment: Assignment, item: ChecklistItem | None = None) -> Content:
    """Return what a finding in the words of ``standard`` says, placed in the campaign's checklist by the codes.

    ``item`` is the one it was noted at, where known. Raises ``Refused`` when the checklist does not have the theme.
    """
    themes = ChecklistTheme.objects.filter(checklist=assignment.campaign.checklist_id)
    theme = item.theme if item else themes.filter(code=standard.theme_code).first()
    if theme is None:
        raise Refused("本次督查清单里没有这条规范表述的主题，请改用“自己写”。")
    if item is None and standard.item_code:
        item = asked_items(assignment).filter(code=standard.item_code).first()
    return {
        "kind": standard.kind,
        "theme": item.theme if item else theme,
        "item": item,
        "standard": standard,
        "text": standard.wording,
        "severity": standard.severity,
        "cause": standard.cause,
        "measure": standard.measure,
    }


def asked_items(assignment: Assignment) -> Any:
    """The items that the campaign's checklist asks of this organization's category."""
    items = ChecklistItem.objects.filter(theme__checklist=assignment.campaign.checklist_id)
    return items.for_category(assignment.category_id).select_related("theme")


@transaction.atomic
def update_finding(finding: Finding, content: Content, *, by: User, base_revision: int) -> Finding:
    """Change what a finding says, made from ``base_revision``. Saving the same again changes nothing.

    Raises ``RevisionConflict`` when somebody saved another version since, ``InvalidTransition`` when it is withdrawn or nothing can
    be written any more, ``Refused`` for a theme or item of another checklist.
    """
    fresh = open_for_writing(finding.assignment, by=by)
    values = _checked(fresh, content)
    current = Finding.objects.select_related("theme", "item", "standard", "recorded_by", "assignment__campaign__organizer").get(
        pk=finding.pk
    )
    before = {name: getattr(current, name) for name in values}
    if before == values:
        return current
    if current.revision != base_revision:
        raise RevisionConflict(current)
    moved = Finding.objects.filter(pk=current.pk, revision=base_revision, withdrawn_at__isnull=True).update(
        revision=F("revision") + 1, **values
    )
    if not moved:
        raise InvalidTransition("这条发现已经撤回，不能再修改。")
    current.refresh_from_db()
    index_for_search([current])
    mark([(current.campaign_id, current.organization_path)])
    if before["item"] != current.item:
        mark_recurrence([current.organization_id])
    changes = changes_between(in_words(before), in_words(values), LABELS)
    _log(current, "finding_update", f"修改发现：{current.text}", by=by, changes=changes)
    return current


@transaction.atomic
def withdraw_finding(finding: Finding, *, by: User, reason: str) -> Finding:
    """Take a finding back: it stays on record with the reason, and counts nowhere.

    Raises ``Refused`` without a reason, ``InvalidTransition`` when it is withdrawn already or nothing can be written any more.
    """
    if not reason.strip():
        raise Refused("请写明撤回的原因。")
    open_for_writing(finding.assignment, by=by)
    moved = Finding.objects.filter(pk=finding.pk, withdrawn_at__isnull=True).update(
        withdrawn_at=timezone.now(), withdrawn_reason=reason.strip(), revision=F("revision") + 1
    )
    if not moved:
        raise InvalidTransition("这条发现已经撤回过了，请刷新页面查看。")
    finding.refresh_from_db()
    mark([(finding.campaign_id, finding.organization_path)])
    _log(finding, "finding_withdraw", f"撤回发现：{finding.text}", by=by, changes={"撤回原因": ["", finding.withdrawn_reason]})
    return finding


def _checked(assignment: Assignment, content: Content) -> dict[str, Any]:
    """Return the fields to write; what a good practice cannot have is left out."""
    values: dict[str, Any] = {"item": None, "standard": None, "severity": Finding.Severity.GENERAL, "cause": "", "measure": "", **content}
    if values["theme"].checklist_id != assignment.campaign.checklist_id:
        raise Refused("所选主题不在本次督查的清单里，请刷新页面后重选。")
    if values["item"] and values["item"].theme_id != values["theme"].pk:
        raise Refused("所选检查项不属于所选主题，请重选。")
    if values["kind"] == Finding.Kind.GOOD_PRACTICE:
        values.update(severity=Finding.Severity.GENERAL, cause="", measure="")
    return values


def in_words(values: dict[str, Any]) -> dict[str, Any]:
    """Return the fields as people read them: codes of choices by their Chinese names."""
    shown = dict(values)
    shown["kind"] = Finding.Kind(values["kind"]).label
    shown["severity"] = Finding.Severity(values["severity"]).label
    return shown


def _log(finding: Finding, verb: str, summary: str, *, by: User, changes: dict[str, Any] | None = None) -> None:
    """Record under the organizer: the inspected organization's office must not read along before the campaign has ended."""
    record(by, f"inspections.{verb}", summary, finding, organization=finding.campaign.organizer, changes=changes)
