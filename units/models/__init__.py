"""Who: organizations, people, appointments, and what everybody did."""

from units.models import one_of  # noqa: F401 -- registers itself
from units.models.activity import ActivityEntry
from units.models.calendar import CalendarDay
from units.models.delivery import Delivery, NoticeSetting, Robot, ScheduledRun
from units.models.factor import FactorRule, RecoveryCode, SecondFactor
from units.models.integration import AccessToken, Webhook
from units.models.lists import ListColumns, SavedView
from units.models.notice import Notice
from units.models.organization import OrganizationCategory, OrganizationTag, PartyOrganization, PathCounter
from units.models.password import UsedPassword
from units.models.seal import ActivitySeal
from units.models.session import LoginSession
from units.models.spreadsheet import OrganizationImport
from units.models.user import Appointment, User

__all__ = [
    "AccessToken",
    "ActivityEntry",
    "ActivitySeal",
    "Appointment",
    "CalendarDay",
    "Delivery",
    "FactorRule",
    "ListColumns",
    "LoginSession",
    "Notice",
    "NoticeSetting",
    "OrganizationCategory",
    "OrganizationImport",
    "OrganizationTag",
    "PartyOrganization",
    "PathCounter",
    "RecoveryCode",
    "Robot",
    "SavedView",
    "ScheduledRun",
    "SecondFactor",
    "UsedPassword",
    "User",
    "Webhook",
]
