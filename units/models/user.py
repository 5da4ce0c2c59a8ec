"""Users and their appointments. Being an inspector is not an appointment: it is a seat in a team of one campaign."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cached_property
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models import Q
from django.utils import timezone

from units.models.organization import STEP, PartyOrganization, in_subtree

UNUSED_AFTER = timedelta(days=90)
"""An account that nobody has used for so long is listed for closing."""


class UserQuerySet(models.QuerySet["User"]):
    """Sets of users."""

    def visible_to(self, user: User) -> UserQuerySet:
        """Administrators of both kinds see all accounts, office staff those of people in their subtree, everybody the own."""
        if not user.is_authenticated:
            return self.none()
        if user.keeps_directory or user.keeps_security:
            return self.all()
        condition = Q(pk=user.pk)
        for path in user.office_paths:
            condition |= in_subtree(path, "organization__path")
        return self.filter(condition)

    def unused(self) -> UserQuerySet:
        """Open accounts with which nobody has logged in for long, or never though they were made long ago."""
        since = timezone.now() - UNUSED_AFTER
        never = Q(last_login__isnull=True, date_joined__lt=since)
        return self.filter(Q(last_login__lt=since) | never, is_active=True)

    def search(self, words: str) -> UserQuerySet:
        """Users whose name, user name, duty title or organization contains every one of the words."""
        found = self
        for word in words.split():
            found = found.filter(
                Q(display_name__icontains=word)
                | Q(username__icontains=word)
                | Q(duty_title__icontains=word)
                | Q(organization__name__icontains=word)
            )
        return found


class Users(UserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Django's manager of accounts with our sets."""

    use_in_migrations = False


class User(AbstractUser):
    """A person with an account. Only what the work needs is kept: name, home organization, duty title."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    display_name = models.CharField("姓名", max_length=40)
    organization = models.ForeignKey(
        PartyOrganization, on_delete=models.PROTECT, null=True, blank=True, related_name="users", verbose_name="所在组织"
    )
    duty_title = models.CharField("职务", max_length=60, blank=True)
    must_change_password = models.BooleanField("下次登录须改密码", default=False)
    password_changed_at = models.DateTimeField("密码修改时间", null=True, blank=True)

    objects: ClassVar[Users] = Users()
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name"]

    class Meta:
        verbose_name = verbose_name_plural = "用户"
        ordering = ("username",)

    def __str__(self) -> str:
        return self.display_name or self.username

    def get_full_name(self) -> str:
        """The name shown on screens."""
        return str(self)

    @property
    def password_is_old(self) -> bool:
        """Whether the password has been in use for longer than the site allows."""
        if not settings.PASSWORD_MAX_DAYS:
            return False
        return timezone.now() - (self.password_changed_at or self.date_joined) > timedelta(days=settings.PASSWORD_MAX_DAYS)

    @property
    def one_time_password_ends_at(self) -> datetime | None:
        """When a one-time password that nobody has used becomes void; ``None`` for an own password, and where they stay good."""
        if not self.must_change_password or not settings.ONE_TIME_PASSWORD_DAYS:
            return None
        return timezone.localtime(self.password_changed_at or self.date_joined) + timedelta(days=settings.ONE_TIME_PASSWORD_DAYS)

    @cached_property
    def current_appointments(self) -> list[Appointment]:
        """Appointments in force today, with their organizations; read once per request."""
        return list(self.appointments.current().select_related("organization"))

    def has_role(self, *roles: str) -> bool:
        """Whether one of ``roles`` is held today at any organization."""
        return any(appointment.role in roles for appointment in self.current_appointments)

    @property
    def keeps_directory(self) -> bool:
        """Whether this user keeps organizations and accounts: administrators, and the first account made on the console."""
        return self.is_superuser or self.has_role(Appointment.Role.ADMINISTRATOR)

    @property
    def keeps_security(self) -> bool:
        """Whether this user gives out rights and watches over log-ins: security administrators, and the first account."""
        return self.is_superuser or self.has_role(Appointment.Role.SECURITY)

    @property
    def audits(self) -> bool:
        """Whether this user reads the whole activity log."""
        return self.is_superuser or self.has_role(Appointment.Role.AUDITOR)

    @property
    def keeps_dictionaries(self) -> bool:
        """Whether this user keeps categories and tags, which all share: administrators, and the office of an organization at the top."""
        return self.keeps_directory or any(len(path) == STEP for path in self.office_paths)

    def paths_as(self, *roles: str) -> list[str]:
        """Paths of the organizations at which one of ``roles`` is held; the subtree below each is meant."""
        return sorted({a.organization.path for a in self.current_appointments if a.role in roles})

    @property
    def scope_paths(self) -> list[str]:
        """Tops of the subtrees whose business this user may read: office staff and leaders."""
        return self.paths_as(Appointment.Role.OFFICE, Appointment.Role.LEADER)

    @property
    def office_paths(self) -> list[str]:
        """Tops of the subtrees for which this user does the office's work, which includes writing."""
        return self.paths_as(Appointment.Role.OFFICE)

    @property
    def liaison_organization_ids(self) -> list[int]:
        """Organizations for which this user answers as a liaison (联络员)."""
        return [a.organization_id for a in self.current_appointments if a.role == Appointment.Role.LIAISON]

    def is_office_for(self, organization: PartyOrganization) -> bool:
        """Whether this user does the office's work for ``organization``, appointed there or above it."""
        return any(organization.path.startswith(path) for path in self.office_paths)


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    """Sets of appointments."""

    def current(self, on: date | None = None) -> AppointmentQuerySet:
        """Appointments in force on the day ``on``, today when not given."""
        day = on or timezone.localdate()
        return self.filter(Q(starts_on__isnull=True) | Q(starts_on__lte=day), Q(ends_on__isnull=True) | Q(ends_on__gte=day))


class Appointment(models.Model):
    """任职: binds a user to an organization in one role."""

    class Role(models.TextChoices):
        """What an appointment lets a user do."""

        OFFICE = "office", "办公室工作人员"
        LEADER = "leader", "领导"
        LIAISON = "liaison", "联络员"
        ADMINISTRATOR = "administrator", "系统管理员"
        SECURITY = "security", "安全管理员"
        AUDITOR = "auditor", "审计员"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="appointments", verbose_name="用户")
    organization = models.ForeignKey(PartyOrganization, on_delete=models.PROTECT, related_name="appointments", verbose_name="组织")
    role = models.CharField("角色", max_length=20, choices=Role)
    starts_on = models.DateField("开始日期", null=True, blank=True)
    ends_on = models.DateField("结束日期", null=True, blank=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "任职"
        ordering = ("user", "role")
        constraints = (
            models.UniqueConstraint(fields=("user", "organization", "role"), name="appointment_once"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                name="appointment_ends_after_start",
                violation_error_message="结束日期不能早于开始日期。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user}：{self.organization}{self.get_role_display()}"

    @property
    def is_current(self) -> bool:
        """Whether it is in force today."""
        today = timezone.localdate()
        return (self.starts_on is None or self.starts_on <= today) and (self.ends_on is None or self.ends_on >= today)

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return self.ends_on is not None and self.ends_on < timezone.localdate()
