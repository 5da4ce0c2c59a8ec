"""App configuration."""

from django.apps import AppConfig


class UnitsConfig(AppConfig):
    """Who: organizations, people, who did what."""

    name = "units"
    verbose_name = "组织与人员"

    def ready(self) -> None:
        """Make the kinds of jobs known to every process, workers and web servers alike."""
        from units import account_state, list_kinds, offices, policies, tasks, timeline_sources, waiting  # noqa: F401, PLC0415 -- register themselves; models are ready only now
        from units.actions import downloads, factors, file_checks, guarding  # noqa: F401, PLC0415 -- registers itself
