"""The answer to one item, and the notes on an assignment."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from inspections.actions.results import Answer
from inspections.models import ChecklistItem, CheckResult
from inspections.typed_numbers import read_number

Kind = ChecklistItem.AnswerKind
TEXT_LENGTH = 2000


class RevisionForm(forms.Form):
    """What every guarded form carries: the revision it was opened with, and the one that the user has seen and decides against."""

    revision = forms.IntegerField(
        min_value=0, error_messages={"required": "页面不完整，请刷新后重试。", "invalid": "页面不完整，请刷新后重试。"}
    )
    seen = forms.IntegerField(min_value=0, required=False)

    @property
    def base_revision(self) -> int:
        """The revision on which the user's decision rests."""
        return self.cleaned_data.get("seen") or self.cleaned_data["revision"]


class ResultForm(RevisionForm):
    """One answer; only the fields of the item's kind of answer exist."""

    id = forms.UUIDField(required=False)
    note = forms.CharField(label="备注", max_length=CheckResult._meta.get_field("note").max_length, required=False)

    def __init__(self, data: Any, *, item: ChecklistItem) -> None:
        super().__init__(data)
        self.item = item
        self.fields.update(_answer_fields(item))

    def clean_number(self) -> Decimal | None:
        """Read a number as people type it: full-width digits, thousands separators, the unit or 约/余 beside it."""
        try:
            number, self.said_approximate = read_number(self.cleaned_data["number"], self.item.unit_of_measure)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error
        return number

    @property
    def answer(self) -> Answer:
        """The answer for the verb."""
        data = self.cleaned_data
        answer: Answer = {"note": data["note"]}
        if self.item.answer_kind == Kind.NUMBER:
            answer["number"] = data["number"]
            answer["is_approximate"] = data["number"] is not None and (data["is_approximate"] or self.said_approximate)
        elif self.item.answer_kind == Kind.DATE:
            answer["date"] = data["date"]
        elif self.item.answer_kind == Kind.TEXT:
            answer["text"] = data["text"]
        else:
            answer["conformity"] = data["conformity"]
        return answer


def _answer_fields(item: ChecklistItem) -> dict[str, forms.Field]:
    if item.answer_kind == Kind.NUMBER:
        return {
            "number": forms.CharField(label="数值", max_length=40, required=False),
            "is_approximate": forms.BooleanField(required=False),
        }
    if item.answer_kind == Kind.DATE:
        return {"date": forms.DateField(label="日期", required=False, error_messages={"invalid": "请填日期，如 2026-10-31。"})}
    if item.answer_kind == Kind.TEXT:
        return {"text": forms.CharField(label="文字", max_length=TEXT_LENGTH, required=False)}
    return {"conformity": forms.ChoiceField(label="判断", choices=[("", ""), *CheckResult.Conformity.choices], required=False)}


class NotesForm(RevisionForm):
    """The day of the visit and the overall appraisal of one organization."""

    visit_on = forms.DateField(label="督查日期", required=False, error_messages={"invalid": "请填日期，如 2026-11-10。"})
    summary = forms.CharField(label="总体评价", max_length=TEXT_LENGTH, required=False)


class ReasonForm(forms.Form):
    """Why something is taken back or opened again."""

    reason = forms.CharField(label="原因", max_length=200, error_messages={"required": "请写明原因。"})
