"""What the OpenAPI document says about bodies that are read by hand: records of many kinds, each refused for itself."""

from __future__ import annotations

from typing import Any

from inspections.field.records import SHAPES, Envelope, Shape

NAMES = {
    "result": "检查结果",
    "finding": "发现",
    "withdraw": "撤回发现",
    "photo_caption": "照片说明",
    "photo_remove": "移除照片",
    "recheck": "回头看",
    "notes": "督查日期和总体评价",
    "confirmation": "事实确认",
    "conclude": "办结",
}


def _inlined(shape: type[Shape]) -> dict[str, Any]:
    """Return the schema of a shape without references: it stands inside another document."""
    schema = shape.model_json_schema(mode="validation")
    definitions = schema.pop("$defs", {})

    def resolved(part: Any) -> Any:
        if isinstance(part, dict):
            if "$ref" in part:
                return resolved(definitions[part["$ref"].rpartition("/")[2]])
            return {name: resolved(value) for name, value in part.items() if name != "description" or not isinstance(value, str)}
        return [resolved(one) for one in part] if isinstance(part, list) else part

    return dict(resolved(schema))


def record_schemas() -> list[dict[str, Any]]:
    """Return the schema of a record of each kind."""
    found = []
    for kind, shape in SHAPES.items():
        envelope = _inlined(Envelope)
        envelope["title"] = f"{NAMES[kind]}（{kind}）"
        envelope["properties"]["kind"] = {"const": kind, "title": "类型", "type": "string"}
        envelope["properties"]["data"] = _inlined(shape)
        found.append(envelope)
    return found


EXAMPLE_BODY: dict[str, Any] = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["records"],
                "properties": {"records": {"title": "记录", "type": "array", "items": {"oneOf": record_schemas()}}},
            }
        }
    },
}
PHOTO_BODY: dict[str, Any] = {
    "required": True,
    "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in ("image/jpeg", "image/png")},
}
