"""Buttons that apps above put on this app's pages; they register at start-up, so that this app need not name them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from inspections.models import Assignment, Campaign
from units.models import User


@dataclass(frozen=True)
class Link:
    """One button: ``icon`` is a Bootstrap icon's name; at most one link of a page should be primary."""

    label: str
    url: str
    icon: str = ""
    is_primary: bool = False


Offer = Callable[[Campaign, User], list[Link]]
_OFFERS: list[Offer] = []


def campaign_links(function: Offer) -> Offer:
    """Register ``function(campaign, user)``, which returns the links that ``user`` may follow from the page of ``campaign``."""
    if function not in _OFFERS:
        _OFFERS.append(function)
    return function


def links_for(campaign: Campaign, user: User) -> list[Link]:
    """Return all links on offer, in the order of registration."""
    return [link for offer in _OFFERS for link in offer(campaign, user)]


# --- one organization in one campaign ---------------------------------------------------------------------------------------

AssignmentOffer = Callable[[Assignment, User], list[Link]]
_ASSIGNMENT_OFFERS: list[AssignmentOffer] = []


def assignment_links(function: AssignmentOffer) -> AssignmentOffer:
    """Register ``function(assignment, user)``: the documents about one organization that ``user`` may open, such as its confirmation sheet."""
    if function not in _ASSIGNMENT_OFFERS:
        _ASSIGNMENT_OFFERS.append(function)
    return function


def links_for_assignment(assignment: Assignment, user: User) -> list[Link]:
    """Return all links on offer for an assignment that ``user`` may read, in the order of registration."""
    return [link for offer in _ASSIGNMENT_OFFERS for link in offer(assignment, user)]


# --- rows of the ledger -----------------------------------------------------------------------------------------------------

LedgerOffer = Callable[[Sequence[Any], User], dict[UUID, list[Link]]]
_LEDGER_OFFERS: list[LedgerOffer] = []


def ledger_links(function: LedgerOffer) -> LedgerOffer:
    """Register ``function(rectifications, user)``: by the id of each row, the letters about it that ``user`` may open.

    It is asked once for a page of rows, so that a list costs as many queries as a single row.
    """
    if function not in _LEDGER_OFFERS:
        _LEDGER_OFFERS.append(function)
    return function


def links_for_ledger(rectifications: Sequence[Any], user: User) -> dict[UUID, list[Link]]:
    """Return the links of each row, by its id; rows without any are missing."""
    found: dict[UUID, list[Link]] = {}
    for offer in _LEDGER_OFFERS:
        for pk, links in offer(rectifications, user).items():
            found.setdefault(pk, []).extend(links)
    return found
