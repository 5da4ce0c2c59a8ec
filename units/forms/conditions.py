"""What a filter asks for, in words for the activity log."""

from __future__ import annotations

from typing import Any

from django import forms


def in_words(form: forms.Form) -> str:
    """Return the conditions of a validated filter form as ``标签：值；标签：值``; 无 when nothing was asked for."""
    parts = []
    for name, field in form.fields.items():
        value = getattr(form, "cleaned_data", {}).get(name)
        if value in (None, "", False) or field.widget.is_hidden:
            continue
        parts.append(str(field.label) if value is True else f"{field.label}：{shown(field, value)}")
    return "；".join(parts) or "无"


def shown(field: forms.Field, value: Any) -> str:
    """Return the value of a validated field as the form offered it."""
    choices = {} if isinstance(field, forms.ModelChoiceField) else dict(getattr(field, "choices", ()))
    return str(choices.get(value, choices.get(str(value), value)))
