"""Which documents to make in bulk."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Column, Field, Row
from django import forms
from django.utils import timezone

from inspections.models import Assignment, Campaign
from reports.composing.variants import FOUND_BY_ONE
from reports.forms.fields import DateInput, form_helper
from reports.models import Rendition, ReportTemplate
from units.models import OrganizationCategory


class BulkForm(forms.Form):
    """Which organizations get which document, as which files."""

    category = forms.ModelMultipleChoiceField(
        OrganizationCategory.objects.all(), label="单位类别", required=False, widget=forms.CheckboxSelectMultiple
    )
    assignments = forms.ModelMultipleChoiceField(Assignment.objects.none(), label="单位", required=False)
    formats = forms.MultipleChoiceField(
        label="文件格式", choices=Rendition.Format.choices, initial=[Rendition.Format.PDF], widget=forms.CheckboxSelectMultiple
    )
    template = forms.ModelChoiceField(ReportTemplate.objects.none(), label="文稿", required=False, empty_label=None)
    deadline_days = forms.IntegerField(label="整改期限（日）", min_value=1, max_value=365, required=False, help_text="留空则按样式的设置。")
    signed_on = forms.DateField(label="成文日期", widget=DateInput())

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        concluded = Assignment.objects.concluded().filter(campaign=campaign).select_related("organization", "category")
        self.fields["assignments"].queryset = concluded.order_by("category__order", "organization_path")
        self.fields["category"].queryset = OrganizationCategory.objects.filter(pk__in=concluded.values("category"))
        self.fields["signed_on"].initial = timezone.localdate()
        about_one = ReportTemplate.objects.published().filter(subject=ReportTemplate.Subject.ORGANIZATION)
        # Notices of what is planned and letters about what is late have pages of their own.
        told = [template.pk for template in about_one if template.document in FOUND_BY_ONE]
        self.templates = ReportTemplate.objects.filter(pk__in=told).order_by("pk")
        self.fields["template"].queryset = self.templates
        self.helper = form_helper(Row(Column("template"), Column(Field("formats")), Column("deadline_days"), Column("signed_on")))

    def clean(self) -> dict[str, Any]:
        """Ask for at least one organization, ticked or by category."""
        data = super().clean()
        chosen = data.get("assignments")
        if chosen is not None and not chosen.exists() and not data.get("category"):
            self.add_error(None, "请至少勾选一个单位，或者选择单位类别。")
        data["template"] = data.get("template") or self.templates.first()
        if data["template"] is None:
            self.add_error(None, "没有针对单个单位的报告样式，请先在“报告样式”中启用一个。")
        return data

    @property
    def chosen_ids(self) -> list[str]:
        """Ids of the assignments chosen one by one or by category."""
        by_category = self.fields["assignments"].queryset.filter(category__in=self.cleaned_data["category"])
        return sorted({str(row.pk) for row in [*by_category, *self.cleaned_data["assignments"]]})
