"""What the operator's page and the security administrator's 待办 tell of accounts.

Second factors, single sign-on, passwords that are being tried out, accounts that nobody uses.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.conf import settings
from django.urls import reverse

from units import guessing
from units.models import FactorRule, User
from units.models.factor import EVERYBODY, OF_CONSOLE
from units.state import Line, state_teller
from units.todo import Todo, todo_provider


@state_teller
def second_factors() -> Iterable[Line]:
    """Whether those who keep the site need more than a password."""
    roles = FactorRule.objects.roles()
    labels = "、".join(label for role, label in FactorRule.ROLES if role in roles)
    if not roles & {EVERYBODY} and not roles >= OF_CONSOLE:
        advice = "建议系统管理员、安全管理员和审计员必须使用，由安全管理员在“人员与任职”的“两步验证要求”中设置。"
        yield Line("两步验证", f"必须使用的角色：{labels or '没有'}", "warn", advice)
        return
    missing = FactorRule.objects.people().filter(second_factor__isnull=True).count()
    advice = "他们下次登录时会被要求设置；长期不登录的账号请停用。" if missing else ""
    yield Line("两步验证", f"必须使用的角色：{labels}" + (f"；还有 {missing} 个账号没有设置" if missing else ""), "ok", advice)


@state_teller
def sign_on() -> Iterable[Line]:
    """Whether people may come from a provider."""
    yield Line("统一身份认证", "已启用" if settings.OIDC_ISSUER else "未启用")


@state_teller
def guesses() -> Iterable[Line]:
    """Whether somebody is trying passwords out at this time."""
    count = guessing.hot_accounts()
    advice = "有人在从不同地址试密码。新浏览器的登录已放慢，请审计员查看操作记录中的登录失败，必要时在网络边界拦截。" if count else ""
    yield Line("密码试探", f"正在被多处试密码的用户名 {count} 个" if count else "没有发现", "warn" if count else "ok", advice)


@state_teller
def unused() -> Iterable[Line]:
    """How many accounts nobody uses."""
    count = User.objects.unused().count()
    advice = "请安全管理员在“人员与任职”的“长期未用”中核对并停用。" if count else ""
    yield Line("长期未用的账号", f"{count} 个" if count else "没有", "warn" if count else "ok", advice)


@todo_provider
def account_todos(user: User) -> Iterator[Todo]:
    """What security administrators look after; two queries for them, none for anybody else."""
    if not user.keeps_security:
        return
    if count := guessing.hot_accounts():
        why = f"近半小时有{count}个用户名被多处输错密码。新浏览器的登录已放慢；本人急需登录的，在其账号页解除锁定。"
        yield Todo("有人在试密码", why, reverse("units:user_list"), "请留意", "bad")
    if count := User.objects.unused().count():
        yield Todo("长期未用的账号", f"有{count}个账号90天没有登录，请核对后停用。", reverse("units:user_unused"), "待核对", "warn")
