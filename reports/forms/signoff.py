"""What people type when they sign: whom to ask, opinions, head and imprint, number series, files to verify."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import HTML, Column, Row
from django import forms

from reports.forms.fields import EVEN_PAGE, EVEN_PAGE_HELP, DateInput, form_helper, split_lines
from reports.layout import Layout
from reports.models import NumberSeries, Report
from reports.signing import candidates, drafters
from units.models import PartyOrganization, User

MOST_REVIEWERS = 4
ORDINALS = "一二三四"


class SubmitForm(forms.Form):
    """Who reviews in which order, and who issues."""

    opinion = forms.CharField(label="拟稿说明", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, report: Report, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = candidates(report.campaign.organizer, without=sorted(drafters(report, user)))
        self.people = {candidate.user.pk: candidate.user for candidate in found}
        choices = [(candidate.user.pk, str(candidate)) for candidate in found]
        names = []
        for place in range(MOST_REVIEWERS):
            name = f"reviewer_{place + 1}"
            label = "核稿人" if place == 0 else f"第{ORDINALS[place]}核稿人"
            self.fields[name] = forms.TypedChoiceField(
                label=label,
                choices=[("", "请选择" if place == 0 else "不需要"), *choices],
                coerce=int,
                required=place == 0,
                empty_value=None,
            )
            names.append(name)
        self.fields["issuer"] = forms.TypedChoiceField(label="签发人", choices=[("", "请选择"), *choices], coerce=int, empty_value=None)
        self.helper = form_helper(
            Row(*(Column(name, css_class="col-md-6") for name in names[:2])),
            Row(*(Column(name, css_class="col-md-6") for name in names[2:])),
            Row(Column("issuer", css_class="col-md-6")),
            "opinion",
        )

    @property
    def reviewers(self) -> list[User]:
        """The chosen reviewers in order."""
        chosen = [self.cleaned_data.get(f"reviewer_{place + 1}") for place in range(MOST_REVIEWERS)]
        return [self.people[pk] for pk in chosen if pk]

    @property
    def issuer(self) -> User:
        """The chosen issuer."""
        return self.people[self.cleaned_data["issuer"]]


class OpinionForm(forms.Form):
    """An opinion or a reason; ``saw`` is the checksum of what was on the page."""

    opinion = forms.CharField(label="意见", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    saw = forms.CharField(widget=forms.HiddenInput, required=False)


class ReasonForm(forms.Form):
    """Why a correction is needed."""

    reason = forms.CharField(
        label="更正原因",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写进更正报告的第一段，如“附件1中部分数据统计有误”。",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = form_helper("reason")


class LayoutForm(forms.Form):
    """版头与版记 of one report."""

    SECRECY = ("", "秘密★1年", "秘密★3年", "秘密★5年", "秘密★10年", "机密★5年", "机密★10年", "机密★20年", "绝密★10年", "绝密★30年")
    URGENCY = ("", "平急", "加急", "特急", "特提")

    number_series = forms.ModelChoiceField(NumberSeries.objects.none(), label="发文字号系列", required=False, empty_label="未选定")
    head = forms.BooleanField(label="使用红头（版头）", required=False)
    issuers = forms.CharField(
        label="发文机关标志",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="每行一个机关，联合行文写多行；留空则用落款单位。",
    )
    suffix = forms.BooleanField(label="机关名称后加“文件”二字", required=False)
    approvers = forms.BooleanField(label="上行文：标注签发人", required=False, help_text="字号居左，签发人居右，姓名取自签发环节。")
    copy_number = forms.RegexField(
        r"^\d{6}$",
        label="份号",
        required=False,
        help_text="六位数字，涉密文件才需要。",
        error_messages={"invalid": "份号是六位数字，如 000001。"},
    )
    secrecy = forms.ChoiceField(label="密级和保密期限", required=False)
    urgency = forms.ChoiceField(label="紧急程度", required=False)
    imprint = forms.BooleanField(label="使用版记", required=False)
    copy_to = forms.CharField(label="抄送机关", required=False, widget=forms.Textarea(attrs={"rows": 3}), help_text="每行一个。")
    printer = forms.CharField(label="印发机关", max_length=60, required=False, help_text="留空则用第一个落款单位。")
    even_page = forms.BooleanField(label=EVEN_PAGE, required=False, help_text=EVEN_PAGE_HELP)
    printed_on = forms.DateField(label="印发日期", required=False, widget=DateInput(), help_text="留空则用签发当天。")

    def __init__(self, *args: Any, report: Report, **kwargs: Any) -> None:
        layout = Layout.read(report.layout)
        kwargs.setdefault(
            "initial",
            {
                **layout.values(),
                "number_series": report.number_series_id,
                "issuers": "\n".join(layout.issuers),
                "copy_to": "\n".join(layout.copy_to),
                "suffix": bool(layout.suffix),
            },
        )
        super().__init__(*args, **kwargs)
        self.fields["number_series"].queryset = NumberSeries.objects.usable_for(report.campaign.organizer)
        for name, values in (("secrecy", self.SECRECY), ("urgency", self.URGENCY)):
            now = getattr(layout, name)
            self.fields[name].choices = [(value, value or "不标注") for value in dict.fromkeys((*values, now))]
        self.helper = form_helper(
            "number_series",
            HTML('<h2 class="h6 mt-3">版头</h2>'),
            "head",
            "issuers",
            Row(Column("suffix"), Column("approvers")),
            Row(Column("copy_number"), Column("secrecy"), Column("urgency")),
            HTML('<h2 class="h6 mt-3">版记</h2>'),
            "imprint",
            "copy_to",
            Row(Column("printer"), Column("printed_on")),
            "even_page",
        )

    @property
    def layout(self) -> dict[str, Any]:
        """JSON-ready values for ``Report.layout``."""
        data = self.cleaned_data
        printed_on = data["printed_on"]
        return Layout(
            head=data["head"],
            issuers=tuple(split_lines(data["issuers"])),
            suffix="文件" if data["suffix"] else "",
            approvers=data["approvers"],
            copy_number=data["copy_number"],
            secrecy=data["secrecy"],
            urgency=data["urgency"],
            imprint=data["imprint"],
            copy_to=tuple(split_lines(data["copy_to"])),
            printer=data["printer"],
            printed_on=printed_on.isoformat() if printed_on else "",
            even_page=data["even_page"],
        ).values()


class SeriesForm(forms.Form):
    """A new number series."""

    organization = forms.ModelChoiceField(PartyOrganization.objects.none(), label="所属组织", empty_label=None)
    prefix = forms.CharField(label="机关代字", max_length=20, help_text="如“云督报”，编出的字号为“云督报〔2026〕1号”。")
    last = forms.IntegerField(
        label="本年已用到第几号", min_value=0, max_value=9999, initial=0, required=False, help_text="此前手工编过号的填最后一号，没有填 0。"
    )

    def __init__(self, *args: Any, organizations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organization"].queryset = organizations
        self.helper = form_helper(Row(Column("organization"), Column("prefix"), Column("last")))


class VerifyForm(forms.Form):
    """A file that somebody holds in hands."""

    LARGEST_MB = 100

    file = forms.FileField(
        label="要核验的文件",
        help_text="PDF 或 Word 文件。只在本系统内计算校验值，文件不会保存。",
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.docx"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = form_helper("file")

    def clean_file(self) -> Any:
        """Refuse what is too large to be one of our files."""
        file = self.cleaned_data["file"]
        if file.size > self.LARGEST_MB * 1024 * 1024:
            raise forms.ValidationError(f"文件超过 {self.LARGEST_MB} MB，不会是本系统签发的文件。请确认后重新选择。")
        return file
