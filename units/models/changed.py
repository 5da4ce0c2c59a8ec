"""When a row was last written, whatever verb wrote it: what other systems ask for that keep a copy (docs/api.md)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from django.db import models
from django.utils import timezone

Row_co = TypeVar("Row_co", bound=models.Model, covariant=True)


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


class ChangedQuerySet(models.QuerySet[Row_co]):
    """A set that notes in ``changed_at`` when rows of it are written; compare-and-swap updates and ``bulk_update`` come through here."""

    def update(self, **values: Any) -> int:
        """Write ``values`` and the moment. One ``save`` of some fields only has to name ``changed_at`` itself."""
        return super().update(**{"changed_at": timezone.now(), **values})

    update.alters_data = True  # type: ignore[attr-defined]
