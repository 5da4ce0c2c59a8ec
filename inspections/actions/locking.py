"""All who set up one campaign stand in one queue: no member joins two teams, nothing moves while it starts."""

from __future__ import annotations

from inspections.models import Campaign
from jobs.errors import InvalidTransition

S = Campaign.Status

WHY = {
    S.PREPARING: "督查活动还在筹备中，请先完成设置并启动。",
    S.RUNNING: "督查活动已经启动，不能再这样修改。请刷新页面，按启动后的方式调整。",
    S.FINISHED: "督查活动已经结束，内容不能再改。如确需修改，请先在活动页重新打开。",
}


def locked(campaign: Campaign, *statuses: str) -> Campaign:
    """Lock a campaign's row until the transaction ends and return it as it is now.

    On SQLite the transaction itself is the lock. Raises ``InvalidTransition`` when the campaign is in none of ``statuses`` (any but
    finished when none are given), or has been deleted.
    """
    # no_key: rows that name the campaign may still be added meanwhile. Else an inspector who notes a finding and somebody who finishes
    # the campaign would wait for each other.
    now = Campaign.objects.select_for_update(no_key=True).filter(pk=campaign.pk).first()
    if now is None:
        raise InvalidTransition("这项督查活动已被删除，没有保存。")
    if now.status not in (statuses or (S.PREPARING, S.RUNNING)):
        raise InvalidTransition(WHY[S(now.status)])
    return now
