"""Logging in and out and choosing one's password: what the log keeps about it."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from jobs.errors import Refused
from units.actions.activity import record
from units.models import ActivityEntry, Appointment, PartyOrganization, UsedPassword, User

KEPT = 10
"""Old passwords remembered; the rule in settings compares with fewer."""


def last_login_of(user: User) -> str:
    """Return the sentence that is shown after a log-in: when and from where the last one was, and what failed since; call it before."""
    last = ActivityEntry.objects.filter(actor=user, verb="units.user_login").order_by("-at").first()
    failed = ActivityEntry.objects.about(user).filter(verb="units.user_login_failed")
    if last is None:
        return "这是您第一次登录。"
    count = failed.filter(at__gt=last.at).count()
    where = f"，来自 {last.address}" if last.address else ""
    tries = f"此后有 {count} 次登录失败。" if count else ""
    return f"上次登录：{timezone.localtime(last.at):%Y-%m-%d %H:%M}{where}。{tries}如不是您本人操作，请立即修改密码并告知系统管理员。"


def note_login(user: User, *, address: str | None) -> None:
    """Log a successful log-in."""
    record(user, "units.user_login", f"{user}登录系统", user, address=address)


def note_failed_login(username: str, *, address: str | None) -> None:
    """Log a refused log-in. An unknown name is not kept: people type their password into the wrong field."""
    user = User.objects.filter(username=username).first()
    summary = f"账号“{user.username}”登录失败" if user else "登录失败，用户名不存在"
    record(None, "units.user_login_failed", summary, user, address=address)


def note_refused_sign_on(user: User | None, username: str) -> None:
    """Log that the provider of single sign-on vouched for somebody who has no account, or none that is open."""
    why = "不能使用" if user else "不存在"
    record(None, "units.user_login_failed", f"统一身份认证登录失败，账号“{username[:150]}”{why}", user)


def note_logout(user: User, *, address: str | None) -> None:
    """Log a log-out."""
    record(user, "units.user_logout", f"{user}退出登录", user, address=address)


@transaction.atomic
def change_own_password(user: User, password: str, *, address: str | None) -> None:
    """Set the password that ``user`` chose (already validated) and lift the duty to change it."""
    if user.password:
        UsedPassword.objects.create(user=user, password=user.password)
    user.set_password(password)
    user.must_change_password = False
    user.password_changed_at = timezone.now()
    user.save(update_fields=["password", "must_change_password", "password_changed_at"])
    kept = user.used_passwords.order_by("-pk").values("pk")[:KEPT]
    user.used_passwords.exclude(pk__in=list(kept.values_list("pk", flat=True))).delete()
    record(user, "units.user_change_password", f"{user}修改了自己的密码", user, address=address)


def check_name(username: str) -> None:
    """Raise ``Refused`` when ``username`` cannot be that of a new account."""
    try:
        User._meta.get_field("username").clean(username, None)
    except ValidationError as error:
        message = "用户名不能为空，只能用汉字、字母、数字和 @ . + - _ ，不能有空格。不在终端里运行时用 --username 给出。"
        raise Refused(message) from error
    if User.objects.filter(username__iexact=username).exists():
        message = f"用户名“{username}”已被使用，请换一个。"
        raise Refused(message)


def check_password(password: str, **of_user: str) -> None:
    """Raise ``Refused`` with all that is wrong with a password; ``of_user`` are the fields it must not resemble."""
    try:
        validate_password(password, User(**of_user))
    except ValidationError as error:
        raise Refused("".join(error.messages)) from error


@transaction.atomic
def create_administrator(*, username: str, display_name: str, password: str, office: str = "") -> User:
    """Create an account from the console of the server, where nobody is logged in yet.

    With ``office`` it is one of 三员, else the initial account, which holds all three (``units.offices``).
    Raises ``Refused`` for a name that is taken, a password that is too weak, and an office while there is no organization to hold it at.
    """
    check_name(username)
    check_password(password, username=username, display_name=display_name)
    if not office:
        user: User = User.objects.create_superuser(username=username, password=password, display_name=display_name)
        record(None, "units.user_create", f"在服务器上新增初始账号“{user}”（{user.username}）", user)
        return user
    top = PartyOrganization.objects.active().order_by("path").first()
    if top is None:
        message = "组织名录还是空的，任职没有所在的组织。请先不带 --office 建立初始账号，登录后建立组织名录。"
        raise Refused(message)
    user = User.objects.create_user(username=username, password=password, display_name=display_name, organization=top)
    record(None, "units.user_create", f"在服务器上新增用户“{user}”（{user.username}）", user, organization=top)
    held = Appointment.objects.create(user=user, organization=top, role=office, starts_on=timezone.localdate())
    label = held.get_role_display()
    record(None, "units.user_appoint", f"在服务器上任命“{user}”为{label}", user, organization=top, changes={"角色": ["", label]})
    return user
