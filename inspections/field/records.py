"""What a phone sends: the shape of each kind of record, read strictly and refused in Chinese. Knows no database (docs/api-field.md)."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Base64Bytes, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError

from inspections.field.texts import cleaned, one_line, sentence_for

LONGEST_TEXT = 2000
LONGEST_ECHO = 64
FINDINGS_SHOWN = 500


def _number_as_text(value: Any) -> Any:
    """Take numbers as numbers, too: a phone may send 3 instead of "3"."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _tidied(tidy: Callable[[str], str]) -> BeforeValidator:
    """Tidy a text before its length is judged: one of blanks only is empty."""
    return BeforeValidator(lambda value: tidy(value) if isinstance(value, str) else value)


Text = Annotated[str, _tidied(cleaned)]
Line = Annotated[str, _tidied(one_line)]
Key = Annotated[int, Field(ge=0, lt=2**63)]
Day = Annotated[date | None, BeforeValidator(lambda value: value or None)]


class Shape(BaseModel):
    """Settings of all shapes. Unknown fields are ignored: a newer phone may say more than this server knows."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class ResultData(Shape):
    """An answer to one item; only the field of its kind of answer counts."""

    checklist: Key = Field(title="清单版本")
    item: Text = Field(title="检查项", min_length=1, max_length=20)
    conformity: Literal["", "conforming", "mostly", "not_conforming", "not_applicable"] = Field("", title="判断")
    number: Annotated[Text, BeforeValidator(_number_as_text)] | None = Field(None, title="数值", max_length=40)
    is_approximate: bool = Field(False, title="约数")
    date: Day = Field(None, title="日期")
    text: Text = Field("", title="文字", max_length=LONGEST_TEXT)
    note: Text = Field("", title="备注", max_length=300)


class FindingData(Shape):
    """A finding, new or changed."""

    checklist: Key = Field(title="清单版本")
    theme: Text = Field(title="主题", min_length=1, max_length=20)
    item: Text | None = Field(None, title="检查项", max_length=20)
    standard: Text | None = Field(None, title="规范表述", max_length=20)
    kind: Literal["problem", "risk_point", "good_practice"] = Field(title="类型")
    text: Line = Field(title="内容", min_length=1, max_length=500)
    severity: Literal["", "general", "notable", "serious"] = Field("general", title="程度")
    cause: Line = Field("", title="原因", max_length=200)
    measure: Line = Field("", title="建议措施", max_length=300)


class WithdrawData(Shape):
    """Why a finding is taken back."""

    reason: Line = Field(title="撤回原因", min_length=1, max_length=200)


class CaptionData(Shape):
    """What a photo shows."""

    caption: Line = Field("", title="照片说明", max_length=100)


class RemoveData(Shape):
    """Nothing needs to be said."""


class RecheckData(Shape):
    """What an earlier problem looks like today."""

    finding: uuid.UUID = Field(title="原问题")
    outcome: Literal["fixed", "still_there"] = Field(title="整改情况")
    note: Line = Field("", title="现场情况", max_length=300)


class NotesData(Shape):
    """Day of the visit and overall appraisal while they are typed."""

    summary: Text = Field("", title="总体评价", max_length=LONGEST_TEXT)
    visit_on: Day = Field(None, title="督查日期")


class ConcludeData(NotesData):
    """The same, with which the inspection is declared complete."""


class ShownFinding(Shape):
    """A finding as the representative saw it."""

    id: uuid.UUID = Field(title="编号")
    kind: Literal["problem", "risk_point", "good_practice"] = Field(title="类型")
    text: Line = Field(title="内容", max_length=500)


class ConfirmationData(Shape):
    """What the representative signed."""

    signer_title: Line = Field(title="确认人职务", min_length=1, max_length=60)
    opinion: Literal["agree", "objection"] = Field(title="单位意见")
    opinion_text: Line = Field("", title="意见内容", max_length=500)
    confirmed_at: AwareDatetime = Field(title="确认时间")
    signature: Base64Bytes = Field(title="签名图片")
    findings: list[ShownFinding] = Field([], title="确认的事实", max_length=FINDINGS_SHOWN)


SHAPES: dict[str, type[Shape]] = {
    "result": ResultData,
    "finding": FindingData,
    "withdraw": WithdrawData,
    "photo_caption": CaptionData,
    "photo_remove": RemoveData,
    "recheck": RecheckData,
    "notes": NotesData,
    "confirmation": ConfirmationData,
    "conclude": ConcludeData,
}
"""The kinds in the order in which they are processed: what is concluded must have been answered before."""
RANK = {kind: place for place, kind in enumerate(SHAPES)}


class Envelope(Shape):
    """What every record has around its data."""

    kind: Literal["result", "finding", "withdraw", "photo_caption", "photo_remove", "recheck", "notes", "confirmation", "conclude"] = Field(
        title="类型"
    )
    id: uuid.UUID = Field(title="编号")
    assignment: uuid.UUID = Field(title="督查任务")
    base_revision: int = Field(0, title="修订号", ge=0, lt=2**31)
    recorded_at: AwareDatetime | None = Field(None, title="记录时间")
    data: dict[str, Any] = Field(title="内容")


@dataclass(frozen=True, slots=True)
class Record:
    """One record that can be understood. ``key`` is the name of its receipt: the same content has the same key, whenever it is sent."""

    kind: str
    id: uuid.UUID
    assignment: uuid.UUID
    base_revision: int
    recorded_at: datetime | None
    data: Any
    key: uuid.UUID

    @property
    def order(self) -> tuple[int, int, int]:
        """Where the record comes in its batch: the same for every batch, so that two of them never wait for each other crosswise."""
        return RANK[self.kind], self.id.int, self.base_revision


@dataclass(frozen=True, slots=True)
class Unreadable:
    """One record that cannot: what may be echoed of it, and what is wrong in which field."""

    kind: str
    id: str
    faults: list[tuple[str, str]]
    code: str = "invalid"


_ENVELOPE = TypeAdapter(Envelope)


def read(raw: Any) -> Record | Unreadable:
    """Return one record as it was sent, or what is wrong with it."""
    if not isinstance(raw, dict):
        return Unreadable("", "", [("", "这条记录的格式不正确，请更新页面后重新上传。")])
    echo = _echo(raw.get("kind")), _echo(raw.get("id"))
    if echo[0] not in SHAPES:
        return Unreadable(*echo, [("kind", "系统不认识这类记录，请联系管理员升级系统后再上传。")], "unknown_kind")
    try:
        envelope = _ENVELOPE.validate_python(raw)
        data = SHAPES[envelope.kind].model_validate(envelope.data)
    except ValidationError as error:
        return Unreadable(*echo, _faults(error, SHAPES[echo[0]]))
    return Record(
        kind=envelope.kind,
        id=envelope.id,
        assignment=envelope.assignment,
        base_revision=envelope.base_revision,
        recorded_at=envelope.recorded_at,
        data=data,
        key=_key(envelope),
    )


def _echo(value: Any) -> str:
    return value[:LONGEST_ECHO] if isinstance(value, str) else ""


def _key(envelope: Envelope) -> uuid.UUID:
    """Return the name of the receipt: from everything that says what is to be stored, without the clock."""
    return receipt_key(envelope.kind, envelope.id, envelope.assignment, envelope.base_revision, envelope.data)


_ONE_FORM = json.JSONEncoder(sort_keys=True, ensure_ascii=True, separators=(",", ":"), default=str)


def receipt_key(*content: Any) -> uuid.UUID:
    """Return the name of the receipt for a content: equal contents have equal names, others practically never."""
    return uuid.UUID(bytes=hashlib.sha256(_ONE_FORM.encode(content).encode()).digest()[:16])


def _faults(error: ValidationError, shape: type[Shape]) -> list[tuple[str, str]]:
    found = []
    for one in error.errors(include_url=False, include_input=False):
        place = next((str(part) for part in one["loc"] if isinstance(part, str)), "")
        known = shape.model_fields.get(place) or Envelope.model_fields.get(place)
        found.append((place, sentence_for(one["type"], one.get("ctx", {}), (known.title if known else "") or "这一项")))
    return found
