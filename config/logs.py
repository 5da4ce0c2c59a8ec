"""What goes into the log beside the message."""

from __future__ import annotations

import logging

from django.core.exceptions import PermissionDenied


class NoTraceForRefusals(logging.Filter):
    """Leave the traceback away where somebody only asked for what the account may not do: the line says it all, and no fault is at work."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass."""
        if record.exc_info and isinstance(record.exc_info[1], PermissionDenied):
            record.exc_info = None
            record.exc_text = None
        return True
