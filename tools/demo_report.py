"""Compose the demo campaign's four-part report into ``var/reports``: what ``make report`` does.

It builds a demo database of its own each time, so it shows the present code and never touches anybody's data.
"""

from __future__ import annotations

import io
import os
import shutil
import sys
from pathlib import Path

import assets
import fonts

ROOT = Path(__file__).resolve().parent.parent
CAMPAIGN = "2026-2"
"""The demo campaign that is finished and not yet reported on."""


def own_environment(home: Path) -> None:
    """Point Django to an embedded database in ``home``, whatever the caller's environment names."""
    for name in ("DATABASE_URL", "CELERY_BROKER_URL", "MEDIA_ROOT"):
        os.environ.pop(name, None)
    os.environ["DUCHATONG_FONTS"] = str(fonts.fonts_folder())  # before the next line moves the default
    os.environ["DUCHATONG_VAR"] = str(home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"


def main() -> int:
    """Make the database, compose, leave the printing of the paths to the ``compose`` command."""
    var = assets.vendor_folder().parent
    home, out = var / "report-demo", var / "reports"
    shutil.rmtree(home, ignore_errors=True)
    own_environment(home)
    sys.path.insert(0, str(ROOT))
    import django  # noqa: PLC0415 -- only after the environment is set
    from django.core.management import CommandError, call_command  # noqa: PLC0415

    django.setup()
    try:
        print("· 准备演示数据", flush=True)
        call_command("migrate", interactive=False, verbosity=0)
        call_command("demo", stdout=io.StringIO())  # its logins are of no use here
        print("· 生成督查报告", flush=True)
        call_command("compose", CAMPAIGN, template="four-part", out=str(out))
    except CommandError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
