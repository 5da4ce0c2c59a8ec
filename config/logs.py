"""What goes into the log beside the message, and in which form."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import PermissionDenied

from jobs.asking import current
from jobs.tracing import job_id

DETAIL = re.compile(r"^(DETAIL|CONTEXT|详细信息|背景):.*$", re.MULTILINE)
"""The lines in which PostgreSQL quotes the row that it refuses: a user name, a mail address, the text of a finding."""


class NoTraceForRefusals(logging.Filter):
    """Leave the traceback away where somebody only asked for what the account may not do: the line says it all, and no fault is at work."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass."""
        if record.exc_info and isinstance(record.exc_info[1], PermissionDenied):
            record.exc_info = None
            record.exc_text = None
        return True


class WorkIds(logging.Filter):
    """Note with each record which request and which job it belongs to, while the thread that writes it still knows."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass."""
        request = getattr(record, "request", None)
        record.request_id, record.job_id = current().number or getattr(request, "number", ""), job_id()
        return True


class PlainLines(logging.Formatter):
    """Lines for people who read the terminal; the ids stand at the end."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 -- logging's name
        """Return the first line."""
        ids = [f"{name}={value}" for name, value in ids_of(record).items()]
        return super().formatMessage(record) + (f" [{' '.join(ids)}]" if ids else "")

    def format(self, record: logging.LogRecord) -> str:
        """Return the record without the values that a database quotes in its errors."""
        return without_values(super().format(record))


class JsonLines(logging.Formatter):
    """One JSON object per record, for programs that gather logs; a traceback is a value and not thirty lines."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": without_values(record.getMessage()),
            "process": record.process,
            **ids_of(record),
            **getattr(record, "told", {}),
        }
        if record.exc_info:
            line["trace"] = without_values(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False, default=str)


def ids_of(record: logging.LogRecord) -> dict[str, str]:
    """Return what is known of the work that a record belongs to."""
    found = {"request": getattr(record, "request_id", ""), "job": getattr(record, "job_id", "")}
    return {name: value for name, value in found.items() if value}


def without_values(text: str) -> str:
    """Return ``text`` without the values of rows that PostgreSQL puts into its errors."""
    return DETAIL.sub(r"\1: （略去内容）", text)
