"""Single sign-on with an OpenID Connect provider (统一身份认证), off unless ``OIDC_ISSUER`` is set. No database here.

Authlib does the protocol: authorization code with state, nonce and PKCE, the ID token's signature, issuer, audience and age. Beside it the
issuer must be the one configured, and only public-key signatures count: with the others the client secret alone could forge a log-in.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.django_client import OAuth
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from joserfc.errors import JoseError

NAME = "provider"
SECONDS = 10
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
ALWAYS = "always"
UNREACHABLE = "统一身份认证暂时连不上。请稍后再试，或用本系统的用户名和密码登录；一直连不上的，请告知系统管理员。"
REFUSED = "统一身份认证没有通过。请返回登录页重新登录；一直不行的，请告知系统管理员。"
FAULTS = (AuthlibBaseError, JoseError, requests.RequestException, ValueError, KeyError, RuntimeError, TypeError)
"""Whatever a provider, or somebody in its place, may answer with."""


class Failed(Exception):
    """The provider did not vouch for anybody; the text is a Chinese sentence for the visitor."""


@dataclass(frozen=True)
class Vouched:
    """Who the provider says has logged in there, and whether with a second factor that this site trusts."""

    username: str
    with_factor: bool


def is_on() -> bool:
    """Whether a provider is configured."""
    return bool(settings.OIDC_ISSUER)


def begin(request: HttpRequest) -> HttpResponse:
    """Send the visitor to the provider. Raises ``Failed`` when it cannot be reached or is not the one configured."""
    try:
        answer: HttpResponse = _provider().authorize_redirect(request, _return_address(request))
    except FAULTS as error:
        raise Failed(UNREACHABLE) from error
    return answer


def vouched(request: HttpRequest) -> Vouched:
    """Return for whom the provider vouches with the code in this request. Raises ``Failed`` when anything about it is not right."""
    try:
        token = _provider().authorize_access_token(request)
        claims = dict(token["userinfo"] or {})
    except requests.ConnectionError as error:
        raise Failed(UNREACHABLE) from error
    except FAULTS as error:
        raise Failed(REFUSED) from error
    username = str(claims.get(settings.OIDC_CLAIM) or "").strip()
    if not username:
        message = (
            f"统一身份认证没有给出用户名（缺少 {settings.OIDC_CLAIM}）。请告知系统管理员检查 OIDC_CLAIM 设置；现在可以用本系统的密码登录。"
        )
        raise Failed(message)
    return Vouched(username, _is_with_factor(claims))


def _is_with_factor(claims: dict[str, Any]) -> bool:
    if settings.OIDC_FACTOR == [ALWAYS]:
        return True
    methods = claims.get("amr")
    return isinstance(methods, list) and bool(set(settings.OIDC_FACTOR) & {str(method) for method in methods})


def end_address(request: HttpRequest) -> str:
    """Return where to log out at the provider too; empty when it offers no such page or cannot be reached."""
    try:
        address = _provider().load_server_metadata().get("end_session_endpoint", "")
    except FAULTS:
        return ""
    back = _site(request) + reverse("units:login")
    words = urlencode({"client_id": settings.OIDC_CLIENT_ID, "post_logout_redirect_uri": back})
    return f"{address}{'&' if '?' in address else '?'}{words}" if address else ""


def _return_address(request: HttpRequest) -> str:
    return _site(request) + reverse("units:sso_return")


def _site(request: HttpRequest) -> str:
    return settings.SITE_URL or request.build_absolute_uri("/").rstrip("/")


def _provider() -> Any:
    """Return the provider as Authlib knows it, its own description checked and narrowed. Raises one of ``FAULTS``."""
    found = _client(settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET, settings.OIDC_SCOPES, settings.OIDC_CA_FILE)
    described = found.load_server_metadata()
    if str(described.get("issuer", "")).rstrip("/") != settings.OIDC_ISSUER:
        message = "the provider calls itself otherwise than OIDC_ISSUER"
        raise ValueError(message)
    offered = described.get("id_token_signing_alg_values_supported") or ["RS256"]
    described["id_token_signing_alg_values_supported"] = [name for name in offered if name in ALGORITHMS]
    return found


@lru_cache(maxsize=1)
def _client(issuer: str, client_id: str, client_secret: str, scopes: str, ca_file: str) -> Any:
    options: dict[str, Any] = {"scope": scopes, "code_challenge_method": "S256", "default_timeout": SECONDS}
    if ca_file:
        options["verify"] = ca_file
    return OAuth().register(
        NAME,
        client_id=client_id,
        client_secret=client_secret or None,
        server_metadata_url=f"{issuer}/.well-known/openid-configuration",
        client_kwargs=options,
    )
