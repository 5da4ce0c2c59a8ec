"""What comes in about a campaign: facts, basis documents, reasons."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Column, Field, Fieldset, Layout, Row
from django import forms
from django.db.models import Q
from django.utils import timezone

from inspections.actions.campaigns import Documents
from inspections.models import Campaign, Checklist
from units.forms.texts import LongText
from units.models import PartyOrganization, User
from units.models.organization import in_subtree

SECOND_HALF = 7
"""The month with which the second half of a year begins."""


CODE_RULE = "活动编码只能用英文字母、数字、下划线和连字符，不能有汉字、空格和其他符号，如 2026-2。"


class DateInput(forms.DateInput):
    """The browser's own date picker."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class OrganizerField(forms.ModelChoiceField):
    """Organizers are shown with their depth in the tree."""

    def label_from_instance(self, obj: Any) -> str:
        """Indent by depth: two ideographic spaces a level."""
        return "　" * (obj.depth - 1) + str(obj)


class CampaignForm(forms.ModelForm):
    """The facts of a campaign. Unusual dates are pointed out once and may be confirmed."""

    co_organizer_bodies = forms.CharField(
        label="联合机构", required=False, widget=LongText(attrs={"rows": 2}), help_text="每行一个，如“区联合督查室”。"
    )
    organizer = OrganizerField(label="主办组织", queryset=PartyOrganization.objects.none())
    like = forms.ModelChoiceField(
        label="沿用以往活动的设置",
        queryset=Campaign.objects.none(),
        required=False,
        empty_label="不沿用",
        help_text="沿用其督查范围和督查方式，之后仍可修改。督查组需要重新组建。",
    )
    confirmed = forms.BooleanField(label="以上情况已核对无误，仍然保存", required=False)
    base = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Campaign
        fields = (
            "code",
            "title",
            "subject",
            "subject_short",
            "arrangement",
            "purpose",
            "year",
            "half",
            "organizer",
            "organizer_body",
            "approval_number",
            "starts_on",
            "ends_on",
            "cut_off_on",
            "checklist",
        )
        widgets = {"starts_on": DateInput(), "ends_on": DateInput(), "cut_off_on": DateInput()}
        error_messages = {"code": {"invalid": CODE_RULE, "unique": "这个活动编码已被使用，请换一个。"}}
        help_texts = {
            "approval_number": "列入年度督查计划或专项报批的文号，启动前必须填写。",
            "checklist": "只能选择已发布的清单，启动后不能更换。",
            "cut_off_on": "数值指标统计到这一天。",
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.warnings: list[str] = []
        self.user = user
        condition = Q(pk__in=[])
        for path in user.office_paths:
            condition |= in_subtree(path)
        mine = PartyOrganization.objects.active().filter(condition)
        self.fields["organizer"].queryset = mine.filter(children__isnull=False).distinct()
        published = Q(status=Checklist.Status.PUBLISHED)
        checklists = Checklist.objects.visible_to(user)
        if self.instance.pk:
            self._for_editing()
            checklists = checklists.filter(published | Q(pk=self.instance.checklist_id))
        else:
            self._for_creating()
            checklists = checklists.filter(published)
        self.fields["checklist"].queryset = checklists
        self.fields["checklist"].empty_label = "暂不选择"
        self.helper = _layout(creating=not self.instance.pk)

    def _for_creating(self) -> None:
        today = timezone.localdate()
        self.fields["code"].required = False
        self.fields["code"].help_text = "字母、数字和连字符，用在网址和导出文件名中。留空则自动编号，如 2026-2；以后不能更改。"
        self.fields["year"].initial = today.year
        self.fields["half"].initial = 2 if today.month >= SECOND_HALF else 1
        offices = [a.organization_id for a in self.user.current_appointments if a.organization.path in self.user.office_paths]
        self.fields["organizer"].initial = offices[0] if offices else None
        self.fields["like"].queryset = Campaign.objects.manageable_by(self.user)

    def _for_editing(self) -> None:
        del self.fields["code"], self.fields["like"]
        self.initial["co_organizer_bodies"] = "\n".join(self.instance.co_organizer_bodies)
        if self.instance.status != Campaign.Status.PREPARING:
            self.fields["checklist"].disabled = True
            self.fields["checklist"].help_text = "督查已经启动，不能更换清单。"
        if self.instance.status != Campaign.Status.PREPARING or self.instance.assignments.exists():
            self.fields["organizer"].disabled = True
            self.fields["organizer"].help_text = "已经确定督查范围，不能更换主办组织。"
            self.fields["organizer"].queryset = PartyOrganization.objects.filter(pk=self.instance.organizer_id)

    def clean_code(self) -> str:
        """Keep codes apart from the words that stand in their place in addresses."""
        code = self.cleaned_data["code"]
        if code == "new":
            raise forms.ValidationError("“new”是系统保留的编码，请换一个。")
        return code

    def clean_year(self) -> int:
        """Refuse slips of the pen."""
        year = self.cleaned_data["year"]
        if not 2000 <= year <= 2100:  # noqa: PLR2004 -- a plausible century
            raise forms.ValidationError("请填写四位年份，如 2026。")
        return year

    def clean_co_organizer_bodies(self) -> list[str]:
        """Return one body per line."""
        return [line.strip() for line in self.cleaned_data["co_organizer_bodies"].splitlines() if line.strip()]

    def clean(self) -> dict[str, Any]:
        """Check dates against each other: what cannot be is an error, what is unusual a warning that may be confirmed."""
        data = super().clean() or self.cleaned_data
        starts, ends, cut_off = data.get("starts_on"), data.get("ends_on"), data.get("cut_off_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", "结束日期不能早于开始日期。")
        elif starts and ends:
            if cut_off and cut_off > ends:
                self.warnings.append("数据截止日期晚于督查结束日期，督查组可能还拿不到截至那一天的数据。")
            half = 2 if starts.month >= SECOND_HALF else 1
            if data.get("year") and data.get("half") and (starts.year, half) != (data["year"], int(data["half"])):
                self.warnings.append(f"开始日期不在{data['year']}年{Campaign.Half(int(data['half'])).label}。")
        if data.get("like") and data.get("organizer") and data["like"].organizer_id != data["organizer"].pk:
            self.add_error("like", "只能沿用同一主办组织的活动，请另选或不沿用。")
        if self.warnings and not data.get("confirmed"):
            self.add_error(None, "".join(self.warnings) + "如确实如此，请勾选页面下方的“已核对无误”后再保存。")
        return data

    def facts(self) -> dict[str, Any]:
        """Return what the verbs take, without the form's own fields."""
        return {name: value for name, value in self.cleaned_data.items() if name not in {"base", "confirmed"}}


def _layout(*, creating: bool) -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    half = "col-md-6"
    third = "col-md-4"
    helper.layout = Layout(
        Field("base"),
        Fieldset(
            "活动",
            "title",
            Row(
                Column("year", css_class=third), Column("half", css_class=third), Column("code", css_class=third) if creating else HTML("")
            ),
            Row(Column("subject", css_class=half), Column("subject_short", css_class=half)),
            Row(Column("arrangement", css_class=half), Column("purpose", css_class=half)),
        ),
        Fieldset(
            "组织",
            Row(Column("organizer", css_class=half), Column("organizer_body", css_class=half)),
            Row(Column("co_organizer_bodies", css_class=half), Column("approval_number", css_class=half)),
        ),
        Fieldset(
            "时间与清单",
            Row(Column("starts_on", css_class=third), Column("ends_on", css_class=third), Column("cut_off_on", css_class=third)),
            "checklist",
            *(["like"] if creating else []),
        ),
    )
    return helper


class BasisForm(forms.Form):
    """One basis document; a row left empty does not count."""

    issuer = forms.CharField(
        label="发文单位", max_length=80, required=False, widget=forms.TextInput(attrs={"placeholder": "如“区委办公室”"})
    )
    title = forms.CharField(label="文件名称", max_length=120, required=False, widget=forms.TextInput(attrs={"placeholder": "不写书名号"}))
    number = forms.CharField(label="文号", max_length=40, required=False)

    def clean_title(self) -> str:
        """Drop title marks that were typed all the same."""
        return self.cleaned_data["title"].strip("《》 　")

    def clean(self) -> dict[str, Any]:
        """A document without a title cannot be cited."""
        data = super().clean() or self.cleaned_data
        if (data.get("issuer") or data.get("number")) and not data.get("title") and "title" not in self.errors:
            self.add_error("title", "请填写文件名称；不需要这一行时请清空或移除。")
        return data


class BaseBasisFormSet(forms.BaseFormSet):
    """The ordered list of basis documents."""

    def documents(self) -> Documents:
        """Return the filled rows in their order."""
        rows = [form.cleaned_data for form in self.forms if form.cleaned_data.get("title")]
        return [(row["issuer"], row["title"], row["number"]) for row in rows]


BasisFormSet = forms.formset_factory(BasisForm, formset=BaseBasisFormSet, extra=1, max_num=50, validate_max=True, absolute_max=60)


class ReasonForm(forms.Form):
    """Why something out of the ordinary is done."""

    reason = forms.CharField(label="原因", max_length=200, widget=LongText(attrs={"rows": 3}), error_messages={"required": "请写明原因。"})

    def __init__(self, *args: Any, required: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = required
