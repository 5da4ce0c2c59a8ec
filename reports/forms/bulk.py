"""Which documents to make in bulk, for whom, and as what."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from crispy_forms.layout import Column, Field, Row
from django import forms
from django.db.models import Count, Q
from django.utils import timezone

from inspections.models import Assignment, Campaign
from reports.branches import branch_nodes, flat
from reports.bundling import VOLUME, ZIP
from reports.composing.variants import FOUND_BY_ONE
from reports.forms.fields import DateInput, form_helper
from reports.models import Rendition, ReportTemplate
from units.models import OrganizationCategory, PartyOrganization, User
from units.models.organization import in_subtree

ALL, CATEGORY, SUBTREE, PICKED = "all", "category", "subtree", "picked"
SCOPES = ((ALL, "全部已办结的单位"), (CATEGORY, "按单位类别"), (SUBTREE, "按隶属关系（上级及其全部下级）"), (PICKED, "逐个勾选"))
BUNDLES = ((ZIP, "每个单位一个文件，打包下载（ZIP）"), (VOLUME, "装订成一册合订本，带封面、目录和书签"))
NOTHING = {
    CATEGORY: "请至少勾选一个单位类别。",
    SUBTREE: "请至少勾选一个上级组织。",
    PICKED: "请至少勾选一个单位，或者改选其他范围。",
}


class BulkForm(forms.Form):
    """Which organizations get which document, as which files."""

    template = forms.ModelChoiceField(ReportTemplate.objects.none(), label="文稿", required=False, empty_label=None)
    formats = forms.MultipleChoiceField(
        label="文件格式", choices=Rendition.Format.choices, initial=[Rendition.Format.PDF], widget=forms.CheckboxSelectMultiple
    )
    deadline_days = forms.IntegerField(label="整改期限（日）", min_value=1, max_value=365, required=False, help_text="留空则按样式的设置。")
    signed_on = forms.DateField(label="成文日期", widget=DateInput())
    bundle = forms.ChoiceField(label="交付方式", choices=BUNDLES, initial=ZIP, required=False, widget=forms.RadioSelect)
    right_pages = forms.BooleanField(
        label="合订本中每份文稿从单页（右页）开始",
        required=False,
        initial=True,
        help_text="便于双面打印后逐份取出；空白页不编页码。合订本的页码从封面起连续编排。",
    )
    scope = forms.ChoiceField(label="范围", choices=SCOPES, initial=ALL, required=False, widget=forms.RadioSelect)
    category = forms.ModelMultipleChoiceField(
        OrganizationCategory.objects.all(), label="单位类别", required=False, widget=forms.CheckboxSelectMultiple
    )
    subtrees = forms.ModelMultipleChoiceField(PartyOrganization.objects.none(), label="上级组织", required=False)
    assignments = forms.ModelMultipleChoiceField(Assignment.objects.none(), label="单位", required=False)

    def __init__(self, *args: Any, campaign: Campaign, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.campaign, self.user = campaign, user
        self.concluded = Assignment.objects.concluded().filter(campaign=campaign)
        self.fields["assignments"].queryset = self.concluded.select_related("organization", "category")
        self.fields["category"].queryset = OrganizationCategory.objects.filter(pk__in=self.concluded.values("category"))
        self.fields["subtrees"].queryset = PartyOrganization.objects.filter(pk__in=[one.pk for one in flat(self.nodes)])
        self.fields["signed_on"].initial = timezone.localdate()
        about_one = ReportTemplate.objects.published().filter(subject=ReportTemplate.Subject.ORGANIZATION)
        # Notices of what is planned and letters about what is late have pages of their own.
        told = [template.pk for template in about_one if template.document in FOUND_BY_ONE]
        self.templates = ReportTemplate.objects.filter(pk__in=told).order_by("pk")
        self.fields["template"].queryset = self.templates
        self.helper = form_helper(
            Row(Column("template"), Column(Field("formats")), Column("deadline_days"), Column("signed_on")),
            Row(Column("bundle"), Column("right_pages")),
        )

    @cached_property
    def nodes(self) -> list[Any]:
        """The tree of those organizations below the organizer that have others of the campaign below them."""
        paths = self.concluded.order_by().values_list("organization_path", flat=True)
        return branch_nodes(paths, below=self.campaign.organizer.path, user=self.user)

    @cached_property
    def categories(self) -> list[tuple[OrganizationCategory, int]]:
        """The categories of the concluded organizations, with the number of each."""
        counts = dict(self.concluded.order_by().values_list("category").annotate(Count("pk")))
        return [(category, counts[category.pk]) for category in self.fields["category"].queryset]

    @property
    def ticked(self) -> dict[str, set[str]]:
        """What was ticked in the form as it was sent, so that nothing of it is lost when the form is shown again."""
        sent = self.data
        return {name: set(sent.getlist(name)) for name in ("category", "subtrees", "assignments")} if self.is_bound else {}

    @property
    def chosen_scope(self) -> str:
        """The scope that is ticked now."""
        value = self["scope"].value()
        return value if value in dict(SCOPES) else PICKED

    def clean_scope(self) -> str:
        """Take a form without a scope for one in which units were ticked one by one."""
        return self.cleaned_data["scope"] or PICKED

    def clean_bundle(self) -> str:
        """Take a form that does not say for one that wants single files."""
        return self.cleaned_data["bundle"] or ZIP

    def clean(self) -> dict[str, Any]:
        """Ask for at least one organization within the scope."""
        data = super().clean() or self.cleaned_data
        scope = data.get("scope", PICKED)
        named = {CATEGORY: data.get("category"), SUBTREE: data.get("subtrees"), PICKED: data.get("assignments")}.get(scope, ())
        # None is a value that was refused, and says so itself.
        if scope != ALL and named is not None and not named.exists():
            self.add_error(None, NOTHING[scope])
        if scope == ALL and not self.concluded.exists():
            self.add_error(None, "还没有已办结的单位，办结后才能生成文稿。")
        data["template"] = data.get("template") or self.templates.first()
        if data["template"] is None:
            self.add_error(None, "没有针对单个单位的报告样式，请先在“报告样式”中启用一个。")
        return data

    @property
    def chosen_ids(self) -> list[str]:
        """Ids of the assignments within the chosen scope."""
        data, chosen = self.cleaned_data, self.concluded
        if data["scope"] == CATEGORY:
            chosen = chosen.filter(category__in=data["category"])
        elif data["scope"] == SUBTREE:
            condition = Q(pk__in=[])
            for organization in data["subtrees"]:
                condition |= in_subtree(organization.path, "organization_path")
            chosen = chosen.filter(condition)
        elif data["scope"] == PICKED:
            chosen = chosen.filter(pk__in=data["assignments"])
        return sorted(map(str, chosen.values_list("pk", flat=True)))
