"""The office's own word list."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Column, Row
from django import forms

from reports.forms.fields import form_helper
from reports.models import WatchWord
from units.models import PartyOrganization


class WatchWordForm(forms.Form):
    """One word, what to write instead, and whether it stops the issue."""

    organization = forms.ModelChoiceField(PartyOrganization.objects.none(), label="用于", empty_label=None)
    word = forms.CharField(label="词语", max_length=40)
    advice = forms.CharField(label="建议写法", max_length=100, required=False, help_text="填写后，体检时可以一键替换。")
    blocks = forms.BooleanField(label="出现时不得签发", required=False)

    def __init__(self, *args: Any, organizations: Any, row: WatchWord | None = None, **kwargs: Any) -> None:
        if row is not None:
            kwargs.setdefault("initial", {"word": row.word, "advice": row.advice, "blocks": row.blocks})
        super().__init__(*args, **kwargs)
        self.fields["organization"].queryset = organizations
        if row is not None:
            del self.fields["organization"]
        elif len(organizations) == 1:
            self.fields["organization"].initial = organizations[0]
        names = [Column("organization")] if row is None else []
        self.helper = form_helper(Row(*names, Column("word"), Column("advice")), "blocks")

    def clean(self) -> dict[str, Any]:
        """Refuse an advice that is the word itself."""
        data = super().clean()
        if data.get("word") and data.get("word") == data.get("advice"):
            self.add_error("advice", "建议写法和词语相同，请改写或留空。")
        return data
