"""The verb on ranking. Numbers beside organizations turn help into a contest, so it takes an administrator and a reason that all can read."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from inspections.actions.revisions import RevisionConflict
from jobs.errors import Refused
from reports.models import RankingSetting
from units.actions.activity import changes_between, record
from units.models import User

LABELS = {"is_on": "允许排名", "reason": "原因"}


@transaction.atomic
def set_ranking(*, is_on: bool, reason: str, by: User, base_revision: int) -> RankingSetting:
    """Turn ranking on the leaders' page on or off. Saving the same again changes nothing.

    Raises ``Refused`` for anybody but an administrator, or without a reason to turn it on, ``RevisionConflict`` when somebody was faster.
    """
    if not by.keeps_directory:
        raise Refused("排名由系统管理员设置。")
    reason = " ".join(reason.split())
    if is_on and not reason:
        raise Refused("打开排名前，请写明原因。督查总览上会显示这个原因。")
    before, _ = RankingSetting.objects.get_or_create(pk=1)
    old, new = {"is_on": before.is_on, "reason": before.reason}, {"is_on": is_on, "reason": reason}
    if old == new:
        return before
    changed = RankingSetting.objects.filter(pk=1, revision=base_revision).update(
        **new, changed_by=by, changed_at=timezone.now(), revision=F("revision") + 1
    )
    if not changed:
        raise RevisionConflict(before)
    fresh = RankingSetting.current()
    was, now = ({**values, "is_on": "是" if values["is_on"] else "否"} for values in (old, new))
    what = f"{'打开' if is_on else '关闭'}督查总览的排名" if old["is_on"] != is_on else "修改允许排名的原因"
    record(by, "reports.ranking_settings", f"{what}：{reason or '未写原因'}", fresh, changes=changes_between(was, now, LABELS))
    return fresh
