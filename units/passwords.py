"""Password rules (等保2.0 GB/T 22239-2019, 身份鉴别), with sentences in Chinese."""

from __future__ import annotations

import string
from typing import Any

from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.exceptions import ValidationError

LEAST_CLASSES = 3


class LengthValidator(MinimumLengthValidator):
    """Minimum length; the Chinese catalogue of Django 5.2 lacks its sentence."""

    def get_error_message(self) -> str:
        """What is wrong and what to do."""
        return f"密码长度太短，请至少用 {self.min_length} 个字符。"

    def get_help_text(self) -> str:
        """What is expected."""
        return f"密码至少 {self.min_length} 个字符。"


class ClassesValidator:
    """At least three of: capital letters, small letters, digits, other characters."""

    def validate(self, password: str, user: Any = None) -> None:  # noqa: ARG002 -- Django's interface
        """Raise ``ValidationError`` when the password is of too few kinds."""
        kinds = (string.ascii_uppercase, string.ascii_lowercase, string.digits)
        used = sum(any(character in kind for character in password) for kind in kinds)
        used += any(all(character not in kind for kind in kinds) for character in password)
        if used < LEAST_CLASSES:
            message = "密码须包含大写字母、小写字母、数字、其他符号中的至少三种。"
            raise ValidationError(message, code="password_too_few_classes")

    def get_help_text(self) -> str:
        """What is expected."""
        return "密码须包含大写字母、小写字母、数字、其他符号中的至少三种。"


class HistoryValidator:
    """None of the last passwords of the account."""

    def __init__(self, last: int = 5) -> None:
        """Compare with the ``last`` passwords, the present one among them."""
        self.last = last

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ``ValidationError`` when ``user`` has had this password lately."""
        if user is None or user.pk is None:
            return
        known = [user.password, *user.used_passwords.order_by("-pk").values_list("password", flat=True)[: self.last]]
        if any(check_password(password, old) for old in known if old):
            message = f"新密码不能与最近 {self.last} 次用过的密码相同，请换一个。"
            raise ValidationError(message, code="password_used_before")

    def get_help_text(self) -> str:
        """What is expected."""
        return f"不能与最近 {self.last} 次用过的密码相同。"
