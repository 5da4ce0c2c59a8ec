"""Child processes that live and die together: one ends, all are stopped; we are told to stop, all are stopped."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from types import FrameType

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PR_SET_PDEATHSIG = 1
POLL_SECONDS = 0.1


def _die_with_parent() -> None:
    """Ask Linux to stop the child when we are killed outright, so that nothing is left on the port; other systems go without."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Children:
    """A handful of child processes, each the leader of its own process group.

    Own groups, so that a Ctrl-C at the terminal reaches only us and the children are stopped in order and with patience.
    """

    def __init__(self, *, grace: float) -> None:
        """Prepare for children that get ``grace`` seconds to finish after being told to stop."""
        self.grace = grace
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self._commands: dict[str, tuple[Sequence[str], tuple[int, ...]]] = {}
        self._signals = 0

    def add(self, name: str, command: Sequence[str], *, pass_fds: tuple[int, ...] = ()) -> None:
        """Note one child for ``run``; ``name`` is what messages call it, ``pass_fds`` are the open files it inherits."""
        self._commands[name] = (command, pass_fds)

    def run(self, *, ready: Callable[[], bool], announce: Callable[[], None], stopping: Callable[[], None]) -> str:
        """Start all; call ``announce`` once ``ready`` says yes; wait until one ends or a stop signal arrives; stop all.

        ``stopping`` is called before the children are told to stop, which may take ``grace`` seconds.

        Returns the name of the child that ended by itself, or an empty string when we were told to stop.
        """
        previous = {number: signal.signal(number, self._on_signal) for number in STOP_SIGNALS}
        try:
            for name in self._commands:
                self._start(name)
            announced = False
            while not self._signals:
                if ended := self._ended():
                    return ended
                if not announced and ready():
                    announced = True
                    announce()
                time.sleep(POLL_SECONDS)
            return ""
        finally:
            stopping()
            self.stop()
            for number, handler in previous.items():
                signal.signal(number, handler)

    def stop(self) -> None:
        """Stop every child politely, after ``grace`` seconds or at a second signal for good, with whatever they started."""
        for process in self.processes.values():
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + self.grace
        while self._running() and self._signals < 2 and time.monotonic() < deadline:  # noqa: PLR2004 -- the second Ctrl-C
            time.sleep(POLL_SECONDS / 2)
        for process in self.processes.values():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _start(self, name: str) -> None:
        command, pass_fds = self._commands[name]
        self.processes[name] = subprocess.Popen(  # noqa: S603 -- our own command lines
            command,
            stdin=subprocess.DEVNULL,
            pass_fds=pass_fds,
            start_new_session=True,
            preexec_fn=_die_with_parent,  # noqa: PLW1509 -- no threads run here yet
        )

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._signals += 1

    def _ended(self) -> str:
        return next((name for name, process in self.processes.items() if process.poll() is not None), "")

    def _running(self) -> bool:
        return any(process.poll() is None for process in self.processes.values())
