"""What the office types about reports."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Field, Layout, Row
from django import forms
from django.utils import timezone

from inspections.models import Assignment, Campaign
from reports.models import Rendition, Report, ReportTemplate
from units.forms.texts import LongText
from units.models import OrganizationCategory
from units.typed import LONGEST_SEARCH


def _helper(*layout: Any) -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.layout = Layout(*layout)
    return helper


class DateInput(forms.DateInput):
    """The browser's own date picker."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def split_lines(text: str) -> list[str]:
    """Return the non-empty lines of ``text`` without surrounding space."""
    return [line.strip() for line in text.splitlines() if line.strip()]


class ReportFactsForm(forms.Form):
    """Title, addressee, signature and date of a report; empty fields are filled by composing."""

    title = forms.CharField(label="标题", max_length=200, required=False, help_text="留空则按样式自动拟定。")
    addressee = forms.CharField(label="主送机关", max_length=200, required=False, help_text="如“区委”。不需要主送的留空。")
    signers = forms.CharField(
        label="落款单位",
        required=False,
        widget=LongText(attrs={"rows": 2}),
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
        self.helper = _helper("template", "title", Row(Column("addressee"), Column("signed_on")), "signers")


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
        self.helper = _helper("title", Row(Column("addressee"), Column("signed_on")), "signers", "revision")


class ReportFilterForm(forms.Form):
    """The list of reports."""

    campaign = forms.ModelChoiceField(Campaign.objects.none(), label="督查活动", required=False, to_field_name="code", empty_label="全部")
    template = forms.ModelChoiceField(ReportTemplate.objects.all(), label="样式", required=False, to_field_name="key", empty_label="全部")
    q = forms.CharField(label="标题", max_length=LONGEST_SEARCH, required=False)

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


class BulkForm(forms.Form):
    """Which organizations get their feedback, as which files."""

    category = forms.ModelMultipleChoiceField(
        OrganizationCategory.objects.all(), label="单位类别", required=False, widget=forms.CheckboxSelectMultiple
    )
    assignments = forms.ModelMultipleChoiceField(Assignment.objects.none(), label="单位", required=False)
    formats = forms.MultipleChoiceField(
        label="文件格式", choices=Rendition.Format.choices, initial=[Rendition.Format.PDF], widget=forms.CheckboxSelectMultiple
    )
    deadline_days = forms.IntegerField(
        label="整改期限（天）", min_value=1, max_value=365, initial=30, help_text="自收到反馈意见之日起计算。"
    )
    signed_on = forms.DateField(label="成文日期", widget=DateInput())

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        concluded = Assignment.objects.concluded().filter(campaign=campaign).select_related("organization", "category")
        self.fields["assignments"].queryset = concluded.order_by("category__order", "organization_path")
        self.fields["category"].queryset = OrganizationCategory.objects.filter(pk__in=concluded.values("category"))
        self.fields["signed_on"].initial = timezone.localdate()
        self.helper = _helper(Row(Column(Field("formats")), Column("deadline_days"), Column("signed_on")))

    def clean(self) -> dict[str, Any]:
        """Ask for at least one organization, ticked or by category."""
        data = super().clean()
        chosen = data.get("assignments")
        if chosen is not None and not chosen.exists() and not data.get("category"):
            self.add_error(None, "请至少勾选一个单位，或者选择单位类别。")
        return data

    @property
    def chosen_ids(self) -> list[str]:
        """Ids of the assignments chosen one by one or by category."""
        by_category = self.fields["assignments"].queryset.filter(category__in=self.cleaned_data["category"])
        return sorted({str(row.pk) for row in [*by_category, *self.cleaned_data["assignments"]]})
