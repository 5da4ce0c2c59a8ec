"""What comes in about submissions: the request, the filter of the list, files, numbers, decisions."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import F, Q

from inspections.actions.submission_requests import Terms
from inspections.forms.campaigns import DateInput
from inspections.forms.findings import FindingForm
from inspections.forms.results import RevisionForm
from inspections.models import BurdenSetting, DeclaredMetric, DraftFinding, Finding, ModelText, Submission, SubmissionRequest
from inspections.models.campaign import Method
from inspections.models.submission import SubmissionKind, SubmissionQuerySet
from units.forms.texts import LongText
from units.models import OrganizationCategory, PartyOrganization, User
from units.models.organization import in_subtree
from units.typed import LONGEST_SEARCH

WORD_FILES = ".docx,.txt,application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class RequestForm(RevisionForm):
    """What a campaign asks its organizations for."""

    kind = forms.ChoiceField(label="报送材料", choices=SubmissionKind.choices, widget=forms.RadioSelect)
    due_on = forms.DateField(
        label="报送期限",
        widget=DateInput(),
        help_text="逾期仍可提交，系统会注明逾期天数。",
        error_messages={"required": "请选择报送期限。"},
    )
    includes_on_site = forms.BooleanField(label="实地督查的单位也要报送", required=False)
    sends_on_start = forms.BooleanField(label="启动督查时自动向各单位发出通知", required=False)
    key_points = forms.CharField(
        label="督查重点", max_length=2000, required=False, widget=LongText(attrs={"rows": 4}), help_text="写进督查通知，每行一条。"
    )
    preparation = forms.CharField(
        label="准备事项", max_length=2000, required=False, widget=LongText(attrs={"rows": 4}), help_text="写进督查通知，每行一条。"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["revision"].widget = forms.HiddenInput()
        self.fields["seen"].widget = forms.HiddenInput()

    @classmethod
    def showing(cls, request: SubmissionRequest | None) -> RequestForm:
        """Return the form with what is asked now, or what is usual."""
        if request is None:
            return cls(initial={"revision": 0, "kind": SubmissionKind.WRITTEN_REPORT, "sends_on_start": True})
        return cls(initial={name: getattr(request, name) for name in (*Terms.__annotations__, "revision")})

    def terms(self) -> Terms:
        """Return what the verb takes."""
        return Terms(**{name: self.cleaned_data[name] for name in Terms.__annotations__})


class SubmissionFilterForm(forms.Form):
    """Conditions of a campaign's list of submissions."""

    STATES = (("", "全部"), ("open", "未提交"), ("overdue", "逾期未交"), ("late", "逾期提交"), *Submission.Status.choices)
    q = forms.CharField(
        label="关键词",
        max_length=LONGEST_SEARCH,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "单位或材料内容"}),
    )
    status = forms.ChoiceField(label="状态", choices=STATES, required=False)
    category = forms.ModelChoiceField(OrganizationCategory.objects.all(), label="单位类别", required=False, empty_label="全部")
    method = forms.ChoiceField(label="督查方式", choices=[("", "全部"), *Method.choices], required=False)

    def filter(self, rows: SubmissionQuerySet) -> SubmissionQuerySet:
        """Return those that fulfil every condition; none while one is faulty."""
        if not self.is_valid():
            return rows.none()
        data = self.cleaned_data
        rows = rows.search(data["q"])
        if data["category"]:
            rows = rows.filter(assignment__category=data["category"])
        if data["method"]:
            rows = rows.filter(assignment__method=data["method"])
        match data["status"]:
            case "":
                return rows
            case "open":
                return rows.with_the_organization()
            case "overdue":
                return rows.overdue()
            case "late":
                return rows.filter(first_submitted_at__date__gt=F("due_on"))
            case state:
                return rows.filter(status=state)


class UploadForm(forms.Form):
    """The Word file that the organization has written anyway."""

    file = forms.FileField(
        label="选择文件",
        widget=forms.FileInput(
            attrs={
                "accept": WORD_FILES,
                "class": "visually-hidden",
                "data-autosubmit": "",
                "data-max-bytes": settings.SUBMISSION_MAX_BYTES,
                "data-max-text": "文件超过 100 MB，请压缩文档里的图片后再上传。",
            }
        ),
        error_messages={"required": "请先选择文件。", "empty": "文件是空的，请重新选择。", "invalid": "文件没有传完，请重新选择。"},
    )

    def __init__(self, *args: Any, is_too_large: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_too_large = is_too_large
        if is_too_large:
            limit = settings.SUBMISSION_MAX_BYTES // 2**20
            self.fields["file"].error_messages["required"] = f"文件超过 {limit} MB，没有上传。请压缩文档里的图片后再试。"


class MetricForm(RevisionForm):
    """What the organization says to one number."""

    number = forms.CharField(max_length=30, required=False)
    is_approximate = forms.BooleanField(required=False)
    attests_zero = forms.BooleanField(required=False)
    not_kept = forms.BooleanField(required=False)
    note = forms.CharField(max_length=200, required=False)

    def __init__(self, data: Any, *, metric: DeclaredMetric) -> None:
        super().__init__(data)
        self.metric = metric

    def clean_number(self) -> Decimal | None:
        """Read a number as people type it: full-width digits, thousands separators, the unit or 约/余 beside it."""
        text = unicodedata.normalize("NFKC", self.cleaned_data["number"]).replace(",", "").replace(" ", "")
        text = text.removesuffix(unicodedata.normalize("NFKC", self.metric.item.unit_of_measure))
        self.said_approximate = bool(re.search(r"^约|[余多]$", text))
        text = re.sub(r"^约|[余多]$", "", text)
        if not text:
            return None
        try:
            number = Decimal(text)
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite():
            raise forms.ValidationError("请填数字，如 12 或 12.5。")
        if number < 0:
            raise forms.ValidationError("不能小于 0，请检查后重填。")
        if number >= Decimal("1e10") or number != round(number, 2):
            raise forms.ValidationError("数字太大，或小数多于两位，请检查后重填。")
        return number

    said_approximate = False

    def clean(self) -> dict[str, Any]:
        """Refuse an answer that says two things; what the field held before somebody ticked the box was not said by him."""
        data = super().clean() or self.cleaned_data
        number, is_zero, is_none = data.get("number"), data.get("attests_zero"), data.get("not_kept")
        stood_there = {None, self.metric.number, self.metric.proposed_number}
        if is_none and ((is_zero and not self.metric.attests_zero) or number not in stood_there):
            raise forms.ValidationError("又填了数字，又选了“没有这项数据”，请只留一样。")
        if is_zero and number and not self.metric.attests_zero:
            raise forms.ValidationError("填的数字不是零：请去掉“经核实为零”的勾选，或者把数字改为 0。")
        if is_zero and number is None and not is_none and "number" not in self.errors:
            data["number"] = Decimal(0)
        return data

    def settled(self) -> dict[str, Any]:
        """Return what the verb takes."""
        data = self.cleaned_data
        return {
            "number": None if data["not_kept"] else data.get("number"),
            "is_approximate": data["is_approximate"] or self.said_approximate,
            "attests_zero": data["attests_zero"],
            "not_kept": data["not_kept"],
            "note": data["note"],
        }


class ReturnForm(forms.Form):
    """Why a submission goes back."""

    reason = forms.CharField(
        label="退回原因",
        max_length=500,
        widget=LongText(attrs={"rows": 3, "placeholder": "写明要补充或修改什么"}),
        error_messages={"required": "请写明退回的原因，说明要补充或修改什么。"},
    )


class RevokeForm(forms.Form):
    """Why an acceptance is taken back."""

    reason = forms.CharField(
        label="撤销采用的原因",
        max_length=300,
        widget=LongText(attrs={"rows": 2, "placeholder": "如：单位来电更正数据"}),
        error_messages={"required": "请写明撤销采用的原因。"},
    )


class AcceptForm(forms.Form):
    """How a submission is accepted."""

    concludes = forms.BooleanField(label="同时办结该单位的督查", required=False)
    summary = forms.CharField(label="总体评价", max_length=2000, required=False, widget=LongText(attrs={"rows": 3}))

    def clean(self) -> dict[str, Any]:
        """Concluding takes an appraisal."""
        data = super().clean() or self.cleaned_data
        if data.get("concludes") and not data.get("summary", "").strip():
            self.add_error("summary", "办结前请填写总体评价；暂不办结的，请去掉“同时办结”的勾选。")
        return data


class DraftForm(FindingForm):
    """A declared problem on its way to a finding."""

    def __init__(self, *args: Any, draft: DraftFinding, **kwargs: Any) -> None:
        super().__init__(*args, assignment=draft.submission.assignment, **kwargs)
        del self.fields["files"]
        self.fields["kind"].widget = forms.HiddenInput()
        self.fields["id"].required = False

    @staticmethod
    def initial_for(draft: DraftFinding) -> dict[str, Any]:
        """Return what the draft says, for the form."""
        place = f"t:{draft.theme_id}" if draft.theme_id else ""
        return {
            "revision": 0, "id": draft.pk, "kind": Finding.Kind.PROBLEM, "severity": Finding.Severity.GENERAL, "text": draft.text, "place": place,
        }  # fmt: skip


class ModelTextForm(forms.Form):
    """A text for the library: pasted, or from a file."""

    organizer = forms.ModelChoiceField(PartyOrganization.objects.none(), label="所属组织", empty_label=None)
    kind = forms.ChoiceField(label="类型", choices=ModelText.Kind.choices)
    title = forms.CharField(label="标题", max_length=120, error_messages={"required": "请填写标题。"})
    source = forms.CharField(label="来源", max_length=120, required=False, help_text="如“网上流传”“区委宣传部2026年工作要点”。")
    text = forms.CharField(label="正文", required=False, widget=LongText(attrs={"rows": 10}), help_text="可以直接粘贴，也可以上传文件。")
    file = forms.FileField(label="或上传文件", required=False, widget=forms.FileInput(attrs={"accept": WORD_FILES}))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        condition = Q(pk__in=[])
        for path in user.office_paths:
            condition |= in_subtree(path)
        mine = PartyOrganization.objects.active().filter(condition, children__isnull=False).distinct()
        self.fields["organizer"].queryset = mine
        offices = [a.organization_id for a in user.current_appointments if a.organization.path in user.office_paths]
        self.fields["organizer"].initial = offices[0] if offices else None

    def clean(self) -> dict[str, Any]:
        """One of text and file."""
        data = super().clean() or self.cleaned_data
        if not data.get("text", "").strip() and not data.get("file") and "file" not in self.errors:
            self.add_error("text", "请粘贴正文，或者上传文件。")
        return data


class BurdenForm(forms.ModelForm):
    """The settings of the burden meter."""

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    class Meta:
        model = BurdenSetting
        fields = ("most_asks", "minutes_report", "minutes_visit", "minutes_number", "minutes_other", "ranks", "reason")
        labels = {"ranks": "允许按负担轻重排序"}
        help_texts = {"ranks": "默认关闭。排序容易变成给单位排名，确有需要时由系统管理员打开并写明原因，操作会留下记录。"}
        widgets = {"reason": LongText(attrs={"rows": 2})}

    def clean(self) -> dict[str, Any]:
        """Ranking takes a reason."""
        data = super().clean() or self.cleaned_data
        if data.get("ranks") and not data.get("reason", "").strip():
            self.add_error("reason", "打开排序前，请写明原因。")
        return data
