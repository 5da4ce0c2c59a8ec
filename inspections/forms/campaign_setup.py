"""What comes in while a campaign is set up: scope, ways, members, the split."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Count, Q, QuerySet

from inspections.actions.campaign_methods import Way
from inspections.actions.merging import Values
from inspections.models import Assignment, Campaign, Team
from inspections.models.campaign import Activity, AssignmentQuerySet, Method
from inspections.scope import PARTS, Scope, candidates
from units.forms.texts import LongText
from units.models import OrganizationCategory, OrganizationTag, PartyOrganization
from units.typed import LONGEST_SEARCH, json_object, key_of


def read_base(text: str) -> Values:
    """Return the base that a page carried. Raises ``ValidationError`` when it cannot be read: then nobody knows what the sender saw."""
    found = json_object(text)
    if found is None:
        raise forms.ValidationError("页面不完整，请刷新后重新操作。")
    return found


def kept_base(sent: Mapping[str, Any], fresh: Values) -> Values:
    """Return the base that a form carried over a failed try; a fresh one would hide what others saved meanwhile."""
    try:
        return read_base(sent.get("base", ""))
    except forms.ValidationError:
        return fresh


def in_one_line(form: forms.Form) -> str:
    """Return all errors of a form as one sentence, for fragments that have no place for them beside the fields."""
    return "；".join(text for errors in form.errors.values() for text in errors)


class CountedChoice(forms.ModelMultipleChoiceField):
    """Categories or tags with the number of organizations that each would bring in."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.counts: dict[int, int] = {}

    def label_from_instance(self, obj: Any) -> str:
        """Return the name and how many organizations bear it."""
        return f"{obj}（{self.counts.get(obj.pk, 0)}）"


class ScopeForm(forms.Form):
    """The conditions of a scope; organizations are chosen among those that the campaign may inspect at all."""

    categories = CountedChoice(label=PARTS["categories"], queryset=OrganizationCategory.objects.all(), required=False)
    tags = CountedChoice(label=PARTS["tags"], queryset=OrganizationTag.objects.all(), required=False)
    subtrees = forms.ModelMultipleChoiceField(label=PARTS["subtrees"], queryset=PartyOrganization.objects.none(), required=False)
    organizations = forms.ModelMultipleChoiceField(label=PARTS["organizations"], queryset=PartyOrganization.objects.none(), required=False)
    excluded = forms.ModelMultipleChoiceField(label=PARTS["excluded"], queryset=PartyOrganization.objects.none(), required=False)

    def __init__(self, *args: Any, campaign: Campaign, counted: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        possible = candidates(campaign)
        for part in ("subtrees", "organizations", "excluded"):
            self.fields[part].queryset = possible
            self.fields[part].error_messages["invalid_choice"] = "所选组织中有的已被撤销或不在主办组织之下，请移除后重试。"
        if counted:
            self.fields["categories"].counts = dict(
                possible.filter(category__isnull=False).order_by().values_list("category").annotate(Count("pk"))
            )
            self.fields["tags"].counts = dict(possible.filter(tags__isnull=False).order_by().values_list("tags").annotate(Count("pk")))

    def scope(self) -> Scope:
        """Return the conditions as a scope."""
        return Scope.from_json({part: [row.pk for row in self.cleaned_data[part]] for part in PARTS})

    def shown(self) -> Scope:
        """Return what was sent, faulty or not, so that a refused form loses nothing."""
        return Scope.from_json({part: [key for text in self.data.getlist(part) if (key := key_of(text)) is not None] for part in PARTS})


class WayForm(forms.Form):
    """Method and activities of a category or of one organization."""

    method = forms.ChoiceField(label="督查方式", choices=Method.choices, error_messages={"required": "请选择督查方式。"})
    activities = forms.MultipleChoiceField(label="实地环节", choices=Activity.choices, required=False, widget=forms.CheckboxSelectMultiple)

    def clean(self) -> dict[str, Any]:
        """A visit has at least one activity."""
        data = super().clean() or self.cleaned_data
        if data.get("method") == Method.ON_SITE and not data.get("activities"):
            self.add_error("activities", "实地督查至少要选择一个环节。")
        return data

    def way(self) -> Way:
        """Return the way that was chosen."""
        return Way.made(self.cleaned_data["method"], self.cleaned_data["activities"])

    @classmethod
    def showing(cls, way: Way | None, **kwargs: Any) -> WayForm:
        """Return an unbound form for ``way``; without one the usual activities are ticked and the method is left open."""
        usual = [Activity.HEARING, Activity.DOCUMENT_REVIEW, Activity.DISCUSSION]
        return cls(initial={"method": way.method if way else "", "activities": list(way.activities if way else ()) or usual}, **kwargs)


class RowsFilterForm(forms.Form):
    """Conditions of the lists of units within the set-up."""

    q = forms.CharField(label="单位名称或编码", max_length=LONGEST_SEARCH, required=False)
    category = forms.ChoiceField(label="单位类别", required=False)
    method = forms.ChoiceField(label="督查方式", required=False, choices=[("", "全部"), *Method.choices])
    team = forms.ChoiceField(label="督查组", required=False)

    def __init__(self, *args: Any, campaign: Campaign, teams: QuerySet[Team] | list[Team] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        used = campaign.assignments.order_by().values("category")
        categories = OrganizationCategory.objects.filter(pk__in=used).values_list("pk", "name")
        self.fields["category"].choices = [("", "全部"), *((str(pk), name) for pk, name in categories), ("0", "未设类别")]
        if teams is None:
            del self.fields["team"]
        else:
            self.fields["team"].choices = [("", "全部"), ("0", "未分组"), *((str(team.pk), team.name) for team in teams)]

    def filter(self, assignments: AssignmentQuerySet) -> AssignmentQuerySet:
        """Return the assignments that meet the conditions; an unreadable condition finds nothing."""
        if not self.is_valid():
            return assignments.none()
        data = self.cleaned_data
        for word in data["q"].split():
            assignments = assignments.filter(Q(organization__name__icontains=word) | Q(organization__code__icontains=word))
        if data["method"]:
            assignments = assignments.filter(method=data["method"])
        for name in ("category", "team"):
            if data.get(name):
                assignments = assignments.filter(**({f"{name}__isnull": True} if data[name] == "0" else {name: data[name]}))
        return assignments


class AddUnitsForm(forms.Form):
    """Organizations that join a running campaign."""

    organizations = forms.ModelMultipleChoiceField(
        label="增加的单位", queryset=PartyOrganization.objects.none(), error_messages={"required": "请先查找并选择要增加的单位。"}
    )
    team = forms.ModelChoiceField(
        label="交给督查组", queryset=Team.objects.none(), empty_label="请选择", error_messages={"required": "请选择督查组。"}
    )
    reason = forms.CharField(label="原因", max_length=200, widget=LongText(attrs={"rows": 2}), error_messages={"required": "请写明原因。"})

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organizations"].queryset = candidates(campaign).exclude(pk__in=campaign.assignments.order_by().values("organization"))
        self.fields["organizations"].error_messages["invalid_choice"] = (
            "所选单位中有的已在范围内、已被撤销或不在主办组织之下，请移除后重试。"
        )
        self.fields["team"].queryset = campaign.teams.all()


class PlanForm(forms.Form):
    """What is changed in one row of the split: the team or the day of the visit, and the revision of the row that the page shows."""

    revision = forms.IntegerField()
    team = forms.ModelChoiceField(queryset=Team.objects.none(), required=False)
    visit_on = forms.DateField(required=False, error_messages={"invalid": "请按“2026-11-20”的样子填写日期。"})

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = campaign.teams.all()
        self.fields["team"].error_messages["invalid_choice"] = "所选督查组已不存在，请刷新页面。"


class BulkForm(forms.Form):
    """Several rows of the split at once: those that are ticked, or all that the filter finds."""

    picked = forms.ModelMultipleChoiceField(queryset=Assignment.objects.none(), required=False)
    everything = forms.BooleanField(required=False)
    team = forms.ModelChoiceField(
        queryset=Team.objects.none(), required=False, error_messages={"invalid_choice": "所选督查组已不存在，请刷新页面。"}
    )
    visit_on = forms.DateField(required=False, error_messages={"invalid": "请按“2026-11-20”的样子填写日期。"})

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["picked"].queryset = campaign.assignments.all()
        self.fields["picked"].error_messages["invalid_choice"] = "勾选的单位中有的已不在督查范围内，请刷新页面后重试。"
        self.fields["team"].queryset = campaign.teams.all()
