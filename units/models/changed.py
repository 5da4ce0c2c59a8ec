"""When a row was last written, whatever verb wrote it: what other systems ask for that keep a copy (docs/api.md)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.utils import timezone


class ChangedAtField(models.DateTimeField):
    """The moment of the last write; nothing for rows that have not been written since the column is there.

    Unlike ``auto_now`` it has no default for the rows that are already there: a column without one is added to a million rows at once.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.update(null=True, editable=False)
        super().__init__(*args, **kwargs)

    def get_default(self) -> datetime:
        """Now: rows that are inserted in bulk go to the database as they were made."""
        return timezone.now()

    def pre_save(self, model_instance: models.Model, add: bool) -> datetime:  # noqa: ARG002, FBT001 -- Django's signature
        """Now, whatever the instance holds."""
        now = timezone.now()
        setattr(model_instance, self.attname, now)
        return now


class Changes:
    """For sets, named before ``QuerySet``: notes in ``changed_at`` when rows are written.

    Compare-and-swap updates and ``bulk_update`` come through here; a ``save`` of some fields only has to name ``changed_at`` itself.
    """

    def update(self, **values: Any) -> int:
        """Write ``values`` and the moment."""
        written: int = super().update(**{"changed_at": timezone.now(), **values})  # type: ignore[misc]
        return written

    update.alters_data = True  # type: ignore[attr-defined]
