"""Conditions and forms of submissions, model texts and burden for ``tests.test_hostile_input``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.addresses import World

FIELDS_SUBMISSIONS = {
    "inspections:submission_list": ["page", "q", "status", "category", "method"],
    "inspections:burden_detail": ["page", "order"],
    "inspections:model_text_list": ["page"],
}
WITHOUT_FIELDS_SUBMISSIONS = {
    *(
        f"inspections:submission_{act}"
        for act in ("request_drop", "notify", "receive", "upload", "drop_file", "hand_in", "take_back", "check")
    ),
    "inspections:metric_confirm",
    "inspections:model_text_delete",
}
"""Verbs that take no fields, or only files."""


def samples_submissions(world: World) -> dict[str, dict[str, object]]:
    """For every address that takes a form: fields with which it would do its work."""
    theme = world.campaign.checklist.themes.first()
    request = {"kind": "written_report", "due_on": "2026-12-31", "key_points": "", "preparation": "", "revision": 0, "seen": ""}
    finding = {"revision": 0, "seen": "", "id": "", "kind": "problem", "place": f"t:{theme.pk}", "text": "内容", "severity": "general"}
    minutes = {"minutes_report": 1, "minutes_visit": 1, "minutes_number": 1, "minutes_other": 1}
    text = {"organizer": world.campaign.organizer_id, "kind": "model", "title": "题", "source": "", "text": "正文"}
    return {
        "inspections:submission_request": request,
        "inspections:submission_remind": {"submission": "11111111-1111-4111-8111-111111111111", "next": "/"},
        "inspections:submission_fill": {"part-T1": "字", "part-problems": "", "revision": 1, "seen": ""},
        "inspections:metric_settle": {"number": "3", "note": "", "revision": 1, "seen": ""},
        "inspections:submission_accept": {"summary": "好", "concludes": ""},
        "inspections:submission_return": {"reason": "退"},
        "inspections:submission_revoke": {"reason": "数据有误"},
        "inspections:submission_quote": {"may_quote": "1"},
        "inspections:draft_confirm": {**finding, "cause": "", "measure": ""},
        "inspections:draft_dismiss": {"reason": "不属实"},
        "inspections:model_text_create": text,
        "inspections:burden_settings": {"most_asks": 4, "reason": "原因", "revision": 1, "ranks": "", **minutes},
    }
