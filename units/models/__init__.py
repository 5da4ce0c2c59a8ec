"""Who: organizations, people, appointments, and what everybody did."""

from units.models.activity import ActivityEntry
from units.models.organization import OrganizationCategory, OrganizationTag, PartyOrganization, PathCounter
from units.models.spreadsheet import OrganizationImport
from units.models.user import Appointment, User

__all__ = [
    "ActivityEntry",
    "Appointment",
    "OrganizationCategory",
    "OrganizationImport",
    "OrganizationTag",
    "PartyOrganization",
    "PathCounter",
    "User",
]
