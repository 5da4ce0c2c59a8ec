"""Conditions of the lists of campaigns and of assignments."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q

from inspections.forms.finding_filter import organizations_for
from inspections.models import Assignment, Campaign
from inspections.models.campaign import AssignmentQuerySet, CampaignQuerySet, Method
from units.models import OrganizationCategory, PartyOrganization, User
from units.models.organization import in_subtree
from units.typed import LONGEST_SEARCH


class CampaignFilterForm(forms.Form):
    """Conditions of the list of campaigns."""

    q = forms.CharField(label="活动名称", max_length=LONGEST_SEARCH, required=False)
    year = forms.TypedChoiceField(label="年度", required=False, coerce=int, empty_value=None)
    half = forms.ChoiceField(label="半年", required=False, choices=[("", "全部"), *Campaign.Half.choices])
    status = forms.ChoiceField(label="状态", required=False, choices=[("", "全部"), *Campaign.Status.choices])

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [("", "全部"), *((year, f"{year}年") for year in years)]

    def filter(self, campaigns: CampaignQuerySet) -> CampaignQuerySet:
        """Return the campaigns that meet the conditions; an unreadable condition is ignored."""
        self.is_valid()
        data = self.cleaned_data
        for word in data.get("q", "").split():
            campaigns = campaigns.filter(Q(title__icontains=word) | Q(code__icontains=word))
        for name in ("year", "half", "status"):
            if data.get(name):
                campaigns = campaigns.filter(**{name: data[name]})
        return campaigns


class AssignmentFilterForm(forms.Form):
    """Conditions of the list of assignments; dashboards link here with the same names."""

    q = forms.CharField(label="单位名称或编码", max_length=LONGEST_SEARCH, required=False)
    campaign = forms.ModelChoiceField(
        label="督查活动", queryset=Campaign.objects.none(), to_field_name="code", required=False, empty_label="全部"
    )
    category = forms.ChoiceField(label="单位类别", required=False)
    team = forms.ChoiceField(label="督查组", required=False)
    method = forms.ChoiceField(label="督查方式", required=False, choices=[("", "全部"), *Method.choices])
    status = forms.ChoiceField(label="状态", required=False, choices=[("", "全部"), ("open", "未办结"), *Assignment.Status.choices])
    organization = forms.ModelChoiceField(
        label="督查对象", queryset=PartyOrganization.objects.none(), required=False, widget=forms.HiddenInput
    )
    below = forms.BooleanField(label="包括下级", required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        campaigns = Campaign.objects.visible_to(user)
        self.fields["campaign"].queryset = campaigns
        # The page names the one chosen: nobody learns here what an organization is called that is none of theirs.
        self.fields["organization"].queryset = organizations_for(user)
        categories = OrganizationCategory.objects.values_list("pk", "name")
        self.fields["category"].choices = [("", "全部"), *((str(pk), name) for pk, name in categories), ("0", "未设类别")]
        chosen = next((c for c in campaigns if c.code == self.data.get("campaign")), None) if self.data.get("campaign") else None
        teams = chosen.teams.values_list("pk", "name") if chosen else []
        self.fields["team"].choices = [
            ("", "全部" if chosen else "先选择督查活动"),
            *((str(pk), name) for pk, name in teams),
            ("0", "未分组"),
        ]

    def filter(self, assignments: AssignmentQuerySet) -> AssignmentQuerySet:
        """Return the assignments that meet the conditions. A condition that cannot be met (another's campaign, say) finds nothing."""
        if not self.is_valid():
            return assignments.none()
        data = self.cleaned_data
        for word in data["q"].split():
            assignments = assignments.filter(
                Q(organization__name__icontains=word) | Q(organization__short_name__icontains=word) | Q(organization__code__icontains=word)
            )
        if data["campaign"]:
            assignments = assignments.filter(campaign=data["campaign"])
        for name in ("category", "team"):
            if data[name]:
                assignments = assignments.filter(**({f"{name}__isnull": True} if data[name] == "0" else {name: data[name]}))
        if data["method"]:
            assignments = assignments.filter(method=data["method"])
        if data["status"]:
            assignments = assignments.unfinished() if data["status"] == "open" else assignments.filter(status=data["status"])
        if data["organization"]:
            own = Q(organization=data["organization"])
            if data["below"]:
                own |= in_subtree(data["organization"].path, "organization_path")
            assignments = assignments.filter(own)
        return assignments
