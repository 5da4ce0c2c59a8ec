"""待办: what waits for a user. Each app says what it knows of; the home page, the bell and the morning mail show all of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils import timezone

if TYPE_CHECKING:
    from units.models import User


@dataclass(frozen=True)
class Todo:
    """One thing to do: what, why now, where; ``tone`` is that of a tag, ``label`` the word in it.

    ``due_on`` is the last day on which it is in time, ``whom`` the name of the organization that it concerns, where there is one.
    ``why`` may quote what somebody wrote and stays inside the application; everything else may go out by mail.
    """

    what: str
    why: str
    url: str
    label: str
    tone: str = ""
    due_on: date | None = None
    whom: str = ""

    @property
    def is_overdue(self) -> bool:
        """Whether its last day has passed."""
        return self.due_on is not None and self.due_on < timezone.localdate()

    @property
    def days_late(self) -> int:
        """How many days have passed since its last day; 0 while it is in time."""
        return max(0, (timezone.localdate() - self.due_on).days) if self.due_on else 0

    @property
    def is_due_today(self) -> bool:
        """Whether today is its last day."""
        return self.due_on == timezone.localdate()


Provider = Callable[["User"], Iterable[Todo]]
_PROVIDERS: list[Provider] = []


def todo_provider(function: Provider) -> Provider:
    """Register ``function(user) -> Todo, …``. It yields only what ``user`` may see and do, in a number of queries that does not grow.

    Registered in a module that the app's ``AppConfig.ready`` imports; registering twice counts once.
    """
    if function not in _PROVIDERS:
        _PROVIDERS.append(function)
    return function


def todos(user: User) -> list[Todo]:
    """Return what waits for ``user``: first what has a last day, the earliest first, then the rest in the order of the apps."""
    found = [todo for provider in _PROVIDERS for todo in provider(user)]
    return sorted(found, key=lambda todo: todo.due_on or date.max)
