"""Password rules whose sentences Django does not have in Chinese."""

from __future__ import annotations

from django.contrib.auth.password_validation import MinimumLengthValidator


class LengthValidator(MinimumLengthValidator):
    """Minimum length; the Chinese catalogue of Django 5.2 lacks its sentence."""

    def get_error_message(self) -> str:
        """What is wrong and what to do."""
        return f"密码长度太短，请至少用 {self.min_length} 个字符。"

    def get_help_text(self) -> str:
        """What is expected."""
        return f"密码至少 {self.min_length} 个字符。"
