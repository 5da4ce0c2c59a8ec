"""待办 of those who inspect and of those who are inspected: one line a campaign, the units themselves stand on the home page below."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from inspections.models import Assignment, Campaign
from inspections.models.campaign import Method
from units.models import User
from units.todo import Todo, todo_provider

RUNNING = Campaign.Status.RUNNING


@todo_provider
def team_todos(user: User) -> Iterator[Todo]:
    """What the user's teams have left to inspect; one query."""
    today = timezone.localdate()
    seats = Assignment.objects.filter(team__members__user=user, campaign__status=RUNNING).exclude(status=Assignment.Status.CONCLUDED)
    rows = seats.order_by("campaign__ends_on", "team").values(
        "team", "team__name", "campaign__code", "campaign__title", "campaign__ends_on"
    )  # fmt: skip
    for row in rows.annotate(left=Count("pk"), now=Count("pk", filter=Q(visit_on=today))):
        why = f"{row['team__name']}还有{row['left']}个单位没有办结" + (f"，今天督查{row['now']}个。" if row["now"] else "。")
        url = reverse("inspections:campaign_detail", args=[row["campaign__code"]])
        late = row["campaign__ends_on"] < today
        yield Todo(row["campaign__title"], why, url, "督查", "bad" if late else "info", due_on=row["campaign__ends_on"])


@todo_provider
def host_todos(user: User) -> Iterator[Todo]:
    """Inspections that the user's organizations have to prepare for; one query, none for those who are no liaison."""
    if not user.liaison_organization_ids:
        return
    rows = Assignment.objects.visible_to(user).filter(organization__in=user.liaison_organization_ids, campaign__status=RUNNING)
    rows = rows.filter(status=Assignment.Status.PLANNED, method=Method.ON_SITE).select_related("campaign", "organization")
    today = timezone.localdate()
    for row in rows.order_by("visit_on", "campaign__starts_on"):
        # That a team comes later than planned is not the unit's fault: a day that has passed is no deadline of theirs.
        day = row.visit_on if row.visit_on and row.visit_on >= today else None
        why = "督查组将到本单位督查，请对照检查内容准备材料。" if day else "请对照检查内容准备材料，等待督查组。"
        url = reverse("inspections:assignment_detail", args=[row.pk])
        yield Todo(row.campaign.title, why, url, "待督查", "info", due_on=day, whom=str(row.organization))
