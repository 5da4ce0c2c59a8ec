"""Forms of accounts and appointments."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import Exists, OuterRef

from units.forms.pickers import OrganizationPicker
from units.models import Appointment, FactorRule, PartyOrganization, User
from units.sending.mail import refusal_of
from units.wording import tidy

STATES = {"": "启用", "inactive": "停用", "factor_missing": "须设置两步验证而未设置", "all": "全部"}


class UserFilterForm(forms.Form):
    """The conditions of the list of users."""

    q = forms.CharField(label="姓名、用户名、职务或组织", required=False, max_length=100)
    role = forms.ChoiceField(label="角色", required=False, choices=[("", "全部"), *Appointment.Role.choices, ("none", "没有任职")])
    organization = forms.ModelChoiceField(
        PartyOrganization.objects.all(), label="组织（含下级）", required=False, widget=OrganizationPicker
    )
    state = forms.ChoiceField(label="账号状态", required=False, choices=[*STATES.items()])

    def filter(self, users: Any) -> Any:
        """Apply the conditions; an invalid value counts as not given."""
        self.is_valid()
        cleaned = self.cleaned_data
        if cleaned.get("q"):
            users = users.search(tidy(cleaned["q"]))
        organization, role = cleaned.get("organization"), cleaned.get("role")
        held = Appointment.objects.current().filter(user=OuterRef("pk"))
        if role == "none":
            users = users.filter(~Exists(held))
        elif role:
            users = users.filter(Exists(held.filter(role=role)))
        if organization:
            inside = PartyOrganization.objects.subtree_of(organization).values("pk")
            users = users.filter(Exists(held.filter(organization__in=inside))) | users.filter(organization__in=inside)
        state = cleaned.get("state")
        if state == "factor_missing":
            users = users.filter(pk__in=FactorRule.objects.people().filter(second_factor__isnull=True).values("pk"))
        elif state != "all":
            users = users.filter(is_active=state != "inactive")
        return users


class UserForm(forms.ModelForm):
    """One account. The user name is fixed once given: people know it by heart, and the log speaks of it."""

    class Meta:
        model = User
        fields = ("username", "display_name", "organization", "duty_title", "email")
        widgets: ClassVar[dict[str, Any]] = {"organization": OrganizationPicker}
        labels: ClassVar[dict[str, str]] = {"username": "用户名", "email": "邮箱"}
        help_texts: ClassVar[dict[str, str]] = {"username": "登录用，可以用汉字、字母、数字和 @ . + - _ ，不能有空格；建立后不能改。"}
        error_messages: ClassVar[dict[str, Any]] = {
            "username": {"unique": "这个用户名已被使用，请换一个。", "invalid": "用户名只能用汉字、字母、数字和 @ . + - _ ，不能有空格。"},
            "organization": {"invalid_choice": "请从查找结果中选择组织。"},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organization"].help_text = "本人所在的党组织；督查时据此回避本单位、上级和下级。"
        self.fields["email"].help_text = "选填，用于每日提醒邮件；本人也可以在“通知设置”中修改。"
        if self.instance.pk:
            del self.fields["username"]

    def clean_username(self) -> str:
        """Not taken, whatever the capitals: two accounts that look alike are one in the log's reader's eye."""
        username = str(self.cleaned_data["username"])
        if User.objects.filter(username__iexact=username).exists():
            raise forms.ValidationError("这个用户名已被使用，请换一个。")
        return username

    def clean_display_name(self) -> str:
        """Without stray spaces."""
        return tidy(self.cleaned_data["display_name"])

    def clean_email(self) -> str:
        """Only what this site may write to."""
        email = self.cleaned_data["email"]
        if email and (refusal := refusal_of(email)):
            raise forms.ValidationError(refusal)
        return str(email)


class AppointmentForm(forms.Form):
    """One appointment of a given user."""

    DAY: ClassVar[dict[str, str]] = {"type": "date"}

    role = forms.ChoiceField(label="角色", choices=[("", "请选择"), *Appointment.Role.choices], error_messages={"required": "请选择角色。"})
    organization = forms.ModelChoiceField(
        PartyOrganization.objects.active(),
        label="组织",
        widget=OrganizationPicker,
        error_messages={"required": "请选择组织。", "invalid_choice": "请从查找结果中选择组织。"},
    )
    starts_on = forms.DateField(
        label="开始日期", required=False, help_text="留空即今天。", widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d")
    )
    ends_on = forms.DateField(
        label="结束日期", required=False, help_text="留空即长期。", widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d")
    )

    def clean(self) -> dict[str, Any]:
        """The end not before the beginning."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("starts_on") and cleaned.get("ends_on") and cleaned["ends_on"] < cleaned["starts_on"]:
            self.add_error("ends_on", "结束日期不能早于开始日期。")
        return cleaned
