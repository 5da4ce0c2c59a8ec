"""Rows of reminders and the work calendar for ``tests.test_rights``."""

from __future__ import annotations

OWN, SHARED = "own", "shared"

STRANGER_REMINDERS: dict[str, object] = {
    **{f"units:notice_{name}": OWN for name in ("list", "bell", "read_all", "settings_update", "settings_try")},
    **{f"units:notice_{name}": 404 for name in ("open", "read")},
    **dict.fromkeys(["units:delivery_list", "units:robot_list", "units:robot_create"], OWN),
    **dict.fromkeys(["units:delivery_resend", "units:robot_update", "units:robot_try", "units:robot_delete"], 404),
    **{f"units:calendar_{name}": SHARED for name in ("current", "year", "export", "import", "day_set", "day_forget")},
}
