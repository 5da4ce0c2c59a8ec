"""The verbs on how organizations are inspected: per category, and for single ones that deviate."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import F

from inspections.actions.locking import locked
from inspections.actions.merging import Values, merged
from inspections.models import Assignment, Campaign, CampaignMethod
from inspections.models.campaign import Activity, Method
from jobs.errors import InvalidTransition, Refused
from units.actions.activity import record
from units.models import OrganizationCategory, User


@dataclass(frozen=True)
class Way:
    """A method with its activities; a written inspection has none."""

    method: str
    activities: tuple[str, ...] = ()

    @classmethod
    def of(cls, row: CampaignMethod | Assignment) -> Way:
        """Read the way of a category or of one assignment."""
        return cls.made(row.method, row.activities)

    @classmethod
    def made(cls, method: str, activities: list[str] | tuple[str, ...]) -> Way:
        """Bring activities into their usual order and drop them where nobody visits."""
        ordered = tuple(value for value in Activity.values if value in activities) if method == Method.ON_SITE else ()
        return cls(method, ordered)

    def __str__(self) -> str:
        words = "、".join(str(Activity(value).label) for value in self.activities)
        return str(Method(self.method).label) + (f"（{words}）" if words else "")

    def check(self) -> None:
        """Raise ``Refused`` for a visit at which nothing is done."""
        if self.method == Method.ON_SITE and not self.activities:
            raise Refused("实地督查至少要选择一个环节。")


def ways_of(campaign: Campaign) -> dict[int, Way]:
    """Return the way of each category that has one."""
    return {row.category_id: Way.of(row) for row in campaign.methods.all()}


def base_of(campaign: Campaign) -> Values:
    """Return the ways as plain values by category: what the page carries to notice that somebody else changed them."""
    return {str(category): str(way) for category, way in ways_of(campaign).items()}


@transaction.atomic
def save_methods(campaign: Campaign, ways: dict[int, Way], *, base: Values, by: User) -> None:
    """Set the way of each category; assignments that followed their category follow it again, those that deviate stay.

    Raises ``Refused`` for a visit without activities, ``merging.Conflict`` when somebody else changed the same category meanwhile,
    ``InvalidTransition`` when the campaign has started.
    """
    now = locked(campaign, Campaign.Status.PREPARING)
    for way in ways.values():
        way.check()
    before = ways_of(now)
    mine = {str(category): str(way) for category, way in ways.items()}
    current = {key: str(before[int(key)]) if int(key) in before else "" for key in mine}
    write = merged(base, mine, current).write
    changes = {}
    for category in OrganizationCategory.objects.filter(pk__in=[int(key) for key in write]):
        old, new = before.get(category.pk), ways[category.pk]
        CampaignMethod.objects.update_or_create(
            campaign=now, category=category, defaults={"method": new.method, "activities": list(new.activities)}
        )
        _follow(now, category.pk, old, new)
        changes[category.name] = [str(old or ""), str(new)]
    if changes:
        text = "，".join(f"{name}{new}" for name, (_, new) in changes.items())
        _note(now, by, "campaign_methods", f"确定“{now}”的督查方式：{text}", changes)


def _follow(campaign: Campaign, category: int, old: Way | None, new: Way) -> None:
    usual = old or Way(Method.WRITTEN)
    rows = [row for row in campaign.assignments.filter(category=category) if Way.of(row) == usual]
    campaign.assignments.filter(pk__in=[row.pk for row in rows]).update(
        method=new.method, activities=list(new.activities), revision=F("revision") + 1
    )


@transaction.atomic
def change_method(assignment: Assignment, way: Way, *, revision: int, by: User) -> Assignment:
    """Let one organization be inspected in another way than its category, or in the same way again.

    Raises ``Refused`` for a visit without activities and ``InvalidTransition`` when the assignment is complete or was changed by
    somebody else since ``revision``.
    """
    way.check()
    now = locked(assignment.campaign)
    old = Way.of(assignment)
    moved = (
        now.assignments.unfinished()
        .filter(pk=assignment.pk, revision=revision)
        .update(method=way.method, activities=list(way.activities), revision=F("revision") + 1)
    )
    if not moved:
        raise InvalidTransition(f"“{assignment.organization}”刚刚被别人改动或已经办结，没有保存。现在显示的是最新内容，请核对后再改。")
    assignment.refresh_from_db()
    if old != way:
        text = f"“{now}”中“{assignment.organization}”改为{way}"
        record(
            by, "inspections.assignment_method", text, assignment, organization=now.organizer, changes={"督查方式": [str(old), str(way)]}
        )
    return assignment


def _note(campaign: Campaign, by: User, verb: str, summary: str, changes: dict[str, list[str]]) -> None:
    record(by, f"inspections.{verb}", summary, campaign, organization=campaign.organizer, changes=changes)
