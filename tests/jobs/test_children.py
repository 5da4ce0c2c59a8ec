"""Children live and die together: nothing is left behind, however they or we end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from jobs.children import Children

ROOT = Path(__file__).resolve().parent.parent.parent
SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)",
]


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2][:3]


def wait_for(condition, seconds: float = 15) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


def nothing() -> None:
    """Stand in for an announcement."""


def test_when_one_ends_the_others_are_stopped_and_it_is_named():
    children = Children(grace=5)
    children.add("长工", SLEEP)
    children.add("短工", [sys.executable, "-c", "raise SystemExit(3)"])
    said: list[str] = []
    assert children.run(ready=lambda: False, announce=nothing, stopping=lambda: said.append("stopping")) == "短工"
    assert said == ["stopping"]
    assert all(process.poll() is not None for process in children.processes.values())


def test_a_stop_signal_ends_all_and_names_nobody():
    children = Children(grace=5)
    children.add("一", SLEEP)
    children.add("二", SLEEP)
    announced: list[int] = []

    def announce() -> None:
        announced.append(1)
        os.kill(os.getpid(), signal.SIGTERM)

    before = signal.getsignal(signal.SIGTERM)
    assert children.run(ready=lambda: True, announce=announce, stopping=nothing) == ""
    assert announced == [1]
    assert all(process.poll() is not None for process in children.processes.values())
    assert signal.getsignal(signal.SIGTERM) == before


def test_a_child_that_will_not_stop_is_killed_after_the_grace_with_its_own_children():
    script = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']).wait()"
    children = Children(grace=0.5)
    children.add("倔", STUBBORN)
    children.add("带", [sys.executable, "-c", script])
    pids: list[int] = []

    def announce() -> None:
        time.sleep(1)
        pids.extend(process.pid for process in children.processes.values())
        group = subprocess.run(["pgrep", "-g", str(pids[1])], capture_output=True, text=True, check=False).stdout.split()
        pids.extend(int(pid) for pid in group if int(pid) != pids[1])
        os.kill(os.getpid(), signal.SIGINT)

    started = time.monotonic()
    assert children.run(ready=lambda: True, announce=announce, stopping=nothing) == ""
    assert time.monotonic() - started < 10
    assert len(pids) == 3
    assert wait_for(lambda: not any(is_alive(pid) for pid in pids))


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's help is Linux'")
def test_children_end_when_we_are_killed_outright(tmp_path):
    script = f"""
        from jobs.children import Children
        children = Children(grace=5)
        children.add("一", {SLEEP!r})
        children.run(ready=lambda: True, announce=lambda: print(children.processes["一"].pid, flush=True), stopping=lambda: None)
    """
    parent = subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    child = int(parent.stdout.readline())
    assert is_alive(child)
    parent.kill()
    parent.wait()
    assert wait_for(lambda: not is_alive(child))
