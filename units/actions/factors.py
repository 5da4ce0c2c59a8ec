"""The verbs on second factors: enrolling, the second step of a log-in, recovery codes, and the rule who needs one."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.hashers import check_password
from django.db import transaction
from django.utils import timezone

from jobs.errors import InvalidTransition, Refused
from units import factors
from units.actions.activity import record
from units.actions.notices import notify
from units.actions.people import hash_of
from units.models import FactorRule, RecoveryCode, SecondFactor, User
from units.models.factor import REST, TRIES
from units.notices import notice_kind

ACCOUNT = notice_kind("units.account", "账号安全")
PAGE = "/units/factor/"
WRONG = "动态码或恢复码不正确。请看手机上现在显示的 6 位数字（每 30 秒更换，用过的不能再用），或输入一个没有用过的恢复码。"
WRONG_NEW = "动态码不正确。请确认手机的日期和时间准确，再输入应用里现在显示的 6 位数字。"
UNREADABLE = "服务器的密钥更换过，原来的动态码已不能核对。请输入恢复码；没有恢复码的，请联系安全管理员重置两步验证。"


class WrongCode(Refused):
    """The code is none of the account's; it was counted."""


class Resting(Refused):
    """Too many wrong codes: nothing is compared for a while."""


@transaction.atomic
def enrol(user: User, *, secret: str, typed: str) -> list[str]:
    """Keep ``secret`` as the factor of ``user``, in the place of one before, and return ten new recovery codes, kept nowhere else.

    Raises ``WrongCode`` unless ``typed`` is a code of the secret: an authenticator that was set up wrongly would lock its owner out.
    """
    # The row of the user is the lock: of two pages at once the later one counts, with its own codes.
    User.objects.select_for_update().get(pk=user.pk)
    step = require_code(secret, typed)
    replaced = bool(SecondFactor.objects.filter(user=user).delete()[0])
    SecondFactor.objects.create(user=user, secret=factors.seal(secret), last_step=step)
    codes = _new_codes(user)
    record(
        user,
        "units.factor_enrol",
        f"{user}{'更换了两步验证的设备' if replaced else '启用了两步验证'}",
        user,
        organization=user.organization,
    )
    _tell(user, "您的账号更换了两步验证的设备。" if replaced else "您的账号启用了两步验证。")
    return codes


def require_code(secret: str, typed: str) -> int:
    """Return the time step for which ``typed`` is a code of ``secret``; raises ``WrongCode`` when it is none."""
    step = factors.step_of(secret, factors.tidy_code(typed))
    if step is None:
        raise WrongCode(WRONG_NEW)
    return step


def _new_codes(user: User) -> list[str]:
    codes = factors.new_recovery_codes()
    RecoveryCode.objects.filter(user=user).delete()
    RecoveryCode.objects.bulk_create([RecoveryCode(user=user, hash=hash_of(factors.tidy_code(code))) for code in codes])
    return codes


def _tell(user: User, text: str) -> None:
    moment = timezone.localtime()
    notify([user], kind=ACCOUNT, text=f"{text}如不是您本人操作，请立即修改密码并告知安全管理员。（{moment:%m-%d %H:%M}）", path=PAGE)


def check(user: User, typed: str) -> bool:
    """Take a code of ``user``, once and for all; return whether it was a recovery code.

    Raises ``WrongCode``, or ``Resting`` after too many of those. Not one transaction: what was counted stays counted.
    """
    if not SecondFactor.objects.count_try(user):
        _refuse_resting(user)
    tidied = factors.tidy_code(typed)
    factor = SecondFactor.objects.filter(user=user).first()
    secret = factors.opened(factor.secret) if factor else None
    step = factors.step_of(secret, tidied) if secret else None
    if step is not None and SecondFactor.objects.use_step(user, step):
        return False
    if factors.is_recovery_code(tidied) and _use_recovery_code(user, tidied):
        return True
    if SecondFactor.objects.filter(user=user).resting().exists():
        _note_resting(user)
        _refuse_resting(user)
    raise WrongCode(WRONG if secret else UNREADABLE)


@transaction.atomic
def _use_recovery_code(user: User, tidied: str) -> bool:
    """Take a recovery code; of two log-ins with the same one, one gets it."""
    for row in RecoveryCode.objects.filter(user=user, used_at=None):
        if check_password(tidied, row.hash):
            if not RecoveryCode.objects.filter(pk=row.pk, used_at=None).update(used_at=timezone.now()):
                return False
            SecondFactor.objects.filter(user=user).update(tries=0)
            left = unused_codes(user)
            record(user, "units.factor_recover", f"{user}使用了一个恢复码，还剩 {left} 个", user, organization=user.organization)
            _tell(user, f"您的账号使用了一个恢复码，还剩 {left} 个。")
            return True
    return False


def note_failed_step(user: User) -> None:
    """Log a second step that was refused, among the failed log-ins: whoever got there knows the password."""
    record(None, "units.user_login_failed", f"账号“{user.username}”登录失败：密码正确，动态码或恢复码错误", user)


def unused_codes(user: User) -> int:
    """Return how many recovery codes are left."""
    return RecoveryCode.objects.filter(user=user, used_at=None).count()


def _refuse_resting(user: User) -> None:
    if not SecondFactor.objects.filter(user=user).exists():
        message = "两步验证刚刚被重置，请返回登录页重新登录。"
        raise Resting(message)
    minutes = int(REST.total_seconds() // 60)
    message = f"动态码连续输错 {TRIES} 次，两步验证已暂停 {minutes} 分钟。请稍后再试，或联系安全管理员解除锁定。"
    raise Resting(message)


@transaction.atomic
def _note_resting(user: User) -> None:
    """Tell the owner: whoever gave those codes knows the password."""
    record(None, "units.factor_rest", f"“{user}”的动态码连续输错 {TRIES} 次，两步验证暂停", user, organization=user.organization)
    _tell(user, f"有人用您的密码登录，动态码连续输错 {TRIES} 次。")


def remake_codes(user: User, typed: str) -> list[str]:
    """Return ten new recovery codes; the old ones no longer count. Raises as ``check`` does, or ``Refused`` without a factor."""
    _require(user)
    check(user, typed)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        codes = _new_codes(user)
        record(user, "units.factor_codes", f"{user}更换了恢复码", user, organization=user.organization)
    return codes


def switch_off(user: User, typed: str) -> None:
    """Do without a second factor. Raises as ``check`` does, or ``Refused`` without a factor or when a role needs one."""
    _require(user)
    if FactorRule.objects.needed_by(user):
        message = "您的角色必须使用两步验证，不能关闭。换手机请用“更换设备”。"
        raise Refused(message)
    check(user, typed)
    with transaction.atomic():
        _forget(user)
        record(user, "units.factor_off", f"{user}关闭了两步验证", user, organization=user.organization)
        _tell(user, "您的账号关闭了两步验证。")


def _require(user: User) -> None:
    if not SecondFactor.objects.filter(user=user).exists():
        message = "您还没有启用两步验证。"
        raise Refused(message)


def _forget(user: User) -> bool:
    RecoveryCode.objects.filter(user=user).delete()
    return bool(SecondFactor.objects.filter(user=user).delete()[0])


@transaction.atomic
def reset(user: User, *, reason: str, by: User | None) -> None:
    """Take the factor of somebody away who has lost it; log-ins in force end. ``by`` is ``None`` on the console.

    Raises ``Refused`` for oneself and for the account made on the console, ``InvalidTransition`` when there is no factor.
    """
    if by is not None:
        if user.pk == by.pk:
            message = "不能重置自己的两步验证。换手机请用“更换设备”；手机已丢失的，请由另一位安全管理员办理。"
            raise Refused(message)
        if user.is_superuser and not by.is_superuser:
            message = f"“{user}”是在服务器上建立的初始账号，不能在这里重置。请由能登录服务器的人员执行 reset_factor 命令。"
            raise Refused(message)
    if not _forget(user):
        message = f"“{user}”没有启用两步验证。"
        raise InvalidTransition(message)
    user.sessions.all().delete()
    summary = f"{'' if by else '在服务器上'}重置“{user}”的两步验证"
    record(by, "units.factor_reset", summary, user, organization=user.organization, changes={"原因": ["", reason]})
    _tell(user, f"您的两步验证已由{by or '服务器管理人员'}重置。")


@transaction.atomic
def set_rules(roles: Iterable[str], *, by: User) -> bool:
    """Let exactly the holders of ``roles`` need a second factor, from their next log-in on; return whether that changed anything."""
    User.objects.select_for_update().get(pk=by.pk)
    known = dict(FactorRule.ROLES)
    wanted, before = {role for role in roles if role in known}, FactorRule.objects.roles()
    if wanted == before:
        return False
    FactorRule.objects.exclude(role__in=wanted).delete()
    rows = [FactorRule(role=role, set_by=by) for role in known if role in wanted - before]
    FactorRule.objects.bulk_create(rows, ignore_conflicts=True)
    words = ["、".join(label for role, label in known.items() if role in some) or "没有" for some in (before, wanted)]
    record(by, "units.factor_rules", "修改哪些角色必须使用两步验证", changes={"必须使用": words})
    return True
