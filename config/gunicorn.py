"""What every start of the web server has in common; given to it as ``--config python:config.gunicorn``.

Loaded before the application, which matters for the folder of the measurements: prometheus-client looks for it when it is imported.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from typing import Any

from gunicorn.glogging import Logger

from config.logs import JsonLines, PlainLines

METRICS = "PROMETHEUS_MULTIPROC_DIR"
_OWN_PID = os.getpid()

if os.environ.get("METRICS_TOKEN", "").strip():
    # A folder of its own for each start: measurements of processes long gone would be added to ours.
    os.environ[METRICS] = tempfile.mkdtemp(prefix="duchatong-metrics-")


class GunicornLogger(Logger):
    """The web server's own lines in the form of all others."""

    def setup(self, cfg: Any) -> None:
        """Replace the format; where the lines go stays gunicorn's."""
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(JsonLines() if os.environ.get("LOG_FORMAT", "").strip().lower() == "json" else PlainLines())


logger_class = GunicornLogger
control_socket_disable = True
"""Else gunicorn opens one in the home folder, which services often do not have."""


def on_exit(_server: Any) -> None:
    """Remove the measurements of this start; a worker that ends does not."""
    folder = os.environ.get(METRICS, "")
    if os.getpid() == _OWN_PID and folder:
        shutil.rmtree(folder, ignore_errors=True)
