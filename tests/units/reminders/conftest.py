"""A kind of notice of our own, what waits for 赵, a real mail server, and a real HTTPS server that plays a messenger."""

from __future__ import annotations

import json
import ssl
import threading
from dataclasses import dataclass, field
from datetime import date, datetime
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import trustme
from aiosmtpd.controller import Controller

from units import todo
from units.notices import notice_kind

KIND = notice_kind("tests.kind", "试验")
OTHER = notice_kind("tests.other", "另一种")
FRIDAY = datetime(2026, 11, 20, 8, 15, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def clock(monkeypatch):
    """Set the time everywhere: ``clock(moment)``; starts on Friday 20 November 2026 at 8:15."""

    def set_to(moment: datetime) -> datetime:
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment)
        return moment

    set_to(FRIDAY)
    return set_to


@pytest.fixture
def waiting(monkeypatch):
    """What waits for whom, by user name; nothing else does."""
    found: dict[str, list[todo.Todo]] = {}
    monkeypatch.setattr(todo, "_PROVIDERS", [lambda user: found.get(user.username, [])])
    return found


def thing(what: str = "上报整改方案", **fields: Any) -> todo.Todo:
    return todo.Todo(**{"what": what, "why": "某人写的意见", "url": "/x/1/", "label": "待办理", "due_on": date(2026, 11, 24), **fields})


@dataclass
class Mailbox:
    """What the mail server was given; ``answer`` is what it says to the next message."""

    messages: list[Any] = field(default_factory=list)
    envelopes: list[Any] = field(default_factory=list)
    answer: str = "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 -- aiosmtpd's name
        if self.answer.startswith("250"):
            self.envelopes.append(envelope)
            self.messages.append(message_from_bytes(envelope.content, policy=policy.default))
        return self.answer


class OnFreePort(Controller):
    """A controller that learns which port the system gave it before it calls itself to see whether it is up."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def smtp(settings):
    """A real SMTP server on a free port, and the settings that lead to it."""
    box = Mailbox()
    controller = OnFreePort(box, hostname="127.0.0.1", port=0)
    controller.start()
    settings.EMAIL_ON = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    settings.EMAIL_TIMEOUT = 5
    settings.DEFAULT_FROM_EMAIL = "督查通 <ducha@example.cn>"
    try:
        yield box
    finally:
        controller.stop()


@dataclass
class Messenger:
    """A messenger's server: what it was sent, and what it answers next."""

    port: int = 0
    requests: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    as_sent: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    status: int = 200
    answer: bytes = b'{"errcode": 0, "errmsg": "ok"}'
    location: str = ""

    @property
    def address(self) -> str:
        return f"https://localhost:{self.port}/send?key=abcd1234"


def _handler(server: Messenger) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            server.requests.append((self.path, json.loads(body)))
            server.as_sent.append((dict(self.headers), body))
            self.send_response(server.status)
            if server.location:
                self.send_header("Location", server.location)
            self.send_header("Content-Length", str(len(server.answer)))
            self.end_headers()
            self.wfile.write(server.answer)

        do_GET = do_POST  # noqa: N815 -- the library's name

        def log_message(self, *_args: Any) -> None:
            pass

    return Handler


@pytest.fixture(scope="session")
def authority():
    """Our own certificate authority, as an office with an internal gateway has one."""
    return trustme.CA()


@pytest.fixture
def messenger(settings, authority, tmp_path):
    """A real HTTPS server on a free port, and the settings that allow it."""
    server = Messenger()
    web = ThreadingHTTPServer(("127.0.0.1", 0), _handler(server))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    web.socket = context.wrap_socket(web.socket, server_side=True)
    server.port = web.server_address[1]
    threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    settings.ROBOT_CA_FILE = str(tmp_path / "ca.pem")
    settings.ROBOT_INTERNAL_HOSTS = [f"localhost:{server.port}"]
    try:
        yield server
    finally:
        web.shutdown()
        web.server_close()
