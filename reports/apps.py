"""App configuration."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """What we say about it."""

    name = "reports"
    verbose_name = "督查报告"

    def ready(self) -> None:
        """Put our buttons on the campaign page."""
        from reports import links  # noqa: F401, PLC0415 -- registers itself; models are ready only now
        from reports.rendering import startup  # noqa: F401, PLC0415 -- registers its check
