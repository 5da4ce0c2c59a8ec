"""What one thing costs: time of our process, time altogether, time in the database. Other programs disturb the second most, the first least."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection


@dataclass
class Cost:
    """Milliseconds of several runs, and the questions of one."""

    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)
    database: list[float] = field(default_factory=list)
    queries: int = 0

    @staticmethod
    def median(times: list[float]) -> float:
        """Return the middle one."""
        return statistics.median(times)

    @staticmethod
    def p95(times: list[float]) -> float:
        """Return what nineteen of twenty stay below."""
        return sorted(times)[max(0, round(len(times) * 0.95) - 1)]


def cost_of(what: Callable[[], Any], runs: int) -> Cost:
    """Do it once to warm up, and then so many times."""
    what()
    cost = Cost()
    for _ in range(runs):
        spent = InDatabase()
        begun, used = time.perf_counter(), time.process_time()
        with connection.execute_wrapper(spent):
            what()
        cost.wall.append((time.perf_counter() - begun) * 1000)
        cost.cpu.append((time.process_time() - used) * 1000)
        cost.database.append(spent.seconds * 1000)
        cost.queries = spent.number
    return cost


class InDatabase:
    """Adds up the time from each question to its answer."""

    def __init__(self) -> None:
        self.seconds, self.number = 0.0, 0

    def __call__(self, execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        """Carry one question out."""
        begun = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.seconds += time.perf_counter() - begun
            self.number += 1
