"""导语: who inspected whom, on whose arrangement, when, and how far it got."""

from __future__ import annotations

from collections import Counter
from typing import Any

from reports.composing.draft import DraftParagraph, count_row, paragraph, sum_row
from reports.composing.phrases import KINDS, bare
from reports.composing.spec import SectionSpec, Style
from reports.facts.values import CampaignFacts, Header, Teams
from reports.wording import clause, counts_text, gap, list_text, period_text, sentence

_MOST_BODIES = 6


def compose(facts: CampaignFacts, _section: SectionSpec, _style: Style) -> list[DraftParagraph]:
    """Return the one paragraph before the first heading."""
    kinds = Counter(unit.kind for unit in facts.units)
    by_category = [(bare(category.label), facts.inspected[category.id]) for category in facts.categories if facts.inspected[category.id]]
    by_kind = [(kind, kinds[kind]) for kind in sorted(kinds, key=lambda kind: KINDS.index(kind) if kind in KINDS else len(KINDS))]
    used: dict[str, Any] = {
        "header": _header_used(facts.header),
        "teams": facts.teams,
        "categories": by_category,
        "kinds": by_kind,
        "unfinished": len(facts.unfinished),
    }
    text = _who(facts.header, facts.teams, len(facts.units)) + _scope(by_category, by_kind) + _unfinished(len(facts.unfinished))
    return [
        paragraph(
            "opening",
            f"{text}现将督查情况报告如下：",
            used,
            sources={
                "campaigns": (facts.header.id,),
                "teams": facts.teams.ids,
                "assignments": tuple(unit.assignment for unit in facts.units) + tuple(row.assignment for row in facts.unfinished),
            },
            arithmetic=[
                count_row("督查组", len(facts.teams.ids)),
                count_row("抽调人员", facts.teams.people),
                sum_row("已办结的督查对象（按类别）", [n for _name, n in by_category]),
                sum_row("已办结的督查对象（按组织类型）", [n for _name, n in by_kind]),
                *([count_row("尚未办结的督查对象", len(facts.unfinished))] if facts.unfinished else []),
            ],
        )
    ]


def _header_used(header: Header) -> list[Any]:
    return [header.purpose, header.arrangement, header.body, header.co_bodies, header.starts_on, header.ends_on, header.subject]


def _who(header: Header, teams: Teams, inspected: int) -> str:
    purpose = clause(header.purpose).removeprefix("为了").removeprefix("为")
    arrangement = clause(header.arrangement).removeprefix("根据").removeprefix("按照") or gap("工作安排（根据谁的安排）")
    together = f"会同{list_text(header.co_bodies)}" if header.co_bodies else ""
    parts = [
        f"为{purpose}" if purpose else "",
        f"根据{arrangement}",
        f"{header.body}{together}",
        _seconded(teams),
        f"组成{len(teams.ids)}个督查组" if teams.ids else "",
        f"于{period_text(header.starts_on, header.ends_on)}对{inspected}个党组织{clause(header.subject)}进行了督查",
    ]
    return sentence("，".join(part for part in parts if part))


def _seconded(teams: Teams) -> str:
    if not teams.people:
        return ""
    bodies = [*teams.bodies, *teams.named]
    if not bodies:
        return f"抽调{teams.people}名工作人员"
    listed = list_text(bodies) if len(bodies) <= _MOST_BODIES else "、".join(bodies[:_MOST_BODIES]) + "等"
    return f"从{listed}抽调{teams.people}名工作人员"


def _scope(by_category: list[tuple[str, int]], by_kind: list[tuple[str, int]]) -> str:
    """Say of which categories and kinds the organizations are, as far as this adds to their number."""
    categories = list_text([f"{name}{n}个" for name, n in by_category])
    kinds = counts_text(by_kind)
    if len(by_category) > 1:
        return sentence(f"督查范围包括{categories}", f"；按组织类型分，有{kinds}" if len(by_kind) > 1 else "")
    return sentence(f"督查对象均为{by_category[0][0]}", f"，其中{kinds}" if len(by_kind) > 1 else "") if by_category else ""


def _unfinished(count: int) -> str:
    return f"另有{count}个党组织的督查尚未办结，其情况未列入本报告。" if count else ""
