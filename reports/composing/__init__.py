"""Facts → a draft report. Pure: no database, no clock; the same facts and settings always give the same words (design §4.5)."""

from reports.composing.draft import DraftParagraph, DraftReport, DraftSection
from reports.composing.feedback import compose_feedback
from reports.composing.report import compose_campaign
from reports.composing.spec import SectionSpec, Style, TemplateSpec, Wishes
from reports.composing.variants import compose_draft

__all__ = [
    "DraftParagraph",
    "DraftReport",
    "DraftSection",
    "SectionSpec",
    "Style",
    "TemplateSpec",
    "Wishes",
    "compose_campaign",
    "compose_draft",
    "compose_feedback",
]
