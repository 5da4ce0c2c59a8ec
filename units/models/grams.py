"""The index of pairs of characters behind Chinese search, and the one place that speaks each database's own language for it.

The app writes the pairs into ``grams``; SQLite keeps them in a contentless FTS5 table beside (by triggers, made by ``index_grams``),
PostgreSQL in a GIN index over the same column. Both give candidates only: whoever searches compares the text itself as well.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Self

from django.db import NotSupportedError, connections, models
from django.db.migrations import RunPython
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import StrIndex, Upper
from django.db.models.lookups import GreaterThan, In

from units.grams import grams_of

RARE_SHARE, FEW, MANY = 0.006, 1_000, 20_000
"""Candidates are fetched from the index up to this share of all rows (``FEW`` at least, ``MANY`` at most).

A more frequent word is met sooner by walking the list from its beginning.
"""


class GramsField(models.TextField):
    """Pairs of characters, separated by blanks."""


@GramsField.register_lookup
class Hold(models.Lookup):
    """``grams__hold=["学习", "习记"]``: rows that hold every one of the pairs."""

    lookup_name = "hold"
    prepare_rhs = False

    def as_sqlite(self, compiler: Any, _connection: Any) -> tuple[str, tuple[str]]:
        """Ask the FTS5 table; pairs hold neither quotes nor operators."""
        table = f"{self.lhs.target.model._meta.db_table}_fts"
        row = f"{compiler.quote_name_unless_alias(self.lhs.alias)}.id"
        query = " ".join(f'"{gram}"' for gram in self.rhs)
        return f'{row} IN (SELECT rowid FROM "{table}" WHERE "{table}" MATCH %s)', (query,)  # noqa: S608 -- our own names

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Ask the GIN index, whose expression this is."""
        column, params = self.process_lhs(compiler, connection)
        return f"string_to_array({column}, ' ') @> string_to_array(%s, ' ')", (*params, " ".join(self.rhs))

    def as_sql(self, _compiler: Any, _connection: Any) -> Any:
        """Refuse any other database: ``candidates`` does not ask there."""
        raise NotSupportedError("The index of pairs is made for SQLite and PostgreSQL.")


@models.UUIDField.register_lookup
class Among(In):
    """``pk__among=rows``: as ``in``, but PostgreSQL fetches the keys first and looks the facts up by them.

    Left to itself it takes the comparison of texts for very selective and scans the facts instead.
    """

    lookup_name = "among"

    def get_rhs_op(self, connection: Any, rhs: str) -> str:
        """Return the comparison with the subquery ``rhs``."""
        return f"= ANY(ARRAY{rhs})" if connection.vendor == "postgresql" else str(super().get_rhs_op(connection, rhs))


class GramsQuerySet(models.QuerySet):
    """Rows of an index."""

    def candidates(self, words: Sequence[str]) -> Self | None:
        """Return the rows that may hold all ``words``; ``None`` when looking at the texts themselves is the shorter way, or the only one.

        That is so for single characters, for words that stand in very many texts, and on a database for which there is no index.
        """
        grams = grams_of(words)
        if not grams or connections[self.db].vendor not in SPOKEN:
            return None
        rows = self.filter(grams__hold=grams).order_by()
        return rows if rows.is_short() else None

    def is_short(self) -> bool:
        """Whether there are few rows beside all: by the planner's estimate where there is one, else counted so far."""
        newest = self.model._default_manager.aggregate(newest=models.Max("id"))["newest"] or 0
        most = max(FEW, min(MANY, int(newest * RARE_SHARE)))
        if connections[self.db].vendor == "postgresql":
            estimate = re.search(r"rows=(\d+)", self.explain())
            return estimate is None or int(estimate[1]) <= most
        return self.values("pk")[: most + 1].count() <= most


class Grams(models.Model):
    """One text's pairs. Concrete models say whose: a one-to-one key to what is searched."""

    id = models.BigAutoField(primary_key=True)
    grams = GramsField("字对", blank=True)

    objects = GramsQuerySet.as_manager()

    class Meta:
        abstract = True


def words_in(rows: Any, words: Sequence[str], fields: Sequence[str], index: type[Grams], key: str) -> Any:
    """Return those of ``rows`` in which every word occurs in one of ``fields``; ``index`` narrows them down, ``key`` names its facts.

    The index holds the pairs of the same fields; a result is exactly what LIKE finds, on both databases.
    """
    for word in words:
        rows = rows.filter(anywhere(word, fields))
    found = index.objects.candidates(words) if words else None
    return rows if found is None else rows.filter(pk__among=found.values(key))


def best_first(words: Sequence[str], fields: Sequence[str]) -> Case:
    """Return the expression by which results are ranked: 0 where the first field has all the words, 1 where the first two, and so on."""
    all_in = [_everywhere(words, fields[: place + 1]) for place in range(len(fields) - 1)]
    whens = [When(condition, then=Value(place)) for place, condition in enumerate(all_in)]
    return Case(*whens, default=Value(len(fields) - 1), output_field=models.IntegerField())


def anywhere(word: str, fields: Sequence[str]) -> Q:
    """Return what LIKE would say of ``word`` in one of ``fields``, by a function: no planner guesses then that it stands in next to no text."""
    condition = Q()
    for field in fields:
        condition |= Q(GreaterThan(StrIndex(Upper(F(field)), Upper(Value(word))), 0))
    return condition


def _everywhere(words: Sequence[str], fields: Sequence[str]) -> Q:
    condition = Q()
    for word in words:
        condition &= anywhere(word, fields)
    return condition


DROPPED = "INSERT INTO {t}_fts({t}_fts, rowid, grams) VALUES ('delete', old.id, old.grams);"
ADDED = "INSERT INTO {t}_fts(rowid, grams) VALUES (new.id, new.grams);"
ON_SQLITE = (
    "CREATE VIRTUAL TABLE {t}_fts USING fts5(grams, content='', detail='none', tokenize='ascii')",
    f"CREATE TRIGGER {{t}}_fts_new AFTER INSERT ON {{t}} BEGIN {ADDED} END",
    f"CREATE TRIGGER {{t}}_fts_gone AFTER DELETE ON {{t}} BEGIN {DROPPED} END",
    f"CREATE TRIGGER {{t}}_fts_other AFTER UPDATE OF grams ON {{t}} BEGIN {DROPPED} {ADDED} END",
)
OFF_SQLITE = ("DROP TRIGGER {t}_fts_new", "DROP TRIGGER {t}_fts_gone", "DROP TRIGGER {t}_fts_other", "DROP TABLE {t}_fts")
ON_POSTGRESQL = ("CREATE INDEX {t}_gin ON {t} USING gin (string_to_array(grams, ' ')) WITH (gin_pending_list_limit = 256)",)
OFF_POSTGRESQL = ("DROP INDEX {t}_gin",)
SPOKEN = ("sqlite", "postgresql")
"""Elsewhere texts are compared one by one (docs/domestic-platforms.md)."""


def index_grams(table: str) -> RunPython:
    """Return the migration that puts the database's own index on an index model's table.

    A migration that later changes a column of that table must run this again behind it: SQLite rebuilds tables without their triggers.
    """

    def run(on_sqlite: Sequence[str], on_postgresql: Sequence[str]) -> Callable[[Any, Any], None]:
        def statements(_apps: Any, editor: Any) -> None:
            for statement in {"postgresql": on_postgresql, "sqlite": on_sqlite}.get(editor.connection.vendor, ()):
                editor.execute(statement.format(t=table))

        return statements

    return RunPython(run(ON_SQLITE, ON_POSTGRESQL), run(OFF_SQLITE, OFF_POSTGRESQL))
