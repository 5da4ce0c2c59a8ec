"""督查通知: whom a campaign will inspect, when, on what, how, and what is to be prepared; to all organizations or to one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reports.composing.draft import TABLE, DraftParagraph, DraftReport, count_row, paragraph, sum_row
from reports.composing.phrases import bare
from reports.composing.report import Part, compose_sections, title
from reports.composing.spec import SectionSpec, Style, TemplateSpec, Wishes
from reports.facts.plan import ON_SITE, PlanFacts, PlannedTheme, PlannedUnit
from reports.wording import clause, date_text, gap, list_text, period_text, sentence, short_date_text, titles_text

POINTS = 3
"""Questions of a theme that the text names; the annex lists all of them."""
_MATERIALS = "查阅"
_METHODS = {ON_SITE: "实地督查", "written": "书面督查"}


def compose_announcement(facts: PlanFacts, spec: TemplateSpec, values: Mapping[str, Any], parts: Mapping[str, Part]) -> DraftReport:
    """Compose the notice of a campaign, to all its organizations or to ``facts.unit`` alone.

    ``values`` are those of ``Wishes`` and ``contact``: where questions are answered. ``parts`` composes further kinds of sections.
    """
    style, wishes = Style.of(spec.settings), Wishes.of(values)
    contact = str(values.get("contact") or spec.settings.get("contact") or "")
    all_parts: dict[str, Part] = {**PARTS, "contact": _contact(contact), **parts}
    header = facts.header
    name = facts.unit.name if facts.unit else ""
    return DraftReport(
        title=wishes.title or title(spec.title_pattern, header, name or "有关党组织"),
        sections=compose_sections(facts, spec, style, all_parts),
        addressee=wishes.addressee or name or style.addressee or "各有关党组织",
        signers=wishes.signers or (header.body, *header.co_bodies),
        signed_on=wishes.signed_on,
    )


def _you(facts: PlanFacts) -> str:
    """How the notice speaks of whom it inspects: 你党委, or 有关党组织."""
    return f"你{facts.unit.kind}" if facts.unit else f"{len(facts.units)}个党组织"


def _sources(facts: PlanFacts) -> dict[str, tuple[Any, ...]]:
    units = (facts.unit,) if facts.unit else facts.units
    return {"campaigns": (facts.header.id,), "assignments": tuple(unit.assignment for unit in units)}


def _opening(facts: PlanFacts, _section: SectionSpec, _style: Style) -> list[DraftParagraph]:
    header = facts.header
    arrangement = clause(header.arrangement).removeprefix("根据").removeprefix("按照")
    purpose = clause(header.purpose).removeprefix("为了").removeprefix("为")
    together = f"会同{list_text(header.co_bodies)}" if header.co_bodies else ""
    documents = titles_text(row.title for row in facts.basis)
    rest = "、".join(part for part in (arrangement, f"{documents}要求" if documents else "") if part)
    parts = [
        f"为{purpose}" if purpose else "",
        f"根据{rest}" if rest else "",
        f"{header.body}{together}将对{_you(facts)}{clause(header.subject)}进行督查",
    ]
    text = sentence("，".join(part for part in parts if part)) + "现将有关事项通知如下："
    used = [purpose, rest, header.body, header.co_bodies, _you(facts), header.subject]
    sources = {**_sources(facts), "basis_documents": tuple(row.id for row in facts.basis)}
    rows = [] if facts.unit else [count_row("督查对象", len(facts.units))]
    return [paragraph("opening", text, used, sources=sources, arithmetic=rows)]


def _schedule(facts: PlanFacts, _section: SectionSpec, _style: Style) -> list[DraftParagraph]:
    """Return when, and up to which day figures count."""
    header, unit = facts.header, facts.unit
    if unit and unit.is_visited and unit.visit_on:
        when = f"{unit.team or '督查组'}定于{date_text(unit.visit_on)}到{_you(facts)}开展实地督查"
    else:
        when = f"督查时间为{period_text(header.starts_on, header.ends_on)}"
        if not unit and any(row.visit_on for row in facts.visited):
            when += "，各单位的具体日期见附件"
    cut_off = f"有关数据统一截至{short_date_text(header.cut_off_on, header.starts_on.year)}"
    used = [when, header.cut_off_on]
    return [paragraph("schedule", sentence(when) + sentence(cut_off), used, sources=_sources(facts))]


def _objects(facts: PlanFacts, _section: SectionSpec, _style: Style) -> list[DraftParagraph]:
    """Return the categories with how many of each; names and groups are in the annex."""
    if facts.unit:
        return []
    counts = [(bare(category.label), category.planned) for category in facts.categories if category.planned]
    listed = list_text([f"{name}{n}个" for name, n in counts])
    text = sentence(f"本次督查的对象共{len(facts.units)}个党组织，包括{listed}" if len(counts) > 1 else f"本次督查的对象为{listed}")
    rows = [sum_row("督查对象（按类别）", [n for _name, n in counts])]
    return [paragraph("objects", text + _annexed(facts), [counts, len(facts.units)], sources=_sources(facts), arithmetic=rows)]


def _annexed(facts: PlanFacts) -> str:
    return "名单和分组安排见附件。" if facts.teams else "名单见附件。"


def _key_points(facts: PlanFacts, section: SectionSpec, _style: Style) -> list[DraftParagraph]:
    """Return what the office stresses, in its own lines; else one paragraph per theme of the checklist, each with its first questions."""
    most = int(section.settings.get("items") or POINTS)
    source: dict[str, tuple[Any, ...]] = {"campaigns": (facts.header.id,)}
    if facts.stressed:
        return [
            paragraph(f"key_points.{place}", sentence(text), [text], level=2, sources=source)
            for place, text in enumerate(facts.stressed, start=1)
        ]
    rows = []
    for theme in facts.themes:
        named = [clause(question) for question in theme.questions[:most]]
        more = "等情况" if len(theme.questions) > len(named) else ""
        text = sentence(f"主要督查{'，'.join(named)}{more}") if named else ""
        used = [theme.name, named, more]
        rows.append(paragraph(f"key_points.{theme.code}", text, used, level=2, lead=theme.name, sources=source))
    return rows


def _methods(facts: PlanFacts, _section: SectionSpec, _style: Style) -> list[DraftParagraph]:
    """Return what is done on site and what in writing, and by which teams."""
    if facts.unit:
        return [_own_method(facts, facts.unit)]
    rows = []
    both = facts.visited and facts.written
    for method, units in (("on_site", facts.visited), ("written", facts.written)):
        if not units:
            continue
        label = _METHODS[method]
        activities = _activities(units)
        how = f"通过{list_text(activities)}等方式进行" if activities else ("到现场了解情况" if method == ON_SITE else "审阅报送的书面材料")
        text = sentence(f"对{len(units)}个单位实行{label}，{how}" if not both else f"对{len(units)}个单位{how}")
        fields: dict[str, Any] = {"level": 2, "lead": label} if both else {}
        counts = [count_row(label, len(units))]
        rows.append(paragraph(f"methods.{method}", text, [label, len(units), activities], arithmetic=counts, **fields))
    if facts.teams:
        people = sum(team.people for team in facts.teams)
        text = sentence(f"共组成{len(facts.teams)}个督查组，参加人员{people}名" if people else f"共组成{len(facts.teams)}个督查组")
        counts = [count_row("督查组", len(facts.teams)), count_row("参加人员", people)]
        fields = {"level": 2, "lead": "分组安排"} if both else {}
        rows.append(
            paragraph(
                "methods.teams",
                text,
                [len(facts.teams), people],
                sources={"teams": tuple(team.id for team in facts.teams)},
                arithmetic=counts,
                **fields,
            )
        )
    return rows


def _activities(units: tuple[PlannedUnit, ...]) -> list[str]:
    """Return what the teams do, once each, in the usual order; written inspection has no such steps."""
    return list(dict.fromkeys(activity for unit in units for activity in unit.activities)) if units[0].is_visited else []


def _own_method(facts: PlanFacts, unit: PlannedUnit) -> DraftParagraph:
    label = _METHODS[unit.method]
    how = f"，通过{list_text(unit.activities)}进行" if unit.is_visited and unit.activities else ""
    who = f"，由{unit.team}负责" if unit.team else ""
    text = sentence(f"对{_you(facts)}采取{label}的方式{how}{who}")
    return paragraph("methods.own", text, [label, unit.activities, unit.team, unit.kind], sources=_sources(facts))


def _prepare(facts: PlanFacts, _section: SectionSpec, _style: Style) -> list[DraftParagraph]:
    """Return what is to be handed in until when, what is to lie ready, and that nothing is to be made for show."""
    texts: list[tuple[str, str, Any]] = []
    for row in facts.handing:
        who = _you(facts) if facts.unit else _asked(row.methods)
        due = f"请于{date_text(row.due_on)}前报送" if row.due_on else f"请按{gap('报送时限')}报送"
        texts.append((f"报送{row.name}", sentence(f"{who}对照督查内容形成{row.name}，{due}{facts.header.body}"), [row, who]))
    texts += [("", sentence(text), [text]) for text in facts.preparation]
    materials = [] if facts.preparation else _materials(facts.themes)
    visited = facts.unit.is_visited if facts.unit else bool(facts.visited)
    if visited and not facts.preparation:
        what = f"备好{list_text(materials)}等原有材料" if materials else "备好与督查内容有关的原有材料"
        who = "" if facts.unit or not facts.written else "接受实地督查的单位"
        texts.append(("备好备查资料", sentence(f"{who}{what}，在督查当日集中备查"), [materials, who]))
    texts.append(("切实减轻负担", "以平时形成的文件、记录和台账为准，不为督查专门制作台账、展板和汇编，不层层要求下级另行报送材料。", []))
    level = 2 if len(texts) > 1 else 0
    return [
        paragraph(f"prepare.{place}", text, used, level=level, lead=lead if level else "")
        for place, (lead, text, used) in enumerate(texts, start=1)
    ]


def _asked(methods: tuple[str, ...]) -> str:
    if len(methods) > 1:
        return "各单位"
    return "接受实地督查的单位" if ON_SITE in methods else "接受书面督查的单位"


def _materials(themes: tuple[PlannedTheme, ...]) -> list[str]:
    """Return what the checklist's methods say is read: 查阅会议记录 → 会议记录; once each, at most six."""
    found = [method.removeprefix(_MATERIALS) for theme in themes for method in theme.methods if method.startswith(_MATERIALS)]
    return [name for name in dict.fromkeys(clause(name) for name in found) if name not in {"", "资料", "材料"}][:6]


def _contact(contact: str) -> Part:
    """Return the part that says where questions are answered; what nobody has filled in is a visible gap."""

    def part(_facts: PlanFacts, _section: SectionSpec, _style: Style) -> list[DraftParagraph]:
        text = sentence(contact) if contact.strip() else gap("联系科室和办公电话")
        return [paragraph("contact", text, [contact])]

    return part


# --- annexes ----------------------------------------------------------------------------------------------------------------


def _annex(facts: PlanFacts, section: SectionSpec, _style: Style) -> list[DraftParagraph]:
    """Return the table that the section names: ``schedule`` (who is inspected when, by which team) or ``key_points`` (all questions)."""
    makers = {"schedule": _schedule_table, "key_points": _points_table}
    return makers[section.settings.get("table", "schedule")](facts)


def _schedule_table(facts: PlanFacts) -> list[DraftParagraph]:
    if facts.unit or not facts.units:
        return []
    names = {category.id: category.name for category in facts.categories}
    order = {team.name: place for place, team in enumerate(facts.teams)}
    ordered = sorted(facts.units, key=lambda unit: order.get(unit.team, len(order)))
    rows = [
        [
            str(number),
            unit.team or "—",
            unit.name,
            names.get(unit.category, ""),
            _METHODS[unit.method],
            short_date_text(unit.visit_on, facts.header.starts_on.year) if unit.visit_on and unit.is_visited else "—",
        ]
        for number, unit in enumerate(ordered, start=1)
    ]
    table = {
        "columns": ["序号", "督查组", "督查对象", "单位类别", "督查方式", "督查日期"],
        "rows": rows,
        "widths": [1.0, 2.6, 5.0, 2.4, 2.2, 2.4],
        "align": ["center", "center", "left", "center", "center", "center"],
    }
    counts = [count_row("督查对象", len(rows))]
    return [paragraph("annex.schedule", "", rows, kind=TABLE, table=table, sources=_sources(facts), arithmetic=counts)]


def _points_table(facts: PlanFacts) -> list[DraftParagraph]:
    asked = [(theme.name, question, theme.guidance[place]) for theme in facts.themes for place, question in enumerate(theme.questions)]
    rows = [[str(number), name, clause(question), clause(hint)] for number, (name, question, hint) in enumerate(asked, start=1)]
    if not rows:
        return []
    table = {
        "columns": ["序号", "主题", "督查内容", "查看要点"],
        "rows": rows,
        "widths": [1.0, 2.4, 5.6, 6.6],
        "align": ["center", "center", "left", "left"],
    }
    return [paragraph("annex.key_points", "", rows, kind=TABLE, table=table, sources={"campaigns": (facts.header.id,)})]


PARTS: dict[str, Part] = {
    "opening": _opening,
    "schedule": _schedule,
    "objects": _objects,
    "key_points": _key_points,
    "methods": _methods,
    "prepare": _prepare,
    "annex": _annex,
}
