"""The verbs on the library of standard wordings. A wording that findings rest on is retired, never deleted."""

from __future__ import annotations

import re
from typing import Any

from django.db import transaction

from inspections.actions.checklists import labels_of, log
from inspections.actions.merging import Merge, Values, merged, plain, snapshot
from inspections.models import StandardFinding
from jobs.errors import InvalidTransition, Refused
from units.actions.activity import changes_between
from units.models import User

STANDARD_FIELDS = (
    "kind",
    "theme_code",
    "item_code",
    "wording",
    "heading",
    "severity",
    "cause",
    "measure_heading",
    "measure",
    "lead_body",
)


def next_standard_code() -> str:
    """Return ``S`` and the next free number, at least four digits."""
    codes = StandardFinding.objects.filter(code__startswith="S").values_list("code", flat=True)
    numbers = [int(match[1]) for code in codes if (match := re.fullmatch(r"S(\d{1,9})", code))]
    return f"S{max(numbers, default=0) + 1:04d}"


@transaction.atomic
def create_standard(*, by: User, **fields: Any) -> StandardFinding:
    """Add a wording to the library; without ``code`` among ``fields`` it gets the next number."""
    fields["code"] = fields.get("code") or next_standard_code()
    standard = StandardFinding.objects.create(**fields)
    log("standard_create", f"新增规范表述“{standard.wording}”", standard, by=by)
    return standard


@transaction.atomic
def update_standard(standard: StandardFinding, *, base: Values, values: Values, by: User) -> Merge:
    """Change a wording; findings already noted keep their own text. Raises ``Conflict`` when both changed the same field."""
    locked = StandardFinding.objects.select_for_update().filter(pk=standard.pk).first()
    if locked is None:
        raise Refused("这条规范表述已被删除。您填写的内容还在页面上，可以另行新增。")
    before = snapshot(locked, STANDARD_FIELDS)
    found = merged(base, {name: plain(value) for name, value in values.items()}, before)
    if found.write:
        StandardFinding.objects.filter(pk=standard.pk).update(**found.write)
        standard.refresh_from_db()
        changes = changes_between(_in_words(before), _in_words({**before, **found.write}), labels_of(StandardFinding, STANDARD_FIELDS))
        log("standard_update", f"修改规范表述“{standard.wording}”", standard, changes, by=by)
    return found


def _in_words(values: Values) -> Values:
    return {
        **values,
        "kind": StandardFinding.Kind(values["kind"]).label,
        "severity": StandardFinding.Severity(values["severity"]).label,
    }


@transaction.atomic
def retire_standard(standard: StandardFinding, *, by: User) -> StandardFinding:
    """Offer a wording no longer. Raises ``InvalidTransition`` when it is retired already."""
    return _switch(standard, retired=True, by=by)


@transaction.atomic
def restore_standard(standard: StandardFinding, *, by: User) -> StandardFinding:
    """Offer a retired wording again. Raises ``InvalidTransition`` when it is in use already."""
    return _switch(standard, retired=False, by=by)


def _switch(standard: StandardFinding, *, retired: bool, by: User) -> StandardFinding:
    if not StandardFinding.objects.filter(pk=standard.pk, is_retired=not retired).update(is_retired=retired):
        raise InvalidTransition("这条规范表述已经停用，不需要再停用。" if retired else "这条规范表述已经启用，不需要再启用。")
    standard.refresh_from_db()
    word = "停用" if retired else "启用"
    log("standard_retire" if retired else "standard_restore", f"{word}规范表述“{standard.wording}”", standard, by=by)
    return standard


@transaction.atomic
def delete_standard(standard: StandardFinding, *, by: User) -> None:
    """Delete a wording that no finding was ever noted with. Raises ``Refused`` otherwise."""
    used = standard.findings.count()
    if used:
        raise Refused(f"这条规范表述已被 {used} 条督查发现引用，不能删除。不再使用时请停用它。")
    log("standard_delete", f"删除规范表述“{standard.wording}”", standard, by=by)
    standard.delete()
