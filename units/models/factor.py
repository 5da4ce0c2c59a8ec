"""两步验证: the second factor of an account, its recovery codes, and which roles need one."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.utils import timezone

from units.models.user import Appointment, User

if TYPE_CHECKING:
    from datetime import datetime

TRIES = 10
"""Wrong codes for one account, whatever the address, before the second step rests: whoever gets there knows the password."""
REST = timedelta(minutes=30)
EVERYBODY = "everybody"
"""Instead of a role: all accounts."""
OF_CONSOLE = {"administrator", "security", "auditor"}
"""The offices whose rights the account made on the console has without an appointment."""


class SecondFactorQuerySet(models.QuerySet["SecondFactor"]):
    """Sets of factors."""

    def resting(self, now: datetime | None = None) -> SecondFactorQuerySet:
        """Factors for which too many wrong codes were given lately."""
        return self.filter(tries__gte=TRIES, tried_at__gt=(now or timezone.now()) - REST)

    def count_try(self, user: User) -> bool:
        """Count one more try for ``user`` before it is looked at; ``False`` while the factor rests.

        Counted first, by one conditional update: any number of tries at the same moment cannot outrun the limit.
        """
        now = timezone.now()
        fresh = self.filter(user=user).exclude(pk__in=self.resting(now).values("pk"))
        again = When(tried_at__lte=now - REST, then=Value(1))
        return bool(fresh.update(tries=Case(again, default=F("tries") + 1), tried_at=now))

    def use_step(self, user: User, step: int) -> bool:
        """Take the code of the time step ``step`` once and for all; ``False`` when it or a later one was used before."""
        return bool(self.filter(user=user, last_step__lt=step).update(last_step=step, tries=0))


class SecondFactor(models.Model):
    """The secret that an account shares with its owner's authenticator."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="second_factor", verbose_name="用户")
    secret = models.CharField("密钥", max_length=255)
    enrolled_at = models.DateTimeField("启用时间", default=timezone.now)
    last_step = models.BigIntegerField("最近用过的时段", default=0)
    tries = models.PositiveIntegerField("连续输错", default=0)
    tried_at = models.DateTimeField("最近一次输入", null=True, blank=True)

    objects = SecondFactorQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "两步验证"

    def __str__(self) -> str:
        return str(self.user)


class RecoveryCode(models.Model):
    """One code for the day on which the authenticator is not at hand: a hash, good for one log-in."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="recovery_codes", verbose_name="用户")
    hash = models.CharField("散列", max_length=128)
    used_at = models.DateTimeField("使用时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "恢复码"

    def __str__(self) -> str:
        return str(self.user)


class FactorRuleQuerySet(models.QuerySet["FactorRule"]):
    """Sets of rules."""

    def roles(self) -> set[str]:
        """The roles that need a second factor, ``everybody`` among them when it is said of all."""
        return set(self.values_list("role", flat=True))

    def needed_by(self, user: User) -> bool:
        """Whether ``user`` needs a second factor today."""
        roles = self.roles()
        return bool(roles & {EVERYBODY, *roles_of(user)})

    def people(self) -> models.QuerySet[User]:
        """Open accounts that need a second factor today."""
        return holders(self.roles())


def roles_of(user: User) -> set[str]:
    """Return the roles held today; the account made on the console keeps and audits everything."""
    held = {appointment.role for appointment in user.current_appointments}
    return held | OF_CONSOLE if user.is_superuser else held


def holders(roles: set[str]) -> models.QuerySet[User]:
    """Return the open accounts that hold one of ``roles`` today; all of them for ``everybody``."""
    found: models.QuerySet[User] = User.objects.filter(is_active=True)
    if EVERYBODY in roles:
        return found
    held = Q(Exists(Appointment.objects.current().filter(user=OuterRef("pk"), role__in=roles)))
    return found.filter(held | Q(is_superuser=True) if roles & OF_CONSOLE else held)


class FactorRule(models.Model):
    """One role whose holders need a second factor; a role without a row may do without."""

    ROLES: ClassVar[list[tuple[str, str]]] = [*Appointment.Role.choices, (EVERYBODY, "全部账号")]

    role = models.CharField("角色", max_length=20, unique=True)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="设置人")
    set_at = models.DateTimeField("设置时间", default=timezone.now)

    objects = FactorRuleQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "两步验证要求"

    def __str__(self) -> str:
        return self.role
