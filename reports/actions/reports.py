"""The verbs of reports: compose, change the formal facts, throw a draft away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import transaction
from django.utils import timezone

from jobs.errors import InvalidTransition, Refused
from jobs.files import delete_unnamed_on_commit
from reports.actions.guard import swap_draft
from reports.actions.subjects import facts_for, overdue_ids
from reports.actions.versioning import keep_version
from reports.composing import DraftParagraph, DraftReport, compose_draft
from reports.composing.draft import plain
from reports.composing.variants import LETTERS, NOTICE
from reports.facts.found import GOOD_PRACTICE
from reports.facts.values import OrganizationFacts
from reports.models import LetterItem, NumberSeries, Paragraph, Report, ReportTemplate, Section
from units.actions.activity import changes_between, record

if TYPE_CHECKING:
    from inspections.models import Campaign
    from units.models import PartyOrganization, User

FIELDS = {"title": "标题", "addressee": "主送", "signers": "落款单位", "signed_on": "成文日期"}
Key = TypeVar("Key", bound=Hashable)


def draft_report(
    campaign: Campaign,
    template: ReportTemplate,
    *,
    organization: PartyOrganization | None = None,
    values: Mapping[str, Any] | None = None,
) -> DraftReport:
    """Return the draft of a report on ``campaign`` (or on one organization in it) without storing it.

    ``values`` is what the office typed, see ``reports.composing.compose_draft``; the date is today when none is given. Raises ``Refused`` when
    there is nothing to report on yet.
    """
    values = {**(values or {})}
    values["signed_on"] = values.get("signed_on") or timezone.localdate()
    facts = facts_for(campaign, template, organization, values)
    return draft_of_unit(facts, template, values) if isinstance(facts, OrganizationFacts) else compose_draft(facts, template, values)


def draft_of_unit(facts: OrganizationFacts, template: ReportTemplate, values: Mapping[str, Any]) -> DraftReport:
    """Return the draft of a document about one organization. Raises ``Refused`` for a notice with nothing to put right."""
    if template.document == NOTICE and not facts.ledger and all(finding.kind == GOOD_PRACTICE for finding in facts.findings):
        raise Refused(f"“{facts.unit.name}”在“{facts.header.title}”中没有需要整改的问题和风险点，不需要{template}。可改用反馈意见。")
    return compose_draft(facts, template, values)


@transaction.atomic
def compose_report(
    campaign: Campaign,
    template: ReportTemplate,
    *,
    by: User,
    organization: PartyOrganization | None = None,
    values: Mapping[str, Any] | None = None,
) -> Report:
    """Compose a report and store it as a draft. Raises ``Refused`` when there is nothing to report on yet.

    What was typed (JSON-ready values) is kept with the report, so that it holds when the report is composed again.
    """
    values = {name: value for name, value in (values or {}).items() if value}
    if template.document in LETTERS and "rectifications" not in values:
        values["rectifications"] = overdue_ids(campaign, organization, values.get("signed_on"))
    draft = draft_report(campaign, template, organization=organization, values=values)
    report = Report.objects.create(
        campaign=campaign,
        template=template,
        organization=organization if template.subject == ReportTemplate.Subject.ORGANIZATION else None,
        title=draft.title[:200],
        addressee=draft.addressee[:200],
        signers=list(draft.signers),
        signed_on=draft.signed_on,
        composed_at=timezone.now(),
        drafted_by=by,
        wishes=values,
        layout=template.settings.get("layout") or {},
        number_series=_usual_series(campaign.organizer, template),
    )
    if template.document in LETTERS:
        items = [LetterItem(report=report, rectification_id=pk) for pk in dict.fromkeys(values["rectifications"])]
        LetterItem.objects.bulk_create(items)
    for order, section in enumerate(draft.sections):
        row = Section.objects.create(
            report=report, kind=section.kind, heading=section.heading, is_internal=section.is_internal, order=order
        )
        Paragraph.objects.bulk_create(row_of(paragraph, row, place) for place, paragraph in enumerate(section.paragraphs))
    keep_version(report, by=by, reason="系统起草")
    record(by, "reports.report_compose", f"起草《{report.title}》", report, organization=campaign.organizer)
    return report


def _usual_series(organizer: PartyOrganization, template: ReportTemplate) -> NumberSeries | None:
    """Return the series under which ``organizer`` last issued this kind of document; else its only one; else a person chooses it."""
    usable = NumberSeries.objects.usable_for(organizer)
    issued = Report.objects.filter(number_series__in=usable, template__key=template.key, status=Report.Status.ISSUED)
    last = issued.select_related("number_series").order_by("-issued_at", "-pk").first()
    if last is not None:
        return last.number_series
    found = list(usable[:2])
    return found[0] if len(found) == 1 else None


def interleaved(new: Sequence[Key], old: Sequence[Key], kept: Iterable[Key]) -> list[Key]:
    """Return ``new`` with each of ``kept``, which only ``old`` knows, behind the neighbour that it followed there."""
    result, chosen = list(new), set(kept)
    for place, key in enumerate(old):
        if key in chosen:
            before = next((other for other in reversed(old[:place]) if other in result), None)
            result.insert(result.index(before) + 1 if before is not None else 0, key)
    return result


def numbered(kinds: Iterable[str]) -> list[tuple[str, int]]:
    """Return each kind with how many of it came before, which tells two annexes apart."""
    seen: Counter[str] = Counter()
    keys = []
    for kind in kinds:
        keys.append((kind, seen[kind]))
        seen[kind] += 1
    return keys


def row_of(paragraph: DraftParagraph, section: Section, order: int) -> Paragraph:
    """Return a drafted paragraph as a row that is not stored yet."""
    table = plain(paragraph.table)
    return Paragraph(
        section=section,
        kind=paragraph.kind,
        level=paragraph.level,
        lead=paragraph.lead[:200],
        text=paragraph.text,
        table=table,
        key=paragraph.key,
        sources=plain(paragraph.sources),
        fingerprint=paragraph.fingerprint,
        arithmetic=plain(paragraph.arithmetic),
        drafted_text=paragraph.text,
        drafted_lead=paragraph.lead[:200],
        drafted_table=table,
        order=order,
    )


@transaction.atomic
def update_report(report: Report, *, by: User, revision: int, **values: Any) -> Report:
    """Change title, addressee, signers or date of a draft; ``revision`` is the one the editor had read.

    Raises ``InvalidTransition`` when the report was changed meanwhile, ``TypeError`` for other fields.
    """
    if unknown := set(values) - set(FIELDS):
        raise TypeError(f"not to be changed here: {', '.join(sorted(unknown))}")
    before = {name: getattr(report, name) for name in FIELDS}
    report.revision = revision
    swap_draft(report, **values)
    changes = changes_between(before, {name: getattr(report, name) for name in FIELDS}, FIELDS)
    record(
        by, "reports.report_update", f"修改《{report.title}》的标题与落款", report, organization=report.campaign.organizer, changes=changes
    )
    return report


@transaction.atomic
def delete_report(report: Report, *, by: User) -> None:
    """Throw a draft and its files away; the facts stay. Raises ``InvalidTransition`` for what is no draft."""
    record(by, "reports.report_delete", f"删除草稿《{report.title}》", report, organization=report.campaign.organizer)
    delete_unnamed_on_commit(list(report.renditions.values_list("file", flat=True)))
    deleted, _ = Report.objects.filter(pk=report.pk, status=Report.Status.DRAFT).delete()
    if not deleted:
        raise InvalidTransition("只有草稿可以删除。这份报告已不是草稿或已被他人删除，请刷新页面。")
