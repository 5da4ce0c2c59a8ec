"""The archive of old reports: filter, files to take in, corrections, and what to compare with."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Column, Row
from django import forms
from django.db.models import Q

from reports.forms.fields import DateInput, form_helper
from reports.models import ArchivedReport, Report
from units.models import PartyOrganization
from units.typed import LONGEST_SEARCH

MOST_FILES = 30


class FilesInput(forms.FileInput):
    """Several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """A list of files."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Clean each file."""
        files = data if isinstance(data, list | tuple) else [data]
        if len(files) > MOST_FILES:
            raise forms.ValidationError(f"一次最多收录 {MOST_FILES} 个文件，请分批上传。")
        one = super().clean
        return [one(each, initial) for each in files]


class ArchiveFilterForm(forms.Form):
    """Words in title or text, year, whose."""

    q = forms.CharField(label="标题或正文", max_length=LONGEST_SEARCH, required=False)
    year = forms.TypedChoiceField(label="年度", required=False, coerce=int, empty_value=None)
    issuer = forms.CharField(label="发文单位", max_length=LONGEST_SEARCH, required=False)

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [("", "全部"), *((year, f"{year}年") for year in years)]

    def filter(self, reports: Any) -> Any:
        """Return the reports that match; every word must occur."""
        if not self.is_valid():
            return reports.none()
        data = self.cleaned_data
        if data["year"]:
            reports = reports.filter(year=data["year"])
        if data["issuer"]:
            reports = reports.filter(issuer__icontains=data["issuer"].strip())
        for word in data["q"].split():
            # Not the union of two sets: that repeats all conditions so far, twice as many with each word.
            reports = reports.filter(Q(text__icontains=word) | Q(title__icontains=word))
        return reports


class ArchiveUploadForm(forms.Form):
    """Files, and whose they are."""

    organization = forms.ModelChoiceField(PartyOrganization.objects.none(), label="所属组织", empty_label=None)
    files = FilesField(
        label="文件",
        widget=FilesInput(attrs={"accept": ".docx,.txt"}),
        allow_empty_file=True,
        help_text="可以一次选几个 .docx 或 .txt 文件。原件会保存。",
        error_messages={"required": "请选择要收录的文件。"},
    )

    def __init__(self, *args: Any, organizations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organization"].queryset = organizations
        self.helper = form_helper("organization", "files")


class ArchiveUpdateForm(forms.Form):
    """Correct what was misread."""

    title = forms.CharField(label="标题", max_length=200)
    issuer = forms.CharField(label="发文单位", max_length=100, required=False)
    year = forms.IntegerField(label="年度", min_value=1949, max_value=2100, required=False)
    signed_on = forms.DateField(label="成文日期", required=False, widget=DateInput())

    def __init__(self, *args: Any, report: ArchivedReport, **kwargs: Any) -> None:
        names = ("title", "issuer", "year", "signed_on")
        kwargs.setdefault("initial", {name: getattr(report, name) for name in names})
        super().__init__(*args, **kwargs)
        self.helper = form_helper("title", "issuer", Row(Column("year"), Column("signed_on")))


class CompareForm(forms.Form):
    """Which of the present reports to lay beside the old one."""

    report = forms.ModelChoiceField(Report.objects.none(), label="与哪份报告对比", empty_label="请选择")

    def __init__(self, *args: Any, reports: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["report"].queryset = reports
