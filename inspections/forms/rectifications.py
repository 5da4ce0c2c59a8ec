"""Forms of the ledger's verbs. Each holds what one verb needs; rights and states are the verbs' matter."""

from __future__ import annotations

from typing import Any

from django import forms

from inspections.models import Rectification, RectificationEvidence
from units.models import PartyOrganization, User
from units.models.organization import OrganizationQuerySet

TEXT = 2000
DATE_FAULT = {"invalid": "请填日期，如 2026-12-31。", "required": "请选择日期。"}


def _area(rows: int = 3, placeholder: str = "") -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "placeholder": placeholder})


def _date() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class PlanForm(forms.Form):
    """整改措施 and whose duty it is."""

    measure = forms.CharField(
        label="整改措施",
        max_length=TEXT,
        widget=_area(4, "分条写清怎么改、何时改完"),
        error_messages={"required": "请写明整改措施。", "max_length": "整改措施最多 2000 个字，请精简。"},
    )
    responsible_title = forms.CharField(
        label="责任人职务",
        max_length=60,
        help_text="写职务，不写姓名，如“党委副书记”。",
        error_messages={"required": "请写明责任人职务。", "max_length": "责任人职务最多 60 个字。"},
    )


class ProgressForm(forms.Form):
    """How far it is."""

    id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    text = forms.CharField(
        label="进展情况",
        max_length=TEXT,
        widget=_area(3, "做了什么、到什么程度、还差什么"),
        error_messages={"required": "请写明进展情况。", "max_length": "进展情况最多 2000 个字，请精简。"},
    )


class SubmitForm(forms.Form):
    """The result that is handed in."""

    text = forms.CharField(
        label="整改结果",
        max_length=TEXT,
        widget=_area(3, "概括整改结果，核验人会对照佐证材料查看"),
        error_messages={"required": "请写明整改结果。", "max_length": "整改结果最多 2000 个字，请精简。"},
    )


class ProofForm(forms.Form):
    """What the files that are sent show."""

    stage = forms.ChoiceField(label="说明什么", choices=RectificationEvidence.Stage, initial=RectificationEvidence.Stage.AFTER)


class VerdictForm(forms.Form):
    """How it was verified, or why it is sent back."""

    text = forms.CharField(
        label="核验意见",
        max_length=TEXT,
        widget=_area(3, "销号写怎样核验的、结果如何；退回写原因和还要做什么"),
        error_messages={"required": "请写明核验意见。", "max_length": "核验意见最多 2000 个字，请精简。"},
    )


class ReopenForm(forms.Form):
    """Why a closed row is opened again, and until when."""

    reason = forms.CharField(
        label="重新整改的原因",
        max_length=TEXT,
        widget=_area(2, "如：回头看发现问题仍存在"),
        error_messages={"required": "请写明重新整改的原因。"},
    )
    due_on = forms.DateField(label="新的整改时限", widget=_date(), error_messages=DATE_FAULT)


class ExtensionForm(forms.Form):
    """A request for more time."""

    reason = forms.CharField(
        label="延期理由",
        max_length=TEXT,
        widget=_area(3, "客观原因、已完成的工作、延期后的安排"),
        error_messages={"required": "请写明申请延期的理由。"},
    )
    new_due_on = forms.DateField(label="申请延至", widget=_date(), error_messages=DATE_FAULT)


class CommentForm(forms.Form):
    """A remark on a request that is agreed to; a refusal needs it, which the verb says."""

    comment = forms.CharField(
        label="意见",
        max_length=300,
        required=False,
        widget=_area(2, "同意时可不填；不同意须写明理由"),
        error_messages={"max_length": "意见最多 300 个字。"},
    )


class ChangeForm(forms.ModelForm):
    """The words, the duty and the deadline of a row, as the office may change them."""

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput, error_messages={"required": "页面不完整，请刷新后重试。"})

    class Meta:
        model = Rectification
        fields = ("content", "requirement", "responsible_title", "due_on")
        widgets = {"content": _area(4), "requirement": _area(3), "due_on": _date()}
        error_messages = {
            "content": {"required": "请写明问题内容。"},
            "due_on": DATE_FAULT,
            "responsible_title": {"max_length": "责任人职务最多 60 个字。"},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["content"].max_length = TEXT
        self.initial.setdefault("revision", self.instance.revision)
        if self.instance.issued_at:
            self.fields["due_on"].help_text = "已下发的只能提前；需要放宽时，由责任单位申请延期。"


class TransferForm(forms.Form):
    """To whom a row is handed over, and why."""

    organization = forms.ModelChoiceField(
        PartyOrganization.objects.none(),
        label="接收单位",
        empty_label="请选择",
        error_messages={"required": "请选择接收单位。", "invalid_choice": "没有这个单位，请重新选择。"},
    )
    reason = forms.CharField(
        label="移交原因", max_length=300, widget=_area(2, "如：机构改革，职能划转"), error_messages={"required": "请写明移交的原因。"}
    )

    def __init__(self, *args: Any, organizations: OrganizationQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organization"].queryset = organizations


class VerifierForm(forms.Form):
    """Whom the office asks to verify; the original team stands first."""

    verifier = forms.ModelChoiceField(
        User.objects.none(),
        label="请谁核验",
        error_messages={"required": "请选择核验人。", "invalid_choice": "此人不能核验这项整改，请另选。"},
    )

    def __init__(self, *args: Any, offered: list[tuple[User, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["verifier"]
        field.queryset = User.objects.filter(pk__in=[user.pk for user, _origin in offered])
        field.choices = [("", "请选择"), *((user.pk, f"{user}（{origin}）") for user, origin in offered)]


class PutRightForm(forms.Form):
    """立行立改: how it was put right on the spot. The photos come beside it."""

    result = forms.CharField(
        label="怎样整改的",
        max_length=TEXT,
        widget=_area(3, "现场指出后，单位当场怎样改正的"),
        error_messages={"required": "请写明怎样整改的。"},
    )
    responsible_title = forms.CharField(
        label="责任人职务", max_length=60, help_text="写职务，不写姓名，如“党支部书记”。", error_messages={"required": "请写明责任人职务。"}
    )


class SampleForm(forms.Form):
    """The rule by which closed rows are drawn for 回头看."""

    share = forms.IntegerField(
        label="其余按比例随机抽取（%）",
        min_value=0,
        max_value=100,
        initial=20,
        error_messages={
            "required": "请填抽查比例。",
            "min_value": "抽查比例在 0 到 100 之间。",
            "max_value": "抽查比例在 0 到 100 之间。",
            "invalid": "请填整数。",
        },
    )
    severities = forms.MultipleChoiceField(
        label="必查程度（全部列入）",
        choices=Rectification.Severity.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        initial=[Rectification.Severity.SERIOUS],
    )
    seed = forms.CharField(label="随机种子", max_length=40, required=False, help_text="留空由系统产生。如由多人当场摇号，可填摇出的号码。")


class LedgerUploadForm(forms.Form):
    """A filled-in ledger."""

    file = forms.FileField(label="填好的台账（.xlsx）", error_messages={"required": "请选择文件。", "empty": "文件是空的，请重新选择。"})
