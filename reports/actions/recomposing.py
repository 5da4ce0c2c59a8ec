"""Facts that change after drafting: exactly the dependent paragraphs get an offer, and no edit is ever lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from jobs.errors import InvalidTransition, Refused
from reports.actions.content import checked_table, clean
from reports.actions.guard import hold_open, swap_draft
from reports.actions.paragraphs import EditConflict, Verb, change, note, paragraph_in, placed_state
from reports.actions.reports import draft_report, interleaved, numbered, row_of
from reports.actions.versioning import keep_version, keep_version_when_due
from reports.composing import DraftParagraph
from reports.composing.draft import plain
from reports.models import Paragraph, Report, Section
from reports.versions import state_of
from units.actions.activity import record

if TYPE_CHECKING:
    from units.models import User

WORDS = ("lead", "text", "table")
BASIS = ("sources", "fingerprint", "arithmetic")
_WRITTEN = ("offer", "revision", "level", "kind", "order", *WORDS, *BASIS, "drafted_lead", "drafted_text", "drafted_table")


@dataclass
class _Round:
    """What one recomposing goes by, and what it has done."""

    replace: bool
    fresh: Mapping[str, DraftParagraph]
    stored: Mapping[str, Paragraph]
    dropped: frozenset[str]
    moved: bool
    levelled: frozenset[UUID]
    replaced: int = 0
    offered: int = 0
    changed: list[Paragraph] = field(default_factory=list)


@transaction.atomic
def recompose_report(report: Report, *, by: User, replace: bool = True) -> Report:
    """Compose ``report`` again from the facts as they are now.

    Paragraphs whose facts changed are replaced when nobody touched them and ``replace`` is set; all others get the new text as an offer
    beside the old one. What a person changed, added, deleted, moved or levelled stays as it is; title, signature and headings too. A
    version is kept before and after. Raises ``InvalidTransition`` when the report was changed by somebody else meanwhile or is no draft
    any more, ``Refused`` when there is nothing to report on.
    """
    values = {**report.wishes, "signed_on": report.signed_on}
    draft = draft_report(report.campaign, report.template, organization=report.organization, values=values)
    swap_draft(report, composed_at=timezone.now())
    keep_version(report, by=by, reason="按最新数据更新之前")
    sections = list(report.sections.prefetch_related("paragraphs"))
    old = dict(zip(numbered(row.kind for row in sections), sections, strict=True))
    new = dict(zip(numbered(section.kind for section in draft.sections), draft.sections, strict=True))
    run = _Round(
        replace=replace,
        fresh={paragraph.key: paragraph for section in draft.sections for paragraph in section.paragraphs},
        stored={paragraph.key: paragraph for section in sections for paragraph in section.paragraphs.all() if paragraph.key},
        dropped=_dropped(report),
        moved=report.edits.filter(verb=Verb.MOVE, undone=False).exists(),
        levelled=frozenset(report.edits.filter(verb=Verb.LEVEL, undone=False).values_list("paragraph", flat=True)),
    )
    kept = {key for key, row in old.items() if key not in new and (not replace or any(p.is_edited for p in row.paragraphs.all()))}
    Section.objects.filter(pk__in=[row.pk for key, row in old.items() if key not in new and key not in kept]).delete()
    for order, key in enumerate(interleaved(list(new), list(old), kept)):
        row = old.get(key) or Section(report=report, kind=new[key].kind, heading=new[key].heading, is_internal=new[key].is_internal)
        row.order = order
        row.save()
        _section(run, row, new[key].paragraphs if key in new else (), is_new=key not in old)
    Paragraph.objects.bulk_update(run.changed, _WRITTEN, batch_size=200)
    keep_version(report, by=by, reason="按最新数据更新")
    changes = {"更新的段落": ["", str(run.replaced)], "待定的段落": ["", str(run.offered)]}
    summary = f"按最新数据{'更新' if replace else '核对'}《{report.title}》"
    record(by, "reports.report_recompose", summary, report, organization=report.campaign.organizer, changes=changes)
    return report


def _dropped(report: Report) -> frozenset[str]:
    """Return the keys of paragraphs that a person took out; an edit as good as any other."""
    gone = report.edits.filter(after__isnull=True, undone=False).values_list("before", flat=True)
    return frozenset(state["key"] for state in gone if state and state.get("key"))


def _section(run: _Round, section: Section, drafted: Sequence[DraftParagraph], *, is_new: bool) -> None:
    before = [] if is_new else list(section.paragraphs.all())
    rows: dict[str, Paragraph] = {}
    for row in before:
        key = row.key or f"row:{row.pk}"
        if row.key in run.fresh:
            _take(run, row, run.fresh[row.key])
        elif row.key and (row.is_edited or not run.replace):
            row.offer = {"gone": True}
            run.offered += 1
        elif row.key:
            row.delete()
            run.replaced += 1
            continue
        rows[key] = row
    missing = []
    for paragraph in drafted:
        if paragraph.key in run.stored or paragraph.key in run.dropped:
            continue
        row = row_of(paragraph, section, 0)
        if not run.replace:
            row.offer = {"added": True}
            run.offered += 1
        run.replaced += run.replace
        missing.append(row)
        rows[paragraph.key] = row
    wanted = [paragraph.key for paragraph in drafted if paragraph.key in rows]
    here = [key for key in rows if key not in {row.key for row in missing}]
    # The order of the draft, with what a person added in its place; where somebody moved paragraphs, their order, with what is new in it.
    order = interleaved(here, wanted, [row.key for row in missing]) if run.moved else interleaved(wanted, here, set(here) - set(wanted))
    for place, key in enumerate(order):
        rows[key].order = place
    Paragraph.objects.bulk_create(missing)
    run.changed += [row for row in rows.values() if row not in missing]


def _take(run: _Round, row: Paragraph, fresh: DraftParagraph) -> None:
    """Bring one paragraph up to date: its basis where only that changed, its text where nobody touched it, else an offer."""
    new = {"lead": fresh.lead[:200], "text": fresh.text, "table": plain(fresh.table)}
    basis = {"sources": plain(fresh.sources), "fingerprint": fresh.fingerprint, "arithmetic": plain(fresh.arithmetic)}
    drafted = {name: getattr(row, f"drafted_{name}") for name in WORDS}
    mine = {name: getattr(row, name) for name in WORDS}
    if new in (drafted, mine):
        _set(row, basis, drafted=new)
    elif row.is_edited or not run.replace:
        row.offer = {**new, **basis}
        run.offered += 1
    else:
        _set(row, {**new, **basis}, drafted=new)
        row.revision += 1
        if row.uid not in run.levelled:
            row.level, row.kind = fresh.level, fresh.kind
        run.replaced += 1


def _set(row: Paragraph, values: Mapping[str, Any], *, drafted: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    for name, value in drafted.items():
        setattr(row, f"drafted_{name}", value)
    row.offer = None


# --- deciding ---------------------------------------------------------------------------------------------------------------

ACCEPT, KEEP, MERGE = "accept", "keep", "merge"


@transaction.atomic
def settle_offer(
    report: Report, uid: Any, *, by: User, revision: int, choice: str, lead: str = "", text: str = "", table: Any = None
) -> Paragraph | None:
    """Decide on the offer of one paragraph: ``accept`` the new text, ``keep`` the present one, or ``merge``: take ``lead`` and ``text``.

    Of a table, ``merge`` takes ``table``, or the table as it stands when none is given. Returns the paragraph, None when the decision took
    it out. Raises ``EditConflict`` when it was changed meanwhile, ``InvalidTransition`` when somebody decided already.
    """
    hold_open(report)
    row = paragraph_in(report, uid)
    if choice not in {ACCEPT, KEEP, MERGE}:
        raise Refused("请选择采用新稿、保留原稿或合并。")
    if row.offer is None:
        raise InvalidTransition("这一段的新稿已有人处理过，请刷新页面。")
    if row.revision != revision:
        raise EditConflict(row)
    keep_version_when_due(report, by=by)
    merged: dict[str, Any] = {"lead": clean(lead)[:200], "text": clean(text)}
    if row.kind == Paragraph.Kind.TABLE:
        merged = {"table": checked_table(table)} if table is not None else {}
    return _settle(report, row, choice, by=by, merged=merged)


def _settle(
    report: Report, row: Paragraph, choice: str, *, by: User, merged: Mapping[str, Any], act: UUID | None = None
) -> Paragraph | None:
    offer = row.offer or {}
    before = placed_state(row)
    verb = Verb.KEEP if choice == KEEP else Verb.ACCEPT
    if (offer.get("gone") and choice == ACCEPT) or (offer.get("added") and choice == KEEP):
        row.delete()
        note(report, row.uid, verb, by=by, before=before, after=None, act=act)
        return None
    values: dict[str, Any] = {"offer": None}
    if offer.get("gone"):
        values["key"] = ""
    elif not offer.get("added"):
        values |= {name: offer[name] for name in BASIS} | {f"drafted_{name}": offer[name] for name in WORDS}
        if choice == ACCEPT:
            values |= {name: offer[name] for name in WORDS}
        elif choice == MERGE:
            values |= merged
    change(row, by=by, **values)
    note(report, row.uid, verb, by=by, before=before, after=state_of(row), act=act)
    return row


@transaction.atomic
def accept_untouched(report: Report, *, by: User) -> int:
    """Accept all offers for paragraphs that nobody has edited, as one act; return how many. Raises ``Refused`` when there are none."""
    hold_open(report)
    keep_version(report, by=by, reason="全部采用新稿之前")
    act, count = uuid4(), 0
    rows = Paragraph.objects.filter(section__report=report, offer__isnull=False).select_related("section", "edited_by")
    for row in rows.order_by("section__order", "order"):
        if row.offer is None or row.is_edited:
            continue
        _settle(report, row, ACCEPT, by=by, merged={}, act=act)
        count += 1
    if not count:
        raise Refused("没有可以一并采用的新稿。人工改过的段落请逐段处理。")
    return count


def offers_of(report: Report) -> int:
    """Return how many paragraphs wait for a decision; one query."""
    return Paragraph.objects.filter(section__report=report, offer__isnull=False).count()
