"""What is asked of the list of received documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms

from units.typed import LONGEST_SEARCH

if TYPE_CHECKING:
    from reports.models.delivery import DeliveryQuerySet


class DeliveryFilterForm(forms.Form):
    """The list of received documents."""

    state = forms.ChoiceField(label="签收情况", required=False, choices=(("", "全部"), ("waiting", "待签收"), ("received", "已签收")))
    q = forms.CharField(label="标题或文号", max_length=LONGEST_SEARCH, required=False)

    def filter(self, rows: DeliveryQuerySet) -> DeliveryQuerySet:
        """Return the rows that match."""
        if not self.is_valid():
            return rows.none()
        data = self.cleaned_data
        if data["state"]:
            rows = rows.filter(received_at__isnull=data["state"] == "waiting")
        for word in data["q"].split():
            rows = rows.filter(report__title__icontains=word) | rows.filter(report__number_text__icontains=word)
        return rows
