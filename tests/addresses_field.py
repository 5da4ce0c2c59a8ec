"""One of everything that phones send; ``tests.addresses`` takes it in."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from inspections.actions.confirmations import Signed, save_confirmation
from inspections.models import Assignment
from tests.inspections.field.phone import signature
from units.models import User

PHOTO = "33333333-3333-4333-8333-333333333333"


class Sent:
    """What the representative of ``assignment`` signed on the phone of ``user``."""

    def __init__(self, assignment: Assignment, user: User) -> None:
        signed = Signed("党建办主任", "agree", "", [], signature(), timezone.now())
        self.confirmation, _ = save_confirmation(assignment, signed, by=user, base_revision=0)

    def routes(self) -> dict[str, dict[str, Any]]:
        """Return the arguments of addresses by the beginning of their route."""
        return {"field/photos/<uuidstr:photo>": {"photo": PHOTO}}
