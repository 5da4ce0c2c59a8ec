"""A report template as a form: its settings, and its sections one by one. Which settings there are depends on the kind of document."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory

from inspections.models import Assignment, Campaign
from reports.composing.marks import MARKS, STANDARD_MARKS
from reports.composing.spec import Style
from reports.composing.terms import DAYS, lines
from reports.composing.variants import ANNOUNCEMENT, LETTERS, LISTS, REPORT, RESEARCH
from reports.forms.fields import EVEN_PAGE, EVEN_PAGE_HELP
from reports.forms.template_kinds import (
    ANNOUNCED_TABLES,
    DEADLINES,
    FORMS,
    KINDS,
    OVERDUE_FORMS,
    SCOPE,
    SETTINGS,
    TABLES,
    WORDING,
)
from reports.layout import Layout
from reports.models import ReportTemplate, SectionKind
from reports.wording import Bands
from units.models import PartyOrganization

PLACEHOLDERS = ("{牵头机构}", "{督查内容}", "{期间}", "{组织}")
MOST_SECTIONS = 30
SUFFIX = "文件"
GROUPS = (
    ("文稿", ("name", "title_pattern", "addressee", "person", "grouping")),
    ("点名与数量词", WORDING),
    ("详略与要求", (*SCOPE[1 + len(WORDING) :], "follow_up", "deadline_days", "all_well", *DEADLINES, "requirements", "contact")),
    ("编号", ("mark_1", "mark_2", "mark_3", "mark_4")),
    ("版头与版记", ("head", "issuers", "suffix", "approvers", "imprint", "copy_to", "printer", "even_page")),
)
"""The settings in the order in which they are shown."""
_PLAIN = ("grouping", "names_units", "names_examples", "themes", "full_points", "examples", "smallest_group", "follow_up")
_PLAIN += ("deadline_days", "all_well", "person", "addressee", "contact")


def _number(label: str, least: int, most: int, help_text: str = "") -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=least, max_value=most, help_text=help_text)


def _percent(label: str, help_text: str = "") -> forms.IntegerField:
    return _number(label, 1, 100, help_text)


def _long(label: str, help_text: str = "", rows: int = 2) -> forms.CharField:
    return forms.CharField(label=label, required=False, help_text=help_text, widget=forms.Textarea(attrs={"rows": rows}))


class TemplateForm(forms.Form):
    """Name, title and settings of a template; fields that its kind of document does not use are taken out."""

    name = forms.CharField(label="样式名称", max_length=60)
    title_pattern = forms.CharField(label="标题格式", max_length=200, help_text=f"可用 {'、'.join(PLACEHOLDERS)}，成文时自动替换。")
    addressee = forms.CharField(label="默认主送", max_length=200, required=False, help_text="起草时可以另填。")
    grouping = forms.ChoiceField(
        label="基本情况的分组", choices=(("category", "按单位类别"), ("theme", "按主题"), ("none", "不分组，只写总体情况"))
    )
    names_units = forms.BooleanField(label="问题部分点名", required=False, help_text="不勾选时写“个别单位”“部分单位”。")
    names_examples = forms.BooleanField(label="好做法点名", required=False)
    few = _percent("“个别”不超过（%）")
    few_at_most = _number("“个别”最多（个单位）", 1, 999)
    some = _percent("“部分”不超过（%）")
    general = _percent("“普遍”从（%）起")
    themes = _number("每类单位分写的主题数", 1, 20, "其余主题合写一段。")
    full_points = _number("每个主题详写的问题数", 1, 10)
    examples = _number("每个主题的事例数", 0, 10)
    smallest_group = _number("少于几个单位的类别不点出", 1, 50, "单位太少时，点出类别等于点名。")
    follow_up = _long("下步打算的结尾句", "办公室统一的要求，原样写入；留空则不写。")
    due_general = _number("程度一般的整改期限（日）", 1, 365)
    due_notable = _number("程度较重的整改期限（日）", 1, 365)
    due_serious = _number("程度严重的整改期限（日）", 1, 365)
    deadline_days = _number("整改期限（日）", 1, 365, "自收到之日起计算。")
    all_well = _long("没有问题时的要求", "对没有发现问题的单位写的话；留空则留出待补。")
    requirements = _long("统一的整改要求", "每行一条，可用 {组织} 代表“你党委”等称呼。", rows=4)
    contact = _long("联系方式", "写科室和办公电话，不写个人手机号，如“联系科室：督查室；联系电话：办公电话”。")
    person = forms.ChoiceField(label="人称", choices=(("first", "第一人称（我党委、我党支部）"), ("third", "第三人称（单位名称、该党委）")))
    mark_1 = forms.TypedChoiceField(label="第一级编号", coerce=int, choices=())
    mark_2 = forms.TypedChoiceField(label="第二级编号", coerce=int, choices=())
    mark_3 = forms.TypedChoiceField(label="第三级编号", coerce=int, choices=())
    mark_4 = forms.TypedChoiceField(label="第四级编号", coerce=int, choices=())
    head = forms.BooleanField(label="使用红头（版头）", required=False, help_text="起草时带入，每份文稿还可以另改。")
    issuers = _long("发文机关标志", "每行一个机关，联合行文写多行；留空则用落款单位。")
    suffix = forms.BooleanField(label="机关名称后加“文件”二字", required=False)
    approvers = forms.BooleanField(label="上行文：标注签发人", required=False)
    imprint = forms.BooleanField(label="使用版记", required=False)
    copy_to = _long("抄送机关", "每行一个。")
    printer = forms.CharField(label="印发机关", max_length=60, required=False, help_text="留空则用第一个落款单位。")
    even_page = forms.BooleanField(label=EVEN_PAGE, required=False, help_text=EVEN_PAGE_HELP)
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, template: ReportTemplate, **kwargs: Any) -> None:
        kwargs.setdefault("initial", initial_of(template))
        super().__init__(*args, **kwargs)
        self.template = template
        every = {name for names in SETTINGS.values() for name in names}
        for name in every - set(SETTINGS[template.document]):
            del self.fields[name]
        if template.document in LETTERS:
            self.fields["deadline_days"].label = "办理期限（日）"
            self.fields["deadline_days"].help_text = "自成文之日起计算，起草时可以另填。"
            self.fields["requirements"].label = "统一的办理要求"
        for level in range(1, 5):
            self.fields[f"mark_{level}"].choices = list(MARKS.items())

    @property
    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields that are there, by what they are about."""
        found = [(label, [self[name] for name in names if name in self.fields]) for label, names in GROUPS]
        return [(label, fields) for label, fields in found if fields]

    def clean_title_pattern(self) -> str:
        """Refuse marks that nothing replaces."""
        pattern = self.cleaned_data["title_pattern"].strip()
        unknown = [mark for mark in re.findall(r"\{[^}]*\}?|\}", pattern) if mark not in PLACEHOLDERS]
        if unknown:
            raise forms.ValidationError(f"“{unknown[0]}”不会被替换。请只用 {'、'.join(PLACEHOLDERS)}。")
        return pattern

    def clean(self) -> dict[str, Any]:
        """Refuse bands that do not rise."""
        data = super().clean() or {}
        if all(isinstance(data.get(name), int) for name in ("few", "some", "general", "few_at_most")):
            try:
                Bands.of(_bands(data))
            except ValueError as error:
                self.add_error("general", str(error))
        return data

    @property
    def values(self) -> dict[str, Any]:
        """What ``update_template`` writes; settings that the form does not show stay as they are."""
        data = self.cleaned_data
        settings = {**self.template.settings, **{name: data[name] for name in _PLAIN if name in data}}
        if "few" in data:
            settings["bands"] = {**settings.get("bands", {}), **_bands(data)}
        if "due_general" in data:
            settings["deadlines"] = {severity: data[f"due_{severity}"] for severity in DAYS}
        if "requirements" in data:
            settings["requirements"] = list(lines(data["requirements"]))
        marks = {str(level): data[f"mark_{level}"] for level in range(1, 5)}
        settings["numbering"] = {level: mark for level, mark in marks.items() if mark != STANDARD_MARKS[int(level) - 1]}
        settings["layout"] = _layout(data)
        return {"name": data["name"].strip(), "title_pattern": data["title_pattern"], "settings": settings}


def _bands(data: Mapping[str, Any]) -> dict[str, Any]:
    return {**{name: data[name] / 100 for name in ("few", "some", "general")}, "few_at_most": data["few_at_most"]}


def _layout(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return head and imprint as a report keeps them (see ``reports.layout``)."""
    return Layout(
        head=data["head"],
        issuers=lines(data["issuers"]),
        suffix=SUFFIX if data["suffix"] else "",
        approvers=data["approvers"],
        imprint=data["imprint"],
        copy_to=lines(data["copy_to"]),
        printer=data["printer"].strip(),
        even_page=data["even_page"],
    ).values()


def initial_of(template: ReportTemplate) -> dict[str, Any]:
    """Return a template as the form shows it; what it does not set shows the default that holds."""
    settings = template.settings
    style, layout = Style.of(settings), Layout.read(settings.get("layout"))
    numbering = settings.get("numbering") or {}
    return {
        "name": template.name,
        "title_pattern": template.title_pattern,
        "revision": template.revision,
        **{name: getattr(style, name) for name in _PLAIN if hasattr(style, name)},
        "grouping": settings.get("grouping", "category"),
        "person": settings.get("person", "first"),
        "contact": settings.get("contact", ""),
        **{name: round(getattr(style.bands, name) * 100) for name in ("few", "some", "general")},
        "few_at_most": style.bands.few_at_most,
        **{f"due_{severity}": days for severity, days in {**DAYS, **(settings.get("deadlines") or {})}.items()},
        "requirements": "\n".join(lines(settings.get("requirements") or ())),
        **{f"mark_{level}": numbering.get(str(level), usual) for level, usual in enumerate(STANDARD_MARKS, start=1)},
        **{name: getattr(layout, name) for name in ("head", "approvers", "imprint", "printer", "even_page")},
        "issuers": "\n".join(layout.issuers),
        "suffix": bool(layout.suffix),
        "copy_to": "\n".join(layout.copy_to),
    }


# --- sections ---------------------------------------------------------------------------------------------------------------


class SectionForm(forms.Form):
    """One section. An empty row is none."""

    kind = forms.ChoiceField(label="写什么", choices=(), required=False)
    heading = forms.CharField(label="标题", max_length=100, required=False)
    optional = forms.BooleanField(label="没有内容时省略", required=False)
    internal = forms.BooleanField(label="仅供内部使用", required=False)
    form = forms.ChoiceField(label="问题的写法", choices=FORMS, required=False)
    items = forms.IntegerField(label="单列几条", required=False, min_value=1, max_value=30)
    table = forms.ChoiceField(label="表格或图", choices=TABLES, required=False)
    text = forms.CharField(label="固定文字", required=False, widget=forms.Textarea(attrs={"rows": 2}), help_text="每行一段。")

    def __init__(self, *args: Any, document: str = REPORT, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", "—"), *((kind.value, kind.label) for kind in KINDS[document])]
        self._fit(document)

    def _fit(self, document: str) -> None:
        """Leave the fields that matter to a kind of document, with the choices that it has."""
        has_tables = document in {REPORT, RESEARCH, LISTS, ANNOUNCEMENT}
        has_forms = document in {REPORT, RESEARCH, LISTS, *LETTERS}
        if document == ANNOUNCEMENT:
            self.fields["table"].choices = [TABLES[0], *ANNOUNCED_TABLES]
            self.fields["items"].label = "每个主题写几项"
        if document in LETTERS:
            self.fields["form"].label, self.fields["form"].choices = "逾期事项的写法", OVERDUE_FORMS
        for name, stays in (("table", has_tables), ("form", has_forms), ("items", has_tables)):
            if not stays:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """Ask what a section with a heading is to say, and which table an annex holds."""
        data = super().clean() or {}
        if data.get("heading") and not data.get("kind"):
            self.add_error("kind", "请选择这一部分写什么。")
        if data.get("kind") == SectionKind.ANNEX and not data.get("heading"):
            self.add_error("heading", "附件需要标题。")
        return data

    @property
    def row(self) -> dict[str, Any]:
        """The section as it is stored; only settings that its kind uses are kept."""
        data, kind = self.cleaned_data, self.cleaned_data["kind"]
        used = {
            "optional": kind != SectionKind.OPENING,
            "internal": kind == SectionKind.ANNEX,
            "form": kind in {SectionKind.PROBLEMS, SectionKind.OVERDUE},
            "items": kind in {SectionKind.PROBLEMS, SectionKind.PROBLEMS_AND_PLAN, SectionKind.KEY_POINTS},
            "table": kind in {SectionKind.ANNEX, SectionKind.CUSTOM},
            "text": kind == SectionKind.CUSTOM,
        }
        settings = {name: data[name] for name, is_used in used.items() if is_used and data.get(name)}
        return {"kind": kind, "heading": data["heading"].strip(), "settings": settings}


class BaseSections(BaseFormSet):
    """All sections of a template."""

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The sections in the order in which they were sent; empty rows are none."""
        return [form.row for form in self.forms if form.cleaned_data.get("kind")]


def sections_formset(template: ReportTemplate, rows: list[dict[str, Any]], data: Any = None) -> BaseSections:
    """Return the sections as rows of a form; the order of the rows is the order of the sections."""
    formset = formset_factory(SectionForm, formset=BaseSections, extra=0, max_num=MOST_SECTIONS, validate_max=True)
    initial = [
        {"kind": row["kind"], "heading": row["heading"], **row["settings"], "text": "\n".join(lines(row["settings"].get("text") or ()))}
        for row in rows
    ]
    # What was sent stands for itself: rows may have moved, so what stood at their places before says nothing.
    given = {"data": data} if data is not None else {"initial": initial}
    return formset(**given, prefix="sections", form_kwargs={"document": template.document})


# --- small ones -------------------------------------------------------------------------------------------------------------


class TemplateCopyForm(forms.Form):
    """The name of a new template."""

    name = forms.CharField(label="新样式的名称", max_length=60)


class TemplatePreviewForm(forms.Form):
    """From which campaign, and about which organization, a template is tried."""

    campaign = forms.ModelChoiceField(Campaign.objects.none(), label="督查活动", to_field_name="code", empty_label=None)
    organization = forms.ModelChoiceField(PartyOrganization.objects.none(), label="单位", required=False, empty_label="（自动选一个）")

    def __init__(self, *args: Any, user: Any, template: ReportTemplate, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_plan = template.document == ANNOUNCEMENT
        concluded = Assignment.objects.all() if is_plan else Assignment.objects.concluded()
        campaigns = Campaign.objects.manageable_by(user).filter(assignments__in=concluded).distinct()
        if not is_plan:
            campaigns = campaigns.filter(status__in=Campaign.STARTED)
        self.fields["campaign"].queryset = campaigns
        if template.subject == ReportTemplate.Subject.ORGANIZATION:
            chosen = campaigns.filter(code=self.data.get("campaign", "")).first() or campaigns.first()
            inspected = concluded.filter(campaign=chosen).values("organization")
            self.fields["organization"].queryset = PartyOrganization.objects.filter(pk__in=inspected)
        else:
            del self.fields["organization"]
