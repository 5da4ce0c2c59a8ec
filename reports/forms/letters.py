"""Which letter is written about which matters that are late."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crispy_forms.layout import Column, Row
from django import forms
from django.utils import timezone

from reports.composing.variants import CIRCULAR
from reports.escalation import LateUnit
from reports.forms.fields import DateInput, form_helper
from reports.models import ReportTemplate


class LetterForm(forms.Form):
    """The kind of letter, its day, the time for an answer, and the rows of the ledger."""

    template = forms.ModelChoiceField(ReportTemplate.objects.none(), label="文书", empty_label=None)
    signed_on = forms.DateField(label="成文日期", widget=DateInput())
    deadline_days = forms.IntegerField(label="办理期限（日）", min_value=1, max_value=90, required=False, help_text="留空则按样式的设置。")
    to_all = forms.BooleanField(label="通报同时送达本次督查的全部单位", required=False, help_text="不勾选时只送达所通报的单位。")
    rows = forms.MultipleChoiceField(
        label="逾期事项",
        choices=(),
        error_messages={"required": "请至少勾选一项逾期事项。", "invalid_choice": "有的事项刚刚已办理，请刷新页面。"},
    )

    def __init__(self, *args: Any, templates: Sequence[ReportTemplate], units: Sequence[LateUnit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["template"].queryset = ReportTemplate.objects.filter(pk__in=[row.pk for row in templates])
        self.fields["signed_on"].initial = timezone.localdate()
        self.fields["rows"].choices = [(str(late.row.pk), late.row.reference) for unit in units for late in unit.rows]
        self.helper = form_helper(Row(Column("template"), Column("signed_on"), Column("deadline_days")), "to_all")

    @property
    def values(self) -> dict[str, Any]:
        """JSON-ready values for the job."""
        data = self.cleaned_data
        values: dict[str, Any] = {"signed_on": data["signed_on"].isoformat()}
        if data["deadline_days"]:
            values["deadline_days"] = data["deadline_days"]
        if data["to_all"] and data["template"].document == CIRCULAR:
            values["to_all"] = True
        return values
