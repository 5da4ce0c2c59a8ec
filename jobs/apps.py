"""App configuration."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Background work with progress; knows no other app."""

    name = "jobs"
    verbose_name = "后台任务"
