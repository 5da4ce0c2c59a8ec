"""Every shipped kind of document: which parts it is made of. One door for composing any template from its facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from reports.composing import annex, chart_figures, items, lists, notice, opening, overview, recommendations, themes, unit_report
from reports.composing.announcement import compose_announcement
from reports.composing.draft import DraftParagraph, DraftReport, DraftSection, paragraph
from reports.composing.feedback import compose_feedback
from reports.composing.letters import compose_letter
from reports.composing.marks import marks_of
from reports.composing.report import Part, compose_campaign
from reports.composing.spec import SectionSpec, Style, TemplateSpec
from reports.composing.terms import Terms, lines
from reports.facts.duties import LetterFacts
from reports.facts.plan import PlanFacts
from reports.facts.values import CampaignFacts, OrganizationFacts
from reports.wording import sentence

if TYPE_CHECKING:
    from reports.models import ReportTemplate

REPORT, RESEARCH, LISTS = "report", "research", "lists"
FEEDBACK, NOTICE, WORK_REPORT, SELF_INSPECTION = "feedback", "notice", "work_report", "self_inspection"
ANNOUNCEMENT = "announcement"
"""督查通知: the only document that is written before anything is found."""
REMINDER, ORDER, CIRCULAR = "reminder", "supervision_order", "circular"
LETTERS = (REMINDER, ORDER, CIRCULAR)
"""提醒函, 督办单, 通报, one harder than the other: about rows of the ledger that are late."""
SENT_OUT = (ANNOUNCEMENT, FEEDBACK, NOTICE, *LETTERS)
"""What is written to organizations: once it is issued, it reaches their liaisons."""
FOUND_BY_ONE = (FEEDBACK, NOTICE, WORK_REPORT, SELF_INSPECTION)
"""Documents about one organization that rest on what was found there; these can be made in bulk."""
OWN_NAME = (WORK_REPORT, SELF_INSPECTION)
"""Documents that an organization signs itself and sends to the body that inspects it."""
_KEYWORDS = {
    REPORT: "督查报告",
    RESEARCH: "调研报告",
    LISTS: "清单",
    FEEDBACK: "反馈意见",
    NOTICE: "整改通知书",
    WORK_REPORT: "工作报告",
    SELF_INSPECTION: "自查报告",
    ANNOUNCEMENT: "督查通知",
    REMINDER: "提醒函",
    ORDER: "督办单",
    CIRCULAR: "通报",
}


Facts = CampaignFacts | OrganizationFacts | PlanFacts | LetterFacts


def document_kind(spec: TemplateSpec, facts: Facts) -> str:
    """Which kind of document a template makes; the usual one of its subject when it does not say."""
    return spec.settings.get("document") or (REPORT if isinstance(facts, CampaignFacts) else FEEDBACK)


def compose_draft(facts: Facts, template: TemplateSpec | ReportTemplate, values: Mapping[str, Any] | None = None) -> DraftReport:
    """Compose whatever ``template`` asks for.

    ``values`` are those of ``Wishes`` and ``Terms``: title, addressee, signers, signed_on, deadline_days, person, declared_problems; and
    ``contact`` in a 督查通知.
    """
    spec = template if isinstance(template, TemplateSpec) else TemplateSpec.of(template)
    values = values or {}
    terms, kind = Terms.of(spec.settings, values), document_kind(spec, facts)
    custom: dict[str, Part] = {"custom": partial(_custom, terms=terms)}
    if isinstance(facts, CampaignFacts):
        draft = compose_campaign(facts, spec, values, _campaign_parts(spec, terms, kind))
    elif isinstance(facts, PlanFacts):
        draft = compose_announcement(facts, spec, values, custom)
    elif isinstance(facts, LetterFacts):
        draft = compose_letter(facts, spec, values, terms, custom)
    else:
        draft = compose_feedback(facts, spec, values, _organization_parts(kind, terms))
        draft = _in_own_name(draft, facts, spec, values, terms=terms, kind=kind)
    header = facts.header
    return replace(draft, keywords=(header.topic, header.period, _KEYWORDS[kind]), marks=marks_of(spec.settings))


# --- about a campaign -------------------------------------------------------------------------------------------------------


def _campaign_parts(spec: TemplateSpec, terms: Terms, kind: str) -> dict[str, Part]:
    overviews: dict[str, Part] = {"category": overview.compose, "theme": themes.compose, "none": themes.head}
    return {
        "opening": _research_opening if kind == RESEARCH else opening.compose,
        "overview": overviews[spec.settings.get("grouping", "category")],
        "problems": items.compose,
        "recommendations": recommendations.compose,
        "problems_and_plan": items.compose_with_plan,
        "annex": partial(_annex, terms=terms),
        "custom": partial(_custom, terms=terms),
    }


def _research_opening(facts: CampaignFacts, section: SectionSpec, style: Style) -> list[DraftParagraph]:
    """The same opening, announcing what a research report tells."""
    rows = opening.compose(facts, section, style)
    return [replace(row, text=row.text.replace("现将督查情况报告如下：", "现将督查调研情况报告如下：")) for row in rows]


def _annex(facts: CampaignFacts, section: SectionSpec, style: Style, *, terms: Terms) -> list[DraftParagraph]:
    table = section.settings.get("table", "problems")
    if table == chart_figures.ALL or table in chart_figures.FIGURES:
        return chart_figures.compose(facts, section, style)
    return lists.compose(facts, section, style, terms=terms) if table.endswith("_list") else annex.compose(facts, section, style)


def _custom(facts: Any, section: SectionSpec, style: Style, *, terms: Terms) -> list[DraftParagraph]:
    """A table where the section names one, else the office's own text, one paragraph per line."""
    if section.settings.get("table") and isinstance(facts, CampaignFacts):
        return _annex(facts, section, style, terms=terms)
    written = lines(section.settings.get("text") or ())
    return [paragraph(f"custom.{section.heading}.{place}", sentence(text), text) for place, text in enumerate(written, start=1)]


# --- about one organization -------------------------------------------------------------------------------------------------


def _organization_parts(kind: str, terms: Terms) -> dict[str, Part]:
    chosen: dict[str, dict[str, Any]] = {
        FEEDBACK: {},
        NOTICE: {
            "opening": notice.opening,
            "problems": notice.problems,
            "risk_points": notice.risks,
            "next_steps": notice.demands,
            "annex": notice.annex,
        },
        WORK_REPORT: {
            "opening": unit_report.opening,
            "overview": unit_report.overview,
            "problems_and_plan": unit_report.problems_and_plan,
        },
        SELF_INSPECTION: {"opening": unit_report.self_opening, "problems": unit_report.declared},
    }
    return {name: partial(part, terms=terms) for name, part in {**chosen[kind], "custom": _custom}.items()}


def _in_own_name(
    draft: DraftReport, facts: OrganizationFacts, spec: TemplateSpec, values: Mapping[str, Any], *, terms: Terms, kind: str
) -> DraftReport:
    """Turn who signs and who reads, and give a self-inspection one section per theme."""
    if kind not in OWN_NAME:
        return draft
    signers = tuple(values.get("signers") or ()) or (facts.unit.name,)
    addressee = values.get("addressee") or Style.of(spec.settings).addressee or facts.header.body
    sections: tuple[DraftSection, ...] = draft.sections
    if kind == SELF_INSPECTION:
        by_theme = unit_report.theme_sections(facts, terms)
        sections = tuple(part for section in sections for part in (by_theme if section.kind == "overview" else (section,)))
    return replace(draft, signers=signers, addressee=addressee, sections=sections)
