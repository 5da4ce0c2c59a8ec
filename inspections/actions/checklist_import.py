"""The verb that takes a checked spreadsheet in: all of it or nothing."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from inspections.actions.checklists import log, log_change, open_draft
from inspections.actions.standards import STANDARD_FIELDS, next_standard_code
from inspections.checklist_files.comparing import library_state, match_wordings, wording_snapshot
from inspections.checklist_files.content import Content
from inspections.models import Checklist, ChecklistItem, ChecklistTheme, StandardFinding
from jobs.errors import InvalidTransition, Refused
from units.models import OrganizationCategory, User


@transaction.atomic
def import_checklist(
    content: Content,
    *,
    by: User,
    library: dict[str, dict[str, Any]],
    name: str = "",
    draft: Checklist | None = None,
    revision: int = 0,
) -> Checklist:
    """Make a new draft called ``name`` from a checked file, or put its content in the place of ``draft``'s.

    ``revision`` of the draft and ``library`` (the touched wordings) are as they were when the file was checked. Raises
    ``InvalidTransition`` when either has changed since, or when the draft has been published.
    """
    if library_state(content) != library:
        raise InvalidTransition("规范表述库在检查之后被修改过，没有导入。请重新上传文件，看过新的检查结果再确认。")
    if draft is None:
        checklist = Checklist.objects.create(name=name)
        log("checklist_import", f"从表格导入督查清单“{name}”", checklist, by=by)
    else:
        checklist = draft
        open_draft(checklist)
        if checklist.revision != revision:
            raise InvalidTransition("这份草稿在检查之后被修改过，没有导入。请重新上传文件，看过新的检查结果再确认。")
        checklist.themes.all().delete()
        log_change(checklist, "checklist_import", f"用表格内容替换草稿，共 {len(content.items)} 个检查项", checklist, by=by)
    _write_rows(checklist, content)
    _write_wordings(content, by)
    checklist.refresh_from_db()
    return checklist


def _write_rows(checklist: Checklist, content: Content) -> None:
    categories = {category.name: category for category in OrganizationCategory.objects.all()}
    for theme_order, theme in enumerate(content.themes, start=1):
        fields = {name: value for name, value in theme.items() if name != "items"}
        row = ChecklistTheme.objects.create(checklist=checklist, order=theme_order, **fields)
        for order, values in enumerate(theme["items"], start=1):
            if any(name not in categories for name in values["categories"]):
                raise Refused("检查之后有单位类别被删除或改名，没有导入。请重新上传文件，按新的检查结果修改。")
            item = ChecklistItem.objects.create(theme=row, order=order, **_columns(values))
            item.categories.set([categories[name] for name in values["categories"]])


def _columns(values: dict[str, Any]) -> dict[str, Any]:
    fields = {name: value for name, value in values.items() if name != "categories"}
    return {**fields, "cut_off_on": fields["cut_off_on"] or None, "target": fields["target"] or None}


def _write_wordings(content: Content, by: User) -> None:
    for wording, old in match_wordings(content):
        fields = {name: wording[name] for name in (*STANDARD_FIELDS, "is_retired")}
        if old is None:
            standard = StandardFinding.objects.create(code=wording["code"] or next_standard_code(), **fields)
            log("standard_import", f"导入规范表述“{standard.wording}”", standard, by=by)
        elif wording_snapshot(old) != {**fields, "code": old.code}:
            StandardFinding.objects.filter(pk=old.pk).update(**fields)
            log("standard_import", f"按导入的表格修改规范表述“{wording['wording']}”", old, by=by)
