"""Forms of notices, their settings, deliveries, robots and the work calendar."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, ClassVar

from django import forms
from django.utils import timezone

from units.forms.activity import CENTURIES
from units.models import Delivery, NoticeSetting, PartyOrganization, Robot, User
from units.notices import notice_kinds
from units.sending.guarded import target_of
from units.sending.mail import refusal_of
from units.sending.outcome import NotSent
from units.wording import tidy

DAY: dict[str, str] = {"type": "date"}
ONLY_ADDRESS = 500


def day_field(label: str, **options: Any) -> forms.DateField:
    """Return a field for one date that the databases can keep."""
    return forms.DateField(label=label, validators=CENTURIES, widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"), **options)


class NoticeFilterForm(forms.Form):
    """Which notices to show."""

    state = forms.ChoiceField(label="状态", required=False, choices=[("", "未读"), ("all", "全部")])
    kind = forms.ChoiceField(label="类别", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", "全部"), *notice_kinds().items()]  # type: ignore[attr-defined]

    def filter(self, notices: Any) -> Any:
        """Apply the conditions; an invalid value counts as not given."""
        self.is_valid()
        if self.cleaned_data.get("state") != "all":
            notices = notices.unread()
        if self.cleaned_data.get("kind"):
            notices = notices.filter(kind=self.cleaned_data["kind"])
        return notices


class NoticeSettingForm(forms.Form):
    """The own address and channels; one field per kind of notice."""

    email = forms.EmailField(label="邮箱", required=False, max_length=254, help_text="留空则不发邮件。")
    digest = forms.BooleanField(label="每个工作日早上发一封邮件，汇总待办和新提醒", required=False)
    paused_until = day_field("暂停邮件至", required=False, help_text="休假或出差时使用，这一天过后自动恢复；留空为不暂停。")

    def __init__(self, *args: Any, user: User, setting: NoticeSetting, **kwargs: Any) -> None:
        initial = {"email": user.email, "digest": setting.digest, "paused_until": setting.paused_until}
        super().__init__(*args, initial=initial, **kwargs)
        self.kept_until = setting.paused_until
        self.kinds = {f"way_{kind}": kind for kind in notice_kinds()}
        for name, kind in self.kinds.items():
            self.fields[name] = forms.ChoiceField(
                label=notice_kinds()[kind], choices=NoticeSetting.Way.choices, initial=setting.way_of(kind), widget=forms.Select
            )

    @property
    def way_fields(self) -> list[Any]:
        """The fields of the kinds, for a table."""
        return [self[name] for name in self.kinds]

    def clean_email(self) -> str:
        """Only what this site may write to."""
        email = self.cleaned_data["email"]
        if email and (refusal := refusal_of(email)):
            raise forms.ValidationError(refusal)
        return str(email)

    def clean_paused_until(self) -> date | None:
        """Not in the past, unless it stood there already; and no pause that is forgotten."""
        day: date | None = self.cleaned_data["paused_until"]
        if day and day != self.kept_until and not timezone.localdate() <= day <= timezone.localdate() + timedelta(days=366):
            raise forms.ValidationError("请选择今天到一年以内的日期。长期不要邮件，请取消上面的勾选。")
        return day

    @property
    def ways(self) -> dict[str, str]:
        """The chosen way of each kind."""
        return {kind: self.cleaned_data[name] for name, kind in self.kinds.items()}


class DeliveryFilterForm(forms.Form):
    """The conditions of the list of deliveries."""

    status = forms.ChoiceField(label="状态", required=False, choices=[("", "全部"), *Delivery.Status.choices])
    channel = forms.ChoiceField(label="方式", required=False, choices=[("", "全部"), *Delivery.Channel.choices])
    since = day_field("从", required=False)
    until = day_field("到", required=False)
    q = forms.CharField(label="收件方或地址", required=False, max_length=100)

    def filter(self, deliveries: Any) -> Any:
        """Apply the conditions; an invalid value counts as not given."""
        self.is_valid()
        cleaned = self.cleaned_data
        for name in ("status", "channel"):
            if cleaned.get(name):
                deliveries = deliveries.filter(**{name: cleaned[name]})
        if cleaned.get("since"):
            deliveries = deliveries.filter(made_at__date__gte=cleaned["since"])
        if cleaned.get("until"):
            deliveries = deliveries.filter(made_at__date__lte=cleaned["until"])
        if word := tidy(cleaned.get("q") or ""):
            deliveries = deliveries.filter(receiver__icontains=word) | deliveries.filter(address__icontains=word)
        return deliveries


class RobotForm(forms.ModelForm):
    """One robot. Address and secret are shown to nobody again; left empty they stay as they are."""

    address = forms.CharField(
        label="机器人地址",
        max_length=ONLY_ADDRESS,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    secret = forms.CharField(
        label="签名密钥", max_length=200, required=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
    field_order: ClassVar[list[str]] = ["organization", "name", "kind", "address", "secret", "names_units", "is_enabled"]

    class Meta:
        model = Robot
        fields = ("organization", "name", "kind", "names_units", "is_enabled")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = self.instance.pk is not None
        self.fields["kind"].choices = [("", "请选择"), *Robot.Kind.choices]  # type: ignore[attr-defined]
        self.fields["address"].help_text = (
            f"现在是 {self.instance.masked_address}，不改就留空。" if known else "在群机器人的设置页完整复制。"
        )
        kept = "已设置，不改就留空。" if known and self.instance.secret else "钉钉选了“加签”、飞书选了“签名校验”时填写；企业微信不需要。"
        self.fields["secret"].help_text = kept
        if known:
            del self.fields["organization"]
        else:
            self.fields["address"].required = True
            own = PartyOrganization.objects.active().filter(path__in=user.office_paths)
            self.fields["organization"].queryset = own  # type: ignore[attr-defined]
            self.fields["organization"].empty_label = None  # type: ignore[attr-defined]
            self.fields["organization"].initial = own.first()

    def clean_name(self) -> str:
        """Without stray spaces."""
        return tidy(self.cleaned_data["name"])

    def clean_address(self) -> str:
        """Only addresses to which this site may send."""
        address = self.cleaned_data["address"].strip()
        if address:
            try:
                target_of(address)
            except NotSent as error:
                raise forms.ValidationError(str(error)) from None
        return str(address)

    def clean_secret(self) -> str:
        """Without what copying leaves at the ends."""
        return str(self.cleaned_data["secret"].strip())


class ArrangementForm(forms.Form):
    """The arrangement of one year as text, or as a spreadsheet that becomes that text."""

    text = forms.CharField(
        label="放假安排",
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 9}),
        help_text="可以直接粘贴国务院办公厅通知的正文，也可以一行一天，例如“2027-01-01 放假 元旦”“2027-01-03 上班”。只写与平常不同的日子。",
    )
    file = forms.FileField(label="或上传表格（.xlsx）", required=False, help_text="三列：日期、放假或上班、说明；一行一天。")

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not (cleaned.get("text") or "").strip() and not cleaned.get("file"):
            self.add_error("text", "请粘贴放假安排，或选择一个表格文件。")
        return cleaned


class CalendarDayForm(forms.Form):
    """One day."""

    day = day_field("日期", error_messages={"required": "请选择日期。"})
    is_working = forms.ChoiceField(label="安排", choices=[("", "放假"), ("1", "上班")], required=False)
    name = forms.CharField(label="说明", max_length=40, required=False)

    def clean(self) -> dict[str, Any]:
        """Otherwise than the weekday says, else there is nothing to note."""
        cleaned = super().clean() or self.cleaned_data
        day, works = cleaned.get("day"), bool(cleaned.get("is_working"))
        if day and (day.weekday() < 5) == works:  # noqa: PLR2004 -- Saturday
            self.add_error("day", f"{day.month}月{day.day}日本来就{'上班' if works else '休息'}，不需要登记。")
        return cleaned
