"""What the office types about reports."""

from __future__ import annotations

import json
from typing import Any

from crispy_forms.layout import Column, Row
from django import forms

from inspections.models import Assignment, Campaign
from reports.composing.variants import ANNOUNCEMENT, FEEDBACK, LETTERS, LISTS, NOTICE, SELF_INSPECTION, WORK_REPORT
from reports.forms.fields import DateInput, form_helper, split_lines
from reports.models import Report, ReportTemplate
from units.forms.texts import LongText
from units.models import PartyOrganization
from units.typed import LONGEST_SEARCH


class ReportFactsForm(forms.Form):
    """Title, addressee, signature and date of a report; empty fields are filled by composing."""

    title = forms.CharField(label="标题", max_length=200, required=False, help_text="留空则按样式自动拟定。")
    addressee = forms.CharField(label="主送机关", max_length=200, required=False, help_text="如“区委”。不需要主送的留空。")
    signers = forms.CharField(
        label="落款单位",
        required=False,
        widget=LongText(attrs={"rows": 2}),
        help_text="每行一个单位，留空则用牵头机构和联合机构。",
    )
    signed_on = forms.DateField(label="成文日期", required=False, widget=DateInput(), help_text="留空则用今天的日期。")

    def clean_signers(self) -> list[str]:
        """Split into one signer per line."""
        return split_lines(self.cleaned_data["signers"])

    @property
    def values(self) -> dict[str, Any]:
        """JSON-ready values for the job."""
        data = self.cleaned_data
        signed_on = data["signed_on"]
        return {
            "title": data["title"],
            "addressee": data["addressee"],
            "signers": data["signers"],
            "signed_on": signed_on.isoformat() if signed_on else "",
        }


TO_ALL = "announcement_to_all"
"""How the page's script calls a 督查通知 that is written to all organizations at once: it needs no organization."""
_USED_BY = {
    "organization": (ANNOUNCEMENT, FEEDBACK, NOTICE, WORK_REPORT, SELF_INSPECTION),
    "deadline_days": (FEEDBACK, NOTICE, LISTS),
    "person": (WORK_REPORT, SELF_INSPECTION),
    "declared_problems": (SELF_INSPECTION,),
    "contact": (ANNOUNCEMENT, TO_ALL),
}
"""Fields that only some kinds of documents use."""


class ReportCreateForm(ReportFactsForm):
    """Which kind of report to compose from a campaign, and its formal facts."""

    template = forms.ModelChoiceField(
        ReportTemplate.objects.none(),
        label="报告样式",
        empty_label=None,
        error_messages={"invalid_choice": "现在还不能用这个样式：至少有一个单位办结后才能起草报告。请重新选择。"},
    )
    organization = forms.ModelChoiceField(
        PartyOrganization.objects.none(),
        label="单位",
        required=False,
        empty_label="请选择单位",
        help_text="反馈意见、整改通知书、单位报告等针对一个单位的文稿必选，单位须已办结；写给单个单位的督查通知可选任一督查对象。",
    )
    deadline_days = forms.IntegerField(
        label="整改期限（日）", required=False, min_value=1, max_value=365, help_text="留空则按样式的设置，程度不同期限可以不同。"
    )
    person = forms.ChoiceField(
        label="人称",
        required=False,
        choices=(("", "按样式的设置"), ("first", "第一人称（我党委、我党支部）"), ("third", "第三人称（单位名称、该党委）")),
    )
    declared_problems = forms.CharField(
        label="单位自报的问题",
        required=False,
        widget=LongText(attrs={"rows": 3}),
        help_text="用于自查报告，每行一条。没有自报问题的留空，报告不写问题部分。",
    )

    contact = forms.CharField(
        label="联系方式",
        max_length=200,
        required=False,
        help_text="用于督查通知，写科室和办公电话，不写个人手机号。留空则按样式的设置，样式也没有时在文中留出待补。",
    )

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inspected = Assignment.objects.concluded().filter(campaign=campaign)
        self.concluded = set(inspected.values_list("organization", flat=True))
        templates = [row for row in ReportTemplate.objects.published().by_family() if self._offers(row, campaign)]
        self.fields["template"].queryset = ReportTemplate.objects.filter(pk__in=[row.pk for row in templates]).by_family()
        scope = Assignment.objects.filter(campaign=campaign).values("organization")
        self.fields["organization"].queryset = PartyOrganization.objects.filter(pk__in=scope).order_by("path")
        whole = ReportTemplate.Subject.CAMPAIGN
        documents = {row.pk: TO_ALL if row.document == ANNOUNCEMENT and row.subject == whole else row.document for row in templates}
        self.fields["template"].widget.attrs["data-documents"] = json.dumps(documents)
        for name, used_by in _USED_BY.items():
            self.fields[name].widget.attrs["data-used-by"] = " ".join(used_by)
        self.helper = form_helper(
            "template",
            "organization",
            "title",
            Row(Column("addressee"), Column("signed_on")),
            "signers",
            Row(Column("deadline_days"), Column("person")),
            "declared_problems",
            "contact",
        )

    def _offers(self, template: ReportTemplate, campaign: Campaign) -> bool:
        """Whether there can be anything to write: before something is concluded only a 督查通知; letters are drafted from what is late."""
        if template.document in LETTERS:
            return False
        return template.document == ANNOUNCEMENT or (bool(self.concluded) and campaign.status in Campaign.STARTED)

    def clean(self) -> dict[str, Any]:
        """Ask for an organization where the document is about one, and forget it where it is not."""
        data = super().clean() or {}
        template = data.get("template")
        if template and template.subject == ReportTemplate.Subject.ORGANIZATION and not data.get("organization"):
            self.add_error("organization", f"“{template}”针对一个单位，请选择单位。")
        if template and template.subject == ReportTemplate.Subject.CAMPAIGN:
            data["organization"] = None
        chosen = data.get("organization")
        if template and chosen and template.document != ANNOUNCEMENT and chosen.pk not in self.concluded:
            self.add_error("organization", f"“{chosen}”还没有办结，请先办结，或选择已办结的单位。")
        return data

    @property
    def values(self) -> dict[str, Any]:
        """JSON-ready values for the job: those that the chosen kind of document uses."""
        data, document = self.cleaned_data, self.cleaned_data["template"].document
        used = {name: data[name] for name, used_by in _USED_BY.items() if name != "organization" and document in used_by and data[name]}
        if "declared_problems" in used:
            used["declared_problems"] = split_lines(used["declared_problems"])
        return {**super().values, **used}


class ReportUpdateForm(ReportFactsForm):
    """Change the formal facts of a draft; ``revision`` guards against a second editor."""

    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, report: Report, **kwargs: Any) -> None:
        kwargs.setdefault(
            "initial",
            {
                "title": report.title,
                "addressee": report.addressee,
                "signers": "\n".join(report.signers),
                "signed_on": report.signed_on,
                "revision": report.revision,
            },
        )
        super().__init__(*args, **kwargs)
        self.fields["title"].required = True
        self.fields["title"].help_text = ""
        self.fields["signers"].help_text = "每行一个单位。"
        self.fields["signed_on"].required = True
        self.fields["signed_on"].help_text = ""
        self.helper = form_helper("title", Row(Column("addressee"), Column("signed_on")), "signers", "revision")


class ReportFilterForm(forms.Form):
    """The list of reports."""

    campaign = forms.ModelChoiceField(Campaign.objects.none(), label="督查活动", required=False, to_field_name="code", empty_label="全部")
    template = forms.ChoiceField(label="样式", required=False)
    status = forms.ChoiceField(label="状态", required=False, choices=[("", "全部"), *Report.Status.choices])
    q = forms.CharField(
        label="关键词",
        max_length=LONGEST_SEARCH,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "标题、文号或正文"}),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["campaign"].queryset = Campaign.objects.visible_to(user)
        # One entry per template whatever its versions, by the newest name.
        names = dict(ReportTemplate.objects.exclude(status=ReportTemplate.Status.DRAFT).order_by("version").values_list("key", "name"))
        self.fields["template"].choices = [("", "全部"), *names.items()]

    def filter(self, reports: Any) -> Any:
        """Return the reports that match."""
        if not self.is_valid():
            return reports.none()
        data = self.cleaned_data
        if data["campaign"]:
            reports = reports.filter(campaign=data["campaign"])
        if data["template"]:
            reports = reports.filter(template__key=data["template"])
        if data["status"]:
            reports = reports.filter(status=data["status"])
        return reports.search(data["q"])
