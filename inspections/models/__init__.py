"""What happened: campaigns, checklists, results, findings, evidence."""

from inspections.models.campaign import Assignment, BasisDocument, Campaign, CampaignMethod, Team, TeamMember
from inspections.models.checklist import Checklist, ChecklistItem, ChecklistTheme, StandardFinding
from inspections.models.confirmation import Confirmation
from inspections.models.finding import CheckResult, Evidence, Finding, FindingGrams
from inspections.models.merge import FindingMerge, KeptApart, MergedFinding
from inspections.models.receipt import Receipt
from inspections.models.recheck import Recheck, RecheckSample, SampledRectification
from inspections.models.rectification import Lamp, Rectification, RectificationFinding, RectificationGrams
from inspections.models.rectification_trail import Extension, RectificationEntry, RectificationEvidence
from inspections.models.submission import Submission, SubmissionFile, SubmissionGrams, SubmissionKind, SubmissionRequest
from inspections.models.submission_content import BurdenSetting, DeclaredMetric, DraftFinding, ModelText, QualitySignal
from inspections.models.tally import Tally, TallyFold, TallyMark

__all__ = [
    "Assignment",
    "BasisDocument",
    "BurdenSetting",
    "Campaign",
    "CampaignMethod",
    "CheckResult",
    "Checklist",
    "ChecklistItem",
    "ChecklistTheme",
    "Confirmation",
    "DeclaredMetric",
    "DraftFinding",
    "Evidence",
    "Extension",
    "Finding",
    "FindingGrams",
    "FindingMerge",
    "KeptApart",
    "Lamp",
    "MergedFinding",
    "ModelText",
    "QualitySignal",
    "Receipt",
    "Recheck",
    "RecheckSample",
    "Rectification",
    "RectificationEntry",
    "RectificationEvidence",
    "RectificationFinding",
    "RectificationGrams",
    "SampledRectification",
    "StandardFinding",
    "Submission",
    "SubmissionFile",
    "SubmissionGrams",
    "SubmissionKind",
    "SubmissionRequest",
    "Tally",
    "TallyFold",
    "TallyMark",
    "Team",
    "TeamMember",
]
