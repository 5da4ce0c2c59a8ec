"""The site that is measured: a campaign with a team for each client, and sessions with which the clients are logged in."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass
from typing import Any

UNITS_PER_TEAM = 20
AT = "2026-11-10T09:31:00+08:00"


@dataclass(frozen=True)
class Seat:
    """One inspector: the key of the session, the ids of the team's assignments, the checklist."""

    session: str
    units: list[str]
    checklist: int

    def findings(self, count: int, seed: int) -> list[dict[str, Any]]:
        """Return ``count`` new records of findings, spread over the team's units."""
        dice = random.Random(seed)  # noqa: S311 -- reproducible data, no secret
        found = []
        for number in range(count):
            data = {"checklist": self.checklist, "theme": "T2", "item": "T2-1", "standard": "S-bench", "kind": "problem"}
            data |= {"text": f"学习记录要素不全，缺少研讨发言材料，涉及第{number}份台账，记录时间与通知时间不一致", "severity": "general"}
            data |= {"cause": "兼职人员多、业务不够熟悉", "measure": "统一学习记录样式，每季度抽查一次"}
            key = str(uuid.UUID(int=dice.getrandbits(128), version=4))
            row = {"kind": "finding", "id": key, "assignment": dice.choice(self.units), "base_revision": 0, "recorded_at": AT}
            found.append({**row, "data": data})
        return found


def build(clients: int) -> list[Seat]:
    """Fill an empty, migrated database and return one seat per client. Call after ``django.setup()``."""
    from tests import factories  # noqa: PLC0415 -- Django must have been set up

    district = factories.make_organization("云岭区委", kind="committee", code="YL")
    office = factories.make_user("办公室", role="office", at=district)
    campaign = factories.make_campaign(district, office)
    factories.make_standard(code="S-bench")
    town = factories.make_category("镇街")
    seats = []
    for number in range(clients):
        home = factories.make_organization(f"第{number}机关党支部", district)
        user = factories.make_user(f"组员{number}", organization=home)
        team = factories.make_team(campaign, user, name=f"第{number}组")
        units = []
        for place in range(UNITS_PER_TEAM):
            unit = factories.make_organization(f"第{number}镇第{place}社区党支部", district, category=town)
            units.append(str(factories.make_assignment(campaign, unit, team).pk))
        seats.append(Seat(_session(user), units, campaign.checklist_id or 0))
    return seats


def readers(count: int) -> list[str]:
    """Return the sessions of ``count`` leaders of the district that ``build`` has made."""
    from tests import factories  # noqa: PLC0415 -- Django must have been set up
    from units.models import PartyOrganization  # noqa: PLC0415

    district = PartyOrganization.objects.get(code="YL")
    return [_session(factories.make_user(f"领导{number}", role="leader", at=district)) for number in range(count)]


def _session(user: Any) -> str:
    """Log a user in and return the cookie."""
    from django.conf import settings  # noqa: PLC0415 -- Django must have been set up
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: PLC0415

    from units.sessions import SessionStore  # noqa: PLC0415

    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"
