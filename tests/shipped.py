"""What migrations wrote is there in every test, also after one that emptied the database behind it.

Tests of real transactions flush all tables when they end, and the order in which tests run side by side is not the same twice.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate

TEMPLATES = (
    ("0003_shipped_templates", "ship"),
    ("0005_shipped_variants", "ship"),
    ("0007_shipped_letters", "ship"),
    ("0008_figures_in_the_annex", "add_figures"),
    ("0009_numbered_notices", "add_head"),
)


def ship_again(sender: AppConfig, using: str, **_more: Any) -> None:
    """Write the calendar and the report templates anew where they are gone; ``flush`` sends this signal when it is through."""
    if sender.label == "units" and not apps.get_model("units", "CalendarDay").objects.using(using).exists():
        import_module("units.migrations.0005_shipped_holidays").ship(apps, None)
    if sender.label == "reports" and not apps.get_model("reports", "ReportTemplate").objects.using(using).exists():
        for migration, function in TEMPLATES:
            getattr(import_module(f"reports.migrations.{migration}"), function)(apps, None)


def pytest_configure() -> None:
    """Listen from the start; in the first set-up of the database everything is there already."""
    post_migrate.connect(ship_again, dispatch_uid="tests.shipped")
