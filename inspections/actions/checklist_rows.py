"""The verbs on the rows of a draft: themes and items. Every one takes the draft first, so a published version refuses them all."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Max

from inspections.actions.checklists import ITEM_FIELDS, THEME_FIELDS, copy_item, labels_of, log_change, open_draft
from inspections.actions.merging import Merge, Values, merged, plain, snapshot
from inspections.models import Checklist, ChecklistItem, ChecklistTheme, StandardFinding
from jobs.errors import Refused
from units.actions.activity import changes_between
from units.models import OrganizationCategory, User


class Gone(Refused):
    """The row was deleted by somebody else."""


# --- codes -----------------------------------------------------------------------------------------------------------------


def _last_number(prefix: str, codes: Iterable[str]) -> int:
    found = (re.fullmatch(re.escape(prefix) + r"(\d{1,6})", code) for code in codes)
    return max((int(match[1]) for match in found if match), default=0)


def next_theme_code() -> str:
    """Return ``T`` and the next number free on the whole site.

    Standard wordings and comparisons find themes by code, so a new theme must not be taken for another checklist's.
    """
    used = ChecklistTheme.objects.filter(code__startswith="T").values_list("code", flat=True)
    worded = StandardFinding.objects.filter(theme_code__startswith="T").values_list("theme_code", flat=True)
    return f"T{_last_number('T', {*used, *worded}) + 1}"


def next_item_code(theme: ChecklistTheme) -> str:
    """Return the theme's code, a hyphen and the next number free on the whole site."""
    prefix = f"{theme.code[:13]}-"
    used = ChecklistItem.objects.filter(code__startswith=prefix).values_list("code", flat=True)
    worded = StandardFinding.objects.filter(item_code__startswith=prefix).values_list("item_code", flat=True)
    return f"{prefix}{_last_number(prefix, {*used, *worded}) + 1}"


def _refuse_taken(rows: Any, code: str, what: str) -> None:
    taken = rows.filter(code=code).first()
    if taken:
        raise Refused(f"编码“{code}”已被本清单的{what}“{taken}”使用，请换一个。")


def _refuse_published(checklist: Checklist, rows: Any, code: str) -> None:
    """``rows`` are those of the other versions: a code that was published once is what later rounds are compared by."""
    if rows.exists():
        raise Refused(
            f"编码“{code}”已随“{checklist.name}”以前的版本发布，不能改，否则无法和以往督查比较。确要替换的，请删除本行后另行添加。"
        )


def _carry_wordings(field: str, rows: Any, old: str, new: str) -> None:
    """Let standard wordings follow a row whose code changes, unless another row still bears the old code."""
    if not rows.filter(code=old).exists():
        StandardFinding.objects.filter(**{field: old}).update(**{field: new})


# --- themes ----------------------------------------------------------------------------------------------------------------


def _theme(checklist: Checklist, pk: int) -> ChecklistTheme:
    theme = checklist.themes.filter(pk=pk).first()
    if theme is None:
        raise Gone("这个主题已被别人删除。您填写的内容还在页面上；请刷新页面，再重新添加。")
    return theme


@transaction.atomic
def add_theme(checklist: Checklist, *, name: str, by: User) -> ChecklistTheme:
    """Add a theme behind the others, with a new code."""
    open_draft(checklist)
    last = checklist.themes.aggregate(last=Max("order"))["last"] or 0
    theme = ChecklistTheme.objects.create(checklist=checklist, name=name, code=next_theme_code(), order=last + 1)
    log_change(checklist, "theme_add", f"添加主题“{name}”", theme, by=by)
    return theme


@transaction.atomic
def update_theme(checklist: Checklist, pk: int, *, base: Values, values: Values, by: User) -> Merge:
    """Change a theme's own fields. Raises ``Conflict``, ``Gone``, or ``Refused`` for a code used twice."""
    open_draft(checklist)
    theme = _theme(checklist, pk)
    before = snapshot(theme, THEME_FIELDS)
    found = merged(base, values, before)
    if found.write:
        if "code" in found.write:
            _refuse_taken(checklist.themes.exclude(pk=pk), found.write["code"], "主题")
            earlier = ChecklistTheme.objects.filter(checklist__lineage=checklist.lineage, code=before["code"])
            _refuse_published(checklist, earlier.exclude(checklist=checklist), before["code"])
        ChecklistTheme.objects.filter(pk=pk).update(**found.write)
        if "code" in found.write:
            _carry_wordings("theme_code", ChecklistTheme.objects, before["code"], found.write["code"])
        changes = changes_between(before, {**before, **found.write}, labels_of(ChecklistTheme, THEME_FIELDS))
        log_change(checklist, "theme_update", f"修改主题“{theme.name}”", theme, changes, by=by)
    return found


@transaction.atomic
def delete_theme(checklist: Checklist, pk: int, *, seen: int, by: User) -> None:
    """Delete a theme with its items. Raises ``Refused`` when it holds more than the ``seen`` items that the sender looked at."""
    open_draft(checklist)
    theme = _theme(checklist, pk)
    if theme.items.count() > seen:
        raise Refused(f"“{theme.name}”下刚有别人添加了检查项，没有删除。请刷新页面看过新内容后，再决定是否删除。")
    log_change(checklist, "theme_delete", f"删除主题“{theme.name}”及其 {theme.items.count()} 个检查项", theme, by=by)
    theme.delete()


@transaction.atomic
def duplicate_theme(checklist: Checklist, pk: int, *, by: User) -> ChecklistTheme:
    """Copy a theme with its items and put the copy right behind it; all get new codes."""
    open_draft(checklist)
    theme = _theme(checklist, pk)
    copy = ChecklistTheme.objects.create(
        checklist=checklist,
        code=next_theme_code(),
        name=_copied(theme.name, ChecklistTheme, "name"),
        report_heading=theme.report_heading,
        order=theme.order,
    )
    for number, item in enumerate(theme.items.all(), start=1):
        copy_item(item, theme=copy, order=number, code=f"{copy.code}-{number}")
    rows = [row for row in checklist.themes.all() if row.pk != copy.pk]
    rows.insert(rows.index(theme) + 1, copy)
    _renumber(ChecklistTheme, rows)
    log_change(checklist, "theme_duplicate", f"复制主题“{theme.name}”", copy, by=by)
    return copy


@transaction.atomic
def place_theme(checklist: Checklist, pk: int, *, before: int | None, by: User) -> None:
    """Move a theme in front of the theme ``before``, to the end when ``None`` or when that one is gone."""
    open_draft(checklist)
    theme = _theme(checklist, pk)
    rows = [row for row in checklist.themes.all() if row.pk != pk]
    if _renumber(ChecklistTheme, _inserted(rows, theme, before)):
        log_change(checklist, "theme_place", f"调整主题“{theme.name}”的顺序", theme, by=by)


# --- items -----------------------------------------------------------------------------------------------------------------


def _item(checklist: Checklist, pk: int) -> ChecklistItem:
    item = ChecklistItem.objects.filter(theme__checklist=checklist, pk=pk).select_related("theme").first()
    if item is None:
        raise Gone("这个检查项已被别人删除。您填写的内容还在页面上，可以作为新检查项重新添加。")
    return item


def _items(checklist: Checklist) -> Any:
    return ChecklistItem.objects.filter(theme__checklist=checklist)


@transaction.atomic
def add_item(checklist: Checklist, theme_pk: int, *, values: dict[str, Any], by: User) -> ChecklistItem:
    """Add an item at the end of a theme; without a code among ``values`` it gets a new one."""
    open_draft(checklist)
    theme = _theme(checklist, theme_pk)
    fields = dict(values)
    categories = fields.pop("categories", ())
    fields["code"] = fields.get("code") or next_item_code(theme)
    _refuse_taken(_items(checklist), fields["code"], "检查项")
    last = theme.items.aggregate(last=Max("order"))["last"] or 0
    item = ChecklistItem.objects.create(theme=theme, order=last + 1, **fields)
    item.categories.set(categories)
    log_change(checklist, "item_add", f"在“{theme.name}”下添加检查项“{item.question}”", item, by=by)
    return item


@transaction.atomic
def update_item(checklist: Checklist, pk: int, *, base: Values, values: dict[str, Any], by: User) -> Merge:
    """Change an item's fields to the cleaned ``values``, only those that the sender changed since ``base``.

    Raises ``Conflict``, ``Gone``, or ``Refused`` for a code used twice.
    """
    open_draft(checklist)
    item = _item(checklist, pk)
    before = snapshot(item, ITEM_FIELDS)
    found = merged(base, {name: plain(value) for name, value in values.items()}, before)
    if found.write:
        _write_item(checklist, item, {name: values[name] for name in found.write})
        changes = changes_between(_in_words(before), _in_words({**before, **found.write}), labels_of(ChecklistItem, ITEM_FIELDS))
        log_change(checklist, "item_update", f"修改检查项“{item.question}”", item, changes, by=by)
    return found


def _write_item(checklist: Checklist, item: ChecklistItem, values: dict[str, Any]) -> None:
    new_code = values.get("code")
    if new_code:
        _refuse_taken(_items(checklist).exclude(pk=item.pk), new_code, "检查项")
        earlier = ChecklistItem.objects.filter(theme__checklist__lineage=checklist.lineage, code=item.code)
        _refuse_published(checklist, earlier.exclude(theme__checklist=checklist), item.code)
    categories = values.pop("categories", None)
    if values:
        ChecklistItem.objects.filter(pk=item.pk).update(**values)
    if categories is not None:
        item.categories.set(categories)
    if new_code:
        _carry_wordings("item_code", ChecklistItem.objects, item.code, new_code)


def _in_words(values: Values) -> Values:
    """Return an item's values as the log shows them: choices, truth values and categories by name."""
    names = OrganizationCategory.objects.filter(pk__in=values["categories"]).values_list("name", flat=True)
    yes_no = {True: "是", False: "否"}
    return {
        **values,
        "answer_kind": ChecklistItem.AnswerKind(values["answer_kind"]).label,
        "is_approximate": yes_no[values["is_approximate"]],
        "is_required": yes_no[values["is_required"]],
        "categories": "、".join(names),
    }


@transaction.atomic
def delete_item(checklist: Checklist, pk: int, *, base: Values, by: User) -> None:
    """Delete an item. Raises ``Conflict`` when somebody changed it since ``base`` (what the sender sees); ``{}`` deletes anyway."""
    open_draft(checklist)
    item = _item(checklist, pk)
    now = snapshot(item, base)
    changed = {name: now[name] for name in base if now[name] != base[name]}
    if changed:
        raise Refused(f"“{item.question}”刚被别人修改过，没有删除。请刷新页面看过新内容后，再决定是否删除。")
    log_change(checklist, "item_delete", f"删除检查项“{item.question}”", item, by=by)
    item.delete()


@transaction.atomic
def duplicate_item(checklist: Checklist, pk: int, *, by: User) -> ChecklistItem:
    """Copy an item with a new code and put the copy right behind it."""
    open_draft(checklist)
    item = _item(checklist, pk)
    question = _copied(item.question, ChecklistItem, "question")
    copy = copy_item(item, theme=item.theme, order=item.order, code=next_item_code(item.theme), question=question)
    rows = [row for row in item.theme.items.all() if row.pk != copy.pk]
    rows.insert(rows.index(item) + 1, copy)
    _renumber(ChecklistItem, rows)
    log_change(checklist, "item_duplicate", f"复制检查项“{item.question}”", copy, by=by)
    return copy


@transaction.atomic
def place_item(checklist: Checklist, pk: int, *, theme_pk: int, before: int | None, by: User) -> ChecklistItem:
    """Move an item into a theme, in front of the item ``before`` there, to the end when ``None`` or when that one is gone."""
    open_draft(checklist)
    item, theme = _item(checklist, pk), _theme(checklist, theme_pk)
    old = item.theme
    rows = [row for row in theme.items.all() if row.pk != pk]
    if old.pk != theme.pk:
        ChecklistItem.objects.filter(pk=pk).update(theme=theme)
        # Wordings name both codes, and the report groups findings by theme: they go with the item unless another version disagrees.
        if not ChecklistItem.objects.filter(code=item.code, theme__code=old.code).exists():
            StandardFinding.objects.filter(item_code=item.code, theme_code=old.code).update(theme_code=theme.code)
    moved = _renumber(ChecklistItem, _inserted(rows, item, before))
    if old.pk != theme.pk:
        log_change(checklist, "item_move", f"把检查项“{item.question}”移到“{theme.name}”", item, {"主题": [str(old), str(theme)]}, by=by)
    elif moved:
        log_change(checklist, "item_place", f"调整检查项“{item.question}”的顺序", item, by=by)
    return item


def _inserted(rows: list[Any], row: Any, before: int | None) -> list[Any]:
    place = next((index for index, other in enumerate(rows) if other.pk == before), len(rows))
    return [*rows[:place], row, *rows[place:]]


def _renumber(model: Any, rows: list[Any]) -> bool:
    """Number ``rows`` 1, 2, 3 … in one statement; say whether any number changed."""
    moved = [row for order, row in enumerate(rows, start=1) if row.order != order]
    for order, row in enumerate(rows, start=1):
        row.order = order
    model.objects.bulk_update(moved, ["order"])
    return bool(moved)


def _copied(text: str, model: Any, field: str) -> str:
    ending = "（副本）"
    return text[: model._meta.get_field(field).max_length - len(ending)] + ending
