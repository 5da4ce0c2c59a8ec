"""What happened: campaigns, checklists, results, findings, evidence."""

from inspections.models.campaign import Assignment, BasisDocument, Campaign, CampaignMethod, Team, TeamMember
from inspections.models.checklist import Checklist, ChecklistItem, ChecklistTheme, StandardFinding
from inspections.models.finding import CheckResult, Evidence, Finding

__all__ = [
    "Assignment",
    "BasisDocument",
    "Campaign",
    "CampaignMethod",
    "CheckResult",
    "Checklist",
    "ChecklistItem",
    "ChecklistTheme",
    "Evidence",
    "Finding",
    "StandardFinding",
    "Team",
    "TeamMember",
]
