"""提醒函, 督办单, 通报: what is late, how long, and what is asked now; each step names the one before it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial
from typing import Any

from reports.composing.draft import TABLE, DraftParagraph, DraftReport, count_row, paragraph, share_row
from reports.composing.report import Part, compose_sections, title
from reports.composing.spec import SectionSpec, Style, TemplateSpec, Wishes
from reports.composing.terms import Terms
from reports.facts.duties import Addressee, LetterFacts
from reports.facts.grouping import normalised
from reports.facts.values import LedgerRow
from reports.wording import clause, date_text, enumerate_text, list_text, percent_text, sentence

DAYS = 7
"""Days within which a letter wants an answer, when neither its template nor the drafter says otherwise."""
_LONGEST = 60
_ANNOUNCED = {
    False: ("现将有关事项提醒如下：", "现将{}的有关事项提醒如下："),
    True: ("现予督办，有关事项通知如下：", "现对{}予以督办，有关事项通知如下："),
}
"""How a letter turns to its matters, as a reminder and as an order: to all that is late, or to some of it."""
_CALLED = {"reminder": "提醒函", "supervision_order": "督办单", "circular": "通报"}


def compose_letter(
    facts: LetterFacts, spec: TemplateSpec, values: Mapping[str, Any], terms: Terms, parts: Mapping[str, Part]
) -> DraftReport:
    """Compose a letter about what is late on its date. ``values`` are those of ``Wishes``; ``deadline_days`` is the time for an answer."""
    style, wishes = Style.of(spec.settings), Wishes.of(values)
    days = wishes.deadline_days or int(spec.settings.get("deadline_days") or DAYS)
    day = wishes.signed_on
    own: dict[str, Part] = {
        "opening": partial(_opening, day=day, is_order=spec.settings.get("document") == "supervision_order"),
        "overview": partial(_standing, day=day),
        "overdue": partial(_overdue, day=day),
        "next_steps": partial(_demands, terms=terms, due=day + timedelta(days=days) if day else None, days=days),
        "annex": partial(_annex, day=day),
    }
    header = facts.header
    name = facts.unit.name if facts.unit else ""
    return DraftReport(
        title=wishes.title or title(spec.title_pattern, header, name or "有关单位"),
        sections=compose_sections(facts, spec, style, {**own, **parts}),
        addressee=wishes.addressee or name or style.addressee or "各有关单位",
        signers=wishes.signers or (header.body, *header.co_bodies),
        signed_on=day,
    )


def you(facts: LetterFacts) -> str:
    """Return how a letter speaks to its reader: 你党委; in a 通报 有关单位."""
    return f"你{facts.unit.kind}" if facts.unit else "有关单位"


def _ids(rows: tuple[LedgerRow, ...]) -> dict[str, tuple[Any, ...]]:
    return {"rectifications": tuple(row.id for row in rows), "findings": tuple(pk for row in rows for pk in row.findings)}


def _used(row: LedgerRow, day: date | None) -> list[Any]:
    return [row.content, row.due_on, row.label, row.responsible, row.days_late(day) if day else None]


def _until(day: date | None) -> str:
    return f"截至{date_text(day)}，" if day else ""


def _opening(facts: LetterFacts, _section: SectionSpec, _style: Style, *, day: date | None, is_order: bool) -> list[DraftParagraph]:
    header, late = facts.header, facts.overdue_on(day)
    what = f"{header.period}{clause(header.subject)}督查"
    counts = [count_row("逾期未完成的整改事项", len(late))]
    sources = {"campaigns": (header.id,), **_ids(late)}
    every = facts.all_late_on(day)
    used = [what, header.body, len(late), every, facts.given, day, you(facts), facts.earlier]
    some = f"其中{len(late)}项" if every > len(late) else ""
    if some:
        counts.append(count_row("全部逾期未完成的整改事项", every))
    if facts.unit is None:
        units = len({row.unit for row in late})
        whole = f"{every}项整改事项" if some else f"{units}个单位的{every}项整改事项"
        text = sentence(f"{what}结束后，{header.body}逐单位交办整改事项，并跟踪办理。{_until(day)}仍有{whole}逾期未完成")
        counts.append(count_row("有逾期事项的单位", units))
        announced = f"现将其中{units}个单位{len(late)}项的有关情况通报如下：" if some else "现将有关情况通报如下："
        return [paragraph("opening", f"{text}{announced}", used, sources=sources, arithmetic=counts)]
    given = f"{what}结束后，{header.body}向{you(facts)}交办整改事项{facts.given}项"
    text = sentence(f"{given}。{_until(day)}仍有{every}项逾期未完成") + _before(facts)
    counts.insert(0, count_row("交办的整改事项", facts.given))
    whole, part = _ANNOUNCED[is_order]
    announced = part.format(some) if some else whole
    return [paragraph("opening", f"{text}{announced}", used, sources=sources, arithmetic=counts)]


def _before(facts: LetterFacts) -> str:
    """Name the letters that were sent about the same matters."""
    told = [f"{date_text(row.issued_on)}{_CALLED.get(row.document, '来文')}（{row.number}）" for row in facts.earlier]
    return sentence(f"对其中有关事项，此前已印发{list_text(told)}") if told else ""


def _standing(facts: LetterFacts, _section: SectionSpec, _style: Style, *, day: date | None) -> list[DraftParagraph]:
    """Return how far all matters are: given, closed out, under way, late."""
    late = facts.all_late_on(day)
    under_way = facts.given - facts.closed - late
    if not facts.given:
        return []
    share = percent_text(facts.closed, facts.given)
    rest = [f"正在整改或待核验{under_way}项" if under_way > 0 else "", f"逾期未完成{late}项" if late else ""]
    done = f"已销号{facts.closed}项，销号率{share}" if facts.closed else "尚无事项销号"
    text = sentence(f"{_until(day)}共交办整改事项{facts.given}项，{done}", "".join(f"；{part}" for part in rest if part))
    rows = [share_row("已销号", facts.closed, facts.given, share), count_row("逾期未完成", late)]
    return [paragraph("standing", text, [facts.given, facts.closed, late, day], sources={"campaigns": (facts.header.id,)}, arithmetic=rows)]


def _overdue(facts: LetterFacts, section: SectionSpec, _style: Style, *, day: date | None) -> list[DraftParagraph]:
    """Return what is late: one paragraph each, or as a table where the section says so; in a 通报 one paragraph per organization."""
    late = facts.overdue_on(day)
    if section.settings.get("form") == "table":
        return _table("overdue.table", late, facts, day, with_units=facts.unit is None)
    if facts.unit is None:
        units = [unit for unit in facts.units if facts.of(unit.id, day)]
        return [_unit_paragraph(unit, facts.of(unit.id, day), day) for unit in units]
    single = len(late) == 1
    return [
        paragraph(
            f"overdue.{row.id}",
            sentence(row.content) + _lateness(row, day),
            _used(row, day),
            level=0 if single else 2,
            sources=_ids((row,)),
            arithmetic=[count_row("逾期（日）", row.days_late(day))] if day else (),
        )
        for row in late
    ]


def _lateness(row: LedgerRow, day: date | None) -> str:
    late = f"，已逾期{row.days_late(day)}日" if day else ""
    who = f"，责任人为{row.responsible}" if row.responsible else ""
    return sentence(f"整改时限为{date_text(row.due_on)}{late}，目前状态为{row.label}{who}")


def _unit_paragraph(unit: Addressee, late: tuple[LedgerRow, ...], day: date | None) -> DraftParagraph:
    longest = max((row.days_late(day) for row in late), default=0) if day else 0
    words = [_short(row.content) for row in {normalised(row.content): row for row in late}.values()]
    how_long = f"，{'最长' if len(late) > 1 else '已'}逾期{longest}日" if day else ""
    head = f"逾期{len(late)}项{how_long}"
    text = sentence(head) + (enumerate_text(words) if len(words) > 1 else sentence(words[0]))
    rows = [count_row(f"{unit.name}逾期事项", len(late)), count_row("最长逾期（日）", longest)]
    return paragraph(
        f"overdue.{unit.id}",
        text,
        [unit.name, [_used(row, day) for row in late]],
        level=2,
        lead=unit.name,
        sources=_ids(late),
        arithmetic=rows,
    )


def _short(text: str) -> str:
    """Return the first sentence of what is to be put right: the whole of it stands in the annex."""
    first = text.split("。", 1)[0]
    return clause(first if len(first) <= _LONGEST else first[:_LONGEST].rsplit("，", 1)[0])


def _demands(
    facts: LetterFacts, _section: SectionSpec, _style: Style, *, terms: Terms, due: date | None, days: int
) -> list[DraftParagraph]:
    """Return what the office asks of everybody (a setting of the template), and until when."""
    whom = you(facts)
    when = f"于{date_text(due)}前" if due else f"自收到本件之日起{days}日内"
    ask = sentence(f"请{whom}{when}完成整改并报请核验；确有客观原因不能完成的，同时书面说明原因和拟完成的时间")
    texts = [*(sentence(text.replace("{组织}", whom)) for text in terms.requirements), ask]
    level = 2 if len(texts) > 1 else 0
    last = len(texts)
    return [
        paragraph(
            f"demands.{place}",
            text,
            [text],
            level=level,
            arithmetic=[{**count_row("办理期限（日）", days), "word": when}] if place == last else (),
        )
        for place, text in enumerate(texts, start=1)
    ]


def _annex(facts: LetterFacts, _section: SectionSpec, _style: Style, *, day: date | None) -> list[DraftParagraph]:
    return _table("annex.overdue", facts.overdue_on(day), facts, day, with_units=facts.unit is None)


def _table(key: str, late: tuple[LedgerRow, ...], facts: LetterFacts, day: date | None, *, with_units: bool) -> list[DraftParagraph]:
    if not late:
        return []
    names = {unit.id: unit.name for unit in facts.units}
    if with_units:
        places = list(names)
        late = tuple(sorted(late, key=lambda row: places.index(row.unit)))
    rows = [
        [
            str(number),
            *([names.get(row.unit, "")] if with_units else []),
            clause(row.content),
            *([] if with_units else [clause(row.asked)]),
            row.responsible,
            date_text(row.due_on),
            str(row.days_late(day)) if day else "",
        ]
        for number, row in enumerate(late, start=1)
    ]
    table = {
        "columns": [
            "序号",
            *(["责任单位"] if with_units else []),
            "整改事项",
            *([] if with_units else ["整改要求"]),
            "责任人",
            "整改时限",
            "逾期天数",
        ],
        "rows": rows,
        "widths": [1.0, 2.6, 5.4, 1.9, 3.1, 1.2] if with_units else [1.0, 4.4, 4.4, 1.9, 3.1, 1.2],
        "align": ["center", *(["left"] if with_units else []), "left", *([] if with_units else ["left"]), "center", "center", "center"],
    }
    counts = [count_row("逾期未完成的整改事项", len(late))]
    return [paragraph(key, "", rows, kind=TABLE, table=table, sources=_ids(late), arithmetic=counts)]
