"""Posting to an address that somebody typed in, without becoming a tool against the network we stand in.

HTTPS only, listed hosts only, no redirects, no proxies; the name is resolved once, every address it has is judged, and the connection goes
to a judged one, so that a second answer of the name server changes nothing.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

from units.sending.outcome import NotSent

TIMEOUT = 5
"""Seconds for connecting, and for each piece of the answer."""
LONGEST_ANSWER = 64 * 1024
DEADLINE = 15
"""Seconds for the answer as a whole."""


@dataclass(frozen=True)
class Target:
    """A judged address: where to, and whether its host may lie in the private network."""

    host: str
    port: int
    path: str
    is_internal: bool


def target_of(address: str) -> Target:
    """Read and judge an address without asking the network. Raises ``NotSent`` with what to type instead."""
    try:
        parts = urlsplit(address)
        port = parts.port or 443
    except ValueError:
        raise NotSent("地址不正确，请从对方的设置页完整复制。", again=False) from None
    host = (parts.hostname or "").lower()
    if parts.scheme != "https" or not host or parts.username is not None or any(sign <= " " for sign in address):
        raise NotSent("地址须以 https:// 开头，请从对方的设置页完整复制。", again=False)
    names = {f"{host}:{port}", *([host] if port == 443 else [])}  # noqa: PLR2004 -- https
    is_internal = bool(names & set(settings.ROBOT_INTERNAL_HOSTS))
    if not is_internal and not names & set(settings.ROBOT_HOSTS):
        listed = "、".join([*settings.ROBOT_HOSTS, *settings.ROBOT_INTERNAL_HOSTS]) or "（还没有）"
        raise NotSent(f"本站不允许向“{host}”发送。允许的主机：{listed}；如需增加，请系统管理员设置。", again=False)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not path.isascii():
        raise NotSent("地址中有不能使用的字符，请从对方的设置页完整复制。", again=False)
    return Target(host, port, path, is_internal)


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet; what wraps a private one (IPv4 in IPv6, NAT64, 6to4, Teredo) does not."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            found = found.ipv4_mapped
        elif found.sixtofour or found.teredo or found in ipaddress.ip_network("64:ff9b::/96"):
            return False
    return found.is_global and not found.is_multicast


def addresses_of(target: Target) -> list[str]:
    """Resolve the host once. Raises ``NotSent`` when it cannot be found, or when one of its addresses is not public and may not be."""
    try:
        rows = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise NotSent(f"找不到主机“{target.host}”，请检查网络和域名解析。", again=True) from error
    found = list(dict.fromkeys(str(row[4][0]) for row in rows))
    if not target.is_internal and not all(is_public(address) for address in found):
        raise NotSent(f"“{target.host}”指向内网地址，已拒绝。确需使用，请系统管理员列入允许的内网主机。", again=False)
    return found


class _Pinned(http.client.HTTPSConnection):
    """Connects to one of the given addresses, and checks the certificate against the host's name as ever."""

    def __init__(self, target: Target, addresses: list[str], context: ssl.SSLContext) -> None:
        super().__init__(target.host, target.port, timeout=TIMEOUT, context=context)
        self.addresses, self.tls = addresses, context

    def connect(self) -> None:
        """Try the addresses in order; the last failure counts."""
        for place, address in enumerate(self.addresses, start=1):
            try:
                plain = socket.create_connection((address, self.port), timeout=TIMEOUT)
                break
            except OSError:
                if place == len(self.addresses):
                    raise
        self.sock = self.tls.wrap_socket(plain, server_hostname=self.host)


def post(address: str, body: bytes, headers: Mapping[str, str] | None = None) -> tuple[int, bytes]:
    """Post JSON to ``address``; return status and the beginning of the answer, whatever they are. Raises ``NotSent``."""
    target = target_of(address)
    addresses = addresses_of(target)
    try:
        context = ssl.create_default_context(cafile=settings.ROBOT_CA_FILE or None)
    except OSError as error:
        raise NotSent("证书文件 ROBOT_CA_FILE 读不了，请系统管理员检查。", again=False) from error
    connection = _Pinned(target, addresses, context)
    try:
        connection.request("POST", target.path, body, {"Content-Type": "application/json; charset=utf-8", **(headers or {})})
        answer = connection.getresponse()
        return answer.status, _read(answer)
    except ssl.SSLCertVerificationError as error:
        raise NotSent(f"“{target.host}”的证书无效，没有发送。", again=False) from error
    except (OSError, http.client.HTTPException) as error:
        raise NotSent(f"连不上“{target.host}”，或对方没有及时回应。", again=True) from error
    finally:
        connection.close()


def _read(answer: http.client.HTTPResponse) -> bytes:
    """Read at most ``LONGEST_ANSWER`` bytes in at most ``DEADLINE`` seconds: the other side decides neither."""
    found, end = b"", time.monotonic() + DEADLINE
    while len(found) < LONGEST_ANSWER and time.monotonic() < end and (piece := answer.read1(4096)):
        found += piece
    return found
