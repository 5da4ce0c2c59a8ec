"""A phone's outbox and the bad lines it sends through: the protocol of docs/api-field.md as a client has to keep it.

Used by the tests (over the test client) and by ``benchmarks/field`` (over sockets). Only the standard library.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

API = "/api/v1/field"
FAULTS = ("drop", "lose answer", "delay", "duplicate", "truncate request", "truncate answer", "500", "500 after", "html 200", "redirect")
PORTAL = b"<!doctype html><title>Wi-Fi</title><p>200 OK"


class Cut(Exception):
    """The line broke: nobody knows whether the request arrived."""


@dataclass(frozen=True)
class Sent:
    """One request."""

    method: str
    path: str
    body: bytes = b""
    kind: str = ""
    token: str = ""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes


Line = Callable[[Sent], Answer]


class FaultyLine:
    """Passes requests on, most of the time. ``share`` of them meet one of ``FAULTS``."""

    def __init__(self, line: Line, *, share: float, seed: int) -> None:
        self.line, self.share, self.dice = line, share, random.Random(seed)
        self.met: Counter[str] = Counter()
        self._late: list[Sent] = []

    def __call__(self, sent: Sent) -> Answer:
        """Pass one request on, or not, or twice, or later, or half of it."""
        if self._late and self.dice.random() < 0.5:
            self.line(self._late.pop(self.dice.randrange(len(self._late))))
        if self.dice.random() >= self.share:
            return self.line(sent)
        fault = self.dice.choice(FAULTS)
        self.met[fault] += 1
        return getattr(self, f"_{fault.replace(' ', '_')}", self._other)(sent, fault)

    def deliver_late(self) -> None:
        """Deliver everything that is still on its way."""
        while self._late:
            self.line(self._late.pop())

    def _drop(self, _sent: Sent, _fault: str) -> Answer:
        raise Cut

    def _lose_answer(self, sent: Sent, _fault: str) -> Answer:
        self.line(sent)
        raise Cut

    def _delay(self, sent: Sent, _fault: str) -> Answer:
        self._late.append(sent)
        raise Cut

    def _duplicate(self, sent: Sent, _fault: str) -> Answer:
        self._late.append(sent)
        self.line(sent)
        return self.line(sent)

    def _truncate_request(self, sent: Sent, _fault: str) -> Answer:
        half = sent.body[: self.dice.randrange(len(sent.body))] if sent.body else b""
        return self.line(Sent(sent.method, sent.path, half, sent.kind, sent.token))

    def _truncate_answer(self, sent: Sent, _fault: str) -> Answer:
        whole = self.line(sent)
        return Answer(whole.status, whole.headers, whole.body[: self.dice.randrange(max(len(whole.body), 1))])

    def _500_after(self, sent: Sent, _fault: str) -> Answer:
        self.line(sent)
        return Answer(500, {"content-type": "text/html"}, b"<h1>Bad gateway</h1>")

    def _other(self, _sent: Sent, fault: str) -> Answer:
        if fault == "500":
            return Answer(500, {"content-type": "text/html"}, b"<h1>Internal Server Error</h1>")
        if fault == "redirect":
            return Answer(302, {"location": "http://portal.example/"}, b"")
        return Answer(200, {"content-type": "text/html"}, PORTAL)


@dataclass
class Outbox:
    """Records and photos that wait, and how they are sent: JSON first, then photo after photo; nothing doubtful counts as sent."""

    line: Line
    records: list[dict[str, Any]]
    photos: list[tuple[str, str, bytes]] = field(default_factory=list)
    batch: int = 50
    shuffle: random.Random | None = None
    requests: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    refused: list[dict[str, Any]] = field(default_factory=list)

    def empty(self, most_rounds: int = 10_000) -> None:
        """Send until nothing waits. Raises ``AssertionError`` when that takes too long."""
        for _ in range(most_rounds):
            if not self.records and not self.photos:
                return
            try:
                self._round()
            except Cut:
                continue
        message = f"{len(self.records)} records and {len(self.photos)} photos could not be sent"
        raise AssertionError(message)

    def _round(self) -> None:
        token = str(self._ask(Sent("GET", f"{API}/me"))["csrf_token"])
        while self.records:
            if self.shuffle:
                self.shuffle.shuffle(self.records)
            some = self.records[: self.batch]
            body = json.dumps({"records": some}).encode()
            answer = self._ask(Sent("POST", f"{API}/sync", body, "application/json", token))
            outcomes = answer["outcomes"]
            if [one["id"] for one in outcomes] != [one["id"] for one in some]:
                raise Cut
            self.outcomes.update(one["outcome"] for one in outcomes)
            self.refused.extend(one for one in outcomes if one["status"] >= 400)
            self.records = self.records[self.batch :]
        for photo in self._waiting():
            key, finding, content = photo
            digest = hashlib.sha256(content).hexdigest()
            query = urlencode({"finding": finding, "sha256": digest, "name": "photo.jpg"})
            receipt = self._ask(Sent("PUT", f"{API}/photos/{key}?{query}", content, "image/jpeg", token))
            if receipt["sha256"] != digest:
                raise Cut
            self.outcomes[f"photo {receipt['outcome']}"] += 1
            self.photos.remove(photo)

    def _waiting(self) -> Iterator[tuple[str, str, bytes]]:
        yield from list(self.photos)

    def _ask(self, sent: Sent) -> dict[str, Any]:
        """Return what a trustworthy answer says. Raises ``Cut`` for anything else: the queue stays as it is."""
        self.requests += 1
        answer = self.line(sent)
        headers = {name.lower(): value for name, value in answer.headers.items()}
        ours = headers.get("x-duchatong-api") == "1" and headers.get("content-type", "").startswith("application/json")
        if answer.status not in {200, 201} or not ours:
            raise Cut
        try:
            found = json.loads(answer.body)
        except ValueError as error:
            raise Cut from error
        if not isinstance(found, dict):
            raise Cut
        return found
