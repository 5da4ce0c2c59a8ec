"""How one user wants to be told, and the robots of an office."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from units.actions.activity import changes_between, record
from units.models import NoticeSetting, PartyOrganization, Robot, User

LABELS = {"name": "名称", "kind": "类型", "names_units": "列出单位名称", "is_enabled": "启用"}


@transaction.atomic
def save_settings(user: User, *, email: str, digest: bool, paused_until: date | None, ways: dict[str, str]) -> None:
    """Keep the own address and channels. Kinds that chose nothing special are not kept, so that later defaults reach them."""
    before = User.objects.values("email").get(pk=user.pk)
    User.objects.filter(pk=user.pk).update(email=email)
    user.email = email
    chosen = {kind: way for kind, way in ways.items() if way != NoticeSetting.Way.BOTH}
    NoticeSetting.objects.update_or_create(user=user, defaults={"digest": digest, "paused_until": paused_until, "ways": chosen})
    changes = changes_between(before, {"email": email}, {"email": "邮箱"})
    record(user, "units.user_settings", "修改自己的通知设置", user, organization=user.organization, changes=changes)


@transaction.atomic
def create_robot(organization: PartyOrganization, *, by: User, **fields: object) -> Robot:
    """Set up a robot. The address and the secret are passwords in their kind: they stand in no record."""
    robot = Robot.objects.create(organization=organization, created_by=by, **fields)
    record(by, "units.robot_create", f"设置群机器人“{robot}”（{robot.get_kind_display()}）", robot, organization=organization)
    return robot


@transaction.atomic
def update_robot(robot: Robot, *, by: User, **fields: object) -> Robot:
    """Change a robot; an empty address or secret means the one that is there."""
    before = Robot.objects.get(pk=robot.pk)
    fields = {name: value for name, value in fields.items() if value != "" or name not in {"address", "secret"}}
    for name, value in fields.items():
        setattr(robot, name, value)
    robot.save(update_fields=[*fields, "changed_at"])
    changes = changes_between({name: getattr(before, name) for name in LABELS}, {name: getattr(robot, name) for name in LABELS}, LABELS)
    record(by, "units.robot_update", f"修改群机器人“{robot}”", robot, organization=robot.organization, changes=changes)
    return robot


@transaction.atomic
def delete_robot(robot: Robot, *, by: User) -> None:
    """Take a robot away; what it was sent stays on record."""
    record(by, "units.robot_delete", f"删除群机器人“{robot}”", robot, organization=robot.organization)
    robot.delete()
