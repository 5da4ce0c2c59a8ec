"""Forms for merging and splitting rows of the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms import BoundField

from inspections.actions.rectification_reshaping import Part
from inspections.forms.rectifications import DATE_FAULT, TEXT
from inspections.models import Finding, Rectification
from inspections.models.rectification import RectificationQuerySet

PARTS = 4
"""Parts offered at once; more are split off one after the other."""
AT_LEAST = 2


class MergeForm(forms.Form):
    """Which rows go into this one, and what it says afterwards."""

    others = forms.ModelMultipleChoiceField(
        Rectification.objects.none(),
        label="并入本项的事项",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请至少选择一项。", "invalid_choice": "所选事项已有变化，请刷新页面后重选。"},
    )
    content = forms.CharField(
        label="合并后的问题内容",
        max_length=TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "请写明合并后的问题内容。"},
    )

    def __init__(self, data: Any, *, row: Rectification, others: RectificationQuerySet) -> None:
        super().__init__(data, initial={"content": row.content})
        field = self.fields["others"]
        field.queryset = others
        field.label_from_instance = lambda other: f"{other.reference}　{other.content}"


class SplitForm(forms.Form):
    """Up to ``PARTS`` parts, each with its words, its problems and its deadline; the first stays where the row is."""

    def __init__(self, data: Any, *, row: Rectification, findings: Sequence[Finding]) -> None:
        super().__init__(data)
        self.findings = {str(finding.pk): finding for finding in findings}
        choices = [(str(finding.pk), finding.text) for finding in findings]
        for number in range(1, PARTS + 1):
            own = choices[number - 1 : number] if len(choices) > 1 else choices
            self.fields[f"content_{number}"] = forms.CharField(
                label="内容",
                max_length=TEXT,
                required=number <= AT_LEAST,
                widget=forms.Textarea(attrs={"rows": 3}),
                initial=row.content if number == 1 and len(choices) == 1 else "".join(text for _key, text in own[:1] if len(choices) > 1),
                error_messages={"required": "请写明这一项的内容。"},
            )
            self.fields[f"findings_{number}"] = forms.MultipleChoiceField(
                label="对应的问题",
                choices=choices,
                required=False,
                widget=forms.CheckboxSelectMultiple,
                initial=[key for key, _text in own] if number <= AT_LEAST else [],
                error_messages={"invalid_choice": "所选问题已有变化，请刷新页面后重选。"},
            )
            self.fields[f"due_on_{number}"] = forms.DateField(
                label="整改时限",
                required=number <= AT_LEAST,
                initial=row.due_on,
                widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
                error_messages=DATE_FAULT,
            )

    @property
    def groups(self) -> list[tuple[int, list[BoundField]]]:
        """The fields of each part, for the page."""
        return [(number, [self[f"{name}_{number}"] for name in ("content", "findings", "due_on")]) for number in range(1, PARTS + 1)]

    @property
    def parts(self) -> list[Part]:
        """The parts that were filled in."""
        data = self.cleaned_data
        found = []
        for number in range(1, PARTS + 1):
            keys, text = data[f"findings_{number}"], data[f"content_{number}"]
            if number > AT_LEAST and not text.strip():
                continue
            due_on = data[f"due_on_{number}"] or data["due_on_1"]
            found.append(Part(content=text, findings=tuple(self.findings[key] for key in keys), due_on=due_on))
        return found
