"""Facts about signing: who may sign, where a report stands, and what was changed after somebody saw it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reports.assembly import document_of
from reports.checkup import blocking_messages
from reports.composing.variants import SENT_OUT
from reports.differences import Run, runs
from reports.models import Paragraph, Report, ReportVersion, SignOff
from reports.rendering.document import GAP, Document, to_json
from reports.rendering.fonts import font_set
from reports.rendering.result import RenderError
from reports.rendering.setting import Setter
from reports.renditions import content_sha256
from reports.versions import Difference, content_of, differences, own, shown_of
from units.models import Appointment, User
from units.models.organization import STEP

if TYPE_CHECKING:
    from units.models import PartyOrganization

FACTS = {"title": "标题", "addressee": "主送", "signers": "落款单位", "signed_on": "成文日期", "layout": "版头与版记"}
MOST_TOLD = 5
SIGNING_ROLES = (Appointment.Role.LEADER, Appointment.Role.OFFICE)


@dataclass(frozen=True)
class Candidate:
    """Somebody who may review or issue, with the appointment that allows it."""

    user: User
    office: str

    def __str__(self) -> str:
        return f"{self.user}（{self.office}）"


def candidates(organizer: PartyOrganization, *, without: Sequence[int] = ()) -> list[Candidate]:
    """Return who may review and issue what ``organizer`` sends out: its leaders and office staff and those above it, leaders first.

    ``without`` are ids of people who may not: whoever drafted.
    """
    path = organizer.path
    above = [path[:end] for end in range(STEP, len(path) + 1, STEP)]
    rows = (
        Appointment.objects.current()
        .filter(role__in=SIGNING_ROLES, organization__path__in=above, user__is_active=True)
        .exclude(user__in=without)
        .select_related("user", "organization")
    )
    found: dict[int, Candidate] = {}
    for row in sorted(rows, key=lambda row: (row.role != Appointment.Role.LEADER, -len(row.organization.path), row.user.username)):
        found.setdefault(row.user_id, Candidate(row.user, f"{row.organization}{row.user.duty_title or row.get_role_display()}"))
    return list(found.values())


def drafters(report: Report, by: User) -> set[int]:
    """Return the ids of those who count as drafters of ``report`` when ``by`` submits it; they never review or issue it."""
    return {report.drafted_by_id, by.pk}


# --- what somebody saw ------------------------------------------------------------------------------------------------------


def seen(report: Report) -> str:
    """Return the checksum of what a reader sees now: a verb that carries it is refused when the content has changed meanwhile."""
    return content_sha256(document_of(report))


def snapshot(report: Report, version: ReportVersion) -> dict[str, Any]:
    """Return what a signing person saw: the version of the paragraphs, and the formal facts beside them."""
    return {"version": version.number, "facts": _facts(report)}


def _facts(report: Report) -> dict[str, Any]:
    values = {name: getattr(report, name) for name in FACTS}
    return {**values, "signed_on": report.signed_on.isoformat() if report.signed_on else ""}


@dataclass(frozen=True)
class Since:
    """What was changed since a step was passed."""

    step: SignOff
    changes: tuple[Difference, ...]


def changed_since(report: Report, step: SignOff) -> Since:
    """Return the paragraphs and formal facts that were changed after ``step`` saw them, with readable differences."""
    version = report.versions.filter(number=step.snapshot.get("version")).first()
    changes = differences(version.content, content_of(report)) if version else []
    # The title is told as a formal fact below.
    changes = [change for change in changes if change.where != FACTS["title"]]
    return Since(step, (*_changed_facts(step.snapshot.get("facts", {}), _facts(report)), *changes))


def changed_paragraphs(report: Report, rows: Sequence[Paragraph]) -> tuple[SignOff | None, frozenset[str]]:
    """Return the last review that has passed and which of ``rows`` were changed or added since, by their ids; three queries at most.

    Only while the report is on its way: what is a draft is there to be changed.
    """
    under_way = report.status in {Report.Status.IN_REVIEW, Report.Status.TO_ISSUE}
    step = last_passed_review(report) if under_way else None
    version = report.versions.filter(number=step.snapshot.get("version")).first() if step else None
    if version is None:
        return step, frozenset()
    seen_then = {row["uid"]: own(row) for section in version.content["sections"] for row in section["paragraphs"]}
    return step, frozenset(str(row.uid) for row in rows if seen_then.get(str(row.uid)) != shown_of(row))


def _changed_facts(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    return [
        Difference("修改", label, _told(before[name], after[name])) for name, label in FACTS.items() if before.get(name) != after.get(name)
    ]


def _told(before: Any, after: Any) -> tuple[Run, ...]:
    def text(value: Any) -> str:
        if isinstance(value, dict):
            return "；".join(text(part) for part in value.values() if part not in ("", [], False, None, True))
        return "、".join(map(text, value)) if isinstance(value, list) else str(value or "")

    return runs(text(before), text(after))


def last_passed_review(report: Report) -> SignOff | None:
    """Return the newest review of the present round that has passed; before one, the submission."""
    newest = report.sign_offs.order_by("-round").values_list("round", flat=True).first() or 0
    passed = report.sign_offs.filter(round=newest, status=SignOff.Status.PASSED).exclude(step=SignOff.Step.ISSUE)
    return passed.select_related("assignee").order_by("-order").first()


# --- obstacles --------------------------------------------------------------------------------------------------------------


def obstacles(report: Report) -> list[str]:
    """Return what stops the issue, as Chinese sentences: formal facts that are missing, gaps, characters that no font can draw."""
    found = []
    if report.number_series_id is None:
        found.append("还没有选定发文字号系列，请在“版头与版记”中选定。")
    if report.signed_on is None:
        found.append("还没有成文日期，请在“标题与落款”中填写。")
    document = document_of(report)
    if report.template.document in SENT_OUT and any(annex.internal for annex in document.annexes):
        found.append("这份文稿签发后会送达有关单位，但含有仅供内部使用的附件。请删去该附件，或取消“仅供内部使用”的标注。")
    blocking = [f"{message.where}：{message.text}" for message in blocking_messages(report)]
    if blocking:
        more = f"等 {len(blocking)} 处" if len(blocking) > MOST_TOLD else ""
        found.append(f"发文前体检有必须改正的问题：{'；'.join(text.rstrip('。') for text in blocking[:MOST_TOLD])}{more}。")
    elif gaps := open_gaps(document, report):
        found.append(f"文中还有 {len(gaps)} 处没有填写：{'、'.join(gaps[:5])}。")
    try:
        Setter(font_set()).set(document)
    except RenderError as error:
        found.append(str(error))
    return found


def open_gaps(document: Document, report: Report) -> list[str]:
    """Return the gaps left in the text, without those that issuing itself fills (number and signing person)."""
    filled = {"【待补：发文字号】", "【待补：签发人】", "【待补：印发日期】"} if report.layout else set()

    def texts(value: Any) -> list[str]:
        if isinstance(value, str):
            return GAP.findall(value)
        if isinstance(value, Mapping):
            return [gap for part in value.values() for gap in texts(part)]
        return [gap for part in value for gap in texts(part)] if isinstance(value, list | tuple) else []

    return [gap for gap in texts(to_json(document)) if gap not in filled]
