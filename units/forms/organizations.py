"""Forms of the directory."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from units.forms.pickers import OrganizationPicker
from units.models import OrganizationCategory, OrganizationTag, PartyOrganization, User
from units.wording import CODE, CODE_RULE, tidy, tidy_code


class OrganizationFilterForm(forms.Form):
    """The conditions of the directory's list."""

    STATES: ClassVar[list[tuple[str, str]]] = [("", "未撤销"), ("dissolved", "已撤销"), ("all", "全部")]

    q = forms.CharField(label="名称或编码", required=False, max_length=100)
    category = forms.ModelChoiceField(OrganizationCategory.objects.all(), label="单位类别", required=False, empty_label="全部")
    kind = forms.ChoiceField(label="组织类型", required=False, choices=[("", "全部"), *PartyOrganization.Kind.choices])
    tag = forms.ModelChoiceField(OrganizationTag.objects.all(), label="标签", required=False, empty_label="全部")
    state = forms.ChoiceField(label="状态", required=False, choices=STATES)
    below = forms.BooleanField(label="含全部下级", required=False)

    @property
    def reaches_below(self) -> bool:
        """Whether the whole subtree is listed: when asked for, and whenever something is looked for."""
        cleaned = getattr(self, "cleaned_data", {})
        return any(cleaned.get(name) for name in ("below", "q", "category", "kind", "tag"))

    def filter(self, organizations: Any) -> Any:
        """Apply the conditions; an invalid value counts as not given."""
        self.is_valid()
        cleaned = self.cleaned_data
        if cleaned.get("q"):
            organizations = organizations.search(tidy(cleaned["q"]))
        for name in ("category", "kind"):
            if cleaned.get(name):
                organizations = organizations.filter(**{name: cleaned[name]})
        if cleaned.get("tag"):
            organizations = organizations.filter(tags=cleaned["tag"])
        if cleaned.get("state") != "all":
            organizations = organizations.filter(dissolved_on__isnull=cleaned.get("state") != "dissolved")
        return organizations


class OrganizationForm(forms.ModelForm):
    """Facts of one organization. The parent is asked only for a new one; later it is changed by moving."""

    class Meta:
        model = PartyOrganization
        fields = ("name", "short_name", "code", "kind", "category", "tags", "order", "address", "contact_duty")
        widgets: ClassVar[dict[str, Any]] = {"tags": forms.CheckboxSelectMultiple}
        error_messages: ClassVar[dict[str, Any]] = {"code": {"unique": "这个组织编码已被使用，请换一个。"}}

    parent = forms.ModelChoiceField(
        PartyOrganization.objects.none(),
        label="上级组织",
        required=False,
        widget=OrganizationPicker(scope="writable"),
        error_messages={"required": "请选择上级组织。", "invalid_choice": "请从查找结果中选择您管理范围内的上级组织。"},
    )
    as_top = forms.BooleanField(label="确认新增为又一个顶层组织（没有上级组织）", required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["kind"].choices = [("", "请选择"), *PartyOrganization.Kind.choices]
        self.fields["category"].empty_label = "（不归类）"
        self.fields["order"].help_text = "同一上级之下按此数字从小到大排列。"
        self.fields["order"].widget.attrs["min"] = 0
        self.fields["code"].help_text = CODE_RULE
        if not OrganizationTag.objects.exists():
            del self.fields["tags"]
        if self.instance.pk:
            del self.fields["parent"], self.fields["as_top"]
        else:
            self.fields["parent"].queryset = parents_for(user)
            self.fields["parent"].required = not user.keeps_directory
            self.fields["parent"].help_text = "没有上级组织的才留空。" if user.keeps_directory else ""
            self.order_fields(["parent", "as_top", *self.Meta.fields])
            if not (user.keeps_directory and self.is_bound and not self.data.get(self.add_prefix("parent")) and _tops()):
                del self.fields["as_top"]

    def clean_name(self) -> str:
        """Without stray spaces."""
        return tidy(self.cleaned_data["name"])

    def clean_short_name(self) -> str:
        """Without stray spaces."""
        return tidy(self.cleaned_data["short_name"])

    def clean_code(self) -> str:
        """Without spaces and full-width characters; the same rule as in the import."""
        code = tidy_code(self.cleaned_data["code"])
        if not CODE.match(code):
            raise forms.ValidationError(CODE_RULE)
        return code

    def clean(self) -> dict[str, Any]:
        """A second tree beside the first is seldom meant: more often the parent was forgotten."""
        cleaned = super().clean() or self.cleaned_data
        if "as_top" in self.fields and not cleaned.pop("as_top", False):
            names = "、".join(f"“{top}”" for top in _tops()[:3])
            self.add_error("parent", f"名录中已有顶层组织{names}。请选择上级组织；确实要再设一个顶层组织的，请勾选下面的确认。")
        return cleaned


def _tops() -> QuerySet[PartyOrganization]:
    return PartyOrganization.objects.filter(parent=None).active()


def parents_for(user: User) -> QuerySet[PartyOrganization]:
    """Return the organizations below which ``user`` may put others: active ones in the subtrees of the own office, or all."""
    return PartyOrganization.objects.writable_by(user).active()


class MoveForm(forms.Form):
    """The new parent of a branch."""

    parent = forms.ModelChoiceField(
        PartyOrganization.objects.none(),
        label="移到哪个组织之下",
        required=False,
        widget=OrganizationPicker(scope="writable"),
        error_messages={"invalid_choice": "请从查找结果中选择您管理范围内、未撤销的组织。"},
    )
    to_top = forms.BooleanField(label="移到顶层（没有上级组织）", required=False)

    def __init__(self, *args: Any, user: User, organization: PartyOrganization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organization = organization
        self.fields["parent"].queryset = parents_for(user)
        if not user.keeps_directory:
            del self.fields["to_top"]

    def clean(self) -> dict[str, Any]:
        """One target, and one that differs from where the branch hangs now."""
        cleaned = super().clean() or self.cleaned_data
        parent, to_top = cleaned.get("parent"), cleaned.get("to_top", False)
        if "parent" in self.errors:
            return cleaned
        if bool(parent) == bool(to_top):
            self.add_error("parent", "请选择一个上级组织。" if not parent else "已勾选“移到顶层”，请清空上级组织，或取消勾选。")
        elif self.organization.parent_id == (parent.pk if parent else None):
            self.add_error("parent", f"“{self.organization}”已经在“{parent or '顶层'}”之下，不需要移动。")
        elif parent and parent.path.startswith(self.organization.path):
            self.add_error("parent", f"不能移到它自己或它的下级“{parent}”之下，请另选。")
        return cleaned


class DissolveForm(forms.Form):
    """The day of the dissolution."""

    on = forms.DateField(label="撤销日期", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def clean_on(self) -> Any:
        """Not in the future: the directory says what is, not what is planned."""
        if self.cleaned_data["on"] > timezone.localdate():
            raise forms.ValidationError("撤销日期不能晚于今天。")
        return self.cleaned_data["on"]
