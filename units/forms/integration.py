"""Forms of access tokens and event subscriptions."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, ClassVar

from django import forms
from django.utils import timezone

from units.events import event_kinds
from units.forms.notices import DAY, ONLY_ADDRESS
from units.forms.pickers import OrganizationPicker
from units.models import AccessToken, PartyOrganization, User, Webhook
from units.sending.guarded import target_of
from units.sending.outcome import NotSent
from units.wording import tidy

USUAL_DAYS, MOST_DAYS = 365, 730


class TokenForm(forms.ModelForm):
    """One token: for which system, of which branch, until when."""

    class Meta:
        model = AccessToken
        fields = ("name", "organization", "expires_on")
        widgets: ClassVar[dict[str, Any]] = {
            "organization": OrganizationPicker(scope="writable"),
            "expires_on": forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = PartyOrganization.objects.active().writable_by(user)
        self.fields["organization"].queryset = own  # type: ignore[attr-defined]
        self.fields["organization"].initial = own.filter(path__in=user.office_paths).first()
        self.fields["expires_on"].initial = timezone.localdate() + timedelta(days=USUAL_DAYS)
        self.fields["expires_on"].help_text = "最长两年；到期后对方须换用新的令牌。"

    def clean_name(self) -> str:
        """Without stray spaces."""
        return tidy(self.cleaned_data["name"])

    def clean_expires_on(self) -> date:
        """From today on, and no token for ever."""
        day: date = self.cleaned_data["expires_on"]
        if not timezone.localdate() <= day <= timezone.localdate() + timedelta(days=MOST_DAYS):
            raise forms.ValidationError("请选择今天到两年以内的日期。")
        return day


class WebhookForm(forms.ModelForm):
    """One subscription. The address is shown to nobody again; left empty it stays as it is."""

    address = forms.CharField(
        label="接收地址",
        max_length=ONLY_ADDRESS,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    events = forms.MultipleChoiceField(
        label="推送的事件", widget=forms.CheckboxSelectMultiple, error_messages={"required": "请至少选择一种事件。"}
    )
    field_order: ClassVar[list[str]] = ["organization", "name", "address", "events", "is_enabled"]

    class Meta:
        model = Webhook
        fields = ("organization", "name", "events", "is_enabled")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["events"].choices = list(event_kinds().items())  # type: ignore[attr-defined]
        if self.instance.pk is not None:
            self.fields["address"].help_text = f"现在是 {self.instance.masked_address}，不改就留空。"
            del self.fields["organization"]
        else:
            self.fields["address"].required = True
            self.fields["address"].help_text = "以 https:// 开头，由对方系统提供。"
            own = PartyOrganization.objects.active().filter(path__in=user.office_paths)
            self.fields["organization"].queryset = own  # type: ignore[attr-defined]
            self.fields["organization"].empty_label = None  # type: ignore[attr-defined]
            self.fields["organization"].initial = own.first()
            self.fields["organization"].help_text = "推送这个组织及其下级组织的事件。"

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
