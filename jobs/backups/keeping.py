"""The backups that are made by themselves: one a day into ``BACKUP_DIR``, the oldest removed."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from jobs.backups.writing import MANIFEST, Written, write
from jobs.errors import Refused

PREFIX = "duchatong-"


@dataclass(frozen=True)
class Kept:
    """One finished backup: where, when it was made, and whether it is encrypted."""

    folder: Path
    made_at: datetime
    encrypted: bool


def kept() -> list[Kept]:
    """Return the finished backups in ``BACKUP_DIR``, newest first; none when the setting is empty or the folder cannot be read."""
    if not settings.BACKUP_DIR:
        return []
    found = []
    for manifest in Path(settings.BACKUP_DIR).glob(f"{PREFIX}*/{MANIFEST}"):
        try:
            content = json.loads(manifest.read_text())
            made_at = parse_datetime(content["made_at"])
        except (OSError, ValueError, KeyError, TypeError):
            continue
        if made_at:
            found.append(Kept(manifest.parent, made_at, bool(content.get("encrypted"))))
    return sorted(found, key=lambda one: one.made_at, reverse=True)


def make_daily() -> Written | None:
    """Make today's backup unless there is one, then remove those beyond ``BACKUP_KEEP``; ``None`` when nothing was to be done.

    Raises ``Refused`` or ``OSError`` when it cannot be written; the old ones then stay.
    """
    if not settings.BACKUP_DIR:
        return None
    today = timezone.localtime()
    done = kept()
    if done and timezone.localtime(done[0].made_at).date() >= today.date():
        return None
    folder = Path(settings.BACKUP_DIR) / f"{PREFIX}{today:%Y%m%d-%H%M%S}"
    written = write(folder, passphrase=passphrase_from(settings.BACKUP_PASSPHRASE_FILE))
    for old in kept()[settings.BACKUP_KEEP :]:
        shutil.rmtree(old.folder, ignore_errors=True)
    return written


def passphrase_from(path: str) -> str:
    """Return the first line of the file at ``path``, empty when no path is given. Raises ``Refused`` for a file that gives none."""
    if not path:
        return ""
    try:
        line = Path(path).read_text().splitlines()[0].strip()
    except (OSError, IndexError, UnicodeDecodeError) as error:
        raise Refused(f"口令文件 {path} 不能读取或为空。请检查路径和权限，口令写在第一行。") from error
    if len(line) < 12:  # noqa: PLR2004 -- a passphrase guards everything at once
        raise Refused(f"口令文件 {path} 第一行的口令不足 12 位，请换用更长的口令。")
    return line
