"""The verb on the settings of the burden meter. Ranking organizations by burden is off until an administrator says why it is needed."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import F

from inspections.actions.revisions import RevisionConflict
from inspections.models import BurdenSetting
from jobs.errors import Refused
from units.actions.activity import changes_between, record
from units.models import User

FIELDS = ("ranks", "reason", "most_asks", "minutes_report", "minutes_visit", "minutes_number", "minutes_other")
LABELS = {name: str(BurdenSetting._meta.get_field(name).verbose_name) for name in FIELDS}  # type: ignore[union-attr]


@transaction.atomic
def update_burden_setting(*, by: User, base_revision: int, **fields: Any) -> BurdenSetting:
    """Change the settings. Raises ``Refused`` for a ranking without a reason or by anybody but an administrator, ``RevisionConflict``."""
    if not by.keeps_directory:
        raise Refused("负担提示的设置由系统管理员维护。")
    fields["reason"] = str(fields.get("reason", "")).strip()
    if fields.get("ranks") and not fields["reason"]:
        raise Refused("打开排序前，请写明原因。")
    current = BurdenSetting.objects.select_for_update().order_by("pk").first()
    if current is None:
        current = BurdenSetting.objects.create(pk=1)
    before = {name: getattr(current, name) for name in FIELDS}
    after = {**before, **fields}
    if before == after:
        return current
    if current.revision != base_revision:
        raise RevisionConflict(current)
    BurdenSetting.objects.filter(pk=current.pk).update(**fields, revision=F("revision") + 1)
    current.refresh_from_db()
    old, new = ({**values, "ranks": "是" if values["ranks"] else "否"} for values in (before, after))
    word = "打开" if after["ranks"] and not before["ranks"] else "关闭" if before["ranks"] and not after["ranks"] else ""
    summary = f"{word}按负担排序：{current.reason}" if word else "修改负担提示设置"
    record(by, "inspections.burden_update", summary, current, changes=changes_between(old, new, LABELS))
    return current
