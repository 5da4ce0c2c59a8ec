"""角色权限对照表: who may do what, and how far it reaches. Each app lists its own in ``policies.py``.

A row speaks of addresses by name, so that ``tests/test_policies.py`` can ask every one of them as every kind of person and compare; an address
without a row fails that test. The page for administrators and auditors shows the same rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum


class Who(Enum):
    """The kinds of people that the table tells apart; the value is the Chinese heading of its column."""

    ADMINISTRATOR = "系统管理员"
    SECURITY = "安全管理员"
    AUDITOR = "审计员"
    OFFICE = "主办单位办公室"
    LEADER = "主办单位领导"
    UNIT_OFFICE = "被督查单位办公室"
    LIAISON = "被督查单位联络员"
    MEMBER = "督查组成员"
    ANYONE = "所有登录账号"
    VISITOR = "未登录"


class Scope(Enum):
    """How far a right reaches (数据范围)."""

    OWN = "本人"
    UNIT = "本单位"
    TEAM = "本组单位"
    BELOW = "本单位及下级"
    ALL = "全部"


OWN, UNIT, TEAM, BELOW, ALL = Scope
Grants = dict[Who, Scope]


def grants(**scopes: Scope) -> Grants:
    """Return grants by the names of ``Who`` in small letters."""
    return {Who[name.upper()]: scope for name, scope in scopes.items()}


@dataclass(frozen=True)
class Policy:
    """One row: ``verb`` on ``thing`` for those in ``who``, and the addresses behind it.

    An address is ``space:name``, or ``space:name POST`` where looking and doing differ. With ``by_token`` a person's log-in does not count.
    """

    thing: str
    verb: str
    who: Grants = field(hash=False)
    addresses: tuple[str, ...]
    by_token: bool = False


_POLICIES: dict[str, tuple[Policy, ...]] = {}


def register(app: str, policies: Iterable[Policy]) -> None:
    """Make the rows of an app known; called from its ``AppConfig.ready``."""
    _POLICIES[app] = tuple(policies)


def policies() -> list[Policy]:
    """Return all rows, in the order of the apps."""
    return [policy for rows in _POLICIES.values() for policy in rows]


def named(space: str, names: str) -> tuple[str, ...]:
    """Return the addresses of a namespace from their names in one text; ``+POST`` behind a name means sending only."""
    return tuple(f"{space}:{name}".replace("+POST", " POST") for name in names.split())
