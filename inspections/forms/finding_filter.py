"""The filter of the findings list. The form owns the list's conditions; list, counts and export all ask it."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.urls import reverse

from inspections.models import Assignment, Campaign, ChecklistTheme, Finding, StandardFinding, Team
from inspections.models.campaign import Method
from inspections.models.finding import FindingQuerySet
from units.forms.conditions import in_words
from units.models import OrganizationCategory, PartyOrganization, User

ANY = ("", "全部")


def organizations_for(user: User) -> QuerySet[PartyOrganization]:
    """The organizations by which ``user`` may filter: those of the directory, and those of the assignments."""
    assigned = Assignment.objects.visible_to(user).values("organization")
    return PartyOrganization.objects.filter(Q(pk__in=PartyOrganization.objects.visible_to(user).values("pk")) | Q(pk__in=assigned))


def organization_label(organization: PartyOrganization) -> str:
    """How an organization is offered and recognized again in the filter."""
    return f"{organization.name}（{organization.code}）"


class OrganizationCondition(forms.Form):
    """One organization as a condition of a list. ``organization`` is an id that links carry; people type ``organization_name``.

    Forms that have it set ``user`` before anything is asked of it.
    """

    user: User
    typed_organization: PartyOrganization | None = None

    organization = forms.IntegerField(required=False, widget=forms.HiddenInput)
    organization_name = forms.CharField(
        label="组织",
        max_length=160,
        required=False,
        widget=forms.TextInput(attrs={"list": "organization-options", "placeholder": "输入名称或编码", "autocomplete": "off"}),
    )
    below = forms.BooleanField(label="含下级组织", required=False)

    def offer_organizations(self) -> None:
        """Suggest organizations while one types."""
        self.fields["organization_name"].widget.attrs |= {
            "hx-get": reverse("inspections:organization_options"),
            "hx-trigger": "input changed delay:300ms",
            "hx-target": "#organization-options",
        }

    def clean_organization_name(self) -> str:
        """Find the one organization that is meant by what was typed; its id goes into the address."""
        typed = self.cleaned_data["organization_name"]
        if not typed:
            return ""
        allowed = organizations_for(self.user)
        code = re.search(r"（([^（）]+)）$", typed)
        found = list(allowed.filter(code=code[1])) if code else []
        found = found or list(allowed.filter(name=typed)[:2]) or list(allowed.search(typed)[:2])
        if not found:
            raise forms.ValidationError("没有找到这个组织，请从提示的名单中选择。")
        if len(found) > 1:
            raise forms.ValidationError("有多个组织符合，请从提示的名单中选择其中一个。")
        self.typed_organization = found[0]
        return typed

    @cached_property
    def chosen_organization(self) -> PartyOrganization | None:
        """The organization of the filter; ``None`` when there is none, or none that the user may know."""
        pk = self.cleaned_data.get("organization")
        return organizations_for(self.user).filter(pk=pk).first() if pk else None


def organization_said(form: OrganizationCondition) -> dict[str, str]:
    """Return the organization of a valid filter in words, by the name of its field: what the address holds is a number."""
    if not form.is_valid() or not form.chosen_organization:
        return {}
    return {"organization": f"组织：{form.chosen_organization}{'及下级' if form.cleaned_data['below'] else ''}"}


class FindingFilterForm(OrganizationCondition):
    """Conditions as in the address."""

    campaign = forms.ChoiceField(label="督查活动", required=False)
    category = forms.ModelChoiceField(OrganizationCategory.objects.none(), label="单位类别", required=False, empty_label="全部")
    theme = forms.ChoiceField(label="主题", required=False)
    kind = forms.ChoiceField(label="类型", required=False, choices=[ANY, *Finding.Kind.choices])
    severity = forms.ChoiceField(label="程度", required=False, choices=[ANY, *Finding.Severity.choices])
    team = forms.ModelChoiceField(Team.objects.none(), label="督查组", required=False, empty_label="全部")
    method = forms.ChoiceField(label="督查方式", required=False, choices=[ANY, *Method.choices])
    q = forms.CharField(label="关键词", max_length=100, required=False, widget=forms.TextInput(attrs={"placeholder": "多个词用空格隔开"}))
    standard = forms.ModelChoiceField(StandardFinding.objects.none(), required=False, widget=forms.HiddenInput)
    withdrawn = forms.BooleanField(label="只看已撤回的", required=False)
    recurring = forms.BooleanField(label="只看屡查屡犯", required=False)

    def __init__(self, query: QueryDict | dict[str, str], *, user: User) -> None:
        data = query.copy()
        if not data.get("organization"):
            data.setdefault("below", "1")
        super().__init__(data)
        self.user = user
        campaigns = Campaign.objects.visible_to(user)
        self.fields["campaign"].choices = [ANY, *campaigns.values_list("code", "title")]
        in_question = campaigns.filter(code=data["campaign"]) if data.get("campaign") else campaigns
        themes = ChecklistTheme.objects.filter(checklist__in=in_question.values("checklist"))
        # One line per theme code, named as in the newest checklist.
        names = dict(themes.order_by("checklist__version", "checklist_id").values_list("code", "name"))
        self.fields["theme"].choices = [ANY, *sorted(names.items())]
        self.offer_organizations()
        self.fields["category"].queryset = OrganizationCategory.objects.all()
        self.fields["standard"].queryset = StandardFinding.objects.all()
        self.fields["team"].queryset = Team.objects.filter(campaign__in=in_question)
        if not data.get("campaign") and not data.get("team"):
            # Teams are called alike in every campaign: they are offered once one is chosen.
            del self.fields["team"]
        for field in self.fields.values():
            field.error_messages |= {"invalid_choice": "没有这个选项，请重新选择。", "invalid": "内容有误，请重新填写。"}

    def in_words(self) -> str:
        """Return the conditions for the activity log."""
        said = []
        if self.chosen_organization:
            said.append(f"组织：{self.chosen_organization}" + ("及下级" if self.cleaned_data["below"] else ""))
        if self.cleaned_data["standard"]:
            said.append(f"规范表述：{self.cleaned_data['standard']}")
        others = [part for part in in_words(self).split("；") if part not in {"无", str(self.fields["below"].label)}]
        return "；".join([*said, *others]) or "无"

    def filter(self, findings: FindingQuerySet) -> FindingQuerySet:
        """Return those of ``findings`` that fulfil every condition; none while a condition is faulty, rather than too many."""
        if not self.is_valid():
            return findings.none()
        data: dict[str, Any] = self.cleaned_data
        findings = findings.filter(withdrawn_at__isnull=False) if data["withdrawn"] else findings.standing()
        if data["recurring"]:
            findings = findings.recurring()
        if data["organization"]:
            if self.chosen_organization is None:
                return findings.none()
            findings = findings.below(self.chosen_organization) if data["below"] else findings.filter(organization=self.chosen_organization)
        if data["severity"]:
            # Only problems and risks are graded; a good practice carries the lowest grade for want of any.
            findings = findings.exclude(kind=Finding.Kind.GOOD_PRACTICE)
        plain = {
            "campaign__code": data["campaign"],
            "assignment__category": data["category"],
            "theme__code": data["theme"],
            "kind": data["kind"],
            "severity": data["severity"],
            "assignment__team": data.get("team"),
            "assignment__method": data["method"],
            "standard": data["standard"],
        }
        return findings.filter(**{name: value for name, value in plain.items() if value}).search(data["q"])
