"""What apps above add to the demo once its facts are written; they register at start-up, so that this app need not name them."""

from __future__ import annotations

from collections.abc import Callable

Step = Callable[[], str]
_STEPS: list[Step] = []


def after_demo(function: Step) -> Step:
    """Register ``function()``: it writes more from the demo's facts and returns what it wrote in a few Chinese words, empty for nothing."""
    if function not in _STEPS:
        _STEPS.append(function)
    return function


def carry_on() -> list[str]:
    """Take all steps, in the order of registration; return what was written."""
    return [said for step in _STEPS if (said := step())]
