"""One of everything about submissions, which address is about it, and what a stranger may do there."""

from __future__ import annotations

from typing import Any

from django.core.files.base import ContentFile

from inspections.models import Assignment, ChecklistItem, DeclaredMetric, DraftFinding, ModelText, Submission, SubmissionFile
from tests import factories
from units.models import User

OWN = "own"
STRANGER_SUBMISSIONS: dict[str, object] = {
    **{f"inspections:submission_{name}": 404 for name in ("list", "request", "request_drop", "notify", "remind")},
    **{
        f"inspections:submission_{name}": 404
        for name in ("detail", "receive", "upload", "file", "drop_file", "fill", "hand_in", "take_back")
    },
    **{f"inspections:submission_{name}": 404 for name in ("accept", "return", "revoke", "quote", "check")},
    **{f"inspections:{name}": 404 for name in ("metric_confirm", "metric_settle", "draft_confirm", "draft_dismiss")},
    **{f"inspections:burden_{name}": 404 for name in ("panel", "detail")},
    "inspections:burden_settings": 403,
    **{f"inspections:model_text_{name}": OWN for name in ("list", "create")},
    **{f"inspections:model_text_{name}": 404 for name in ("detail", "delete")},
}
READS_SUBMISSIONS = {"inspections:submission_list", "inspections:submission_detail", "inspections:submission_file"}


class Submissions:
    """What 青石镇 handed in, with a number, a problem, a file, and a model text of 赵's."""

    def __init__(self, assignment: Assignment, by: User) -> None:
        self.submission = Submission.objects.create(
            assignment=assignment,
            campaign=assignment.campaign,
            organization=assignment.organization,
            organization_path=assignment.organization_path,
            kind="written_report",
            status="submitted",
            due_on=assignment.campaign.ends_on,
            online={"T2": "青石镇组织集体学习6次。"},
            notified_at=factories.NOON,
            notified_by=by,
            received_at=factories.NOON,
            received_by=by,
            submitted_at=factories.NOON,
            submitted_by=by,
            first_submitted_at=factories.NOON,
        )
        self.file = SubmissionFile(
            submission=self.submission, name="青石镇汇报.txt", size=3, sha256="0" * 64, uploaded_by=by, status="read"
        )
        self.file.file.save("x", ContentFile(b"abc"), save=False)
        self.file.save()
        item = ChecklistItem.objects.get(theme__checklist=assignment.campaign.checklist, code="T1-2")
        self.metric = DeclaredMetric.objects.create(submission=self.submission, item=item, proposed_number=2)
        self.draft = DraftFinding.objects.create(submission=self.submission, text="青石镇学习记录不全。", source="一是学习记录不全。")
        organizer = assignment.campaign.organizer
        self.model = ModelText.objects.create(organizer=organizer, title="云岭范文", text="云岭范文正文", added_by=by)

    def routes(self) -> dict[str, dict[str, Any]]:
        """Return the arguments of addresses by the beginning of their route."""
        return {
            "submissions/<uuid:pk>": {"pk": self.submission.pk},
            "submission-metrics/<int:pk>": {"pk": self.metric.pk},
            "submission-drafts/<uuid:pk>": {"pk": self.draft.pk},
            "model-texts/<int:pk>": {"pk": self.model.pk},
        }
