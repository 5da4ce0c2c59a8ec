"""The session store (``SESSION_ENGINE``): Django's own in the database, with whose a session is and an end when it lies unused."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.http import HttpRequest
from django.utils import timezone

from units.addresses import client_address
from units.models.session import LoginSession, handle_of, idle_limit

ADDRESS, DEVICE, OPENED = "login_address", "login_device", "login_at"
SYSTEMS = (
    *(("HarmonyOS", "鸿蒙"), ("OpenHarmony", "鸿蒙"), ("Android", "安卓手机"), ("iPhone", "苹果手机"), ("iPad", "苹果平板")),
    *(("Windows", "Windows 电脑"), ("Mac OS X", "苹果电脑"), ("Linux", "Linux 电脑")),
)
BROWSERS = (
    *(("MicroMessenger", "微信"), ("DingTalk", "钉钉"), ("Edg", "Edge 浏览器"), ("360", "360 浏览器"), ("QQBrowser", "QQ 浏览器")),
    *(("Firefox", "火狐浏览器"), ("Chrome", "谷歌内核浏览器"), ("Safari", "Safari 浏览器")),
)


class SessionStore(DatabaseStore):
    """Reads no session that lay unused for too long."""

    seen_at: datetime | None = None
    """When the session was last used before this request, as far as it is kept."""

    @classmethod
    def get_model_class(cls) -> type[LoginSession]:
        """The table."""
        return LoginSession

    def _get_session_from_db(self) -> LoginSession | None:
        row: LoginSession | None = super()._get_session_from_db()  # type: ignore[misc] # the stubs leave it out
        return self._unless_idle(row)

    async def _aget_session_from_db(self) -> LoginSession | None:
        row: LoginSession | None = await super()._aget_session_from_db()  # type: ignore[misc]
        return self._unless_idle(row)

    def _unless_idle(self, row: LoginSession | None) -> LoginSession | None:
        if row is not None and idle_limit() and row.seen_at <= timezone.now() - idle_limit():
            # As Django does with an expired one: the next save makes a new key.
            self._session_key = None
            return None
        self.seen_at = row.seen_at if row is not None else None
        return row

    def create_model_instance(self, data: dict[str, Any]) -> LoginSession:
        """Put beside the data what the list of sessions shows."""
        if data.get(SESSION_KEY):
            data.setdefault(OPENED, timezone.now().isoformat())
        row = cast("LoginSession", super().create_model_instance(data))
        row.handle = handle_of(row.session_key)
        row.account_id = int(data[SESSION_KEY]) if data.get(SESSION_KEY) else None
        row.address, row.device = data.get(ADDRESS), data.get(DEVICE, "")
        if data.get(OPENED):
            row.opened_at = datetime.fromisoformat(data[OPENED])
        return row


def describe(request: HttpRequest) -> None:
    """Note at the log-in from where and with what it was made."""
    request.session[ADDRESS] = client_address(request)
    request.session[DEVICE] = device_of(request.headers.get("User-Agent", ""))
    request.session[OPENED] = timezone.now().isoformat()


def device_of(agent: str) -> str:
    """Return in Chinese what a browser says of itself; the text itself is not kept."""
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    browser = next((name for mark, name in BROWSERS if mark in agent), "")
    return " · ".join(part for part in (system, browser) if part) or "未知设备"
