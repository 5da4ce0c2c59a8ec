"""The Celery application; the embedded default sends messages through a folder."""

from __future__ import annotations

import os

from celery import Celery
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
TRANSPORT_ALIASES["folder"] = "config.folder_broker:Transport"

app = Celery("duchatong")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
