#!/usr/bin/env python
"""Run a management command: ``python manage.py help``."""

import os
import sys


def main() -> None:
    """Hand over to Django."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415 -- Django must read the settings name first

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
