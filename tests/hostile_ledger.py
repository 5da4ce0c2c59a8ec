"""Conditions and forms of the ledger, of reminders and of log-ins for ``tests.test_hostile_input``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inspections.models import (
    Confirmation,
    DeclaredMetric,
    DraftFinding,
    Extension,
    ModelText,
    QualitySignal,
    Rectification,
    RectificationEntry,
    RectificationEvidence,
    Submission,
    SubmissionFile,
)
from units.models import AccessToken, CalendarDay, Delivery, Notice, Robot, SavedView, Webhook

if TYPE_CHECKING:
    from tests.addresses import World

_LEDGER = ["page", "campaign", "status", "lamp", "severity", "special", "q", "sort", "view", "organization", "organization_name", "below"]
FIELDS_LEDGER = {
    "inspections:rectification_list": [*_LEDGER, "at"],
    # The same form as the list's.
    "inspections:rectification_print": ["status", "view"],
    "inspections:rectification_export": ["status", "view"],
    "inspections:rectification_create": ["page", "q", "days"],
    "units:notice_list": ["page", "state", "kind"],
    "units:delivery_list": ["page", "status", "channel", "since", "until", "q"],
    "units:session_everybody": ["page", "q"],
    "units:session_state": ["active"],
}
WITHOUT_FIELDS_LEDGER = {
    *(f"inspections:rectification_{act}" for act in ("receive", "receive_all", "issue", "issue_all", "remind", "import", "export")),
    *(f"inspections:{name}" for name in ("proof_remove", "extension_withdraw")),
    *(f"units:{name}" for name in ("notice_read", "notice_read_all", "notice_settings_try", "robot_try", "robot_delete")),
    *(f"units:{name}" for name in ("calendar_day_forget", "session_end_others", "system_job_send", "system_job_cancel", "user_unlock")),
    # JSON instead of forms: tests.inspections.field.test_fuzz tries them from their own description.
    *(f"api:{name}" for name in ("api-root", "openapi-json", "field_sync")),
}
"""Verbs that take no fields, or only files."""


def samples_ledger(world: World) -> dict[str, dict[str, object]]:
    """For every address that takes a form: fields with which it would do its work."""
    row, finding = world.ledger.row, world.finding
    organizer, unit = world.campaign.organizer_id, finding.organization_id
    key = "44444444-4444-4444-8444-444444444444"
    parts = {
        f"{name}_{number}": value
        for number in (1, 2)
        for name, value in (("content", "内容"), ("findings", str(finding.pk)), ("due_on", "2026-12-20"))
    }
    create = {"take": str(finding.pk), f"due-{unit}": "2026-12-20", f"title-{unit}": "书记", f"group-{finding.pk}": "1"}
    change = {"content": "内容", "requirement": "要求", "responsible_title": "书记", "due_on": "2026-12-01", "revision": row.revision}
    verdict, comment = {"text": "查阅记录"}, {"comment": "同意"}
    robot = {"organization": organizer, "name": "群", "kind": "feishu", "address": "https://open.feishu.cn/x", "secret": "s"}
    return {
        "inspections:rectification_create": {**create, f"requirement-{finding.pk}": "整改", "issue": "1"},
        "inspections:rectification_plan": {"measure": "措施", "responsible_title": "书记"},
        "inspections:rectification_progress": {"id": key, "text": "进展"},
        "inspections:rectification_submit": {"text": "结果"},
        "inspections:rectification_close": verdict,
        "inspections:rectification_return": verdict,
        "inspections:rectification_update": change,
        "inspections:rectification_verifier": {"verifier": world.zhao.pk},
        "inspections:rectification_reopen": {"reason": "仍存在", "due_on": "2026-12-20"},
        "inspections:rectification_withdraw": {"reason": "重复"},
        "inspections:rectification_transfer": {"organization": unit, "reason": "职能划转"},
        "inspections:rectification_merge": {"others": key, "content": "内容"},
        "inspections:rectification_split": parts,
        "inspections:rectification_put_right": {"result": "已改", "responsible_title": "书记"},
        "inspections:rectification_bulk": {"do": "remind", "row": str(row.pk), "verifier": "", "text": "请抓紧", "back": "/"},
        "inspections:proof_add": {"stage": "after"},
        "inspections:extension_ask": {"reason": "需要时间", "new_due_on": "2027-01-20"},
        "inspections:extension_endorse": comment,
        "inspections:extension_approve": comment,
        "inspections:extension_refuse": comment,
        "inspections:recheck_save": {"outcome": "fixed", "note": "", "revision": 0, "seen": ""},
        "inspections:recheck_sample": {"share": 20, "severities": "serious", "seed": "8"},
        "inspections:rescue_import": {"passphrase": ""},
        "units:notice_settings_update": {"email": "zhao@example.cn", "digest": "on", "paused_until": "", "way_tests.kind": "both"},
        "units:delivery_resend": {"back": "/"},
        "units:robot_create": {**robot, "names_units": "on", "is_enabled": "on"},
        "units:robot_update": {**robot, "names_units": "on", "is_enabled": "on"},
        "units:calendar_day_set": {"day": "2027-01-04", "is_working": "", "name": "调休"},
        "units:calendar_import": {"text": "2027-01-01 放假 元旦", "confirm": "1"},
        "units:session_end": {"next": "/"},
    }


TYPED = {
    Rectification: ["content", "requirement", "measure", "progress", "responsible_title"],
    RectificationEntry: ["text"],
    RectificationEvidence: ["name", "caption"],
    Extension: ["reason"],
    Confirmation: ["signer_title", "opinion_text"],
    Submission: ["return_reason"],
    SubmissionFile: ["name"],
    DeclaredMetric: ["sentence", "quoted", "note"],
    DraftFinding: ["text", "source"],
    QualitySignal: ["text", "ours", "theirs", "theirs_label"],
    ModelText: ["title", "source", "text"],
    Robot: ["name"],
    AccessToken: ["name"],
    Webhook: ["name"],
    Notice: ["text"],
    Delivery: ["receiver", "address"],
    CalendarDay: ["name"],
    SavedView: ["name"],
}
"""What people type, or what is taken from what they typed."""


def fill(text: str) -> None:
    """Put ``text``, as much of it as fits, into every such field of every row there is."""
    QualitySignal.objects.bulk_create(QualitySignal(submission=row, kind=QualitySignal.Kind.values[0]) for row in Submission.objects.all())
    for model, fields in TYPED.items():
        assert model.objects.exists(), model
        model.objects.update(**{name: text[: model._meta.get_field(name).max_length or 500] for name in fields})
    Submission.objects.update(online={"problems": f"一是{text}。", "plans": text})
