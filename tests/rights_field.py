"""Rows of the phone's interface for ``tests.test_rights``."""

from __future__ import annotations

OWN = "own"

STRANGER_FIELD: dict[str, object] = {
    **{f"api:field_{name}": OWN for name in ("me", "day", "sync", "photo")},
    **{f"api:field_{name}": 422 for name in ("ping", "receipts")},
    **dict.fromkeys(["api:openapi-json", "api_reference", "inspections:rescue_import"], OWN),
    "api:api-root": 404,
    "inspections:confirmation_signature": 404,
}
"""What asks for something without saying what gets 422. Who sends and what is sent is looked at in ``tests/inspections/field``."""
