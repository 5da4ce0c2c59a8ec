"""Forms of categories and tags."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms

from units.models import OrganizationCategory, OrganizationTag
from units.wording import tidy

SEPARATORS = set("、,，;；")


class CategoryForm(forms.ModelForm):
    """One category."""

    class Meta:
        model = OrganizationCategory
        fields = ("name", "collective_name", "order")
        error_messages: ClassVar[dict[str, Any]] = {"name": {"unique": "已经有这个类别。"}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["order"].help_text = "报告按此数字从小到大排列各类别。"

    def clean_name(self) -> str:
        """Without stray spaces."""
        return tidy(self.cleaned_data["name"])


class TagForm(forms.ModelForm):
    """One tag."""

    class Meta:
        model = OrganizationTag
        fields = ("name",)
        error_messages: ClassVar[dict[str, Any]] = {"name": {"unique": "已经有这个标签。"}}

    def clean_name(self) -> str:
        """Without stray spaces, and without what separates tags in the spreadsheet."""
        name = tidy(self.cleaned_data["name"])
        if SEPARATORS & set(name):
            raise forms.ValidationError("标签里不能有顿号、逗号和分号，它们在导入表格中用来分隔多个标签。")
        return name
