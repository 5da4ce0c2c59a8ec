"""Writing the activity log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from jobs.asking import current
from units.bulk_rows import insert_rows
from units.models import ActivityEntry, PartyOrganization, User

if TYPE_CHECKING:
    from django.db.models import Model


def entry_of(
    by: User | None,
    verb: str,
    summary: str,
    target: Model | None = None,
    *,
    organization: PartyOrganization | None = None,
    organization_path: str = "",
    changes: dict[str, Any] | None = None,
    address: str | None = None,
) -> dict[str, Any]:
    """Return the fields of one entry that is not stored yet; the arguments are those of ``record``. For verbs that write many at once."""
    if organization is None and isinstance(target, PartyOrganization):
        organization = target
    path = organization.path if organization else organization_path
    asking = current()
    return {
        "actor_id": by.pk if by else None,
        "actor_name": str(by) if by else "系统",
        "verb": verb,
        "summary": summary[:300],
        "object_type": target._meta.label_lower if target else "",
        "object_id": str(target.pk) if target else "",
        "object_name": str(target)[:200] if target else "",
        "organization_path": path,
        "changes": changes or {},
        "address": address or asking.address,
        "request_id": asking.number or None,
    }


def record(
    by: User | None,
    verb: str,
    summary: str,
    target: Model | None = None,
    *,
    organization: PartyOrganization | None = None,
    organization_path: str = "",
    changes: dict[str, Any] | None = None,
    address: str | None = None,
) -> ActivityEntry:
    """Append one entry: ``by`` did ``verb`` (``app.object_verb``) to ``target``; ``summary`` is the Chinese sentence shown.

    ``organization`` (or its path, where only that is at hand) decides which offices see the entry. ``changes`` maps a field's Chinese
    name to ``[old, new]``, JSON-ready. Called inside the verb's own transaction: without the entry there is no act.
    """
    fields = entry_of(
        by, verb, summary, target, organization=organization, organization_path=organization_path, changes=changes, address=address
    )
    return ActivityEntry.objects.create(**fields)


def record_all(entries: Sequence[dict[str, Any]]) -> None:
    """Append what ``entry_of`` made, all in one statement; called inside the verb's own transaction."""
    now = timezone.now()
    insert_rows(ActivityEntry, [{"at": now, **entry} for entry in entries])


def changes_between(before: dict[str, Any], after: dict[str, Any], labels: dict[str, str]) -> dict[str, list[str]]:
    """Return ``{label: [old, new]}`` as text for the fields of ``labels`` that differ between two dictionaries."""

    def text(value: Any) -> str:
        return "" if value is None else str(value)

    return {
        label: [text(before.get(field)), text(after.get(field))]
        for field, label in labels.items()
        if text(before.get(field)) != text(after.get(field))
    }
