"""What happened: campaigns, checklists, results, findings, evidence."""

from inspections.models.campaign import Assignment, BasisDocument, Campaign, CampaignMethod, Team, TeamMember
from inspections.models.checklist import Checklist, ChecklistItem, ChecklistTheme, StandardFinding
from inspections.models.finding import CheckResult, Evidence, Finding
from inspections.models.recheck import Recheck, RecheckSample, SampledRectification
from inspections.models.rectification import Lamp, Rectification, RectificationFinding
from inspections.models.rectification_trail import Extension, RectificationEntry, RectificationEvidence

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
    "Extension",
    "Finding",
    "Lamp",
    "Recheck",
    "RecheckSample",
    "Rectification",
    "RectificationEntry",
    "RectificationEvidence",
    "RectificationFinding",
    "SampledRectification",
    "StandardFinding",
    "Team",
    "TeamMember",
]
