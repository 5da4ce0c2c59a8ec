"""A message broker in a folder, for one machine without Redis.

Kombu's own ``filesystem`` transport opens a message file before writing it and reads without a lock, so two consumers lose
messages (celery/kombu#1551). Here a message becomes visible, and is claimed, by one atomic rename (docs/decisions/0003).
"""

from __future__ import annotations

import os
import time
import uuid
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import filesystem
from kombu.utils.json import dumps, loads


class Channel(filesystem.Channel):
    """Put and get messages by rename within one folder."""

    def _put(self, queue: str, payload: dict[str, Any], **_options: Any) -> None:
        folder = Path(self.data_folder_out)
        name = f"{time.time_ns():020d}_{uuid.uuid4().hex}.{queue}.msg"
        hidden = folder / f".{name}"  # a dot name is no message yet
        hidden.write_text(dumps(payload), encoding="utf-8")
        hidden.rename(folder / name)

    def _names(self, queue: str) -> list[str]:
        return sorted(name for name in os.listdir(self.data_folder_in) if name.partition(".")[2] == f"{queue}.msg")

    def _get(self, queue: str) -> dict[str, Any]:
        for name in self._names(queue):
            path = Path(self.data_folder_in, name)
            mine = path.with_name(f".{os.getpid()}.{uuid.uuid4().hex}.{name}")
            try:
                path.rename(mine)
            except FileNotFoundError:
                continue  # another consumer was faster
            body = mine.read_text(encoding="utf-8")
            mine.unlink()
            return loads(body)
        raise Empty

    def _purge(self, queue: str) -> int:
        count = 0
        for name in self._names(queue):
            Path(self.data_folder_in, name).unlink(missing_ok=True)
            count += 1
        return count

    def _size(self, queue: str) -> int:
        return len(self._names(queue))


class Transport(filesystem.Transport):
    """The ``folder://`` transport."""

    Channel = Channel
    driver_name = "folder"
