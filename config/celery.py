"""The Celery application; the embedded default sends messages through a folder."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
TRANSPORT_ALIASES["folder"] = "config.folder_broker:Transport"


@setup_logging.connect
def keep_our_logging(**_signal: Any) -> None:
    """Leave the log as the settings made it: Celery would put handlers of its own beside ours, which know of no ids."""


app = Celery("duchatong")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
