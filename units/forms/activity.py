"""The conditions of the activity log."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar

from django import forms
from django.apps import apps
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q
from django.utils import timezone

from units.wording import ACTIONS

CENTURIES = (MinValueValidator(date(1900, 1, 1)), MaxValueValidator(date(2999, 12, 31)))
"""The calendar ends at the year 9999 and begins with 1: a day added or a time zone taken off there is an error."""


class ActivityFilterForm(forms.Form):
    """By person, act, object, date and words."""

    DAY: ClassVar[dict[str, str]] = {"type": "date"}

    person = forms.CharField(label="操作人", required=False, max_length=40)
    action = forms.ChoiceField(label="操作", required=False)
    about = forms.ChoiceField(label="对象", required=False)
    since = forms.DateField(label="从", required=False, validators=CENTURIES, widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"))
    until = forms.DateField(label="到", required=False, validators=CENTURIES, widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"))
    q = forms.CharField(label="说明或对象名称", required=False, max_length=100)

    def __init__(self, *args: Any, entries: Any, **kwargs: Any) -> None:
        """``entries`` are those visible to the reader: only kinds of objects that occur in them are offered."""
        super().__init__(*args, **kwargs)
        names: dict[str, list[str]] = {}
        for ending, name in ACTIONS.items():
            names.setdefault(name, []).append(ending)
        self.endings = {endings[0]: endings for endings in names.values()}
        self.fields["action"].choices = [("", "全部"), *((endings[0], name) for name, endings in names.items())]
        kinds = entries.exclude(object_type="").order_by().values_list("object_type", flat=True).distinct()
        shown = ((kind, object_name(kind)) for kind in kinds)
        self.fields["about"].choices = [("", "全部"), *sorted(shown, key=lambda pair: pair[1])]

    def filter(self, entries: Any) -> Any:
        """Apply the conditions; an invalid value counts as not given."""
        self.is_valid()
        cleaned = self.cleaned_data
        if cleaned.get("person"):
            entries = entries.filter(actor_name__icontains=cleaned["person"])
        if cleaned.get("action"):
            condition = Q()
            for ending in self.endings[cleaned["action"]]:
                condition |= _verbs_ending(ending)
            entries = entries.filter(condition)
        if cleaned.get("about"):
            entries = entries.filter(object_type=cleaned["about"])
        zone = timezone.get_current_timezone()
        if cleaned.get("since"):
            entries = entries.filter(at__gte=datetime.combine(cleaned["since"], time.min, zone))
        if cleaned.get("until"):
            entries = entries.filter(at__lt=datetime.combine(cleaned["until"] + timedelta(days=1), time.min, zone))
        for word in (cleaned.get("q") or "").split():
            entries = entries.filter(Q(summary__icontains=word) | Q(object_name__icontains=word))
        return entries


def _verbs_ending(ending: str) -> Q:
    """Match the verbs whose longest known ending is ``ending``: what sets up a team is not shown as 新增, so it is not found as such."""
    # Verbs are ``app.object_act``: an ending with the object in it has the dot before it.
    longer = [known for known in ACTIONS if known.endswith(f"_{ending}")]
    condition = Q(verb__endswith=f"_{ending}") | Q(verb__endswith=f".{ending}")
    for known in longer:
        condition &= ~(Q(verb__endswith=f"_{known}") | Q(verb__endswith=f".{known}"))
    return condition


def object_name(object_type: str) -> str:
    """Return the Chinese name of a model given as ``app.model``; models that are gone are 其他."""
    try:
        return str(apps.get_model(object_type)._meta.verbose_name)
    except (LookupError, ValueError):
        return "其他"
