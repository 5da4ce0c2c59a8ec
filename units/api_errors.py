"""Answers of the interface that are no success; each app's part of it speaks alike."""

from __future__ import annotations

from typing import Any

from ninja import Field, Schema


class ApiError(Exception):
    """An answer other than success: status, code for programs, sentence for people, pairs of field and sentence."""

    def __init__(self, status: int, code: str, message: str, *, errors: list[tuple[str, str]] | None = None) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.errors = status, code, message, errors or []


class FaultOut(Schema):
    """One thing that is wrong."""

    record: str = Field("", title="记录编号")
    field: str = Field("", title="字段")
    message: str = Field(title="说明")


class ErrorOut(Schema):
    """Every answer that is no success."""

    code: str = Field(title="代码")
    message: str = Field(title="说明")
    errors: list[FaultOut] = Field([], title="逐项说明")


READING: Any = dict.fromkeys((400, 401, 403, 404, 422, 429), ErrorOut)
"""What may be answered to somebody who only reads."""
