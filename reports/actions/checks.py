"""The verbs of the pre-issue check: put right by one click, let pass with a reason, and the office's own word list."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from jobs.errors import InvalidTransition, Refused
from reports.actions.content import plain_text
from reports.actions.editing import rename_section, save_paragraph
from reports.actions.guard import hold_open
from reports.actions.paragraphs import paragraph_in
from reports.actions.reports import update_report
from reports.checking import MECHANICAL, CheckMessage, Fix, Level
from reports.checkup import Checkup, check_report, section_uid
from reports.models import Report, Waiver, WatchWord
from units.actions.activity import changes_between, record

if TYPE_CHECKING:
    from units.models import PartyOrganization, User

GONE = "这条提示已不存在：文字可能刚被改过。请看刷新后的体检结果。"
MOST_ROUNDS = 6
"""Rules may uncover each other (a half-width mark that becomes a doubled one); a few rounds settle all of them."""
WORD_FIELDS = {"word": "词语", "advice": "建议写法", "blocks": "阻止签发"}


def _message(checkup: Checkup, mark: str) -> CheckMessage:
    for message in checkup.open:
        if message.mark == mark:
            return message
    raise InvalidTransition(GONE)


@transaction.atomic
def apply_fix(report: Report, mark: str, *, by: User) -> CheckMessage:
    """Carry out the fix of one message, as an edit like any other (history, undo). Returns the message.

    Raises ``InvalidTransition`` when the message is gone or the report issued, ``Refused`` when it has no fix.
    """
    hold_open(report)
    message = _message(check_report(report), mark)
    if message.fix is None:
        raise Refused("这条提示不能自动修正，请在编辑页改写。")
    _write(report, message.fix, by=by)
    return message


@transaction.atomic
def apply_mechanical_fixes(report: Report, *, by: User) -> int:
    """Put right all punctuation and forms that a rule decides. Returns how many fields were changed."""
    hold_open(report)
    changed: set[tuple[str, str]] = set()
    for _round in range(MOST_ROUNDS):
        fixes: dict[tuple[str, str], Fix] = {}
        for message in check_report(report).open:
            if message.fix is not None and message.code in MECHANICAL:
                fixes.setdefault((message.uid, message.field), message.fix)
        if not fixes:
            break
        for fix in fixes.values():
            _write(report, fix, by=by)
        changed |= fixes.keys()
    return len(changed)


def _write(report: Report, fix: Fix, *, by: User) -> None:
    sections: dict[str, int] = {section_uid(pk): pk for pk in report.sections.values_list("pk", flat=True)}
    if fix.uid in {"title", "addressee"}:
        report.refresh_from_db()
        if getattr(report, fix.uid) != fix.before:
            raise InvalidTransition(GONE)
        update_report(report, by=by, revision=report.revision, **{fix.uid: fix.after})
    elif fix.uid in sections:
        rename_section(report, sections[fix.uid], by=by, old=fix.before, heading=fix.after)
    else:
        row = paragraph_in(report, fix.uid)
        save_paragraph(report, fix.uid, by=by, revision=row.revision, **_new_values(row, fix))


def _new_values(row: Any, fix: Fix) -> dict[str, Any]:
    if not fix.field.startswith("table:"):
        if getattr(row, fix.field) != fix.before:
            raise InvalidTransition(GONE)
        return {fix.field: fix.after}
    _name, line, column = fix.field.split(":")
    table = copy.deepcopy(row.table)
    try:
        if str(table["rows"][int(line)][int(column)]) != fix.before:
            raise InvalidTransition(GONE)
        table["rows"][int(line)] = [*table["rows"][int(line)]]
        table["rows"][int(line)][int(column)] = fix.after
    except (IndexError, KeyError) as error:
        raise InvalidTransition(GONE) from error
    return {"table": table}


@transaction.atomic
def waive(report: Report, mark: str, reason: str, *, by: User) -> Waiver:
    """Let one message pass, with the reason. Raises ``Refused`` without a reason or for a message that stops the issue."""
    hold_open(report)
    reason = plain_text(reason).strip()
    if not reason:
        raise Refused("请写明放行的理由，理由会随报告保存。")
    message = _message(check_report(report), mark)
    if message.level == Level.BLOCK:
        raise Refused("这一条必须改正，不能放行。")
    text = f"{message.where}：{message.text}"[:300]
    waiver, made = Waiver.objects.get_or_create(
        report=report, mark=mark, defaults={"code": message.code, "text": text, "reason": reason[:300], "made_by": by}
    )
    if made:
        _log(by, "reports.check_waive", f"放行《{report.title}》的体检提示", report, {"提示": ["", text], "理由": ["", waiver.reason]})
    return waiver


@transaction.atomic
def take_back_waiver(report: Report, mark: str, *, by: User) -> None:
    """Show a message again that was let pass. Raises ``InvalidTransition`` when it is not let pass any more."""
    hold_open(report)
    waiver = report.waivers.filter(mark=plain_text(mark)).first()
    if waiver is None:
        raise InvalidTransition(GONE)
    _log(by, "reports.check_unwaive", f"撤回对《{report.title}》体检提示的放行", report, {"提示": [waiver.text, ""]})
    waiver.delete()


def _log(by: User, verb: str, summary: str, report: Report, changes: dict[str, Any]) -> None:
    record(by, verb, summary, report, organization=report.campaign.organizer, changes=changes)


# --- the office's own words -------------------------------------------------------------------------------------------------


def _once(write: Callable[[], WatchWord]) -> WatchWord:
    try:
        with transaction.atomic():
            return write()
    except IntegrityError as error:
        raise Refused("词表里已有这个词，请修改原有的一条。") from error


@transaction.atomic
def add_watch_word(organization: PartyOrganization, *, by: User, word: str, advice: str = "", blocks: bool = False) -> WatchWord:
    """Add a word to an organization's list. Raises ``Refused`` when it is there already."""
    row = _once(lambda: WatchWord.objects.create(organization=organization, word=word, advice=advice, blocks=blocks))
    record(by, "reports.watch_word_create", f"在词表中增加“{word}”", row, organization=organization)
    return row


@transaction.atomic
def update_watch_word(row: WatchWord, *, by: User, word: str, advice: str, blocks: bool) -> WatchWord:
    """Change one entry of the list. Raises ``Refused`` when the word stands in the list a second time."""
    before = {name: getattr(row, name) for name in WORD_FIELDS}
    row.word, row.advice, row.blocks = word, advice, blocks

    def write() -> WatchWord:
        row.save(update_fields=list(WORD_FIELDS))
        return row

    _once(write)
    changes = changes_between(before, {name: getattr(row, name) for name in WORD_FIELDS}, WORD_FIELDS)
    record(by, "reports.watch_word_update", f"修改词表中的“{word}”", row, organization=row.organization, changes=changes)
    return row


@transaction.atomic
def delete_watch_word(row: WatchWord, *, by: User) -> None:
    """Take a word off the list."""
    record(by, "reports.watch_word_delete", f"从词表中删除“{row.word}”", row, organization=row.organization)
    row.delete()
