"""Error pages in Chinese; none of them needs the database or a logged-in user."""

from __future__ import annotations

import errno
import sys
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

from jobs.errors import StoreAwayError

NO_SPACE = {errno.ENOSPC, errno.EDQUOT}
CODES = {
    400: "bad_request",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    409: "refused",
    413: "too_large",
    500: "server_error",
    503: "unavailable",
}
"""What programs are told in place of a page (docs/api-field.md)."""


def _page(request: HttpRequest, status: int, title: str, text: str, *, code: str = "") -> HttpResponse:
    if request.path.startswith(settings.API_PREFIX):
        return JsonResponse({"code": code or CODES[status], "message": text}, status=status)
    # Without the request: its user and its messages would be looked up in the very database or session that may be at fault.
    return HttpResponse(render_to_string("error.html", {"status": status, "title": title, "text": text}), status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 -- Django's signature
    """400: the request could not be read."""
    return _page(request, 400, "请求有误", "浏览器发来的内容无法识别。请返回上一页，刷新后再试一次。")


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: the reader may see this but not do it; the exception's own sentence says why."""
    reason = str(exception) if exception and str(exception) else "您的账号没有进行这项操作的权限。如确有需要，请联系本单位管理员。"
    return _page(request, 403, "没有权限", reason)


class MethodNotAllowedMiddleware:
    """405 with words: Django answers it without a body, and the browser then shows a page of its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Put our page in the place of an empty 405."""
        response = self.get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or response.content:
            return response
        page = method_not_allowed(request)
        page["Allow"] = response["Allow"]
        return page


def method_not_allowed(request: HttpRequest) -> HttpResponse:
    """405: an address that only takes forms was opened."""
    text = "这个网址只在提交表单时使用，不能直接打开。请按“后退”键返回上一页，或回到工作台重新进入。"
    return _page(request, 405, "不能直接打开", text)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 -- Django's signature
    """404: it does not exist, or not for this reader; the page does not tell which."""
    return _page(request, 404, "没有找到", "您要看的内容不存在，或者不在您的查看范围内。请检查网址，或回到工作台重新进入。")


def refused(request: HttpRequest, sentence: str) -> HttpResponse:
    """409: a verb could not be carried out; its own sentence says why and what to do."""
    return _page(request, 409, "没有完成", sentence)


def too_large(request: HttpRequest, limit: int) -> HttpResponse:
    """413: more was sent than any form of ours takes."""
    return _page(request, 413, "内容过大", f"一次最多上传 {limit // 2**20} MB，这次的内容没有接收。请减少文件，分几次上传。")


def unavailable(request: HttpRequest) -> HttpResponse:
    """503: the database or the disk cannot be used right now."""
    text = "系统暂时繁忙，或者存储空间不足，刚才的操作没有保存。请过一分钟再试；仍不行时，请联系管理员查看数据库和磁盘空间。"
    page = _page(request, 503, "暂时不能使用", text)
    page["Retry-After"] = "60"
    return page


def cannot_work_now(error: BaseException | None) -> bool:
    """Whether the database, the store or the disk is at fault, which passes."""
    return isinstance(error, OperationalError | InterfaceError | StoreAwayError) or (isinstance(error, OSError) and error.errno in NO_SPACE)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault; nothing about it is shown.

    What goes wrong before a view is reached, while the session is read say, comes here only: a database that is away is said to be that.
    """
    if cannot_work_now(sys.exc_info()[1]):
        return unavailable(request)
    return _page(
        request,
        500,
        "系统出错了",
        "抱歉，系统在处理时出了错，管理员可以在运行日志中看到原因。您刚才填写的内容可按浏览器“后退”键找回，稍后再试。",
    )


def plain(request: HttpRequest, status: int) -> HttpResponse:
    """Return an answer for a status for which nobody has found words."""
    known = status if status in CODES else 500 if status >= HTTPStatus.INTERNAL_SERVER_ERROR else 400
    response = _page(request, known, "请求有误", "请求没有完成，请稍后重试；仍不行时，请联系管理员。")
    response.status_code = status
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 -- Django's signature
    """403 for a missing or stale CSRF token: usually a page left open over a log-out."""
    return _page(
        request,
        403,
        "页面已过期",
        "这个页面打开得太久，或者您在别的窗口重新登录过。请按“后退”键返回，刷新页面后再提交；刚才填写的内容请先复制保存。",
        code="csrf",
    )
