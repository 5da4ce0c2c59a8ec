"""Buttons that apps above put on the campaign page; they register at start-up, so that this app need not name them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from inspections.models import Campaign
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
