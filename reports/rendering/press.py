"""A process beside the worker that makes files within limits: what takes too long or too much memory is given up, and only that.

Threads cannot be stopped, and Celery's own limits end a whole job. So the worker hands each document to a child process, waits, looks at
its memory while it waits, and ends it when it goes too far (docs/decisions/0015). The next document gets a new process.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import Any

from django.conf import settings

from reports.rendering.result import OverMemoryError, OverTimeError, RenderError, RenderResult

logger = logging.getLogger("duchatong.jobs")
START_SECONDS = 60.0
LOOK_SECONDS = 0.05
"""How often the memory is looked at; most documents are made before the first look."""
ROOT = Path(__file__).resolve().parents[2]
CHILD = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from reports.rendering.press_child import main; main()"


class PressError(Exception):
    """The process beside us broke for a reason that is no fault of the document; its log says which."""


@dataclass(frozen=True)
class Limits:
    """What one document may take; 0 means without limit. After ``documents`` of them the process is started anew."""

    seconds: float
    memory_mb: int
    documents: int

    @classmethod
    def of_settings(cls) -> Limits:
        """Return the limits of this installation."""
        return cls(settings.RENDERING_SECONDS, settings.RENDERING_MEMORY_MB, settings.RENDERING_DOCUMENTS)

    @property
    def are_set(self) -> bool:
        """Whether there is anything to watch over."""
        return bool(self.seconds or self.memory_mb)


class Press:
    """One child process and the pipe to it. Belongs to one thread at a time."""

    def __init__(self) -> None:
        """Prepare; the process is started with the first document."""
        self._process: subprocess.Popen[bytes] | None = None
        self._pipe: Connection | None = None
        self._made = 0

    @property
    def pid(self) -> int | None:
        """The process, or None while there is none."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def render(self, file_format: str, document: Any, limits: Limits, options: dict[str, Any]) -> RenderResult:
        """Make one file.

        Raises ``OverTimeError`` or ``OverMemoryError`` for a document that goes too far, other ``RenderError`` as the renderer does, and
        ``PressError`` when the child broke.
        """
        for last in (False, True):
            pipe = self._ready(limits)
            try:
                pipe.send((file_format, document, options))
                answer = self._wait(pipe, limits)
                break
            except (EOFError, OSError) as error:
                # Somebody ended it: the kernel short of memory, an operator. A second time it is the document's doing.
                self.close()
                if last:
                    raise OverMemoryError from error
                logger.warning("the process that makes files has ended by itself, a new one tries again")
        self._made += 1
        if self._made >= limits.documents or (limits.memory_mb and self._megabytes() > limits.memory_mb / 2):
            self.close()
        return _result(answer)

    def close(self) -> None:
        """End the child, whatever it is doing."""
        if self._pipe is not None:
            self._pipe.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._process = self._pipe = None

    def _ready(self, limits: Limits) -> Connection:
        if self._pipe is not None and self.pid is not None:
            return self._pipe
        self.close()
        ours, theirs = Pipe()
        command = [sys.executable, "-c", CHILD, str(theirs.fileno()), str(limits.memory_mb)]
        # No signal at our death: that would come when the thread ends that started the child. The pipe's end tells it.
        self._process = subprocess.Popen(  # noqa: S603 -- our own command line
            command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL
        )
        theirs.close()
        self._pipe, self._made = ours, 0
        try:
            if not ours.poll(START_SECONDS) or ours.recv() != "ready":
                raise EOFError
        except (EOFError, OSError) as error:
            self.close()
            raise PressError("the process that makes files did not start") from error
        return ours

    def _wait(self, pipe: Connection, limits: Limits) -> tuple[str, Any]:
        end = time.monotonic() + limits.seconds if limits.seconds else None
        while not pipe.poll(LOOK_SECONDS):
            if end is not None and time.monotonic() > end:
                self.close()
                raise OverTimeError(limits.seconds)
            if limits.memory_mb and self._megabytes() > limits.memory_mb:
                self.close()
                raise OverMemoryError(limits.memory_mb)
        answer: tuple[str, Any] = pipe.recv()
        if answer[0] == "memory":
            self.close()
            raise OverMemoryError(limits.memory_mb)
        return answer

    def _megabytes(self) -> float:
        """Return the resident memory of the child; 0 where the system does not tell."""
        with suppress(OSError, ValueError, IndexError):
            pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
            return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
        return 0.0


def _result(answer: tuple[str, Any]) -> RenderResult:
    kind, value = answer
    if kind == "made":
        made: RenderResult = value
        return made
    if kind == "refused":
        raise RenderError(value)
    raise PressError(value)


_idle: list[Press] = []
_lock = threading.Lock()


def render_apart(file_format: str, document: Any, limits: Limits, **options: Any) -> RenderResult:
    """Make a file in a process beside this one; each thread that asks at the same time has one of its own.

    Args:
        file_format: a name in ``formats.RENDERERS``.
        document: what that renderer takes.
        limits: what it may cost.
        options: handed to the renderer.

    Raises:
        RenderError: in Chinese, what is wrong with the document, or that it is too much.
        PressError: the child broke; nothing is known about the document.

    """
    with _lock:
        press = _idle.pop() if _idle else Press()
    try:
        return press.render(file_format, document, limits, options)
    finally:
        with _lock:
            _idle.append(press)


def running() -> list[int]:
    """Return the processes beside us that wait for work, for whoever measures or tidies up."""
    with _lock:
        return [pid for press in _idle if (pid := press.pid)]


def close_all() -> None:
    """End the processes that wait for work."""
    with _lock:
        for press in _idle:
            press.close()
        _idle.clear()
