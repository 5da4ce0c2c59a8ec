"""事实确认单: what an organization's representative signed, put on paper with the answers that do not conform."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from typing import TYPE_CHECKING

from django.utils import timezone

from inspections.models import CheckResult, Confirmation
from reports.rendering.signed_sheet import SignedSheet
from reports.wording import date_text, sentence

if TYPE_CHECKING:
    from datetime import datetime

    from units.models import User

TITLE = "督查事实确认单"
_OUTDATED = "签字后督查记录又有改动。本单所列的督查发现和单位意见以签字时出示的内容为准，请督查组与该单位核对。"
Conformity = CheckResult.Conformity


def sheet_of(confirmation: Confirmation, user: User) -> SignedSheet:
    """Return the sheet as ``user`` may read it: answers to the checklist only where the user reads them elsewhere too."""
    assignment = confirmation.assignment
    campaign = assignment.campaign
    results = CheckResult.objects.visible_to(user).filter(assignment=assignment).select_related("item")
    answers = list(results.exclude(conformity="").order_by("item__theme__order", "item__order", "pk"))
    facts = (
        ("被督查单位", str(assignment.organization)),
        ("督查活动", campaign.title),
        ("督查组", f"{campaign.organizer_body}{assignment.team or ''}"),
        ("督查日期", date_text(assignment.visit_on) if assignment.visit_on else "未填写"),
        ("督查方式", "、".join([assignment.get_method_display(), *assignment.activity_names])),
    )
    return SignedSheet(
        title=TITLE,
        facts=facts,
        appraisal=_appraisal(answers),
        checked=tuple((row.item.question, row.note or row.text or "—") for row in answers if row.conformity == Conformity.NOT_CONFORMING),
        signed=tuple((row["kind"], row["text"]) for row in confirmation.shown_findings),
        opinion=_opinion(confirmation),
        signer=confirmation.signer_title,
        signed_at=_moment(confirmation.confirmed_at),
        signature=bytes(confirmation.signature),
        receipt=(
            ("系统收到时间", _moment(confirmation.received_at)),
            ("回执编号", f"{str(confirmation.pk).upper()}，第{confirmation.revision}次签字"),
            ("签名图片校验值", confirmation.signature_sha256),
            ("确认内容校验值", content_sha256(confirmation)),
        ),
        warning=_OUTDATED if confirmation.is_outdated else "",
    )


def _moment(moment: datetime) -> str:
    here = timezone.localtime(moment)
    return f"{date_text(here.date())}{here:%H:%M}"


def _appraisal(answers: list[CheckResult]) -> str:
    """Return how many items conform, as far as the reader may know."""
    counts = Counter(row.conformity for row in answers)
    judged = [(label, counts[value]) for value, label in Conformity.choices if counts[value]]
    if not judged:
        return "督查结果在督查活动结束后提供，本单只列签字时出示的内容。"
    listed = "、".join(f"{label}{n}项" for label, n in judged)
    return sentence(f"对照督查清单检查{sum(n for _label, n in judged)}项，其中{listed}")


def _opinion(confirmation: Confirmation) -> str:
    if confirmation.opinion == Confirmation.Opinion.AGREE:
        return "对上述督查发现无异议。" + sentence(confirmation.opinion_text)
    return sentence(f"对上述督查发现有异议：{confirmation.opinion_text}")


def content_sha256(confirmation: Confirmation) -> str:
    """Return the SHA-256 over the canonical JSON of what was signed: findings, opinion, duty title, and the picture by its checksum."""
    content = {
        "assignment": str(confirmation.assignment_id),
        "findings": confirmation.findings,
        "opinion": confirmation.opinion,
        "opinion_text": confirmation.opinion_text,
        "signer_title": confirmation.signer_title,
        "signature_sha256": confirmation.signature_sha256,
        "confirmed_at": confirmation.confirmed_at.isoformat(),
    }
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
