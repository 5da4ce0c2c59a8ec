"""Naming a view of a list."""

from __future__ import annotations

from django import forms

from units.models import SavedView
from units.wording import tidy


class ViewForm(forms.Form):
    """A view's name and what is done with it."""

    name = forms.CharField(
        label="名称",
        max_length=SavedView._meta.get_field("name").max_length,
        error_messages={"required": "请填写视图名称。", "max_length": "名称不超过 %(limit_value)d 个字，请改短。"},
    )
    is_default = forms.BooleanField(label="打开列表时默认使用", required=False)
    is_shared = forms.BooleanField(label="与本单位同事共享", required=False)

    def clean_name(self) -> str:
        """Without needless spaces; something must be left."""
        name = tidy(self.cleaned_data["name"])
        if not name:
            raise forms.ValidationError("请填写视图名称。")
        return name
