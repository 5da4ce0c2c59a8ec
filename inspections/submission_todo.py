"""待办 about submissions: what a liaison has to hand in, what waits for the office."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Q
from django.urls import reverse

from inspections.models import Submission
from inspections.models.submission import office_organization_ids
from units.models import User
from units.todo import Todo, todo_provider

SHOWN = 20
S = Submission.Status
WHY = {
    S.NOTIFIED: ("请先签收督查通知，再报送材料。", "待签收"),
    S.RECEIVED: ("上传写好的材料，核对指标后提交。", "待报送"),
    S.RETURNED: ("材料被退回，请按意见修改后重新提交。", "已退回"),
}


@todo_provider
def submission_todos(user: User) -> Iterator[Todo]:
    """What ``user`` has to hand in, and what was handed in and waits for a decision."""
    if user.liaison_organization_ids or office_organization_ids(user):
        yield from _own(user)
    if user.office_paths:
        yield from _waiting(user)


def _own(user: User) -> Iterator[Todo]:
    rows = Submission.objects.fillable_by(user).with_the_organization().select_related("organization", "campaign")
    for row in rows.order_by("due_on")[:SHOWN]:
        why, label = WHY[S(row.status)]
        tone = "bad" if row.is_overdue or row.status == S.RETURNED else "warn"
        label = f"逾期 {row.late_days} 天" if row.is_overdue else label
        url = reverse("inspections:submission_detail", args=[row.pk])
        due = None if row.status == S.RETURNED else row.due_on
        yield Todo(f"{row.get_kind_display()}：{row.campaign}", why, url, label, tone, due_on=due, whom=str(row.organization))


def _waiting(user: User) -> Iterator[Todo]:
    rows = Submission.objects.decidable_by(user).values("campaign__code", "campaign__title").order_by("campaign__code")
    late = Q(first_submitted_at=None) & Q(pk__in=Submission.objects.overdue().values("pk"))
    counted = rows.annotate(waiting=Count("pk", filter=Q(status=S.SUBMITTED)), late=Count("pk", filter=late))
    for row in counted.filter(Q(waiting__gt=0) | Q(late__gt=0))[:SHOWN]:
        page = reverse("inspections:submission_list", args=[row["campaign__code"]])
        title = row["campaign__title"]
        if row["waiting"]:
            yield Todo(title, f"有 {row['waiting']} 份报送材料等待审阅。", f"{page}?status=submitted", "待审阅", "warn")
        if row["late"]:
            yield Todo(title, f"有 {row['late']} 个单位逾期没有报送。", f"{page}?status=overdue", "逾期", "bad")
