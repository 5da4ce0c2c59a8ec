"""Merges of findings and suggested groups: one of each for ``tests.addresses``, and rows for the tests of rights and of forms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from inspections.actions.finding_merges import keep_apart, merge_findings
from inspections.models import Finding, KeptApart
from tests import factories

if TYPE_CHECKING:
    from tests.addresses import World

OWN = "own"
STRANGER_COMPARE: dict[str, object] = {
    "inspections:finding_merge": OWN,
    "reports:ranking_settings": 403,
    "units:organization_timeline": 404,
    "reports:dashboard_compare": OWN,
    **{f"inspections:{name}": 404 for name in ("finding_similar", "finding_timeline", "merge_undo", "campaign_grouping")},
    **{f"inspections:{name}": 404 for name in ("group_keep_apart", "group_suggest_again")},
}
READS_COMPARE = {"inspections:finding_similar", "inspections:finding_timeline", "units:organization_timeline"}

FIELDS_COMPARE = {
    "inspections:finding_timeline": ["kind", "at"],
    "units:organization_timeline": ["kind", "at"],
    "reports:dashboard_compare": ["campaign", "with", "organization", "other", "organization_name"],
    "inspections:finding_merge": ["row", "next"],
    "inspections:campaign_grouping": ["view", "theme", "kind", "page"],
}
WITHOUT_FIELDS_COMPARE: set[str] = set()


class Merged:
    """What 赵's office merged of the findings of its campaign, and a group that it keeps apart."""

    def __init__(self, finding: Finding, zhao: Any) -> None:
        standard = factories.make_standard(wording="学习记录内容不全")
        self.merge = merge_findings({finding.pk: finding.revision}, standard=standard, by=zhao)
        finding.refresh_from_db()
        self.kept: KeptApart = keep_apart(finding.campaign, digest="0" * 64, text="学习记录不全", number=2, by=zhao)

    def routes(self) -> dict[str, dict[str, Any]]:
        """Return the arguments of addresses by the beginning of their route."""
        code = self.kept.campaign.code
        return {
            "findings/merges/<uuid:pk>": {"pk": self.merge.pk},
            "campaigns/<slug:code>/grouping/<int:pk>": {"code": code, "pk": self.kept.pk},
        }


def samples_compare(world: World) -> dict[str, dict[str, object]]:
    """For every address that takes a form: fields with which it would do its work."""
    merge = {"use": "standard", "standard": world.standard.pk, "wording": "", "heading": "", "next": "/"}
    return {
        "reports:ranking_settings": {"is_on": "on", "reason": "统筹调度", "revision": 0},
        "inspections:finding_merge": {"row": f"{world.finding.pk}:{world.finding.revision}", **merge},
        "inspections:merge_undo": {"next": "/"},
        "inspections:group_keep_apart": {"digest": "1" * 64, "text": "学习记录", "number": 2, "next": "/"},
        "inspections:group_suggest_again": {"next": "/"},
    }
