"""One of everything in the ledger, and which address is about it; ``tests.addresses`` takes it in. And what a stranger may do there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from inspections.actions.extensions import ask_extension
from inspections.actions.rectification_proofs import add_proof
from inspections.actions.rectification_rows import NewRow, create_rows, issue_rows
from inspections.actions.rectification_work import receive_row
from inspections.models import Finding
from units.models import User

OWN, MINE, HIDDEN = "own", ("mine", "receive_all"), 404
_ROW = ("detail", "receive", "plan", "progress", "submit", "close", "return", "issue", "update", "verifier", "remind", "reopen", "withdraw")

STRANGER_LEDGER: dict[str, object] = {
    **{f"inspections:rectification_{name}": OWN for name in ("list", "print", "export", "import", "bulk", *MINE)},
    **{f"inspections:rectification_{name}": HIDDEN for name in (*_ROW, "transfer", "merge", "split", "put_right", "create", "issue_all")},
    **{f"inspections:extension_{name}": HIDDEN for name in ("ask", "endorse", "approve", "refuse", "withdraw")},
    **{f"inspections:proof_{name}": HIDDEN for name in ("add", "download", "remove")},
    **{f"inspections:recheck_{name}": HIDDEN for name in ("save", "sample")},
}
READS_LEDGER = {"inspections:rectification_detail", "inspections:proof_download"}
LEADERS_OWN = {"inspections:extension_approve", "inspections:extension_refuse"}
"""The one act in the ledger that is a leader's."""


class Ledger:
    """A row that is being worked on, with a file and a request for more time."""

    def __init__(self, finding: Finding, by: User, picture: bytes) -> None:
        today = timezone.localdate()
        new = NewRow(finding.organization, (finding,), today + timedelta(days=20), is_immediate=True)
        [row] = issue_rows(create_rows(finding.campaign, [new], by=by), by=by)
        self.row = receive_row(row, by=by)
        self.proof = add_proof(self.row, ContentFile(picture, name="整改后.png"), by=by, stage="after")
        self.extension = ask_extension(self.row, by=by, reason="需要时间", new_due_on=today + timedelta(days=40))
        self.finding = finding

    def routes(self) -> dict[str, dict[str, Any]]:
        """Return the arguments of addresses by the beginning of their route."""
        return {
            "rectifications/<uuid:pk>": {"pk": self.row.pk},
            "extensions/<uuid:pk>": {"pk": self.extension.pk},
            "proofs/<uuid:pk>": {"pk": self.proof.pk},
            "assignments/<uuid:pk>/rechecks/<uuid:finding>": {"pk": self.finding.assignment_id, "finding": self.finding.pk},
        }
