"""Writing the activity log."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

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
) -> ActivityEntry:
    """Return one entry that is not stored yet; the arguments are those of ``record``. For verbs that write many at once."""
    if organization is None and isinstance(target, PartyOrganization):
        organization = target
    path = organization.path if organization else organization_path
    return ActivityEntry(
        actor=by,
        actor_name=str(by) if by else "系统",
        verb=verb,
        summary=summary[:300],
        object_type=target._meta.label_lower if target else "",
        object_id=str(target.pk) if target else "",
        object_name=str(target)[:200] if target else "",
        organization_path=path,
        changes=changes or {},
        address=address,
    )


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
    entry = entry_of(
        by, verb, summary, target, organization=organization, organization_path=organization_path, changes=changes, address=address
    )
    entry.save(force_insert=True)
    return entry


def record_all(entries: Iterable[ActivityEntry]) -> None:
    """Append what ``entry_of`` made, all in one statement; called inside the verb's own transaction."""
    ActivityEntry.objects.bulk_create(entries)


def changes_between(before: dict[str, Any], after: dict[str, Any], labels: dict[str, str]) -> dict[str, list[str]]:
    """Return ``{label: [old, new]}`` as text for the fields of ``labels`` that differ between two dictionaries."""

    def text(value: Any) -> str:
        return "" if value is None else str(value)

    return {
        label: [text(before.get(field)), text(after.get(field))]
        for field, label in labels.items()
        if text(before.get(field)) != text(after.get(field))
    }
