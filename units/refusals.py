"""Refused access belongs into the log: somebody asked for what the account may not see or do."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.http import Http404
from django.shortcuts import get_object_or_404


def hidden_from(exception: Exception) -> tuple[type[Model], Any] | None:
    """Return model and key of an object that exists and was hidden from who asked for it; ``None`` for anything else.

    Views look objects up among those visible to the reader and answer 404 for the rest (docs/architecture.md). Whether there was such an
    object is asked only now, in the one function through which they all go, so that no view has to think of it.
    """
    step = exception.__traceback__ if isinstance(exception, Http404) else None
    while step is not None:
        if step.tb_frame.f_code is get_object_or_404.__code__:
            asked = step.tb_frame.f_locals
            model = getattr(asked.get("queryset"), "model", None)
            if model is None or asked.get("args"):
                return None
            key = model._default_manager.filter(**asked.get("kwargs", {})).values_list("pk", flat=True).first()
            return (model, key) if key is not None else None
        step = step.tb_next
    return None
