"""The databases' own indexes for search, and the pairs of what was written before."""

from collections.abc import Iterator
from typing import Any

from django.db import migrations

from units.grams import grams_of
from units.models.grams import index_grams

BATCH = 2_000
NAMES = ("organization__name", "organization__short_name")
WHAT = (
    ("Finding", "FindingGrams", "finding_id", ("text", "cause", "measure", *NAMES)),
    ("Rectification", "RectificationGrams", "rectification_id", ("content", "measure", "progress", "responsible_title", *NAMES)),
)


def _rows(apps: Any, model: str, index: str, key: str, fields: tuple[str, ...]) -> Iterator[Any]:
    make = apps.get_model("inspections", index)
    for pk, *texts in apps.get_model("inspections", model).objects.order_by().values_list("pk", *fields).iterator(BATCH):
        yield make(**{key: pk}, grams=" ".join(grams_of(texts)))


def fill(apps: Any, _editor: Any) -> None:
    """Write the pairs of all findings and rows of the ledger."""
    for model, index, key, fields in WHAT:
        part: list[Any] = []
        manager = apps.get_model("inspections", index).objects
        for row in _rows(apps, model, index, key, fields):
            part.append(row)
            if len(part) == BATCH:
                manager.bulk_create(part)
                part.clear()
        manager.bulk_create(part)


class Migration(migrations.Migration):
    dependencies = [("inspections", "0006_search")]

    operations = [
        index_grams("inspections_findinggrams"),
        index_grams("inspections_rectificationgrams"),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
