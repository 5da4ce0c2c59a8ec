"""Seats in teams are business: who holds one is none of 三员 (``units.offices``)."""

from __future__ import annotations

from django.db.models import QuerySet

from inspections.models import Campaign, TeamMember
from units.models import User
from units.offices import business_teller


@business_teller
def seats(users: QuerySet[User]) -> dict[int, str]:
    """Return who of ``users`` sits in a team of a campaign that is not finished; one query."""
    rows = TeamMember.objects.filter(user__in=users).exclude(team__campaign__status=Campaign.Status.FINISHED)
    return dict.fromkeys(rows.values_list("user", flat=True), "督查组成员")
