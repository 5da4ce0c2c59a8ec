"""App configuration."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """What we say about it."""

    name = "reports"
    verbose_name = "督查报告"
