"""Rows of accounts' second factors and single sign-on for ``tests.test_rights`` and ``tests.test_hostile_input``."""

from __future__ import annotations

from typing import Any

OWN = "own"

STRANGER_ACCOUNTS: dict[str, object] = {
    **{f"units:factor_{name}": OWN for name in ("detail", "check", "abandon", "enrol", "codes", "off")},
    **{f"units:sso_{name}": OWN for name in ("begin", "return", "end")},
    "units:factor_rules": 403,
    "units:user_reset_factor": 404,
}
FIELDS_ACCOUNTS = {"units:factor_enrol": ["next"], "units:sso_begin": ["next"], "units:sso_return": ["code", "state", "error"]}
WITHOUT_FIELDS_ACCOUNTS = {"units:factor_check", "units:factor_abandon"}
"""The second step wants the first; ``tests/units/test_factors.py`` sends it everything."""


def samples_accounts() -> dict[str, dict[str, Any]]:
    """For every address that takes a form: fields with which it would do its work."""
    return {
        "units:factor_enrol": {"code": "123456", "password": "Test-pass-2026", "next": "/"},
        "units:factor_codes": {"codes-code": "123456"},
        "units:factor_off": {"off-code": "123456"},
        "units:factor_rules": {"roles": "office"},
        "units:user_reset_factor": {"reason": "原因"},
    }
