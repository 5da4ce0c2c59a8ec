"""The verbs on accounts and appointments."""

from __future__ import annotations

import secrets
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from jobs.errors import InvalidTransition, Refused
from units import lockout
from units.actions.activity import changes_between, record
from units.models import Appointment, PartyOrganization, User
from units.offices import lasting, refusal_of_role

Role = Appointment.Role
ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Without characters that are mistaken for each other when a password is read out: 0 O, 1 l I i o L."""
LABELS = {"username": "用户名", "display_name": "姓名", "organization": "所在组织", "duty_title": "职务", "email": "邮箱"}


def one_time_password() -> str:
    """Return a random password in three groups, about 70 bits; its owner must change it at the first log-in."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(3))


@transaction.atomic
def create_user(*, by: User, **fields: Any) -> tuple[User, str]:
    """Create an account; return it with its one-time password, which is kept nowhere else."""
    password = one_time_password()
    user = User(must_change_password=True, **fields)
    user.set_password(password)
    user.save(force_insert=True)
    record(by, "units.user_create", f"新增用户“{user}”（{user.username}）", user, organization=user.organization)
    return user, password


@transaction.atomic
def update_user(user: User, *, by: User, **fields: Any) -> User:
    """Change name, home organization, duty title or mail address."""
    before = User.objects.select_related("organization").get(pk=user.pk)
    for name, value in fields.items():
        setattr(user, name, value)
    user.save(update_fields=list(fields))
    changes = changes_between({name: getattr(before, name) for name in fields}, fields, LABELS)
    record(by, "units.user_update", f"修改用户“{user}”", user, organization=user.organization, changes=changes)
    return user


def _refuse_climbing(user: User, by: User) -> None:
    """Who took over the account made on the console, or that of the security administrator or auditor, would judge the own acts."""
    other = lasting(User.objects.filter(pk=user.pk)).filter(role__in=(Role.SECURITY, Role.AUDITOR)).first()
    if other and not by.is_superuser and not by.has_role(other.role):
        message = (
            f"“{user}”是{other.get_role_display()}，须先由安全管理员结束其任职，再重置或停用；"
            "本人忘记密码又不便调整任职的，由能登录服务器的人员执行 reset_password 命令。"
        )
        raise Refused(message)
    if user.is_superuser and not by.is_superuser:
        message = f"“{user}”是在服务器上建立的初始账号，不能在这里重置或停用。请由能登录服务器的人员办理。"
        raise Refused(message)


@transaction.atomic
def reset_password(user: User, *, by: User) -> str:
    """Give ``user`` a new one-time password and return it; running sessions of the account end.

    Raises ``Refused`` for oneself, and for the account made on the console unless it is reset by its like.
    """
    if user.pk == by.pk:
        message = "自己的密码请用左下角的“修改密码”更换。"
        raise Refused(message)
    _refuse_climbing(user, by)
    return _give_password(user, by)


@transaction.atomic
def reset_at_console(user: User) -> str:
    """The same for whoever works at the server, who is nobody to the program; it is recorded as the system's act."""
    return _give_password(user, None)


def _give_password(user: User, by: User | None) -> str:
    password = one_time_password()
    user.set_password(password)
    user.must_change_password = True
    user.password_changed_at = timezone.now()
    user.save(update_fields=["password", "must_change_password", "password_changed_at"])
    user.sessions.all().delete()
    where = "" if by else "在服务器上"
    record(by, "units.user_reset_password", f"{where}重置用户“{user}”的密码", user, organization=user.organization)
    return password


@transaction.atomic
def deactivate_user(user: User, *, by: User) -> User:
    """Close an account: nobody can log in with it, running sessions end. Raises ``Refused`` as ``reset_password`` does."""
    if user.pk == by.pk:
        message = "不能停用自己的账号，请由另一位系统管理员办理。"
        raise Refused(message)
    _refuse_climbing(user, by)
    if not User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
        message = f"“{user}”的账号已经停用。"
        raise InvalidTransition(message)
    user.sessions.all().delete()
    user.refresh_from_db()
    record(by, "units.user_deactivate", f"停用用户“{user}”", user, organization=user.organization)
    return user


@transaction.atomic
def unlock_user(user: User, *, by: User) -> None:
    """Let somebody try again who gave a wrong password too often. Raises ``InvalidTransition`` when nothing is locked."""
    if not lockout.lift(user):
        message = f"“{user}”的账号没有被锁定。"
        raise InvalidTransition(message)
    record(by, "units.user_unlock", f"解除用户“{user}”的登录锁定", user, organization=user.organization)


@transaction.atomic
def activate_user(user: User, *, by: User) -> User:
    """Open a closed account again."""
    if not User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
        message = f"“{user}”的账号没有停用。"
        raise InvalidTransition(message)
    user.refresh_from_db()
    record(by, "units.user_activate", f"启用用户“{user}”", user, organization=user.organization)
    return user


@transaction.atomic
def appoint(
    user: User, *, role: str, organization: PartyOrganization, by: User, starts_on: date | None = None, ends_on: date | None = None
) -> Appointment:
    """Appoint ``user``; an appointment to the same place and role that has ended is opened again.

    Raises ``Refused`` when it is in force already, at a dissolved organization, for oneself, or when one person would hold two of the
    three offices, or one and a business role (``units.offices``).
    """
    # The row of the user is the lock: two people appointing at once could together break the rule below.
    User.objects.select_for_update().get(pk=user.pk)
    if not organization.is_active:
        message = f"“{organization}”已撤销，不能任职。"
        raise Refused(message)
    if refusal := refusal_of_role(user, role):
        raise Refused(refusal)
    if user.pk == by.pk and not by.is_superuser:
        message = "不能给自己任职，请由另一位安全管理员办理。"
        raise Refused(message)
    there = Appointment.objects.filter(user=user, organization=organization, role=role).first()
    if there and not there.is_over:
        message = f"“{user}”已经是{organization}的{there.get_role_display()}。"
        raise Refused(message)
    appointment = there or Appointment(user=user, organization=organization, role=role)
    appointment.starts_on, appointment.ends_on = starts_on or timezone.localdate(), ends_on
    appointment.save()
    changes = {"任期": ["", f"{appointment.starts_on}至{appointment.ends_on or '今'}"]}
    summary = f"任命“{user}”为{organization}{appointment.get_role_display()}"
    record(by, "units.user_appoint", summary, user, organization=organization, changes=changes)
    return appointment


@transaction.atomic
def end_appointment(appointment: Appointment, *, by: User) -> None:
    """End an appointment at once. Raises ``Refused`` for one's own last appointment in one of the offices that keep the site."""
    user, today = appointment.user, timezone.localdate()
    if appointment.role in {Role.ADMINISTRATOR, Role.SECURITY} and user.pk == by.pk and not user.is_superuser:
        others = user.appointments.current().filter(role=appointment.role).exclude(pk=appointment.pk)
        if not others.exists():
            label = appointment.get_role_display()
            message = f"这是您自己最后一项{label}任职，不能自行结束，请由另一位安全管理员办理。"
            raise Refused(message)
    if appointment.is_over:
        message = "这项任职已经结束。"
        raise InvalidTransition(message)
    if appointment.starts_on is None or appointment.starts_on < today:
        # The last day counts as in force, and ending must take the right away now.
        Appointment.objects.filter(pk=appointment.pk).update(ends_on=today - timedelta(days=1))
    else:
        Appointment.objects.filter(pk=appointment.pk).delete()
    summary = f"结束“{user}”的{appointment.organization}{appointment.get_role_display()}任职"
    record(by, "units.user_end_appointment", summary, user, organization=appointment.organization)
