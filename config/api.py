"""``/api/v1/``: the interface for phones and for other systems. Its parts live in the apps; here they are put together.

Phones log in by the ordinary session, with the CSRF token for everything that writes; other systems bear a token and only read (docs/api.md).
Each answer that is no success is ``{"code", "message", "errors"}`` in Chinese.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from ninja import NinjaAPI
from ninja.errors import HttpError, Throttled, ValidationError
from ninja.security import APIKeyCookie
from ninja.throttling import BaseThrottle
from ninja.utils import check_csrf

from inspections.api import router as inspections
from inspections.api_tallies import tallies_router as tallies
from inspections.field.api import router as field_router
from inspections.field.texts import sentence_for
from reports.api import router as reports
from units.api import router as organizations
from units.api_errors import ApiError
from units.models import AccessToken

MINUTE = 60
STALE_TOKEN = "页面已过期，请刷新后重试；手机会自动换取新的令牌后再上传。"  # noqa: S105 -- a sentence


class SessionAndToken(APIKeyCookie):
    """Who is logged in to the site is logged in here; what writes needs the token."""

    param_name = settings.SESSION_COOKIE_NAME

    def _get_key(self, request: HttpRequest) -> str | None:
        if check_csrf(request):
            raise ApiError(403, "csrf", STALE_TOKEN)
        return request.COOKIES.get(self.param_name)

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:  # noqa: ARG002 -- ninja's signature
        """Return the user of the session."""
        return request.user if request.user.is_authenticated else None


class PerMinute(BaseThrottle):
    """So many requests of one user or token per minute and process; a client gone mad is slowed down before it hurts others."""

    def allow_request(self, request: HttpRequest) -> bool:
        """Count the request in the current minute."""
        token = getattr(request, "auth", None)
        if isinstance(token, AccessToken):
            who, most = f"token-{token.pk}", settings.API_TOKEN_REQUESTS_PER_MINUTE
        else:
            who, most = str(request.user.pk or request.META.get("REMOTE_ADDR")), settings.API_REQUESTS_PER_MINUTE
        key = f"api-rate:{who}:{int(timezone.now().timestamp()) // MINUTE}"
        cache.add(key, 0, 2 * MINUTE)
        try:
            return bool(cache.incr(key) <= most)
        except ValueError:
            return True  # the counter was dropped between the two: a full cache limits nobody

    def wait(self) -> float:
        """Return the seconds until the next minute."""
        return MINUTE - timezone.now().timestamp() % MINUTE


def answer(status: int, code: str, message: str, errors: list[tuple[str, str]] | None = None) -> JsonResponse:
    """Return an answer that is no success."""
    faults = [{"record": "", "field": field, "message": text} for field, text in errors or []]
    return JsonResponse({"code": code, "message": message, **({"errors": faults} if faults else {})}, status=status)


api = NinjaAPI(
    title="督查通接口",
    version="1",
    description="供手机现场录入和其他系统使用。错误一律返回代码和中文说明。",
    urls_namespace="api",
    docs_url=None,
    auth=SessionAndToken(),
    throttle=[PerMinute()],
)
api.add_router("/field", field_router)
for reading in (organizations, inspections, tallies, reports):
    api.add_router("", reading)


@api.exception_handler(ApiError)
def refused(_request: HttpRequest, error: ApiError) -> HttpResponse:
    """Answer what a view refuses."""
    return answer(error.status, error.code, error.message, error.errors)


@api.exception_handler(ValidationError)
def invalid(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Answer parameters that are not as documented."""
    faults = []
    for one in error.errors:
        field = str(one["loc"][-1])
        faults.append((field, sentence_for(one["type"], one.get("ctx", {}), f"“{field}”")))
    return answer(422, "invalid", faults[0][1] if len(faults) == 1 else f"有 {len(faults)} 处填写有误，请改正后重试。", faults)


@api.exception_handler(Throttled)
def throttled(_request: HttpRequest, _error: Throttled) -> HttpResponse:
    """Answer who asks too often; ninja adds when to come back."""
    return answer(429, "too_many", "请求过于频繁，请稍等一会儿再试。")


@api.exception_handler(HttpError)
def failed(_request: HttpRequest, error: HttpError) -> HttpResponse:
    """Answer what ninja itself refuses."""
    known = {
        400: ("bad_request", "内容没有完整传到，请重新上传。"),
        401: ("login_required", "登录已失效，请重新登录。已填写的内容不会丢失。"),
        404: ("not_found", "您要找的内容不存在，或者不在您的查看范围内。"),
    }
    return answer(error.status_code, *known.get(error.status_code, ("forbidden", "您没有进行这项操作的权限。")))


def urls() -> Any:
    """Return the addresses; without a log-in: the ping, which comes before it, and what is read with a token."""
    patterns, app_name, namespace = api.urls
    for pattern in patterns:
        if getattr(pattern, "name", "").startswith(("field_ping", "read_")) and pattern.callback:
            login_not_required(pattern.callback)
    return patterns, app_name, namespace
