"""The verb on check results: one answer to one item, saved step by step."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, TypedDict
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from inspections.actions.assignments import open_for_writing
from inspections.actions.revisions import DuplicateId, RevisionConflict
from inspections.models import Assignment, ChecklistItem, CheckResult
from jobs.errors import Refused
from units.actions.activity import record
from units.models import User


class Answer(TypedDict, total=False):
    """The fields of an answer; what is left out is empty."""

    conformity: str
    number: Decimal | None
    is_approximate: bool
    date: date | None
    text: str
    note: str


EMPTY: Answer = {"conformity": "", "number": None, "is_approximate": False, "date": None, "text": "", "note": ""}


@transaction.atomic
def save_result(
    assignment: Assignment,
    item: ChecklistItem,
    answer: Answer,
    *,
    by: User,
    base_revision: int,
    result_id: UUID | None = None,
) -> CheckResult:
    """Answer ``item``, or change the answer that had ``base_revision`` (0: none yet). Sending the same again changes nothing.

    ``result_id`` is the id that the client made for a new answer. Raises ``RevisionConflict`` when another answer was saved since,
    ``Refused`` when the item is not asked of this organization, ``InvalidTransition`` when nothing can be written any more. Who has
    seen the other answer and decides against it names that one's revision as ``base_revision``.
    """
    fresh = open_for_writing(assignment, by=by)
    asked = ChecklistItem.objects.filter(pk=item.pk, theme__checklist=fresh.campaign.checklist_id).for_category(fresh.category_id)
    if not asked.exists():
        raise Refused("这个检查项不适用于该单位，请刷新页面。")
    values: dict[str, Any] = {**EMPTY, **answer}
    current = CheckResult.objects.filter(assignment=fresh, item=item).select_related("item", "answered_by").first()
    if current is None:
        return _create(fresh, item, values, by=by, result_id=result_id)
    if all(getattr(current, name) == value for name, value in values.items()):
        return current
    if current.revision != base_revision:
        raise RevisionConflict(current)
    before = words(current)
    CheckResult.objects.filter(pk=current.pk).update(**values, revision=F("revision") + 1, answered_by=by, answered_at=timezone.now())
    current.refresh_from_db()
    _log(current, fresh, before, by=by)
    return current


def _create(assignment: Assignment, item: ChecklistItem, values: dict[str, Any], *, by: User, result_id: UUID | None) -> CheckResult:
    identity = {"id": result_id} if result_id else {}
    try:
        # A savepoint: on PostgreSQL a refused row would otherwise spoil the whole transaction.
        with transaction.atomic():
            result = CheckResult.objects.create(
                assignment=assignment, item=item, answered_by=by, answered_at=timezone.now(), **identity, **values
            )
    except IntegrityError as error:
        raise DuplicateId from error
    _log(result, assignment, "", by=by)
    return result


def words(result: CheckResult) -> str:
    """Return an answer with its note as the log has it."""
    return f"{result.answer}（备注：{result.note}）" if result.note else result.answer


def _log(result: CheckResult, assignment: Assignment, before: str, *, by: User) -> None:
    record(
        by,
        "inspections.result_save",
        f"填写“{assignment.organization}”的检查项“{result.item}”",
        result,
        organization=assignment.campaign.organizer,
        changes={"检查结果": [before, words(result)]},
    )
