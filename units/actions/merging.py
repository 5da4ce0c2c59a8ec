"""Writing a checked plan of an import into the directory, in bulk."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.utils import timezone

from units.actions.organizations import allot, encode, shift_branch, tell_renamed
from units.importing.plan import SHOWN, Place, Plan, by_parent, chunks
from units.models import ActivityEntry, OrganizationCategory, OrganizationTag, PartyOrganization, PathCounter, User

BATCH = 500
CASES = 100
"""Rows in one bulk update: the database tries the cases of its CASE one after the other, so that long ones cost the square."""
TagLink = PartyOrganization.tags.through


class _Merger:
    """One run over one plan. Works from the top of the tree down, so that a parent is in place, with its final path, before its children."""

    def __init__(self, plan: Plan, by: User) -> None:
        self.plan = plan
        self.by = by
        self.today = timezone.localdate()
        self.categories = {one.name: one for one in OrganizationCategory.objects.all()}
        self.tags = {one.name: one.pk for one in OrganizationTag.objects.all()}
        self.paths: dict[str, str] = {}
        self.entries: list[ActivityEntry] = []

    def run(self) -> None:
        """Create and move level by level, then change facts, then log."""
        levels: dict[int, tuple[list[Place], list[Place]]] = defaultdict(lambda: ([], []))
        depths = self.plan.depths()
        for place in self.plan.created:
            levels[depths[place.code]][0].append(place)
        for place in self.plan.moved:
            levels[depths[place.code]][1].append(place)
        for depth in sorted(levels):
            created, moved = levels[depth]
            self._create(created)
            self._move(moved)
        self._change()
        self._log()

    def _create(self, places: list[Place]) -> None:
        made, counters = [], []
        for parent_code, children in by_parent(places).items():
            parent = self.plan.places[parent_code].existing if parent_code else None
            fresh = parent is not None and parent.code in self.paths
            first = 1 if fresh else allot(parent, len(children))
            path = self._path_of(parent)
            made += [self._new(place, parent, path + encode(first + step)) for step, place in enumerate(children)]
            if fresh and parent:
                counters.append(PathCounter(key=parent.pk, given=len(children)))
        PathCounter.objects.bulk_create(counters, batch_size=BATCH)
        PartyOrganization.objects.bulk_create(made, batch_size=BATCH)
        for organization in made:
            self.paths[organization.code] = organization.path
        links = []
        for place in places:
            names = place.row.values.get("tags", ()) if place.row else ()
            links += [TagLink(partyorganization_id=self._pk(place), organizationtag_id=self.tags[name]) for name in names]
        TagLink.objects.bulk_create(links, batch_size=BATCH)

    def _new(self, place: Place, parent: PartyOrganization | None, path: str) -> PartyOrganization:
        organization = PartyOrganization(code=place.code, parent=parent, path=path)
        self._fill(organization, place, self._fields(place))
        # From here on the place stands for an organization that exists, and children find it.
        place.existing = organization
        return organization

    @staticmethod
    def _pk(place: Place) -> int:
        assert place.existing is not None  # noqa: S101 -- for the type checker
        return place.existing.pk

    def _path_of(self, parent: PartyOrganization | None) -> str:
        """The path as it is now: a move further up may have changed it since the plan was made."""
        if parent is None:
            return ""
        return self.paths.get(parent.code) or PartyOrganization.objects.values_list("path", flat=True).get(pk=parent.pk)

    def _move(self, places: list[Place]) -> None:
        """Move the branches of one level. Places among siblings follow the file; the deepest branch goes first.

        So none is moved along with another of this level before its own turn, and the paths read at the start stay true.
        """
        now: dict[int, str] = {}
        for part in chunks(self._pk(place) for place in places):
            now.update(PartyOrganization.objects.filter(pk__in=part).values_list("pk", "path"))
        targets = []
        for parent_code, children in by_parent(places).items():
            parent = self.plan.places[parent_code].existing if parent_code else None
            path, first = self._path_of(parent), allot(parent, len(children))
            targets += [(self._pk(place), parent, path + encode(first + step)) for step, place in enumerate(children)]
        for pk, parent, new in sorted(targets, key=lambda target: -len(now[target[0]])):
            shift_branch(now[pk], new)
            PartyOrganization.objects.filter(pk=pk).update(parent=parent)

    def _fields(self, place: Place) -> set[str]:
        return set(place.row.values) - {"code", "parent", "tags"} if place.row else set()

    def _fill(self, organization: PartyOrganization, place: Place, names: set[str]) -> None:
        values = place.row.values if place.row else {}
        for name in names:
            value: Any = values[name]
            if name == "category":
                organization.category = self.categories.get(value)
            elif name == "dissolved_on":
                organization.dissolved_on = (organization.dissolved_on or self.today) if value else None
            else:
                setattr(organization, name, value)

    def _change(self) -> None:
        """Write changed facts, and only these: never the path, and not what somebody else may have changed."""
        fields = {header: name for name, header in SHOWN.items()}
        changed: dict[str, list[PartyOrganization]] = defaultdict(list)
        retagged = []
        for place, changes in self.plan.changed:
            assert place.existing is not None  # noqa: S101 -- for the type checker
            names = {fields[header] for header in changes} - {"tags"}
            self._fill(place.existing, place, names)
            for name in names:
                changed[name].append(place.existing)
            if "标签" in changes:
                retagged.append(place)
        for name, organizations in changed.items():
            PartyOrganization.objects.bulk_update(organizations, [name], batch_size=CASES)
        for part in chunks({one.pk for name in ("name", "short_name") for one in changed.get(name, ())}):
            tell_renamed(part)
        for part in chunks(retagged):
            TagLink.objects.filter(partyorganization__in=[self._pk(place) for place in part]).delete()
            links = [
                TagLink(partyorganization_id=self._pk(place), organizationtag_id=self.tags[name])
                for place in part
                for name in (place.row.values["tags"] if place.row else ())
            ]
            TagLink.objects.bulk_create(links, batch_size=BATCH)

    def _log(self) -> None:
        """One entry for each organization touched, so that its own history is complete."""
        plan = self.plan
        touched = {self._pk(place) for place in [*plan.created, *plan.moved, *(one for one, _ in plan.changed)]}
        for part in chunks(touched):
            self.paths.update(PartyOrganization.objects.filter(pk__in=part).values_list("code", "path"))
        for place in plan.created:
            self._entry(place, "create", f"导入时新增组织“{place.existing}”", {})
        for place, changes in plan.changed:
            self._entry(place, "update", f"导入时修改组织“{place.existing}”", changes)
        for place in plan.moved:
            above = plan.places[place.parent_code].existing if place.parent_code else "顶层"
            changes = {"上级组织": [place.old_parent_code, place.parent_code]}
            self._entry(place, "move", f"导入时把“{place.existing}”及其下级移到“{above}”之下", changes)
        ActivityEntry.objects.bulk_create(self.entries, batch_size=BATCH)

    def _entry(self, place: Place, verb: str, summary: str, changes: dict[str, Any]) -> None:
        self.entries.append(
            ActivityEntry(
                actor=self.by,
                actor_name=str(self.by),
                verb=f"units.organization_{verb}",
                summary=summary[:300],
                object_type=PartyOrganization._meta.label_lower,
                object_id=str(self._pk(place)),
                object_name=str(place.existing)[:200],
                organization_path=self.paths[place.code],
                changes=changes,
            )
        )


def merge(plan: Plan, *, by: User) -> None:
    """Write a plan without faults. Part of a transaction that has checked the plan and locks the tree."""
    _Merger(plan, by).run()
