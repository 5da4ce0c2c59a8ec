"""What the office types about reports."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Column, Row
from django import forms

from inspections.models import Campaign
from reports.forms.fields import DateInput, form_helper, split_lines
from reports.models import Report, ReportTemplate


class ReportFactsForm(forms.Form):
    """Title, addressee, signature and date of a report; empty fields are filled by composing."""

    title = forms.CharField(label="标题", max_length=200, required=False, help_text="留空则按样式自动拟定。")
    addressee = forms.CharField(label="主送机关", max_length=200, required=False, help_text="如“区委”。不需要主送的留空。")
    signers = forms.CharField(
        label="落款单位",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="每行一个单位，留空则用牵头机构和联合机构。",
    )
    signed_on = forms.DateField(label="成文日期", required=False, widget=DateInput(), help_text="留空则用今天的日期。")

    def clean_signers(self) -> list[str]:
        """Split into one signer per line."""
        return split_lines(self.cleaned_data["signers"])

    @property
    def values(self) -> dict[str, Any]:
        """JSON-ready values for the job."""
        data = self.cleaned_data
        signed_on = data["signed_on"]
        return {
            "title": data["title"],
            "addressee": data["addressee"],
            "signers": data["signers"],
            "signed_on": signed_on.isoformat() if signed_on else "",
        }


class ReportCreateForm(ReportFactsForm):
    """Which kind of report to compose from a campaign, and its formal facts."""

    template = forms.ModelChoiceField(ReportTemplate.objects.none(), label="报告样式", empty_label=None)
    field_order = ("template", "title", "addressee", "signers", "signed_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["template"].queryset = ReportTemplate.objects.filter(subject=ReportTemplate.Subject.CAMPAIGN)
        self.helper = form_helper("template", "title", Row(Column("addressee"), Column("signed_on")), "signers")


class ReportUpdateForm(ReportFactsForm):
    """Change the formal facts of a draft; ``revision`` guards against a second editor."""

    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, report: Report, **kwargs: Any) -> None:
        kwargs.setdefault(
            "initial",
            {
                "title": report.title,
                "addressee": report.addressee,
                "signers": "\n".join(report.signers),
                "signed_on": report.signed_on,
                "revision": report.revision,
            },
        )
        super().__init__(*args, **kwargs)
        self.fields["title"].required = True
        self.fields["title"].help_text = ""
        self.fields["signers"].help_text = "每行一个单位。"
        self.fields["signed_on"].required = True
        self.fields["signed_on"].help_text = ""
        self.helper = form_helper("title", Row(Column("addressee"), Column("signed_on")), "signers", "revision")


class ReportFilterForm(forms.Form):
    """The list of reports."""

    campaign = forms.ModelChoiceField(Campaign.objects.none(), label="督查活动", required=False, to_field_name="code", empty_label="全部")
    template = forms.ModelChoiceField(ReportTemplate.objects.all(), label="样式", required=False, to_field_name="key", empty_label="全部")
    q = forms.CharField(label="标题", required=False)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["campaign"].queryset = Campaign.objects.visible_to(user)

    def filter(self, reports: Any) -> Any:
        """Return the reports that match."""
        if not self.is_valid():
            return reports.none()
        data = self.cleaned_data
        if data["campaign"]:
            reports = reports.filter(campaign=data["campaign"])
        if data["template"]:
            reports = reports.filter(template=data["template"])
        for word in data["q"].split():
            reports = reports.filter(title__icontains=word)
        return reports
