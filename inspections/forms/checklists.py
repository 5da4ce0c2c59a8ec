"""What comes in about checklists: filters, heads, themes, items."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator
from django.db.models import Q

from inspections.actions.checklists import HEAD_FIELDS, ITEM_FIELDS, THEME_FIELDS
from inspections.actions.merging import Values, plain
from inspections.models import Checklist, ChecklistItem, ChecklistTheme
from inspections.models.checklist import ChecklistQuerySet
from units.forms.texts import LongText
from units.typed import LONGEST_SEARCH, json_object
from units.wording import CODE, CODE_RULE, tidy_code

NUMBER_FIELDS = ("unit_of_measure", "metric_phrase", "is_approximate", "cut_off_on", "target")
"""Only a number has these."""
MAX_WEIGHT = 100
LONGEST_GUIDANCE = 2000


class ChecklistFilterForm(forms.Form):
    """Conditions of the list."""

    q = forms.CharField(label="清单名称", max_length=LONGEST_SEARCH, required=False)
    status = forms.ChoiceField(label="状态", required=False, choices=[("", "全部"), *Checklist.Status.choices])

    def filter(self, checklists: ChecklistQuerySet) -> ChecklistQuerySet:
        """Return the checklists that meet the conditions; an unreadable condition is ignored."""
        data = self.cleaned_data if self.is_valid() else {}
        for word in data.get("q", "").split():
            checklists = checklists.filter(Q(name__icontains=word) | Q(note__icontains=word))
        return checklists.filter(status=data["status"]) if data.get("status") else checklists


class RowForm(forms.ModelForm):
    """A form of a row that several people may edit at once: it knows what it was opened with (its base)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for bound in self.fields.values():
            widget = bound.widget
            look = {"checkbox": "form-check-input", "select": "form-select"}.get(getattr(widget, "input_type", ""), "form-control")
            widget.attrs["class"] = look

    def clean_code(self) -> str:
        """Codes are compared and exchanged, so they have no spaces and no full-width letters."""
        code = tidy_code(self.cleaned_data["code"])
        if not CODE.match(code):
            raise forms.ValidationError(CODE_RULE)
        return code

    def values(self) -> Values:
        """Return the cleaned values as they are compared: JSON-ready, in the form's order."""
        return {name: plain(self.cleaned_data[name]) for name in self.fields}

    @property
    def base(self) -> Values:
        """The values that the sender started from; an overriding button replaces those that the sender has seen."""
        for name in ("base_override", "base"):
            if self.data.get(name):
                return read_base(self.data[name])
        return {}


def read_base(text: str) -> Values:
    """Return the base sent with a form; without a readable one all that was sent counts as meant."""
    return json_object(text) or {}


class ChecklistForm(RowForm):
    """Name and note."""

    class Meta:
        model = Checklist
        fields = HEAD_FIELDS
        help_texts = {"note": "可不填。如：根据新修订的实施细则调整。"}


class ThemeForm(RowForm):
    """A theme's own fields."""

    class Meta:
        model = ChecklistTheme
        fields = THEME_FIELDS


class ThemeAddForm(forms.Form):
    """The name of a new theme."""

    name = forms.CharField(label="主题名称", max_length=60, error_messages={"required": "请填写主题名称。"})


class ItemAddForm(forms.Form):
    """The question of a new item and the theme it goes to."""

    theme = forms.IntegerField()
    question = forms.CharField(label="检查内容", max_length=200, error_messages={"required": "请填写检查内容。"})


class ItemForm(RowForm):
    """All that is edited of an item."""

    class Meta:
        model = ChecklistItem
        fields = ITEM_FIELDS
        widgets = {
            "question": LongText(attrs={"rows": 2}),
            "guidance": LongText(attrs={"rows": 3}),
            "cut_off_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "target": forms.NumberInput(attrs={"inputmode": "decimal"}),
            "categories": forms.CheckboxSelectMultiple,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.target is not None:
            self.initial["target"] = plain(self.instance.target)  # 2, not 2.00
        self.fields["weight"].validators += [MinValueValidator(1), MaxValueValidator(MAX_WEIGHT)]
        self.fields["weight"].widget.attrs.update(min=1, max=MAX_WEIGHT)
        self.fields["guidance"].validators.append(MaxLengthValidator(LONGEST_GUIDANCE))
        self.fields["guidance"].widget.attrs["maxlength"] = LONGEST_GUIDANCE

    def clean_question(self) -> str:
        """A question is one line: it becomes a heading and a spreadsheet cell."""
        return " ".join(self.cleaned_data["question"].split())

    def clean_guidance(self) -> str:
        """Browsers send line ends as two characters; stored is one, so that an untouched text compares as equal."""
        return self.cleaned_data["guidance"].replace("\r\n", "\n").replace("\r", "\n")

    def clean(self) -> dict[str, Any]:
        """A number needs a unit of measure; other answers have nothing that only numbers have."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("answer_kind") == ChecklistItem.AnswerKind.NUMBER:
            if not cleaned.get("unit_of_measure") and "unit_of_measure" not in self.errors:
                self.add_error("unit_of_measure", "数值指标必须填写计量单位，如：次、场、人次、份。")
        else:
            cleaned.update(unit_of_measure="", metric_phrase="", is_approximate=False, cut_off_on=None, target=None)
            for name in NUMBER_FIELDS:
                self.errors.pop(name, None)
        return cleaned


class ItemPlaceForm(forms.Form):
    """Where an item goes: into ``theme``, in front of the item ``before``, or to the end."""

    theme = forms.IntegerField()
    before = forms.IntegerField(required=False)


class ThemePlaceForm(forms.Form):
    """Where a theme goes: in front of the theme ``before``, or to the end."""

    before = forms.IntegerField(required=False)


class ThemeDeleteForm(forms.Form):
    """How many items the sender saw in the theme that is to be deleted."""

    seen = forms.IntegerField(min_value=0)


class CopyForm(forms.Form):
    """The name of a copy."""

    name = forms.CharField(label="新清单名称", max_length=100, help_text="检查项编码保持不变，规范表述两份清单共用。")


class PublishForm(forms.Form):
    """The revision whose check the user saw."""

    revision = forms.IntegerField(min_value=1)


class UploadForm(forms.Form):
    """An uploaded spreadsheet and where its content goes: into a new draft of some name, or in the place of a draft's."""

    file = forms.FileField(
        label="表格文件",
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        error_messages={"required": "请选择要导入的 .xlsx 文件。"},
    )
    draft = forms.ModelChoiceField(label="导入到", queryset=Checklist.objects.none(), required=False, empty_label="新建一份清单")
    name = forms.CharField(label="新清单名称", max_length=100, required=False, help_text="导入为新清单时填写；不填则用文件名。")

    def __init__(self, *args: Any, drafts: ChecklistQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["draft"].queryset = drafts
        self.fields["draft"].label_from_instance = lambda draft: f"替换草稿：{draft}"

    @property
    def new_name(self) -> str:
        """The name of the new checklist: as typed, else the file's."""
        given = self.cleaned_data["name"] or self.cleaned_data["file"].name.rpartition(".")[0]
        return given[:100] or "导入的督查清单"


class ConfirmForm(forms.Form):
    """What was checked, signed, so that exactly that is imported."""

    checked = forms.CharField()
