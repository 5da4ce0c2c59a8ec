"""App configuration."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """What we say about it."""

    name = "reports"
    verbose_name = "督查报告"

    def ready(self) -> None:
        """Put our buttons on the campaign page, and make the kinds of jobs known to web servers too: they ask for their permits."""
        from reports import demo, events, links, list_kinds, policies, state, tasks, timeline_sources, waiting  # noqa: F401, PLC0415 -- register themselves
        from reports.dashboard import todo  # noqa: F401, PLC0415 -- registers what waits on the report desk
        from reports.rendering import startup  # noqa: F401, PLC0415 -- registers its check
