"""What comes in about merging findings."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict

from inspections.models import Finding, StandardFinding
from inspections.models.checklist import StandardQuerySet
from units.typed import key_of

NEW = "new"


def seen_of(data: QueryDict) -> dict[UUID, int | None]:
    """Return the findings that ``row`` names, each as ``id`` or ``id:revision``; what is neither is left out."""
    found: dict[UUID, int | None] = {}
    for text in data.getlist("row"):
        key, _, revision = text.partition(":")
        try:
            found[UUID(key)] = key_of(revision)
        except ValueError:
            continue
    return found


class MergeForm(forms.Form):
    """Under which wording: one of the library, or a new one."""

    use = forms.ChoiceField(choices=[("standard", "用规范表述库里的"), (NEW, "新立一条规范表述")], initial="standard")
    standard = forms.ModelChoiceField(
        StandardFinding.objects.none(),
        required=False,
        empty_label="请选择",
        error_messages={"invalid_choice": "这条规范表述已经停用，或类型、主题与所选发现不同，请另选一条。"},
    )
    wording = forms.CharField(max_length=300, required=False, error_messages={"max_length": "规范表述最多 300 个字，请缩短。"})
    heading = forms.CharField(max_length=60, required=False, error_messages={"max_length": "概括标题最多 60 个字，请缩短。"})

    def __init__(self, *args: Any, standards: StandardQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["standard"].queryset = standards

    def clean(self) -> dict[str, Any]:
        """One of the two must be given."""
        data = super().clean() or self.cleaned_data
        if data.get("use") == NEW:
            data["standard"] = None
            if not data.get("wording", "").strip() and "wording" not in self.errors:
                self.add_error("wording", "请写明新的规范表述。不写单位名称，报告会在前面加上“个别单位”“部分单位”等。")
        elif not data.get("standard") and "standard" not in self.errors:
            self.add_error("standard", "请选择一条规范表述，或者改选“新立一条规范表述”。")
        return data


class GroupChoiceForm(forms.Form):
    """Which part of a campaign's findings groups are looked for in."""

    theme = forms.ChoiceField(label="主题", required=False)
    kind = forms.ChoiceField(label="类型", required=False, choices=Finding.Kind.choices)

    def __init__(self, *args: Any, themes: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["theme"].choices = themes


class KeepApartForm(forms.Form):
    """A suggested group that is none."""

    digest = forms.RegexField(r"\A[0-9a-f]{64}\Z")
    text = forms.CharField(max_length=500)
    number = forms.IntegerField(min_value=1, max_value=100_000)
