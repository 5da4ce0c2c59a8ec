"""App configuration."""

from django.apps import AppConfig


class UnitsConfig(AppConfig):
    """Who: organizations, people, who did what."""

    name = "units"
    verbose_name = "组织与人员"
