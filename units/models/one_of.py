"""``pk__one_of=[…]``: as ``in``, for a hundred keys at once. PostgreSQL gets them as one value, which neither side has to take to pieces."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.lookups import In


@models.UUIDField.register_lookup
class OneOf(In):
    """Whether the key is one of a list of keys."""

    lookup_name = "one_of"

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Compare with an array."""
        column, params = self.process_lhs(compiler, connection)
        keys = ",".join(key.hex for key in self.rhs)
        return f"{column} = ANY(%s::uuid[])", (*params, f"{{{keys}}}")
