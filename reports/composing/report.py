"""The report about a whole campaign: one function per kind of section."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from reports.composing import annex, next_steps, opening, overview, problems, risks
from reports.composing.draft import DraftParagraph, DraftReport, DraftSection, paragraph
from reports.composing.phrases import collective
from reports.composing.spec import SectionSpec, Style, TemplateSpec, Wishes
from reports.facts.values import CampaignFacts, Header
from reports.wording import clause, gap, list_text

if TYPE_CHECKING:
    from reports.models import ReportTemplate

Part = Callable[[Any, SectionSpec, Style], list[DraftParagraph]]
PARTS: dict[str, Part] = {
    "opening": opening.compose,
    "overview": overview.compose,
    "problems": problems.compose,
    "risk_points": risks.compose,
    "next_steps": next_steps.compose,
    "annex": annex.compose,
}
_GAPS = {
    "problems": "{heading}。本次督查没有记录问题，请核实后补充或删去这一部分",
    "risk_points": "{heading}。本次督查没有记录风险点，请核实后补充或删去这一部分",
    "next_steps": "{heading}。本次督查没有需要措施的问题，请根据工作安排补充",
    "annex": "{heading}。没有可列的内容，请核实后补充或删去本附件",
}
_FEW_CATEGORIES = 2


def compose_campaign(
    facts: CampaignFacts,
    template: TemplateSpec | ReportTemplate,
    values: Mapping[str, Any] | None = None,
    parts: Mapping[str, Part] | None = None,
) -> DraftReport:
    """Compose the report about a campaign.

    Args:
        facts: what was found; see ``reports.facts``.
        template: its sections and settings.
        values: what the office typed (see ``Wishes``); what is empty is composed.
        parts: who composes which kind of section, where this differs from the usual report.

    """
    spec = template if isinstance(template, TemplateSpec) else TemplateSpec.of(template)
    style, wishes = Style.of(spec.settings), Wishes.of(values or {})
    header = facts.header
    return DraftReport(
        title=wishes.title or title(spec.title_pattern, header, _whom(facts)),
        sections=compose_sections(facts, spec, style, {**PARTS, **(parts or {})}),
        addressee=wishes.addressee or style.addressee,
        signers=wishes.signers or (header.body, *header.co_bodies),
        signed_on=wishes.signed_on,
        keywords=(header.topic, header.period, "督查报告"),
    )


def compose_sections(facts: Any, spec: TemplateSpec, style: Style, parts: Mapping[str, Part]) -> tuple[DraftSection, ...]:
    """Compose each section of a template; one that has nothing to say becomes a visible gap, or is left out where it is optional."""
    sections = []
    for place, section in enumerate(spec.sections):
        part = parts.get(section.kind)
        paragraphs = part(facts, section, style) if part else []
        if not paragraphs and section.settings.get("optional"):
            continue
        if not paragraphs:
            text = gap(_GAPS.get(section.kind, "{heading}").format(heading=section.heading or "本部分内容"))
            paragraphs = [paragraph(f"{section.kind}.{place}.gap", text, {})]
        sections.append(DraftSection(section.kind, section.heading, tuple(paragraphs), bool(section.settings.get("internal"))))
    return tuple(sections)


def title(pattern: str, header: Header, whom: str) -> str:
    """Fill a template's title: inspector, object, period, subject."""
    values = {"{牵头机构}": header.body, "{督查内容}": clause(header.subject), "{期间}": header.period, "{组织}": whom}
    for mark, value in values.items():
        pattern = pattern.replace(mark, value)
    return pattern


def _whom(facts: CampaignFacts) -> str:
    """Name the object in a title: one or two categories by name, more of them together."""
    inspected = [category for category in facts.categories if facts.inspected[category.id]]
    if len(inspected) <= _FEW_CATEGORIES:
        return list_text([collective(category) for category in inspected]) or "有关党组织"
    return "各级党组织" if all(category.is_whole for category in inspected) else "有关党组织"
