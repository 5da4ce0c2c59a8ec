"""Who may open the pages about accounts and rights; each office of 三员 has its own."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest


def require_administrator(request: HttpRequest) -> None:
    """Raise ``PermissionDenied`` for anybody who does not keep accounts."""
    if not request.user.keeps_directory:
        message = "账号由系统管理员建立和维护，您的账号没有这项权限。"
        raise PermissionDenied(message)


def require_security(request: HttpRequest) -> None:
    """Raise ``PermissionDenied`` for anybody who does not give out rights and watch over log-ins."""
    if not request.user.keeps_security:
        message = "任职（授权）、登录锁定、登录会话和长期未用的账号由安全管理员管理，您的账号没有这项权限。"
        raise PermissionDenied(message)


def require_either(request: HttpRequest) -> None:
    """Raise ``PermissionDenied`` for anybody who is administrator of neither kind."""
    if not (request.user.keeps_directory or request.user.keeps_security):
        message = "人员与任职由系统管理员和安全管理员管理，您的账号没有这项权限。"
        raise PermissionDenied(message)


def require_office(request: HttpRequest) -> None:
    """Raise ``PermissionDenied`` for anybody who is none of 三员."""
    if not (request.user.keeps_directory or request.user.keeps_security or request.user.audits):
        message = "这一页供系统管理员、安全管理员和审计员查看，您的账号没有这项权限。"
        raise PermissionDenied(message)
