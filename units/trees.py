"""The directory as a tree that is read level by level, so that its size does not matter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Exists, OuterRef

from units.models import PartyOrganization
from units.models.organization import OrganizationQuerySet

PAGE = 200
"""Children shown at once; the rest is loaded on demand."""


@dataclass
class Node:
    """One organization in the tree; ``below`` is its opened branch, ``None`` while it is closed."""

    organization: PartyOrganization
    has_children: bool
    is_current: bool = False
    below: Branch | None = None


@dataclass
class Branch:
    """The children of one organization as far as they are shown; ``rest`` more follow, beginning at ``next_start``."""

    key: int
    nodes: list[Node] = field(default_factory=list)
    rest: int = 0
    next_start: int = 0


def branch(visible: OrganizationQuerySet, parent: PartyOrganization | None, *, start: int = 0) -> Branch:
    """Return a page of the active children of ``parent`` within ``visible``, or of the tops when there is no parent."""
    level = (visible.filter(parent=parent).order_by("order", "path") if parent else visible.tops()).active()
    child = PartyOrganization.objects.filter(parent=OuterRef("pk"), dissolved_on__isnull=True)
    found = list(level.annotate(has_children=Exists(child))[start : start + PAGE + 1])
    result = Branch(key=parent.pk if parent else 0, nodes=[Node(one, one.has_children) for one in found[:PAGE]])
    if len(found) > PAGE:
        result.next_start = start + PAGE
        result.rest = level.count() - result.next_start
    return result


def count_children(shown: Iterable[PartyOrganization]) -> None:
    """Set ``children_count`` (active ones) on each organization of a page: one query for the page instead of a join over all."""
    organizations = list(shown)
    children = PartyOrganization.objects.filter(parent__in=[one.pk for one in organizations]).active().order_by()
    counts = dict(children.values_list("parent").annotate(Count("pk")))
    for one in organizations:
        one.children_count = counts.get(one.pk, 0)  # type: ignore[attr-defined]


def opened(visible: OrganizationQuerySet, current: PartyOrganization | None) -> Branch:
    """Return the tree from its tops, opened down to ``current`` and its children."""
    top = branch(visible, None)
    if current is None:
        return top
    level: Branch | None = top
    for step in [*visible.ancestors_of(current), current]:
        assert level is not None  # noqa: S101 -- for the type checker: set below in each round
        node = next((node for node in level.nodes if node.organization.pk == step.pk), None)
        if node is None:
            # Beyond the first page, or dissolved: shown all the same, since it is where the reader is.
            node = Node(step, has_children=True)
            level.nodes.append(node)
        node.is_current = step.pk == current.pk
        node.below = branch(visible, step)
        node.has_children = bool(node.below.nodes)
        level = node.below
    return top
