"""What became of one record (docs/api-field.md)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from inspections.field.records import Record, Unreadable

STATUS = {"created": 201, "updated": 200, "same": 200, "received": 200, "conflict": 409, "forbidden": 403, "refused": 422}
DIFFERENT = "别人已经保存了不同的内容。您填写的没有丢失，请对照后选择保留哪一份。"


@dataclass
class Outcome:
    """One record's answer. ``server`` is the object as it stands, ``errors`` are pairs of field and sentence."""

    kind: str
    id: str
    outcome: str
    code: str = ""
    message: str = ""
    revision: int | None = None
    server: dict[str, Any] | None = None
    errors: list[tuple[str, str]] = field(default_factory=list)

    @property
    def is_stored(self) -> bool:
        """Whether the server has what the record says, or had it before somebody changed it."""
        return STATUS[self.outcome] < 400  # noqa: PLR2004 -- the border between success and refusal in HTTP

    def as_json(self) -> dict[str, Any]:
        """Return the answer as it is sent."""
        errors = [{"field": name, "message": text} for name, text in self.errors]
        return {
            "kind": self.kind,
            "id": self.id,
            "status": STATUS[self.outcome],
            "outcome": self.outcome,
            "code": self.code or ("conflict" if self.outcome == "conflict" else ""),
            "message": self.message,
            "revision": self.revision,
            "server": self.server,
            "errors": errors,
        }


def stored(record: Record, outcome: str, server: dict[str, Any] | None, *, message: str = "") -> Outcome:
    """Return that the record is stored: ``created``, ``updated``, ``same`` or ``received``."""
    revision = server.get("revision") if server else None
    return Outcome(record.kind, str(record.id), outcome, message=message, revision=revision, server=server)


def created(record: Record, *, message: str = "") -> Outcome:
    """Return that a new answer or finding is stored as it was sent; what the phone has just said is not said back to it."""
    return Outcome(record.kind, str(record.id), "created", message=message, revision=1)


def conflict(record: Record, server: dict[str, Any]) -> Outcome:
    """Return that another content was stored since; a person decides between the two."""
    return Outcome(record.kind, str(record.id), "conflict", message=DIFFERENT, revision=server.get("revision"), server=server)


def refused(record: Record, code: str, message: str, *, field_name: str = "", errors: list[tuple[str, str]] | None = None) -> Outcome:
    """Return that the record cannot be stored as it is, and why; ``field_name`` names the field at fault."""
    found = errors if errors is not None else [(field_name, message)] if field_name else []
    return Outcome(record.kind, str(record.id), "refused", code, message, errors=found)


def forbidden(record: Record, code: str, message: str) -> Outcome:
    """Return that the person has no right to store the record."""
    return Outcome(record.kind, str(record.id), "forbidden", code, message)


def unreadable(raw: Unreadable) -> Outcome:
    """Return that the record cannot be understood."""
    message = raw.faults[0][1] if len(raw.faults) == 1 else f"有 {len(raw.faults)} 处填写有误，请改正后再上传。"
    return Outcome(raw.kind, raw.id, "refused", raw.code, message, errors=raw.faults)
