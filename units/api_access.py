"""Who asks: another system, by the token in its ``Authorization`` header (docs/api.md)."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone
from ninja.errors import Throttled
from ninja.security import HttpBearer

from units.actions.tokens import note_use, token_of
from units.addresses import client_address
from units.api_errors import ApiError

if TYPE_CHECKING:
    from units.models import AccessToken

MINUTE = 60
MOST_FAILURES = 30
"""Wrong tokens from one address and minute; then even a right one has to wait."""
NO_TOKEN = "请在请求头 Authorization 中写“Bearer”加访问令牌；没有令牌的，请向本单位办公室申请。"  # noqa: S105 -- a sentence
BAD_TOKEN = "访问令牌不正确、已到期或已停用，请核对；需要新令牌的，请向本单位办公室申请。"  # noqa: S105 -- a sentence


class TokenAuth(HttpBearer):
    """Lets in who bears a token that is valid today. A session of the site is no token, and a token no session."""

    def __call__(self, request: HttpRequest) -> Any:
        """Return the token. Raises ``ApiError`` (401), or ``Throttled`` for an address that keeps guessing."""
        kind, _, secret = request.headers.get("Authorization", "").strip().partition(" ")
        if kind.lower() != self.openapi_scheme or not secret.strip():
            raise ApiError(401, "token_required", NO_TOKEN)
        return self.authenticate(request, secret.strip())

    def authenticate(self, request: HttpRequest, token: str) -> AccessToken:
        """Return the token that ``token`` is."""
        address = client_address(request)
        key = f"api-failures:{address}:{int(timezone.now().timestamp()) // MINUTE}"
        if cache.get(key, 0) >= MOST_FAILURES:
            raise Throttled(wait=MINUTE - int(timezone.now().timestamp() % MINUTE))
        found = token_of(token)
        if found is None:
            cache.add(key, 0, 2 * MINUTE)
            with suppress(ValueError):  # the counter was dropped between the two
                cache.incr(key)
            raise ApiError(401, "token_invalid", BAD_TOKEN)
        note_use(found, address)
        return found
