"""Counting everything from the facts, without any tally, and comparing."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from inspections.models import Assignment, Campaign, Finding, Rectification, Tally
from inspections.tallies.counting import Facts, count
from inspections.tallies.totals import PARTS, Totals
from units.models.organization import STEP

IN_WORDS = {
    "coverage": "督查对象",
    "teams": "各组进度",
    "found": "发现",
    "team_problems": "各组问题",
    "items": "检查项问题",
    "noted": "规范表述",
    "having": "涉及单位",
    "recurring": "屡查屡犯",
    "ledger": "整改事项",
    "deadlines": "整改时限",
    "late": "逾期报送",
    "practices": "好做法",
}


@dataclass(frozen=True)
class Difference:
    """One place whose tally is wrong, missing or needless."""

    path: str
    text: str


@dataclass
class Comparison:
    """What was compared, for a sentence, and what differs."""

    places: int = 0
    units: int = 0
    findings: int = 0
    duties: int = 0
    faults: list[Difference] = field(default_factory=list)


def recounted(campaign: Campaign) -> dict[str, Totals]:
    """Return what the tallies of ``campaign`` must be, by path: every fact is counted at each place above it.

    Memory grows with the organizations of the campaign, not with what was found.
    """
    # Counted in another way than folding counts.
    facts: dict[str, Totals] = defaultdict(Totals)
    rows = Facts(*(model._default_manager.filter(campaign=campaign) for model in (Assignment, Finding, Rectification)))  # type: ignore[arg-type]
    count(rows, facts, lambda path: path)
    found: dict[str, Totals] = defaultdict(Totals)
    below: set[str] = set()
    for path, own in facts.items():
        found[path].add(own)
        for end in range(0, len(path), STEP):
            found[path[:end]].add(own)
            below.add(path[:end])
    return {path: totals for path, totals in found.items() if path in below}


def differences(campaign: Campaign) -> Comparison:
    """Compare the tallies of ``campaign`` with a full count."""
    right = recounted(campaign)
    top = right.get("", Totals())
    found = Comparison(len(right), top.units, top.sum_of("found"), top.sum_of("ledger"))
    stale = set(right)
    for row in Tally.objects.filter(campaign=campaign).values("path", *PARTS).iterator(chunk_size=500):
        path = row["path"]
        stale.discard(path)
        if path not in right:
            found.faults.append(Difference(path, f"“{campaign}”{_place(path)}：其下已没有事实，汇总应当移除。"))
            continue
        kept = Totals()
        kept.add_json({name: row[name] for name in PARTS})
        wrong = [IN_WORDS[name] for name, rows in right[path].to_json().items() if kept.to_json()[name] != rows]
        if wrong:
            found.faults.append(Difference(path, f"“{campaign}”{_place(path)}：{'、'.join(wrong)}与逐条统计不符。"))
    found.faults += [Difference(path, f"“{campaign}”{_place(path)}：缺少汇总。") for path in sorted(stale)]
    return found


def _place(path: str) -> str:
    return f"路径 {path}" if path else "全部"
