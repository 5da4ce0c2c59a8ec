"""Who: organizations, people, appointments, and what everybody did."""

from units.models.activity import ActivityEntry
from units.models.organization import OrganizationCategory, OrganizationTag, PartyOrganization
from units.models.user import Appointment, User

__all__ = ["ActivityEntry", "Appointment", "OrganizationCategory", "OrganizationTag", "PartyOrganization", "User"]
