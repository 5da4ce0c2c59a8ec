"""From the database to what the readers of documents take: a submission's text, the items asked of it, its period, last time's numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from inspections.documents.material import Material, typed_material
from inspections.documents.metrics import Asked, Period
from inspections.documents.themes import Theme, placed, unsaid
from inspections.models import Assignment, Campaign, ChecklistItem, ChecklistTheme, CheckResult, Submission
from inspections.models.campaign import Method

YEAR = timedelta(days=365)
PROBLEMS, PLANS = "problems", "plans"
"""Keys of the two parts of the online form that are no themes."""
HEADINGS = {PROBLEMS: "存在问题", PLANS: "下步打算"}


@dataclass(frozen=True)
class Sheet:
    """What a campaign's checklist asks one organization, in order (2 queries)."""

    themes: tuple[ChecklistTheme, ...]
    items: tuple[ChecklistItem, ...]

    @classmethod
    def of(cls, assignment: Assignment) -> Sheet:
        """Read what is asked of the assignment's organization."""
        items = ChecklistItem.objects.filter(theme__checklist=assignment.campaign.checklist_id).for_category(assignment.category_id)
        rows = tuple(items.select_related("theme"))
        return cls(tuple(dict.fromkeys(row.theme for row in rows)), rows)

    @property
    def numbers(self) -> tuple[ChecklistItem, ...]:
        """The items that ask for a number."""
        return tuple(row for row in self.items if row.answer_kind == ChecklistItem.AnswerKind.NUMBER)

    @property
    def asked(self) -> list[Asked]:
        """The same for the reader of numbers."""
        return [Asked(row.code, row.question, row.metric_phrase, row.unit_of_measure) for row in self.numbers]

    @property
    def subjects(self) -> list[Theme]:
        """The themes for the reader of themes."""
        return [
            Theme(
                theme.code,
                tuple(filter(None, (theme.name, theme.report_heading))),
                tuple(row.question for row in self.items if row.theme_id == theme.pk),
            )
            for theme in self.themes
        ]

    @property
    def common(self) -> list[str]:
        """The words that everybody has before him; to use them is no likeness."""
        rows = [theme.name + theme.report_heading for theme in self.themes]
        return [*rows, *(f"{row.question}{row.guidance}" for row in self.items)]


def period_of(campaign: Campaign) -> Period:
    """Return the period that a campaign asks about."""
    return Period(campaign.year, campaign.half)


def typed_text(submission: Submission, sheet: Sheet) -> Material:
    """Return what was typed into the online form, in the order of the checklist."""
    parts = [(theme.code, theme.name, submission.online.get(theme.code, "")) for theme in sheet.themes]
    parts += [(key, heading, submission.online.get(key, "")) for key, heading in HEADINGS.items()]
    return typed_material(parts)


def text_of(submission: Submission, sheet: Sheet | None = None) -> Material:
    """Return the whole text of a submission, file first, each passage with its theme; of a file not read yet only what was typed.

    ``submission.files`` should have been prefetched when many are read.
    """
    sheet = sheet or Sheet.of(submission.assignment)
    file = submission.current_file
    read = Material.from_json(file.content) if file is not None and file.status == file.Status.READ else Material()
    typed = typed_text(submission, sheet).numbered(len(read.passages) + 1)
    whole = replace(read, passages=(*placed(read, sheet.subjects).passages, *typed.passages))
    return replace(whole, title=read.title or str(submission))


def passages_of(submission: Submission) -> list[str]:
    """Return the paragraphs of a submission as stored, for comparing; no theme is looked for (the files should be prefetched)."""
    file = submission.current_file
    rows = [row.words for row in Material.from_json(file.content).body() if not row.is_heading] if file is not None else []
    return [*rows, *(line for text in submission.online.values() for line in str(text).splitlines() if line.strip())]


def previous_numbers(assignment: Assignment) -> dict[str, CheckResult]:
    """Return the numbers that the organization gave in the campaign before, by item code (2 queries)."""
    before = assignment.campaign.previous
    if before is None:
        return {}
    rows = CheckResult.objects.filter(
        assignment__campaign=before, assignment__organization=assignment.organization_id, number__isnull=False
    )
    return {row.item.code: row for row in rows.select_related("item", "assignment__campaign")}


def last_given(assignment: Assignment) -> dict[str, CheckResult]:
    """Return the numbers that the organization gave last, by item code: in the campaign before, else to another organizer within the year.

    Only what finished campaigns hold by a version of the same checklist; 3 queries. It is shown beside, so that nobody looks it up again.
    """
    campaign = assignment.campaign
    if campaign.checklist is None:
        return {}
    rows = CheckResult.objects.filter(
        assignment__organization=assignment.organization_id,
        assignment__campaign__status=Campaign.Status.FINISHED,
        assignment__campaign__checklist__lineage=campaign.checklist.lineage,
        assignment__campaign__starts_on__gt=campaign.starts_on - YEAR,
        assignment__campaign__starts_on__lt=campaign.starts_on,
        number__isnull=False,
    )
    found = rows.select_related("item", "assignment__campaign").order_by("assignment__campaign__starts_on", "pk")
    return {row.item.code: row for row in found} | previous_numbers(assignment)


def previous_submission(submission: Submission) -> Submission | None:
    """Return what the organization handed in in the campaign before."""
    before = submission.campaign.previous
    rows = Submission.objects.filter(campaign=before, organization=submission.organization_id) if before else Submission.objects.none()
    return rows.exclude(first_submitted_at=None).prefetch_related("files").first()


def not_said(material: Material, sheet: Sheet, *, numbers_read: set[str]) -> list[ChecklistItem]:
    """Return what must be answered and the text does not say: items of which no passage speaks, numbers that were not found."""
    needed = [row for row in sheet.items if row.is_required]
    others = [row for row in needed if row.answer_kind != ChecklistItem.AnswerKind.NUMBER]
    silent = set(unsaid(material, [(row.code, row.question) for row in others]))
    silent |= {row.code for row in needed if row.answer_kind == ChecklistItem.AnswerKind.NUMBER and row.code not in numbers_read}
    return [row for row in sheet.items if row.code in silent]


def needs_no_visit(submission: Submission) -> bool:
    """Whether the organization is inspected by its report alone."""
    return submission.assignment.method == Method.WRITTEN
