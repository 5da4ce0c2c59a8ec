"""The form of 回头看."""

from __future__ import annotations

from django import forms

from inspections.forms.results import RevisionForm
from inspections.models import Recheck


class RecheckForm(RevisionForm):
    """What one problem of an earlier campaign looks like today."""

    outcome = forms.ChoiceField(
        label="结果",
        choices=Recheck.Outcome,
        error_messages={"required": "请选择“已整改”或“仍存在”。", "invalid_choice": "请选择“已整改”或“仍存在”。"},
    )
    note = forms.CharField(label="现场情况", max_length=300, required=False, error_messages={"max_length": "现场情况最多 300 个字。"})
