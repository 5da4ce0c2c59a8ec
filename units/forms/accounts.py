"""Forms of log-in and of changing one's own password."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.http import HttpRequest
from django.utils import timezone

from units.models import User


class LoginForm(AuthenticationForm):
    """User name and password. One sentence for every wrong pair, so that nobody can find out which accounts exist."""

    error_messages: ClassVar[dict[str, Any]] = {
        "invalid_login": "用户名或密码不正确，请重新输入。忘记密码时，请联系本单位系统管理员重置。",
        "inactive": "这个账号已停用。如需继续使用，请联系本单位系统管理员。",
        "expired": "这个一次性密码超过期限没有使用，已经作废。请联系本单位系统管理员重置密码。",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].error_messages["required"] = "请输入用户名。"
        self.fields["password"].error_messages["required"] = "请输入密码。"
        self.fields["username"].label = "用户名"
        self.fields["password"].label = "密码"

    def confirm_login_allowed(self, user: Any) -> None:
        """Refuse a one-time password that lay about for too long: a slip of paper is no lasting key."""
        super().confirm_login_allowed(user)
        ends_at = user.one_time_password_ends_at
        if ends_at is not None and ends_at < timezone.now():
            raise forms.ValidationError(self.error_messages["expired"], code="expired")

    def get_invalid_login_error(self) -> forms.ValidationError:
        """Tell an owner who knows the right password that the account is closed; anybody else learns nothing."""
        user = User.objects.filter(username=self.cleaned_data.get("username"), is_active=False).first()
        if user and user.check_password(self.cleaned_data.get("password") or ""):
            return forms.ValidationError(self.error_messages["inactive"], code="inactive")
        return super().get_invalid_login_error()


class OwnPasswordForm(PasswordChangeForm):
    """Change of one's own password."""

    error_messages: ClassVar[dict[str, Any]] = {
        "password_mismatch": "两次输入的新密码不一致，请重新输入。",
        "password_incorrect": "当前密码不正确，请重新输入。",
    }

    field_order: ClassVar[list[str]] = ["old_password", "new_password1", "new_password2"]

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        for name, label in (("old_password", "当前密码"), ("new_password1", "新密码"), ("new_password2", "再输一次新密码")):
            self.fields[name].label = label
            self.fields[name].error_messages["required"] = f"请输入{label}。" if name != "new_password2" else "请再输一次新密码。"
        self.fields[
            "new_password1"
        ].help_text = "至少 10 个字符，大写字母、小写字母、数字、其他符号至少三种；不能与用户名相近，不能用常见密码和最近 5 次用过的密码。"
        self.fields["new_password2"].help_text = ""

    def clean_old_password(self) -> str:
        """Right, by the way of the log-in: whoever sits down at an open desk cannot guess here without end."""
        password = str(self.cleaned_data["old_password"])
        if authenticate(self.request, username=self.user.get_username(), password=password) is None:
            raise forms.ValidationError(self.error_messages["password_incorrect"], code="password_incorrect")
        return password

    def clean(self) -> dict[str, Any]:
        """Refuse the old password as the new one: a one-time password would live on."""
        cleaned = super().clean() or self.cleaned_data
        new = cleaned.get("new_password1")
        if new and new == cleaned.get("old_password"):
            self.add_error("new_password1", "新密码不能与当前密码相同，请换一个。")
        return cleaned
