"""Finds every regular expression of the program, and makes for each the texts that would make it slow."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import sre_constants as codes
    import sre_parse as parser

ROOT = Path(__file__).resolve().parent.parent
APPS = ("jobs", "units", "inspections", "reports", "config")
NOT_IMPORTED = {"config.wsgi", "config.gunicorn"}
GENERIC = ("一", "1", " ", "（", "《", "<", "、", "a", "一、", "（一", "-")
"""What long runs of our texts consist of."""


def patterns() -> dict[str, re.Pattern[Any]]:
    """Return every expression by where it stands: those of modules, and those written where they are used."""
    return {**dict(_written_in_place()), **dict(_kept_in_modules())}


def _written_in_place() -> Iterator[tuple[str, re.Pattern[Any]]]:
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            if {"migrations", "demo"} & set(path.parts):
                continue
            for call in ast.walk(ast.parse(path.read_text())):
                if isinstance(call, ast.Call) and getattr(getattr(call.func, "value", None), "id", "") == "re" and call.args:
                    text = call.args[0]
                    if isinstance(text, ast.Constant) and isinstance(text.value, str | bytes):
                        yield f"{path.relative_to(ROOT)}:{call.lineno}", re.compile(text.value)


def _kept_in_modules() -> Iterator[tuple[str, re.Pattern[Any]]]:
    for app in APPS:
        for module in pkgutil.walk_packages([str(ROOT / app)], f"{app}."):
            if ".migrations" in module.name or ".demo" in module.name or module.name in NOT_IMPORTED:
                continue
            for name, value in vars(importlib.import_module(module.name)).items():
                for pattern in _inside(value):
                    yield f"{module.name}.{name}:{pattern.pattern[:20]!r}", pattern


def _inside(value: Any) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _inside(one)


def attacks(pattern: re.Pattern[Any], length: int) -> Iterator[Any]:
    """Yield texts of about ``length`` that repeat what the expression repeats and then do not match."""
    text = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = list(parser.parse(text, pattern.flags & ~re.LOCALE if isinstance(pattern.pattern, str) else 0))
    made = {unit * (length // len(unit)) for unit in GENERIC}
    for head, unit in _repeats(tree, ""):
        if unit:
            made |= {f"{lead}{unit * (length // len(unit))}\x01" for lead in (head, "")}
            if head:
                made.add(f"{head}{unit}" * (length // len(head + unit)) + "\x01")
    for one in sorted(made):
        yield one if isinstance(pattern.pattern, str) else one.encode("latin-1", "ignore")


def _repeats(tree: Any, head: str) -> Iterator[tuple[str, str]]:
    """Yield what stands before each open-ended repetition, and what is repeated."""
    for code, value in tree:
        if code in {codes.MAX_REPEAT, codes.MIN_REPEAT}:
            _least, most, inner = value
            if most is codes.MAXREPEAT or most >= 50:
                yield head, sample(inner)
            yield from _repeats(inner, head)
        elif code is codes.SUBPATTERN:
            yield from _repeats(value[-1], head)
        elif code is codes.BRANCH:
            for branch in value[1]:
                yield from _repeats(branch, head)
        elif code in {codes.ASSERT, codes.ASSERT_NOT}:
            yield from _repeats(value[1], head)
        head += sample([(code, value)])


def sample(tree: Any) -> str:
    """Return some text that the expression would take; good enough to lead it on."""
    made = ""
    for code, value in tree:
        if code is codes.LITERAL:
            made += chr(value)
        elif code is codes.NOT_LITERAL:
            made += "一" if value != ord("一") else "二"
        elif code is codes.ANY:
            made += "一"
        elif code is codes.IN:
            made += _one_of(value)
        elif code in {codes.MAX_REPEAT, codes.MIN_REPEAT}:
            made += sample(value[2]) * max(1, value[0])
        elif code is codes.SUBPATTERN:
            made += sample(value[-1])
        elif code is codes.BRANCH:
            made += sample(value[1][0])
        elif code is codes.CATEGORY:
            made += _of_category(value)
    return made


def _one_of(members: Any) -> str:
    if members and members[0][0] is codes.NEGATE:
        barred = members[1:]
        return next((char for char in "一1a 、。!" if not any(_holds(member, char) for member in barred)), "\u4e01")
    for code, value in members:
        if code is codes.LITERAL:
            return chr(value)
        if code is codes.RANGE:
            return chr(value[0])
        if code is codes.CATEGORY:
            return _of_category(value)
    return ""


def _holds(member: Any, char: str) -> bool:
    code, value = member
    if code is codes.LITERAL:
        return chr(value) == char
    if code is codes.RANGE:
        return value[0] <= ord(char) <= value[1]
    return code is codes.CATEGORY and bool(re.match({"DIGIT": r"\d", "SPACE": r"\s"}.get(str(value).rpartition("_")[2], r"\w"), char))


def _of_category(value: Any) -> str:
    return {"DIGIT": "1", "SPACE": " ", "WORD": "一"}.get(str(value).removeprefix("CATEGORY_"), "!")
