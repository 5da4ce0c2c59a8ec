"""A phone in the hands of one inspector, as far as the server sees it: makes records, sends them, keeps what was answered."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import uuid
from typing import Any

from django.test import Client
from PIL import Image, ImageDraw

from inspections.models import Assignment

AT = "2026-11-10T09:31:00+08:00"
API = "/api/v1/field"


def signature(text: str = "zhou", size: tuple[int, int] = (600, 300)) -> bytes:
    """A scribble on nothing."""
    picture = Image.new("RGBA", size, (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    for place, letter in enumerate(text):
        pen.line([(40 + place * 90, 40), (80 + place * 80 + ord(letter) % 7, 240), (120 + place * 70, 60)], fill=(0, 0, 0, 255), width=5)
    target = io.BytesIO()
    picture.save(target, "PNG")
    return target.getvalue()


def photo(seed: int = 1, size: tuple[int, int] = (64, 48)) -> bytes:
    """A small photo, different for every seed."""
    picture = Image.new("RGB", size, ((seed * 37) % 255, (seed * 91) % 255, (seed * 13) % 255))
    ImageDraw.Draw(picture).text((4, 4), str(seed), fill="white")
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=90)
    return target.getvalue()


def result(assignment: Assignment, item: str = "T1-1", *, base: int = 0, key: Any = None, **data: Any) -> dict[str, Any]:
    """A record of an answer."""
    data = {"checklist": assignment.campaign.checklist_id, "item": item, **(data or {"conformity": "conforming"})}
    return record("result", assignment, data, base=base, key=key)


def finding(assignment: Assignment, *, base: int = 0, key: Any = None, **data: Any) -> dict[str, Any]:
    """A record of a finding."""
    given = {"checklist": assignment.campaign.checklist_id, "theme": "T2", "kind": "problem", "text": "学习记录缺少研讨发言材料", **data}
    return record("finding", assignment, given, base=base, key=key)


def confirmation(assignment: Assignment, *, base: int = 0, key: Any = None, **data: Any) -> dict[str, Any]:
    """A record of a signed confirmation."""
    given = {"signer_title": "党建办主任", "opinion": "agree", "confirmed_at": AT, "findings": [], **data}
    given.setdefault("signature", base64.b64encode(signature()).decode())
    return record("confirmation", assignment, given, base=base, key=key)


def record(kind: str, assignment: Assignment, data: dict[str, Any], *, base: int = 0, key: Any = None) -> dict[str, Any]:
    """A record of any kind."""
    given = {"kind": kind, "id": str(key or uuid.uuid4()), "assignment": str(assignment.pk), "base_revision": base}
    return {**given, "recorded_at": AT, "data": data}


class Phone:
    """Speaks to the server as the phone's pages do: fresh token first, then the records, then each photo."""

    def __init__(self, user: Any) -> None:
        self.client = Client(enforce_csrf_checks=True)
        self.client.force_login(user)

    def get(self, path: str, **headers: Any) -> Any:
        """Ask for something below the interface."""
        return self.client.get(f"{API}{path}", headers=headers)

    @property
    def token(self) -> str:
        """A fresh token."""
        return str(self.get("/me").json()["csrf_token"])

    def send(self, *records: Any) -> list[dict[str, Any]]:
        """Send records and return their outcomes."""
        answer = self.post({"records": list(records)})
        assert answer.status_code == 200, answer.content.decode()
        return list(answer.json()["outcomes"])

    def post(self, body: Any, token: str | None = None) -> Any:
        """Send any body to be stored."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"X-CSRFToken": self.token if token is None else token}
        return self.client.post(f"{API}/sync", content, content_type="application/json", headers=headers)

    def put(self, key: Any, finding_id: Any, content: bytes, *, sha256: str = "", kind: str = "image/jpeg", **more: str) -> Any:
        """Send a photo."""
        query = {"finding": str(finding_id), "sha256": sha256 or hashlib.sha256(content).hexdigest(), **more}
        return self.client.put(f"{API}/photos/{key}", content, content_type=kind, query_params=query, headers={"X-CSRFToken": self.token})
