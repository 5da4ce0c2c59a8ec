"""A message broker in a folder, for one machine without Redis.

Kombu's own ``filesystem`` transport opens a message file before writing it and reads without a lock, so two consumers lose
messages (celery/kombu#1551). Here a message becomes visible, and is claimed, by one atomic rename (docs/decisions/0003).
The tables of bindings are written the same way: kombu truncates such a file before locking it, and a publisher that reads it just
then finds no queue for its message and drops it.
"""

from __future__ import annotations

import fcntl
import logging
import os
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import filesystem
from kombu.utils.json import dumps, loads

logger = logging.getLogger("duchatong.jobs")


class Channel(filesystem.Channel):
    """Put and get messages by rename within one folder."""

    @contextmanager
    def _table_lock(self) -> Iterator[None]:
        self.control_folder.mkdir(parents=True, exist_ok=True)
        with (self.control_folder / ".lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _write_table(self, exchange: str, rows: list[Any]) -> None:
        file = self._exchange_file(exchange)
        hidden = file.with_name(f".{uuid.uuid4().hex}")
        hidden.write_text(dumps(rows), encoding="utf-8")
        hidden.rename(file)

    def get_table(self, exchange: str) -> list[Any]:
        """Return the bindings of an exchange; readers need no lock, since a table is replaced whole."""
        try:
            rows = loads(self._exchange_file(exchange).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return []
        return [filesystem.exchange_queue_t(*row) for row in rows]

    def _lookup(self, exchange: str, routing_key: str, default: str | None = None) -> list[str]:
        # A process remembers that it has bound a queue. When the folder was emptied meanwhile the table is gone, and a message for which
        # no queue is found would be dropped without a word: our queues are named like their routing keys, so it goes there.
        found = super()._lookup(exchange, routing_key, default)
        return found or ([routing_key] if routing_key and self.typeof(exchange).type == "direct" else [])

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        row = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        with self._table_lock():
            rows = self.get_table(exchange)
            if row not in rows:
                self._write_table(exchange, [row, *rows])

    def _delete(self, queue: str, exchange: str, *_args: Any, **_options: Any) -> None:
        self._purge(queue)
        with self._table_lock():
            self._write_table(exchange, [row for row in self.get_table(exchange) if row.queue != queue])

    # kombu's own two base classes disagree about the name of the second argument.
    def _put(self, queue: str, payload: dict[str, Any], **_options: Any) -> None:  # type: ignore[override]
        folder = Path(self.data_folder_out)
        name = f"{time.time_ns():020d}_{uuid.uuid4().hex}.{queue}.msg"
        hidden = folder / f".{name}"  # a dot name is no message yet
        try:
            hidden.write_text(dumps(payload), encoding="utf-8")
            hidden.rename(folder / name)
        except OSError:
            hidden.unlink(missing_ok=True)  # a full disk: half a message must not take its last room
            raise

    def _names(self, queue: str) -> list[str]:
        return sorted(path.name for path in Path(self.data_folder_in).iterdir() if path.name.partition(".")[2] == f"{queue}.msg")

    def _get(self, queue: str, timeout: float | None = None) -> dict[str, Any]:  # noqa: ARG002 -- kombu's signature
        for name in self._names(queue):
            path = Path(self.data_folder_in, name)
            mine = path.with_name(f".{os.getpid()}.{uuid.uuid4().hex}.{name}")
            try:
                path.rename(mine)
            except FileNotFoundError:
                continue  # another consumer was faster
            try:
                return loads(mine.read_bytes())
            except ValueError:
                # Raised from here it would end the worker, and again after each new start. The job's row is the truth: the sweep sends it.
                logger.exception("unreadable message %s thrown away", name)
            finally:
                mine.unlink(missing_ok=True)
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
