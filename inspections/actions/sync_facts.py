"""Deciding about answers and findings of a batch: new, the same, changed, in conflict, refused. Reads and fills the batch in memory."""

from __future__ import annotations

from typing import Any

from inspections.actions.findings import LABELS, in_words
from inspections.actions.results import EMPTY
from inspections.actions.results import words as words_of
from inspections.actions.sync_batch import Batch, is_open
from inspections.field.copies import finding_copy, result_copy
from inspections.field.outcomes import Outcome, conflict, created, refused, stored
from inspections.field.records import FindingData, Record, ResultData
from inspections.models import Assignment, Campaign, ChecklistItem, CheckResult, Finding
from inspections.typed_numbers import read_number
from units.actions.activity import changes_between

Kind = ChecklistItem.AnswerKind
RELATED = frozenset({"theme", "item", "standard"})
KIND_WORDS = dict(Finding.Kind.choices)
FIELD_OF = {Kind.CONFORMITY: "conformity", Kind.NUMBER: "number", Kind.DATE: "date", Kind.TEXT: "text"}
ID_TAKEN = "这条内容的编号已被占用，请在手机上复制内容后重新填写。"


class Refusal(Exception):
    """Why a record cannot be stored."""

    def __init__(self, code: str, message: str, field_name: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.field_name = code, message, field_name


def closed(assignment: Assignment) -> Refusal:
    """Return why nothing can be written to the assignment."""
    if assignment.campaign.status != Campaign.Status.RUNNING:
        return Refusal("not_running", f"“{assignment.campaign}”不在进行中，不能再填写或修改。如确需修改，请联系主办组织的办公室。")
    return Refusal("concluded", f"“{assignment.organization}”的督查已经办结。需要修改时，请先由组长或办公室重新打开，再重新上传。")


def decide(batch: Batch, record: Record) -> Outcome:
    """Decide about one ``result`` or ``finding`` whose sender may write to the assignment."""
    try:
        if record.kind == "result":
            return _decide_result(batch, record, batch.assignments[record.assignment])
        return _decide_finding(batch, record, batch.assignments[record.assignment])
    except Refusal as refusal:
        return refused(record, refusal.code, refusal.message, field_name=refusal.field_name)


# --- answers --------------------------------------------------------------------------------------------------------------


def _decide_result(batch: Batch, record: Record, assignment: Assignment) -> Outcome:
    item = _item_asked(batch, record.data, assignment)
    values = _answer(record.data, item)
    current = batch.results.get((assignment.pk, item.pk))
    if current is not None and all(getattr(current, name) == value for name, value in values.items()):
        return stored(record, "same", result_copy(current))
    if not is_open(assignment):
        raise closed(assignment)
    if current is None:
        return _new_result(batch, record, assignment, item, values)
    if current.revision != record.base_revision:
        return conflict(record, result_copy(current))
    before = words_of(current)
    batch.change(current, {**values, "answered_by": batch.by, "answered_at": batch.moment(record.recorded_at)})
    _note_result(batch, current, assignment, before)
    return stored(record, "updated", result_copy(current))


def _new_result(batch: Batch, record: Record, assignment: Assignment, item: ChecklistItem, values: dict[str, Any]) -> Outcome:
    if record.id in batch.result_ids:
        raise Refusal("id_taken", ID_TAKEN)
    at = batch.moment(record.recorded_at)
    result = CheckResult(id=record.id, assignment=assignment, item=item, answered_by=batch.by, answered_at=at, **values)
    batch.results[assignment.pk, item.pk] = result
    batch.result_ids.add(result.pk)
    batch.add(result)
    _note_result(batch, result, assignment, "")
    return created(record)


def _note_result(batch: Batch, result: CheckResult, assignment: Assignment, before: str) -> None:
    summary = f"填写“{assignment.organization}”的检查项“{result.item}”"
    batch.note("inspections.result_save", summary, result, assignment, {"检查结果": [before, words_of(result)]})


def _item_asked(batch: Batch, data: ResultData, assignment: Assignment) -> ChecklistItem:
    """Return the item of the campaign's version that has the code of the phone's."""
    checklist = assignment.campaign.checklist_id
    if not batch.in_lineage(data.checklist, checklist):
        raise Refusal("checklist_changed", "这次督查用的不是这份清单，请在手机上重新下载今天的任务后再填写。", "checklist")
    item = batch.item(assignment, data.item)
    if item is None:
        raise Refusal("item_gone", "现行清单里已没有这个检查项，答案没有上传。请重新下载清单，把内容填到相应的检查项或记为发现。", "item")
    only = batch.version(assignment).only.get(item.pk)
    if only and assignment.category_id not in only:
        raise Refusal("not_asked", "这个检查项不适用于该单位，请重新下载清单。", "item")
    return item


def _answer(data: ResultData, item: ChecklistItem) -> dict[str, Any]:
    """Return the fields of the answer that the item's kind has."""
    field = FIELD_OF[Kind(item.answer_kind)]
    given = [name for name in FIELD_OF.values() if getattr(data, name)]
    if given and field not in given:
        raise Refusal("item_changed", f"检查项“{item}”的答案类型已改为“{item.get_answer_kind_display()}”，请重新下载清单后填写。", "item")
    values: dict[str, Any] = {**EMPTY, "note": data.note}
    if field == "number":
        try:
            number, said_approximate = read_number(data.number or "", item.unit_of_measure)
        except ValueError as error:
            raise Refusal("invalid", str(error), "number") from error
        values["number"] = number
        values["is_approximate"] = number is not None and (data.is_approximate or said_approximate)
    else:
        values[field] = getattr(data, field)
    return values


# --- findings -------------------------------------------------------------------------------------------------------------


def _decide_finding(batch: Batch, record: Record, assignment: Assignment) -> Outcome:
    current = batch.findings.get(record.id)
    if current is not None and current.assignment_id != assignment.pk:
        raise Refusal("id_taken", ID_TAKEN)
    values, told = _content(batch, record.data, assignment)
    if current is not None and all(getattr(current, name) == value for name, value in values.items()):
        return stored(record, "same", finding_copy(current), message=told)
    if not is_open(assignment):
        raise closed(assignment)
    if current is None:
        return _new_finding(batch, record, assignment, values, told)
    if current.is_withdrawn:
        raise Refusal("withdrawn", "这条发现已经撤回，不能再修改。需要时请另存为新的发现。")
    if current.revision != record.base_revision:
        return conflict(record, finding_copy(current))
    before = in_words({name: getattr(current, name) for name in values})
    batch.change(current, values)
    changes = changes_between(before, in_words(values), LABELS)
    batch.note("inspections.finding_update", f"修改发现：{current.text}", current, assignment, changes)
    return stored(record, "updated", finding_copy(current), message=told)


def _new_finding(batch: Batch, record: Record, assignment: Assignment, values: dict[str, Any], told: str) -> Outcome:
    related = {f"{name}_id": row.pk if (row := values[name]) else None for name in RELATED}
    finding = Finding(
        id=record.id,
        assignment_id=assignment.pk,
        campaign_id=assignment.campaign_id,
        organization_id=assignment.organization_id,
        organization_path=assignment.organization_path,
        recorded_by_id=batch.by.pk,
        recorded_at=batch.moment(record.recorded_at),
        received_at=batch.now,
        changed_at=batch.now,
        withdrawn_at=None,
        withdrawn_reason="",
        revision=1,
        **related,
        **{name: value for name, value in values.items() if name not in RELATED},
    )
    batch.findings[finding.pk] = finding
    batch.add(finding)
    batch.note("inspections.finding_create", f"记录发现（{KIND_WORDS[finding.kind]}）：{finding.text}", finding, assignment)
    return created(record, message=told)


def _content(batch: Batch, data: FindingData, assignment: Assignment) -> tuple[dict[str, Any], str]:
    """Return the fields of a finding, placed in the campaign's checklist by the codes, and what the writer should be told of it."""
    if not batch.in_lineage(data.checklist, assignment.campaign.checklist_id):
        raise Refusal("checklist_changed", "这次督查用的不是这份清单，请重新下载今天的任务，再为这条发现选择主题。", "checklist")
    item = batch.item(assignment, data.item)
    theme = item.theme if item else batch.version(assignment).themes.get(data.theme)
    if theme is None:
        raise Refusal("theme_gone", "现行清单里已没有这条发现所属的主题，请重新下载清单，选择主题后再上传。", "theme")
    told = f"现行清单里已没有原来的检查项，这条发现归入主题“{theme}”。" if data.item and item is None else ""
    standard = batch.standards.get(data.standard) if data.standard else None
    good = Finding.Kind(data.kind) == Finding.Kind.GOOD_PRACTICE
    values = {
        "kind": data.kind,
        "theme": theme,
        "item": item,
        "standard": standard if standard and standard.kind == data.kind else None,
        "text": data.text,
        "severity": str(Finding.Severity.GENERAL) if good else data.severity or str(Finding.Severity.GENERAL),
        "cause": "" if good else data.cause,
        "measure": "" if good else data.measure,
    }
    return values, told
