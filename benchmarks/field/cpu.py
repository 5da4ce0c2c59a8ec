"""Processor time of the processes that are measured. On a busy machine it is the figure that can be trusted."""

from __future__ import annotations

import os
from pathlib import Path

from django.db import connection

TICK = os.sysconf("SC_CLK_TCK")
USER, SYSTEM, PARENT = 11, 12, 1
"""Places in ``/proc/<pid>/stat`` behind the name."""


def _fields(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []  # it has just ended


def _family(root: int) -> list[int]:
    """Return a process and all that it started."""
    parents = {
        int(entry.name): int(fields[PARENT])
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and (fields := _fields(int(entry.name)))
    }
    found, last = {root}, 0
    while last != len(found):
        last = len(found)
        found |= {pid for pid, parent in parents.items() if parent in found}
    return sorted(found)


def _seconds(pids: list[int]) -> float:
    return sum(int(fields[USER]) + int(fields[SYSTEM]) for pid in pids if (fields := _fields(pid))) / TICK


class Meter:
    """Processor seconds of the web server and of the database's processes, from one reading to the next."""

    def __init__(self, web: int) -> None:
        self.web = web
        self.database = 0
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                self.database = int(_fields(cursor.fetchone()[0])[PARENT])
            connection.close()
        self.last = self._now()

    def _now(self) -> tuple[float, float]:
        return _seconds(_family(self.web)), _seconds(_family(self.database)) if self.database else 0.0

    def spent(self) -> tuple[float, float]:
        """Return the seconds of web server and database since the last call."""
        now = self._now()
        found = now[0] - self.last[0], now[1] - self.last[1]
        self.last = now
        return found
