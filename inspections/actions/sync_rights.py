"""Who may store records of an assignment: the inspector with a seat today; or the organizer's office for an inspector who had one."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from inspections.avoidance import relation
from inspections.models import Assignment, Campaign, TeamMember
from units.models import ActivityEntry, User

NO_ACCESS = "您现在不在负责这个单位的督查组，这条记录没有上传。记录仍在手机上，可以导出后交主办组织的办公室导入。"
FINISHED = "督查活动已经结束，不能再上传。记录仍在手机上；如确需补录，请主办组织的办公室重新打开活动，或导出后交办公室。"
READ_ONLY = "您可以查看这个督查任务，但不能填写。只有负责它的督查组和主办组织的办公室可以填写。"
NOT_YOURS = "您不是这项督查主办组织的办公室工作人员，不能导入这条记录。"
NEVER_SAT = "这条记录的填写人没有参加过这项督查的督查组，不能导入。请核对文件是否属于本次督查。"
MUST_AVOID = "按回避规定，这条记录的填写人不能督查这个单位，不能导入。"


def writable_ids(assignments: Iterable[Assignment], *, by: User, through: User | None) -> set[UUID]:
    """Return the assignments to which ``by`` may send records; ``through`` is who imports them from a file, with the office's right."""
    rows = list(assignments)
    if not rows:
        return set()
    if through is None:
        allowed = Assignment.objects.inspectable_by(by).filter(pk__one_of=[row.pk for row in rows]).order_by()
        return set(allowed.values_list("pk", flat=True))
    return {row.pk for row in rows if not refusal_of_import(row, by=by, through=through)[0]}


def refusal_of_import(assignment: Assignment, *, by: User, through: User) -> tuple[str, str]:
    """Return code and sentence why ``through`` may not import what ``by`` recorded; empty texts when nothing is against it."""
    campaign = assignment.campaign
    if not campaign.is_manageable_by(through):
        return "no_access", NOT_YOURS
    if campaign.status != Campaign.Status.RUNNING:
        return "campaign_finished", FINISHED
    if not sat_in(campaign, by):
        return "no_access", NEVER_SAT
    if any(relation(home, assignment.organization.path) for home in _homes(campaign, by)):
        return "no_access", MUST_AVOID
    return "", ""


def sat_in(campaign: Campaign, user: User) -> bool:
    """Whether ``user`` has or had a seat in a team of ``campaign``, or is of its office: seats that were given up stay in the log."""
    if TeamMember.objects.filter(team__campaign=campaign, user=user).exists() or campaign.is_manageable_by(user):
        return True
    joined = ActivityEntry.objects.about(campaign).filter(verb="inspections.team_add_member").values_list("changes", flat=True)
    return any(changes.get("账号", ["", ""])[1] == user.username for changes in joined)


def _homes(campaign: Campaign, user: User) -> list[str]:
    homes = TeamMember.objects.filter(team__campaign=campaign, user=user).values_list("home_organization__path", flat=True)
    # The office's own people enter findings of everybody; avoidance is a rule for teams.
    own = [user.organization.path] if user.organization and not campaign.is_manageable_by(user) else []
    return [*homes, *own]


def why_not(key: UUID, assignments: dict[UUID, Assignment], *, by: User, through: User | None) -> tuple[str, str]:
    """Return code and sentence for a record that may not be stored. Of what the user may not know, nothing is told."""
    assignment = assignments.get(key)
    if assignment is None:
        return "no_access", NOT_YOURS if through else NO_ACCESS
    if through is not None:
        return refusal_of_import(assignment, by=by, through=through)
    seated = TeamMember.objects.filter(team=assignment.team_id, user=by).exists() if assignment.team_id else False
    if assignment.campaign.status != Campaign.Status.RUNNING and (seated or assignment.campaign.is_manageable_by(by)):
        return "campaign_finished", FINISHED
    if Assignment.objects.visible_to(by).filter(pk=key).exists():
        return "read_only", READ_ONLY
    return "no_access", NO_ACCESS
