"""App configuration."""

from django.apps import AppConfig


class InspectionsConfig(AppConfig):
    """What happened: campaign to close-out."""

    name = "inspections"
    verbose_name = "督查"

    def ready(self) -> None:
        """Keep the copies of organizations' paths in open campaigns true when a branch moves; make the kinds of jobs known."""
        from inspections import (  # noqa: F401, PLC0415 -- register themselves
            events,
            ledger_todo,
            list_kinds,
            offers,
            policies,
            submission_jobs,
            submission_todo,
            tasks,
            team_duties,
            team_todo,
            timeline_sources,
        )
        from inspections.actions import paths, searching  # noqa: F401, PLC0415 -- register themselves
