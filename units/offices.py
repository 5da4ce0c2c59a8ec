"""三员: system administrator, security administrator and auditor are different people, and none of them does the business.

After 等保2.0 (GB/T 22239-2019, 8.1.5 安全管理中心): who keeps accounts does not give out rights, who gives out rights does not judge what was
done with them. The account made on the console holds all three until it hands them over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone

from units.models import Appointment, User
from units.state import Line, state_teller

Role = Appointment.Role
OFFICES = (Role.ADMINISTRATOR, Role.SECURITY, Role.AUDITOR)
DUTIES = {
    Role.ADMINISTRATOR: "建立和停用账号、重置密码，维护组织名录、工作日历和系统设置，查看系统状态",
    Role.SECURITY: "办理任职（授权）和收回，解除登录锁定，查看和终止登录，清理长期未用的账号，规定两步验证",
    Role.AUDITOR: "查询、导出和核对全部操作记录",
}
Teller = Callable[[QuerySet[User]], dict[int, str]]
_BUSINESS: list[Teller] = []


def business_teller(function: Teller) -> Teller:
    """Register ``function(users) -> {key of user: duty in Chinese}``: business duties that are not appointments (seats in teams)."""
    if function not in _BUSINESS:
        _BUSINESS.append(function)
    return function


def lasting(users: QuerySet[User] | None = None) -> QuerySet[Appointment]:
    """Return the appointments in force or still to come, of working accounts."""
    found = Appointment.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=timezone.localdate()), user__is_active=True)
    return found if users is None else found.filter(user__in=users)


def business_of(users: QuerySet[User]) -> dict[int, str]:
    """Return the business duty of each of ``users`` who has one beside appointments."""
    return {key: duty for teller in _BUSINESS for key, duty in teller(users).items()}


def refusal_of_role(user: User, role: str) -> str:
    """Return why ``user`` may not be appointed to ``role``, as a Chinese sentence; empty when nothing stands against it."""
    wanted = Role(role)
    held = {Role(one) for one in lasting(User.objects.filter(pk=user.pk)).values_list("role", flat=True)} - {wanted}
    if wanted not in OFFICES:
        return refusal_of_business(user, held)
    for office in OFFICES:
        if office in held:
            return f"“{user}”已是{office.label}。系统管理员、安全管理员和审计员必须由不同的人担任，请先结束原任职或另选人员。"
    duty = next((one.label for one in held), "") or business_of(User.objects.filter(pk=user.pk)).get(user.pk, "")
    return f"“{user}”有业务任职（{duty}）。{wanted.label}不接触督查业务，请先结束业务任职或另选人员。" if duty else ""


def refusal_of_business(user: User, held: Iterable[Role] | None = None) -> str:
    """Return why ``user`` may not do business; empty when nothing stands against it."""
    if user.is_superuser:
        return f"“{user}”是在服务器上建立的初始账号，只用于管理，不能担任业务角色。请为办理业务另建账号。"
    roles = set(lasting(User.objects.filter(pk=user.pk)).values_list("role", flat=True)) if held is None else set(held)
    office = next((office for office in OFFICES if office in roles), None)
    return f"“{user}”是{office.label}，不接触督查业务，不能兼任业务角色。请另选人员，或先结束原任职。" if office else ""


@dataclass(frozen=True)
class Office:
    """One of the three offices with those who hold it now."""

    role: Role
    holders: list[User]

    @property
    def label(self) -> str:
        """Its Chinese name."""
        return str(self.role.label)

    @property
    def duty(self) -> str:
        """What its holder does."""
        return DUTIES[self.role]


def offices() -> list[Office]:
    """Return the three offices; one query."""
    rows = Appointment.objects.current().filter(role__in=OFFICES, user__is_active=True).select_related("user__organization")
    held: dict[str, dict[int, User]] = {role: {} for role in OFFICES}
    for row in rows.order_by("user__username"):
        held[row.role][row.user_id] = row.user
    return [Office(role, list(held[role].values())) for role in OFFICES]


def faults() -> list[str]:
    """Return what keeps the three offices from being separate, each a Chinese sentence."""
    found = [f"{office.label}还没有人担任。" for office in offices() if not office.holders]
    found += [f"初始账号“{user}”同时有三员的权限。" for user in User.objects.filter(is_superuser=True, is_active=True).order_by("pk")]
    holding = User.objects.filter(pk__in=lasting().filter(role__in=OFFICES).values("user"))
    roles: dict[int, set[Role]] = {}
    names: dict[int, str] = {}
    for row in lasting(holding).select_related("user").order_by("user__username"):
        roles.setdefault(row.user_id, set()).add(Role(row.role))
        names[row.user_id] = str(row.user)
    seats = business_of(holding)
    for key, held in roles.items():
        words = [role.label for role in Role if role in held] + ([seats[key]] if key in seats else [])
        if len(words) > 1:
            found.append(f"“{names[key]}”兼任{'、'.join(words)}。")
    return found


@state_teller
def separation() -> Iterable[Line]:
    """Whether three people hold the three offices, and nothing else."""
    found = faults()
    if not found:
        yield Line("三员分立", "系统管理员、安全管理员和审计员已由不同的人担任", "ok")
        return
    yield Line("三员分立", "".join(found), "warn", "请在“人员与任职”的“三员设置”中按步骤分开。")


def hand_over_obstacles(user: User) -> list[str]:
    """Return why the initial account cannot give its powers up yet: nobody else could work the site."""
    found = []
    for office in offices():
        ready = [one for one in office.holders if one.pk != user.pk and one.last_login and not one.must_change_password]
        if not ready:
            found.append(f"{office.label}还没有由其他人担任，或者其本人还没有登录并改过密码。")
    return found
