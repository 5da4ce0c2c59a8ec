"""What an import would do, as data: places in the tree to be, what is created, changed and moved, and how that is shown."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from units.importing.cleaning import Remark, Row
from units.models import PartyOrganization

CHUNK = 1000
TOP = "（顶层）"


@dataclass
class Place:
    """One organization in the tree as it would be after the import: in the file, in the directory, or both."""

    code: str
    row: Row | None = None
    existing: PartyOrganization | None = None
    parent_code: str = ""

    @property
    def is_moved(self) -> bool:
        """Whether an existing organization gets another parent."""
        return bool(self.existing and self.row and self.parent_code != self.old_parent_code)

    old_parent_code: str = ""
    old_parent_path: str = ""

    @property
    def will_be_active(self) -> bool:
        """Whether it is not dissolved afterwards."""
        if self.row and "dissolved_on" in self.row.values:
            return not self.row.values["dissolved_on"]
        return self.existing is None or self.existing.is_active

    @property
    def turns_dissolved(self) -> bool:
        """Whether the import dissolves it, or creates it as dissolved."""
        return not self.will_be_active and (self.existing is None or self.existing.is_active)

    @property
    def turns_active(self) -> bool:
        """Whether the import creates or restores it."""
        return self.will_be_active and (self.existing is None or not self.existing.is_active)


@dataclass
class Plan:
    """What an import would do. ``changes`` of a place: header to old and new as text."""

    faults: list[Remark] = field(default_factory=list)
    notes: list[Remark] = field(default_factory=list)
    created: list[Place] = field(default_factory=list)
    changed: list[tuple[Place, dict[str, list[str]]]] = field(default_factory=list)
    moved: list[Place] = field(default_factory=list)
    unchanged: int = 0
    given: tuple[str, ...] = ()
    places: dict[str, Place] = field(default_factory=dict)

    def depths(self) -> dict[str, int]:
        """Return the level of every place in the tree to be; only for a plan without faults (a circle has no levels)."""
        found: dict[str, int] = {}
        for code in self.places:
            above = []
            while code and code not in found:
                above.append(code)
                code = self.places[code].parent_code if code in self.places else ""  # noqa: PLW2901 -- walks up
            level = found.get(code, 0)
            for one in reversed(above):
                level += 1
                found[one] = level
        return found

    def shown(self) -> dict[str, Any]:
        """What the page and the spreadsheet show, JSON-ready."""
        return {
            "faults": [remark.as_list() for remark in sorted(self.faults, key=lambda one: one.row)],
            "notes": [remark.as_list() for remark in sorted(self.notes, key=lambda one: one.row)],
            "created": [[place.row.number, place.code, self._name(place), place.parent_code or TOP] for place in self.created if place.row],
            "changed": [[place.row.number, place.code, self._name(place), changes] for place, changes in self.changed if place.row],
            "moved": [
                [place.row.number, place.code, self._name(place), place.old_parent_code or TOP, place.parent_code or TOP]
                for place in self.moved
                if place.row
            ],
        }

    def counts(self) -> dict[str, Any]:
        """The numbers over the page, and a fingerprint of what would be done."""
        shown = self.shown()
        acts = json.dumps([shown["created"], shown["changed"], shown["moved"]], ensure_ascii=False, sort_keys=True)
        numbers = {name: len(remarks) for name, remarks in shown.items()}
        return {**numbers, "unchanged": self.unchanged, "fingerprint": hashlib.sha256(acts.encode()).hexdigest()}

    @staticmethod
    def _name(place: Place) -> str:
        given = place.row.values.get("name", "") if place.row else ""
        return str(given or place.existing or "")


def chunks(values: Iterable[Any]) -> Iterator[list[Any]]:
    """Yield lists of ``CHUNK`` values: databases limit the length of a query."""
    found = list(values)
    for start in range(0, len(found), CHUNK):
        yield found[start : start + CHUNK]


SHOWN = {
    "name": "组织名称",
    "short_name": "简称",
    "kind": "组织类型",
    "category": "单位类别",
    "tags": "标签",
    "order": "顺序",
    "address": "办公地址",
    "contact_duty": "联系岗位",
    "dissolved_on": "是否撤销",
}


def described(organization: PartyOrganization) -> dict[str, Any]:
    """Return an organization in the terms of a cleaned row."""
    return {
        "name": organization.name,
        "short_name": organization.short_name,
        "kind": organization.kind,
        "category": organization.category.name if organization.category else "",
        "tags": frozenset(tag.name for tag in organization.tags.all()),
        "order": organization.order,
        "address": organization.address,
        "contact_duty": organization.contact_duty,
        "dissolved_on": not organization.is_active,
    }


def as_text(name: str, value: Any) -> str:
    """Return one value of a cleaned row as the spreadsheet has it."""
    if name == "kind":
        return str(PartyOrganization.Kind(value).label)
    if name == "tags":
        return "、".join(sorted(value))
    if name == "dissolved_on":
        return "是" if value else "否"
    return str(value)


def by_parent(places: Iterable[Place]) -> dict[str, list[Place]]:
    """Group places by the code of their parent, in the order given."""
    groups: dict[str, list[Place]] = defaultdict(list)
    for place in places:
        groups[place.parent_code].append(place)
    return groups
