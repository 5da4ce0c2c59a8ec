"""What comes in about ranking."""

from __future__ import annotations

from typing import Any

from django import forms

from units.forms.texts import LongText


class RankingForm(forms.Form):
    """On or off, and why."""

    is_on = forms.BooleanField(
        label="允许在督查总览里给下级组织排名次",
        required=False,
        help_text="默认关闭。督查是帮助改进工作，排名容易变成考核。确有需要时打开，原因会显示在督查总览上，操作会留下记录。",
    )
    reason = forms.CharField(label="原因", max_length=300, required=False, widget=LongText(attrs={"rows": 2}))
    revision = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Turning it on takes a reason."""
        data = super().clean() or self.cleaned_data
        if data.get("is_on") and not data.get("reason", "").strip() and "reason" not in self.errors:
            self.add_error("reason", "打开排名前，请写明原因。督查总览上会显示这个原因。")
        return data
