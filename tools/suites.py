"""Run the tests three ways: SQLite with the folder broker, PostgreSQL with Redis (whatever is stored or queued), and in the browser.

``ARGS`` holds further arguments for pytest. All three are run even when the first fails; the closing lines come last, so that the end of
a log says how many tests ran. Anything skipped counts as failed (``tests/no_skips.py``).
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTEST = [sys.executable, "-m", "pytest", "-p", "tests.no_skips"]
TIME_LIMIT = 900
"""Seconds for one suite; a test that hangs must not take the whole run with it."""
NOTHING_SELECTED = 5
CLOSING = re.compile(r"\b(\d+) (passed|failed|errors?|deselected|xfailed|warnings?)\b")
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Suite:
    """One way of running the tests."""

    name: str
    command: list[str]


@dataclass
class Outcome:
    """How one suite ended: pytest's exit code, its closing line, the counts in it."""

    name: str
    code: int
    closing: str

    @property
    def counts(self) -> dict[str, int]:
        """The numbers in the closing line by what they count."""
        return {
            what.rstrip("s") if what.startswith(("error", "warning")) else what: int(number)
            for number, what in CLOSING.findall(self.closing)
        }


def suites() -> list[Suite]:
    """Return the three suites, smallest set-up first."""
    side_by_side = ["-n", "2", "--dist", "worksteal"]
    services = [sys.executable, str(ROOT / "tests" / "with_services.py")]
    return [
        Suite("SQLite + 文件夹队列", [*PYTEST, *side_by_side, "-m", "not browser"]),
        Suite("PostgreSQL + Redis", [*services, *PYTEST, "-p", "tests.stored_only", *side_by_side, "-m", "not browser"]),
        Suite("浏览器", [*PYTEST, *side_by_side, "-m", "browser"]),
    ]


def environment() -> dict[str, str]:
    """Return our environment without what would point the tests at a real database, broker or account."""
    settings = ("DATABASE_URL", "CELERY_BROKER_URL", "MEDIA_ROOT", "DEMO", "DEMO_PASSWORD", "PORT")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO_") and name not in settings}
    # Playwright's fixtures run inside an event loop, where Django refuses the database unless told otherwise.
    return {**kept, "DJANGO_ALLOW_ASYNC_UNSAFE": "1"}


def run(suite: Suite, extra: list[str]) -> Outcome:
    """Run one suite, showing its output as it comes, and return how it ended."""
    print(f"\n=== {suite.name} ===", flush=True)
    colour = ["--color=yes"] if sys.stdout.isatty() else []
    command = [*suite.command, *colour, *extra]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    alarm = threading.Timer(TIME_LIMIT, process.terminate)
    alarm.start()
    closing = ""
    started = time.monotonic()
    try:
        for line in process.stdout or ():
            sys.stdout.write(line)
            sys.stdout.flush()
            plain = COLOUR.sub("", line).strip()
            if plain.startswith("=") and (CLOSING.search(plain) or "no tests ran" in plain):
                closing = plain.strip("= ")
        code = process.wait()
    finally:
        alarm.cancel()
    if time.monotonic() - started >= TIME_LIMIT:
        return Outcome(suite.name, code or 1, f"超过 {TIME_LIMIT} 秒，已中止")
    return Outcome(suite.name, code, closing or f"没有结果（退出码 {code}）")


def total(outcomes: list[Outcome], seconds: float) -> str:
    """Return one closing line over all suites, worded as pytest words its own."""
    sums: dict[str, int] = {}
    for outcome in outcomes:
        for what, number in outcome.counts.items():
            sums[what] = sums.get(what, 0) + number
    order = [what for what in ("failed", "error", "passed", "xfailed") if sums.get(what)]
    words = ", ".join(f"{sums[what]} {what}" for what in order) or "no tests ran"
    return f"===== {words} in {seconds:.0f}s ====="


def main() -> int:
    """Run all suites; 0 only when each passed. With ``ARGS`` a suite may select nothing, but not every suite."""
    extra = shlex.split(os.environ.get("ARGS", ""))
    started = time.monotonic()
    outcomes = [run(suite, extra) for suite in suites()]
    summary = [*(f"{outcome.name}: {outcome.closing}" for outcome in outcomes), total(outcomes, time.monotonic() - started)]
    print("\n=== 汇总 ===", *summary, sep="\n", flush=True)
    (ROOT / "var").mkdir(exist_ok=True)
    (ROOT / "var" / "test-summary.txt").write_text("\n".join(summary) + "\n")
    allowed = {0, NOTHING_SELECTED} if extra else {0}
    passed = all(outcome.code in allowed for outcome in outcomes) and any(outcome.code == 0 for outcome in outcomes)
    return 0 if passed else 1


if __name__ == "__main__":
    try:
        raise SystemExit(main())
    except KeyboardInterrupt:
        raise SystemExit(130) from None
