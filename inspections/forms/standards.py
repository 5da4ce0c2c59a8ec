"""What comes in about standard wordings."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q

from inspections.actions.standards import STANDARD_FIELDS
from inspections.forms.checklists import RowForm
from inspections.models import Checklist, ChecklistItem, ChecklistTheme, StandardFinding
from inspections.models.checklist import StandardQuerySet
from units.forms.texts import LongText
from units.typed import LONGEST_SEARCH

_RANK = {Checklist.Status.PUBLISHED: 0, Checklist.Status.DRAFT: 1, Checklist.Status.RETIRED: 2}


def theme_names() -> dict[str, str]:
    """Return the name of each theme code, as the published version calls it, else the newest."""
    rows = ChecklistTheme.objects.values_list("checklist__status", "checklist__version", "order", "code", "name")
    names: dict[str, str] = {}
    for _status, _version, _order, code, name in sorted(rows, key=lambda row: (_RANK[row[0]], -row[1], row[2])):
        names.setdefault(code, name)
    return names


def item_names() -> dict[str, tuple[str, str]]:
    """Return theme code and question of each item code, as the published version has them, else the newest."""
    rows = ChecklistItem.objects.order_by("theme__order", "order", "pk").values_list(
        "theme__checklist__status", "theme__checklist__version", "theme__code", "code", "question"
    )
    names: dict[str, tuple[str, str]] = {}
    for _status, _version, theme_code, code, question in sorted(rows, key=lambda row: (_RANK[row[0]], -row[1])):
        names.setdefault(code, (theme_code, question))
    return names


class StandardFilterForm(forms.Form):
    """Conditions of the library."""

    q = forms.CharField(label="关键词", max_length=LONGEST_SEARCH, required=False)
    theme = forms.ChoiceField(label="主题", required=False)
    kind = forms.ChoiceField(label="类型", required=False, choices=[("", "全部"), *StandardFinding.Kind.choices])
    state = forms.ChoiceField(label="状态", required=False, choices=[("", "使用中"), ("retired", "已停用"), ("all", "全部")])

    def __init__(self, *args: Any, themes: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["theme"].choices = [("", "全部"), *themes.items()]

    def filter(self, standards: StandardQuerySet) -> StandardQuerySet:
        """Return the wordings that meet the conditions; conditions that cannot be read are ignored."""
        self.is_valid()
        data = self.cleaned_data
        for word in data.get("q", "").split():
            standards = standards.filter(
                Q(wording__icontains=word) | Q(heading__icontains=word) | Q(measure__icontains=word) | Q(code__iexact=word)
            )
        if data.get("theme"):
            standards = standards.filter(theme_code=data["theme"])
        if data.get("kind"):
            standards = standards.filter(kind=data["kind"])
        state = data.get("state", "")
        return standards if state == "all" else standards.filter(is_retired=state == "retired")


class StandardForm(RowForm):
    """A wording with its cause and measure. ``theme_code`` and ``item_code`` are chosen from the site's checklists."""

    theme_code = forms.ChoiceField(label="主题", error_messages={"required": "请选择主题。"})
    item_code = forms.ChoiceField(label="检查项", required=False)

    class Meta:
        model = StandardFinding
        fields = STANDARD_FIELDS
        widgets = {"wording": LongText(attrs={"rows": 2}), "measure": LongText(attrs={"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = StandardFinding.Kind.choices
        themes, items = theme_names(), item_names()
        # What a wording names may have left all checklists; it stays choosable for that wording.
        current = self.instance
        if current.theme_code and current.theme_code not in themes:
            themes[current.theme_code] = "（现有清单中没有此主题）"
        if current.item_code and current.item_code not in items:
            items[current.item_code] = (current.theme_code, "（现有清单中没有此检查项）")
        self.fields["theme_code"].choices = [("", "请选择"), *((code, f"{code} {name}") for code, name in themes.items())]
        groups = [
            (name, [(item_code, f"{item_code} {question}") for item_code, (of, question) in items.items() if of == code])
            for code, name in themes.items()
        ]
        self.fields["item_code"].choices = [("", "不限检查项"), *(group for group in groups if group[1])]

    def clean_wording(self) -> str:
        """A wording is part of a sentence, so one line."""
        return " ".join(self.cleaned_data["wording"].split())

    def clean_measure(self) -> str:
        """A measure is part of a sentence, so one line."""
        return " ".join(self.cleaned_data["measure"].split())

    def clean(self) -> dict[str, Any]:
        """The item must lie in the theme."""
        cleaned = super().clean() or self.cleaned_data
        theme_code, item_code = cleaned.get("theme_code"), cleaned.get("item_code")
        unchanged = (theme_code, item_code) == (self.initial.get("theme_code"), self.initial.get("item_code"))
        # Not by the names shown: a draft may have moved the item to another theme than the published version has it in.
        if theme_code and item_code and not unchanged and not ChecklistItem.objects.filter(code=item_code, theme__code=theme_code).exists():
            self.add_error("item_code", "这个检查项不属于所选主题，请改选主题或检查项。")
        return cleaned
