"""The page about the interface, in Chinese, made from the OpenAPI document itself: what it says is what the server does."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from config.api import api

STATUS = {
    "200": "成功",
    "201": "已新建",
    "304": "没有变化",
    "400": "内容不完整",
    "401": "没有登录，或访问令牌无效",
    "403": "没有权限，或令牌过期",
    "404": "不存在，或不在查看范围内",
    "409": "与服务器上的内容冲突",
    "413": "内容过大",
    "415": "格式不接受",
    "422": "内容有误",
    "429": "请求过于频繁",
}
MOST_TOLD = 10_000
"""A limit above it is one of the databases, and nobody gets near it."""
TYPES = {"string": "文字", "integer": "整数", "number": "数", "boolean": "是否", "array": "列表", "object": "对象", "null": "空"}
FORMATS = {"uuid": "编号", "date": "日期", "date-time": "时刻", "binary": "照片内容", "base64": "图片（Base64）"}


@dataclass(frozen=True)
class Row:
    """One parameter or field."""

    name: str
    title: str
    kind: str
    is_required: bool
    rule: str


@dataclass(frozen=True)
class Part:
    """Fields that belong together: the parameters, or the content of one kind of record."""

    title: str
    rows: list[Row]


@dataclass
class Operation:
    """One address with one method."""

    method: str
    path: str
    summary: str
    description: str
    is_public: bool
    group: str = ""
    by_token: bool = False
    parts: list[Part] = field(default_factory=list)
    statuses: list[tuple[str, str]] = field(default_factory=list)


@require_GET
def api_reference(request: HttpRequest) -> HttpResponse:
    """Show every operation with its parameters, contents and answers."""
    return render(request, "api.html", {"operations": operations(api.get_openapi_schema()), "title": api.title})


def operations(schema: dict[str, Any]) -> list[Operation]:
    """Return the operations of an OpenAPI document."""
    found = []
    for path, methods in schema["paths"].items():
        for method, said in methods.items():
            one = Operation(method.upper(), path, said.get("summary", ""), said.get("description", ""), not said.get("security"))
            if said.get("parameters"):
                one.parts.append(Part("参数", [_parameter(row) for row in said["parameters"]]))
            one.parts.extend(_contents(said.get("requestBody", {})))
            one.parts.extend(_answers(said, schema.get("components", {}).get("schemas", {})))
            one.group = "".join(said.get("tags", []))
            one.by_token = any("TokenAuth" in way for way in said.get("security", ()))
            one.statuses = [(str(status), STATUS.get(str(status), "")) for status in said.get("responses", {})]
            found.append(one)
    return found


def _parameter(said: dict[str, Any]) -> Row:
    schema = said["schema"]
    return Row(said["name"], schema.get("title", ""), _kind(schema), bool(said.get("required")), _rule(schema))


def _contents(body: dict[str, Any]) -> list[Part]:
    parts = []
    for kind, said in body.get("content", {}).items():
        records = said["schema"].get("properties", {}).get("records", {}).get("items", {}).get("oneOf", [])
        if not records:
            parts.append(Part(f"内容：{kind}", []))
        for number, record in enumerate(records):
            if not number:
                parts.append(Part("每条记录", _fields(record, without="data")))
            parts.append(Part(record["title"], _fields(record["properties"]["data"])))
    return parts


def _answers(said: dict[str, Any], schemas: dict[str, Any]) -> list[Part]:
    """Return what a successful answer holds, and what each item of a page does."""
    found = []
    content = said.get("responses", {}).get(200, {}).get("content", {}).get("application/json", {}).get("schema", {})
    answer = schemas.get(content.get("$ref", "").rpartition("/")[2])
    if answer and said.get("security"):
        found.append(Part("返回", _fields(answer)))
        items = answer["properties"].get("items", {}).get("items", {})
        if each := schemas.get(items.get("$ref", "").rpartition("/")[2]):
            found.append(Part("返回的每一条（items）", _fields(each)))
    return found


def _fields(schema: dict[str, Any], without: str = "") -> list[Row]:
    required = set(schema.get("required", []))
    return [
        Row(name, said.get("title", ""), _kind(said), name in required, _rule(said))
        for name, said in schema.get("properties", {}).items()
        if name != without
    ]


def _kind(schema: dict[str, Any]) -> str:
    if "anyOf" in schema:
        return "或".join(dict.fromkeys(_kind(one) for one in schema["anyOf"]))
    if "enum" in schema or "const" in schema:
        return "选项"
    if "$ref" in schema:
        return "对象"
    return FORMATS.get(schema.get("format", ""), "") or TYPES.get(schema.get("type", ""), "")


def _rule(schema: dict[str, Any]) -> str:
    """Return what the values must be like, in words."""
    if "anyOf" in schema:
        return next((rule for one in schema["anyOf"] if (rule := _rule(one))), "")
    if "enum" in schema:
        return "、".join(str(value) or "（空）" for value in schema["enum"])
    if schema.get("maximum", MOST_TOLD) < MOST_TOLD:
        return f"{schema.get('minimum', 0)} 到 {schema['maximum']}"
    if "maxLength" in schema:
        return f"最多 {schema['maxLength']} 个字"
    return f"最多 {schema['maxItems']} 条" if "maxItems" in schema else ""
