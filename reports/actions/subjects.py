"""What a document is about: its kind decides which facts are read, and whether there is anything to write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from inspections.models import Rectification
from jobs.errors import Refused
from reports.composing.variants import ANNOUNCEMENT, CIRCULAR, LETTERS, ORDER, Facts
from reports.facts import campaign_facts, organization_facts
from reports.facts.answers import ChecklistFacts
from reports.facts.duties import Addressee, EarlierLetter, LetterFacts
from reports.facts.ledger import chosen_rows, others_due, standing_of
from reports.facts.plan import plan_facts
from reports.facts.reading import header_of
from reports.models import Report, ReportTemplate
from units.models import PartyOrganization

if TYPE_CHECKING:
    from inspections.models import Campaign
    from reports.facts.plan import PlanFacts
    from reports.facts.values import LedgerRow


def facts_for(campaign: Campaign, template: ReportTemplate, organization: PartyOrganization | None, values: Mapping[str, Any]) -> Facts:
    """Return the facts on which a document by ``template`` rests. Raises ``Refused`` with what is missing."""
    if template.subject == ReportTemplate.Subject.ORGANIZATION and organization is None:
        raise Refused(f"“{template}”是写给单个组织的，请先选定一个组织。")
    if template.document == ANNOUNCEMENT:
        return _plan(campaign, template, organization)
    if template.document in LETTERS:
        ids = values.get("rectifications") or overdue_ids(campaign, organization, values.get("signed_on"))
        return _letter(campaign, template, organization, list(ids))
    if organization is not None and template.subject == ReportTemplate.Subject.ORGANIZATION:
        facts = organization_facts(campaign, [organization.pk]).get(organization.pk)
        if facts is None:
            raise Refused(f"“{organization}”在“{campaign}”中还没有已办结的督查任务，请先办结，再起草{template}。")
        return facts
    if not campaign.assignments.concluded().exists():
        raise Refused(f"“{campaign}”还没有已办结的督查任务，不能起草报告。请先在督查任务中办结至少一个单位。")
    return campaign_facts(campaign)


def _plan(campaign: Campaign, template: ReportTemplate, organization: PartyOrganization | None) -> PlanFacts:
    plan = plan_facts(campaign)
    if not plan.units:
        raise Refused(f"“{campaign}”还没有确定督查对象，不能起草{template}。请先在督查活动中选定督查范围。")
    if template.subject == ReportTemplate.Subject.CAMPAIGN or organization is None:
        return plan
    own = plan.about(organization.pk)
    if own is None:
        raise Refused(f"“{organization}”不在“{campaign}”的督查范围内，请另选单位。")
    return own


def _letter(campaign: Campaign, template: ReportTemplate, organization: PartyOrganization | None, ids: Sequence[str]) -> LetterFacts:
    rows = chosen_rows(campaign, ids, organization)
    if not rows:
        whose = f"“{organization}”" if organization else f"“{campaign}”"
        raise Refused(f"{whose}没有逾期的整改事项，不需要{template}。")
    units = PartyOrganization.objects.filter(pk__in={row.unit for row in rows}).order_by("path")
    named = tuple(Addressee(unit.pk, unit.name, unit.get_kind_display()) for unit in units)
    alone = template.document != CIRCULAR
    given, closed = standing_of(campaign, organization if alone else None)
    return LetterFacts(
        header=header_of(campaign, ChecklistFacts.of(campaign)),
        rows=rows,
        units=named,
        unit=named[0] if alone else None,
        earlier=earlier_letters(rows) if template.document == ORDER else (),
        given=given,
        closed=closed,
        others_due=others_due(campaign, [row.id for row in rows], organization if alone else None),
    )


def overdue_ids(campaign: Campaign, organization: PartyOrganization | None, day: date | str | None) -> list[str]:
    """Return the ids of what is late on ``day`` (today when not given), of one organization or of the whole campaign."""
    rows = Rectification.objects.filter(campaign=campaign).overdue(date.fromisoformat(day) if isinstance(day, str) and day else day or None)
    if organization:
        rows = rows.filter(organization=organization)
    return [str(pk) for pk in rows.values_list("pk", flat=True)]


def earlier_letters(rows: Iterable[LedgerRow]) -> tuple[EarlierLetter, ...]:
    """Return the letters that were issued about any of ``rows``, the oldest first."""
    letters = Report.objects.filter(status=Report.Status.ISSUED, letter_items__rectification__in=[row.id for row in rows]).distinct()
    sent = (row for row in letters.select_related("template").order_by("issued_at", "pk") if row.signed_on)
    return tuple(EarlierLetter(row.pk, row.template.document, row.number_text, row.signed_on) for row in sent if row.signed_on)
