"""What we say: templates, reports with their paragraphs, editing, signing, files, and the archive."""

from reports.models.archive import ArchivedReport
from reports.models.delivery import Delivery, LetterItem
from reports.models.editing import ParagraphEdit, Proposal, Remark, ReportVersion, WordReturn
from reports.models.ranking import RankingSetting
from reports.models.rendition import Rendition, rendition_path
from reports.models.report import Paragraph, Report, ReportGrams, Section, explained
from reports.models.signoff import NumberCounter, NumberSeries, SignOff, Waiver, WatchWord
from reports.models.template import ReportTemplate, SectionKind, TemplateSection

__all__ = [
    "ArchivedReport",
    "Delivery",
    "LetterItem",
    "NumberCounter",
    "NumberSeries",
    "Paragraph",
    "ParagraphEdit",
    "Proposal",
    "RankingSetting",
    "Remark",
    "Rendition",
    "Report",
    "ReportGrams",
    "ReportTemplate",
    "ReportVersion",
    "Section",
    "SectionKind",
    "SignOff",
    "TemplateSection",
    "Waiver",
    "WatchWord",
    "WordReturn",
    "explained",
    "rendition_path",
]
