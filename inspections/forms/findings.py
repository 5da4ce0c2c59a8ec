"""Findings and their evidence as they are typed in."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms

from inspections.actions.findings import Content, asked_items
from inspections.forms.results import RevisionForm
from inspections.models import Assignment, ChecklistItem, ChecklistTheme, Evidence, Finding, StandardFinding
from units.forms.texts import LongText

ACCEPT = "image/jpeg,image/png,application/pdf,.pdf,.docx"
"""What the phone's chooser offers; the content is checked when the file has come in."""


class SeveralFiles(forms.ClearableFileInput):
    """A file input that takes several files at once; on a phone it offers the camera too."""

    allow_multiple_selected = True


class FilesForm(forms.Form):
    """Evidence chosen for a finding. The files are read from the request one by one, each accepted or refused for itself."""

    files = forms.FileField(
        label="佐证材料",
        required=False,
        widget=SeveralFiles(attrs={"accept": ACCEPT, "multiple": True}),
        help_text="JPG、PNG 照片，PDF 或 Word（.docx），每个不超过 20 MB，可一次选多个。照片中的位置等信息会自动清除。",
    )


class FindingForm(RevisionForm, FilesForm):
    """One finding. ``place`` is a theme (``t:3``) or an item (``i:12``): on a phone one grouped list is quicker than two."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    standard = forms.ModelChoiceField(StandardFinding.objects.none(), required=False, widget=forms.HiddenInput)
    kind = forms.ChoiceField(label="类型", choices=Finding.Kind.choices, widget=forms.RadioSelect)
    place = forms.ChoiceField(label="主题和检查项", error_messages={"required": "请选择主题或检查项。"})
    text = forms.CharField(
        label="内容",
        max_length=500,
        widget=LongText(attrs={"rows": 4}),
        help_text="写事实，不写单位名称和个人姓名。",
        error_messages={"required": "请写明发现的内容。"},
    )
    severity = forms.ChoiceField(label="程度", choices=Finding.Severity.choices, widget=forms.RadioSelect, required=False)
    cause = forms.CharField(label="原因", max_length=200, required=False, widget=LongText(attrs={"rows": 2}))
    measure = forms.CharField(label="建议措施", max_length=300, required=False, widget=LongText(attrs={"rows": 2}))

    def __init__(self, *args: Any, assignment: Assignment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["revision"].widget = forms.HiddenInput()
        self.fields["seen"].widget = forms.HiddenInput()
        self.fields["standard"].queryset = StandardFinding.objects.all()
        self.fields["place"].choices = self._places(assignment)

    def _places(self, assignment: Assignment) -> list[Any]:
        items: dict[int, list[ChecklistItem]] = {}
        for item in asked_items(assignment):
            items.setdefault(item.theme_id, []).append(item)
        self._items = {f"i:{item.pk}": item for group in items.values() for item in group}
        themes = list(ChecklistTheme.objects.filter(checklist=assignment.campaign.checklist_id))
        self._themes = {f"t:{theme.pk}": theme for theme in themes}
        groups = [
            (
                theme.name,
                [
                    (f"t:{theme.pk}", f"{theme.name}（不对应具体检查项）"),
                    *((f"i:{item.pk}", item.question) for item in items.get(theme.pk, [])),
                ],
            )
            for theme in themes
        ]
        return [("", "请选择"), *groups]

    def clean_text(self) -> str:
        """One paragraph: it becomes part of a sentence in the report."""
        return one_line(self.cleaned_data["text"])

    def clean_cause(self) -> str:
        """One paragraph."""
        return one_line(self.cleaned_data["cause"])

    def clean_measure(self) -> str:
        """One paragraph."""
        return one_line(self.cleaned_data["measure"])

    def clean_severity(self) -> str:
        """The lightest when none was chosen."""
        return self.cleaned_data["severity"] or Finding.Severity.GENERAL

    @property
    def content(self) -> Content:
        """The finding for the verb. A standard wording is left behind when the finding has become one of another kind."""
        data = self.cleaned_data
        item = self._items.get(data["place"])
        standard = data["standard"]
        return {
            "kind": data["kind"],
            "theme": item.theme if item else self._themes[data["place"]],
            "item": item,
            "standard": standard if standard and standard.kind == data["kind"] else None,
            "text": data["text"],
            "severity": data["severity"],
            "cause": data["cause"],
            "measure": data["measure"],
        }


def one_line(text: str) -> str:
    """Return ``text`` with every break and run of blanks as one blank."""
    return " ".join(text.split())


def place_of(theme: ChecklistTheme | None, item: ChecklistItem | None) -> str:
    """Return the choice of ``place`` for a theme and item."""
    if item:
        return f"i:{item.pk}"
    return f"t:{theme.pk}" if theme else ""


def initial_of(content: Content | None = None, *, revision: int = 0, pk: uuid.UUID | None = None) -> dict[str, Any]:
    """Return the initial values of a form for ``content``, or for a finding not yet begun, with an id for it."""
    values: dict[str, Any] = {
        "id": pk or uuid.uuid4(),
        "revision": revision,
        "kind": Finding.Kind.PROBLEM,
        "severity": Finding.Severity.GENERAL,
    }
    if content:
        values |= content
        values["place"] = place_of(content.get("theme"), content.get("item"))
    return values


class CaptionForm(RevisionForm):
    """What a file shows."""

    caption = forms.CharField(label="说明", max_length=Evidence._meta.get_field("caption").max_length, required=False)


class StandardSearchForm(forms.Form):
    """How the library is searched while noting a finding."""

    item = forms.IntegerField(required=False)
    kind = forms.ChoiceField(choices=[("", "全部类型"), *Finding.Kind.choices], required=False)
    theme = forms.CharField(max_length=20, required=False)
    q = forms.CharField(max_length=100, required=False)
