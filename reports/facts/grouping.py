"""Merging findings that say the same, and counting for how many of the organizations asked it holds."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from reports.facts.found import FindingFact, Group, Share
from reports.facts.values import Unit


def normalised(text: str) -> str:
    """Return ``text`` without what does not change its meaning: width of characters, space, punctuation, case."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).casefold()


def own_words(text: str, unit: Unit) -> str:
    """Return ``text`` without the name of its own organization at the beginning: ``青石镇党委未建台账`` → ``未建台账``."""
    for name in (unit.name, unit.short_name):
        if len(name) > 1 and text.startswith(name):
            rest = re.sub(r"^[的，、：:,\s]+", "", text[len(name) :])
            if rest:
                return rest
    return text


def group_findings(findings: Iterable[FindingFact], units: Sequence[Unit]) -> tuple[Group, ...]:
    """Merge findings by theme and standard wording, or by their own words; the most spread first, then the gravest.

    A finding in free words that repeats a standard wording of its theme joins it. N of "n of N" are the inspected organizations to which
    the item applies (and those that have the finding although their category is not asked). Findings are of one kind.
    """
    unit_of = {unit.id: unit for unit in units}
    listed = list(findings)
    standards = {(f.theme, normalised(f.standard.wording)): f.standard.code for f in listed if f.standard}
    merged: dict[tuple[str, str, str], list[FindingFact]] = defaultdict(list)
    for finding in listed:
        words = normalised(own_words(finding.text, unit_of[finding.unit]))
        code = finding.standard.code if finding.standard else standards.get((finding.theme, words), "")
        merged[finding.theme, code, "" if code else words].append(finding)
    inspected = Counter(unit.category for unit in units)
    groups = [_group(members, unit_of, inspected) for members in merged.values()]
    return tuple(sorted(groups, key=lambda g: (-g.share.value, -g.gravity, g.theme, g.key or "~", g.wording, g.ids)))


def _group(members: list[FindingFact], unit_of: Mapping[int, Unit], inspected: Mapping[int, int]) -> Group:
    members = sorted(members, key=lambda f: (-f.gravity, f.category, f.unit, f.id))
    standard = next((f.standard for f in members if f.standard), None)
    having = Counter(unit_of[pk].category for pk in {f.unit for f in members})
    of = _asked(members, inspected)
    for category, n in having.items():
        of.setdefault(category, n)
    first = members[0]
    return Group(
        kind=first.kind,
        theme=first.theme,
        wording=standard.wording if standard else own_words(first.text, unit_of[first.unit]),
        share=Share(sum(having.values()), sum(of.values())),
        by_category=tuple((category, Share(having[category], of[category])) for category in of if having[category]),
        asked=tuple(of),
        findings=tuple(members),
        standard=standard,
    )


def _asked(members: Iterable[FindingFact], inspected: Mapping[int, int]) -> dict[int, int]:
    """Return how many inspected organizations of each category are asked about what the findings say."""
    if any(not finding.applies_to for finding in members):
        return dict(inspected)
    asked = frozenset().union(*(finding.applies_to for finding in members))
    return {category: n for category, n in inspected.items() if category in asked}
