"""Rows of the report desk for ``tests.test_rights``: what a stranger finds, and what those find who only read."""

from __future__ import annotations

OWN, SHARED = "own", "shared"

_EDITOR = {
    *("report_edit", "paragraph_add", "edit_undo", "text_replace", "text_find", "insert_list", "offer_accept_all", "facts_recheck"),
    *("section_rename", "remark_list", "remark_add", "remark_resolve", "offer_settle", "paragraph_basis"),
    *(f"paragraph_{act}" for act in ("save", "delete", "split", "merge", "move", "level")),
    *(f"version_{act}" for act in ("list", "keep", "detail", "restore")),
    *("word_return_list", "word_return_detail", "proposal_decide", "proposal_decide_all"),
}
_SIGNING = {*(f"signoff_{act}" for act in ("submit", "withdraw", "pass", "send_back", "issue")), "report_layout", "report_correct"}
_CHECKS = {f"check_{act}" for act in ("fix", "fix_all", "waive", "unwaive")}

READ = {"report_tables", "signoff_detail", "check_panel", "archive_detail", "archive_download", "series_detail"}
"""Pages for whoever may read the report, the archive, or the register of numbers."""
WRITTEN = {*_EDITOR, *_SIGNING, *_CHECKS, "archive_update", "archive_delete", "series_retire", "watch_word_update", "watch_word_delete"}
"""What only the organizer's office does."""
DELIVERIES = {"delivery_detail", "delivery_receive", "delivery_download"}
OPEN = {"delivery_list", "archive_list", "archive_create", "series_list", "series_create", "watch_word_list", "rendition_verify"}
"""The stranger's own lists; verification is open to every account, because whoever holds a file may know what it is."""
TEMPLATES_READ = {"template_list", "template_detail", "template_preview"}
TEMPLATES_WRITTEN = {f"template_{act}" for act in ("edit", "revise", "copy", "publish", "retire", "restore", "discard")}
"""Templates serve every campaign of the site; the offices of top organizations keep them (docs/decisions/0013)."""

STRANGER_DESK: dict[str, object] = {
    **{f"reports:{name}": 404 for name in READ | WRITTEN | DELIVERIES | {"archive_compare", "letter_create", "confirmation_sheet"}},
    **{f"reports:{name}": OWN for name in OPEN},
    **{f"reports:{name}": SHARED for name in TEMPLATES_READ | TEMPLATES_WRITTEN},
}
