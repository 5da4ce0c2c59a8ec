"""Addresses of the lists behind the figures. A figure and its list must count the same, so both come from the same conditions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote_plus

from django.urls import get_script_prefix, reverse

from inspections.models import Campaign
from units.models import PartyOrganization


@dataclass(frozen=True)
class Figure:
    """A number, and where what it counts can be read."""

    number: int
    url: str

    def __str__(self) -> str:
        return str(self.number)


def findings_url(campaign: Campaign, **conditions: Any) -> str:
    """Return the list of the campaign's standing findings that fulfil ``conditions`` (names as in the list's filter)."""
    return _address("inspections:finding_list", campaign, conditions)


def assignments_url(campaign: Campaign, **conditions: Any) -> str:
    """Return the list of the campaign's assignments that fulfil ``conditions``; ``category=None`` means those without one."""
    return _address("inspections:assignment_list", campaign, {name: value or 0 for name, value in conditions.items()})


def duties_url(campaign: Campaign, **conditions: Any) -> str:
    """Return the part of the ledger that comes from the campaign and fulfils ``conditions``."""
    return _address("inspections:rectification_list", campaign, conditions)


def board_url(campaign: Campaign, organization: PartyOrganization | None = None, **more: Any) -> str:
    """Return the leaders' page of the campaign, for ``organization`` and everything below it."""
    return _address("reports:dashboard", campaign, ({"organization": organization.pk} if organization else {}) | more)


def _address(name: str, campaign: Campaign, conditions: dict[str, Any]) -> str:
    # Some hundreds stand on one page.
    asked = "".join(f"&{key}={value if type(value) is int else quote_plus(str(value))}" for key, value in conditions.items())
    return f"{_page(name, get_script_prefix())}?campaign={quote_plus(campaign.code)}{asked}"


@lru_cache
def _page(name: str, _prefix: str) -> str:
    return reverse(name)
