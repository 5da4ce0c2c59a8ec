"""The tree above the organizations of a campaign, as far as it is needed to choose whole branches of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from units.models import PartyOrganization, User
from units.models.organization import STEP


@dataclass
class BranchNode:
    """An organization with others of the campaign below it; ``count`` of them lie in its subtree, itself included."""

    organization: PartyOrganization
    count: int
    below: list[BranchNode] = field(default_factory=list)


def branch_nodes(paths: Iterable[str], *, below: str, user: User) -> list[BranchNode]:
    """Return the branches below the path ``below`` that hold more of ``paths`` than their own top, as trees; one query.

    ``paths`` are those copied into the assignments: an organization that has moved since is found where it stood.
    """
    counts: Counter[str] = Counter()
    tops: set[str] = set()
    for path in paths:
        counts.update(path[:end] for end in range(len(below) + STEP, len(path) + 1, STEP))
        tops.update(path[:end] for end in range(len(below) + STEP, len(path), STEP))
    found = PartyOrganization.objects.visible_to(user).filter(path__in=sorted(tops)).order_by("path")
    nodes: dict[str, BranchNode] = {}
    roots: list[BranchNode] = []
    for organization in found:
        path = organization.path
        nodes[path] = node = BranchNode(organization, counts[path])
        above = next((nodes[path[:end]] for end in range(len(path) - STEP, 0, -STEP) if path[:end] in nodes), None)
        (above.below if above else roots).append(node)
    return roots


def flat(nodes: Iterable[BranchNode]) -> list[PartyOrganization]:
    """Return the organizations of the nodes and of all nodes below them."""
    return [one for node in nodes for one in (node.organization, *flat(node.below))]
