"""One of everything on the report desk, and which address is about it; ``tests.addresses`` takes both in."""

from __future__ import annotations

from typing import Any

from reports.actions.archive import take_in
from reports.actions.checks import add_watch_word
from reports.actions.numbers import open_series
from reports.actions.remarks import add_remark
from reports.actions.templates import revise_template
from reports.actions.versioning import save_version
from reports.models import Delivery, Paragraph, Proposal, Report, SignOff
from tests import factories
from units.models import User

OLD = "关于责任制落实情况的督查报告\n\n一、基本情况\n\n云岭区委办公室对各单位进行了督查，总体较好。\n\n区委办公室\n2024年6月20日\n"
TABLE = {"columns": ["单位", "问题"], "rows": [["青石镇党委", "记录不全"]], "caption": ""}


class Desk:
    """What the desk keeps about one draft of 赵's: text, remark, version, a file that came back, a step of signing, and what stands beside."""

    def __init__(self, report: Report, by: User) -> None:
        organizer = report.campaign.organizer
        self.report = report
        self.section = report.sections.create(kind="problems", heading="存在问题")
        rows = [{"text": "青石镇党委记录不全。"}, {"text": "云岭区各单位总体较好。"}, {"kind": "table", "table": TABLE}]
        made = [Paragraph.objects.create(section=self.section, order=order, **values) for order, values in enumerate(rows)]
        self.first, self.paragraph, self.table = made
        self.remark = add_remark(report, by=by, text="请核对青石镇的数字", paragraph=self.paragraph.uid)
        self.version = save_version(report, by=by, reason="初稿")
        self.returned = report.word_returns.create(name="修改稿.docx", sha256="0" * 64, made_by=by)
        self.proposal = self.returned.proposals.create(kind=Proposal.Kind.ADD, after={"text": "另一段。", "section": self.section.pk})
        self.reviewer = factories.make_user("何副主任", role="office", at=organizer, username="he-desk")
        # Of an earlier drafter's round: so the one pair of eyes that opens everything has a step of its own.
        self.step = SignOff.objects.create(
            report=report, order=1, step=SignOff.Step.REVIEW, status=SignOff.Status.WAITING, assignee=by, drafter=self.reviewer
        )
        self.series = open_series(organizer, by=by, prefix="云督报")
        self.archived = take_in(organizer, "云岭区旧报告.txt", OLD.encode(), by=by)
        self.word = add_watch_word(organizer, by=by, word="云岭老区", advice="云岭区")
        self.template = revise_template(report.template, by=by)
        town = report.campaign.assignments.get().organization
        letter = Report.objects.create(
            campaign=report.campaign, template=factories.report_template("reminder"), title="云岭区提醒函", drafted_by=by
        )
        self.delivery = Delivery.objects.create(report=letter, organization=town, organization_path=town.path, sent_at=factories.NOON)

    def routes(self) -> dict[str, dict[str, Any]]:
        """Return the arguments of addresses by the beginning of their route."""
        report = {"pk": self.report.pk}
        return {
            "<int:pk>/edit/sections/<int:section>": {**report, "section": self.section.pk},
            "<int:pk>/edit/remarks/<int:remark>": {**report, "remark": self.remark.pk},
            "<int:pk>/edit/<uuid:uid>": {**report, "uid": self.paragraph.uid},
            "<int:pk>/versions/<int:number>": {**report, "number": self.version.number},
            "<int:pk>/word/proposals/<int:proposal>": {**report, "proposal": self.proposal.pk},
            "<int:pk>/word/<int:returned>": {**report, "returned": self.returned.pk},
            "<int:pk>/signoff/<int:step>": {**report, "step": self.step.pk},
            "numbers/<int:pk>": {"pk": self.series.pk},
            "archive/<int:pk>": {"pk": self.archived.pk},
            "words/<int:pk>": {"pk": self.word.pk},
            "templates/<int:pk>": {"pk": self.template.pk},
            "received/<uuid:pk>/download/<slug:file_format>": {"pk": self.delivery.pk, "file_format": "pdf"},
            "received/<uuid:pk>": {"pk": self.delivery.pk},
        }
