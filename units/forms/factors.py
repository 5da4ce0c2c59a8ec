"""Forms of the second factor: the second step of a log-in, setting it up, and what administrators decide about it."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib.auth import authenticate
from django.http import HttpRequest

from units.forms.texts import LongText
from units.models import FactorRule
from units.wording import tidy

DIGITS: ClassVar[dict[str, str]] = {"inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": "20"}  # type: ignore[misc]
EITHER: ClassVar[dict[str, str]] = {"autocomplete": "one-time-code", "autocapitalize": "characters", "maxlength": "40"}  # type: ignore[misc]


class CodeForm(forms.Form):
    """A code of the authenticator, or one on paper."""

    code = forms.CharField(
        label="动态码或恢复码",
        max_length=40,
        widget=forms.TextInput(attrs=EITHER),
        error_messages={"required": "请输入动态码或恢复码。", "max_length": "输入的内容太长，请只输入 6 位动态码或一个恢复码。"},
    )


class EnrolForm(forms.Form):
    """The first code of a new authenticator; beside it what shows that it is the owner who sets it up."""

    code = forms.CharField(
        label="应用里显示的 6 位动态码",
        max_length=20,
        widget=forms.TextInput(attrs=DIGITS),
        error_messages={"required": "请输入应用里显示的动态码。", "max_length": "动态码是 6 位数字，请重新输入。"},
    )
    proof = forms.CharField(
        label="原来的动态码或一个恢复码",
        max_length=40,
        widget=forms.TextInput(attrs=EITHER),
        help_text="换手机时用旧手机上的动态码；旧手机不在身边的，用一个恢复码。",
        error_messages={"required": "请输入原来的动态码或一个恢复码。", "max_length": "输入的内容太长，请只输入 6 位动态码或一个恢复码。"},
    )
    password = forms.CharField(
        label="当前密码",
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "请输入当前密码。"},
    )

    def __init__(self, *args: Any, request: HttpRequest, replaces: bool, trusted: bool, **kwargs: Any) -> None:
        """``replaces`` an authenticator: its code is asked for. Otherwise the password, unless it was ``trusted`` a moment ago."""
        super().__init__(*args, **kwargs)
        self.request = request
        if not replaces:
            del self.fields["proof"]
        if replaces or trusted:
            del self.fields["password"]

    def clean_password(self) -> str:
        """Right, by the way of the log-in: wrong ones are counted and lock there too."""
        password = str(self.cleaned_data["password"])
        user = self.request.user
        if authenticate(self.request, username=user.get_username(), password=password) is None:
            raise forms.ValidationError("当前密码不正确，请重新输入。")
        return password


class ReasonForm(forms.Form):
    """Why somebody's factor is taken away; the log keeps it."""

    reason = forms.CharField(
        label="原因",
        max_length=200,
        widget=LongText(attrs={"rows": 3}),
        help_text="写明怎样核实了本人身份，例如“手机遗失，已当面核对工作证”。操作记录中保留。",
        error_messages={"required": "请写明重置的原因。", "max_length": "原因不超过 200 字，请精简。"},
    )

    def clean_reason(self) -> str:
        """Without stray spaces."""
        reason = tidy(self.cleaned_data["reason"])
        if not reason:
            raise forms.ValidationError("请写明重置的原因。")
        return reason


class RulesForm(forms.Form):
    """Which roles need a second factor."""

    roles = forms.MultipleChoiceField(
        label="必须使用两步验证的角色",
        required=False,
        choices=FactorRule.ROLES,
        error_messages={"invalid_choice": "所选的角色不存在，请刷新页面后重新勾选。"},
    )
