"""On PostgreSQL the database itself refuses to change or delete entries of the activity log: the role of the application has no such grant.

The owner of a table can give itself a grant back, so this guards against mistakes and injected statements of the plain kind; against who
runs statements of any kind as the owner only the chain (and a separate owner, docs/operations.md) helps.
"""

from __future__ import annotations

from django.db import connection

from jobs.backups.restoring import before_restore, on_restored
from units.models import ActivityEntry, ActivitySeal

GUARDED = (ActivityEntry, ActivitySeal)


@before_restore
def open_log() -> None:
    """Let the tables be emptied: a restored log takes the place of this one."""
    _grants("GRANT {rights} ON {table} TO CURRENT_USER")


@on_restored
def close_log() -> None:
    """Take the grants away again."""
    _grants("REVOKE {rights} ON {table} FROM CURRENT_USER")


def _grants(statement: str) -> None:
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for model in GUARDED:
            # Links are marked when their entries were cleared away, so they may be updated; nothing else of them can change unnoticed.
            rights = "UPDATE, DELETE, TRUNCATE" if model is ActivityEntry else "DELETE, TRUNCATE"
            cursor.execute(statement.format(rights=rights, table=connection.ops.quote_name(model._meta.db_table)))
