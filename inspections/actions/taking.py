"""Files that somebody takes along: the log keeps who, of which organization, and when. Looking at a thumbnail is not taking."""

from __future__ import annotations

from inspections.models import Evidence, RectificationEvidence, SubmissionFile
from units.actions.activity import record
from units.models import User


def note_evidence(kept: Evidence, *, by: User) -> None:
    """Log that a piece of evidence was opened in full."""
    finding = kept.finding
    record(by, "inspections.evidence_download", f"下载佐证材料“{kept.name}”", finding, organization=finding.campaign.organizer)


def note_proof(kept: RectificationEvidence, *, by: User) -> None:
    """Log that a file about putting right was opened in full."""
    row = kept.rectification
    record(by, "inspections.proof_download", f"下载整改佐证“{kept.name}”", row, organization_path=row.organization_path)


def note_submission(kept: SubmissionFile, *, by: User) -> None:
    """Log that a file that was handed in was taken."""
    submission = kept.submission
    summary = f"下载报送材料“{kept.name}”"
    record(by, "inspections.submission_download", summary, submission, organization_path=submission.organization_path)
