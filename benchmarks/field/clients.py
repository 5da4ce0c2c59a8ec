"""Phones in processes of their own: they keep one connection open and send as fast as they are answered. No Django."""

from __future__ import annotations

import http.client
import json
import random
import time
from collections import Counter
from multiprocessing.synchronize import Barrier
from typing import Any

from benchmarks.field.world import Seat
from tests.inspections.field.outbox import API, Answer, Cut, FaultyLine, Outbox, Sent

TIMEOUT = 60


class Socket:
    """A line to the server that is opened again when it breaks."""

    def __init__(self, port: int, session: str) -> None:
        self.port, self.session, self.token = port, session, ""
        self._connection: http.client.HTTPConnection | None = None
        self._csrf = ""

    def __call__(self, sent: Sent) -> Answer:
        """Send one request. Raises ``Cut`` when the connection breaks."""
        headers = {"Cookie": f"{self.session}; {self._csrf}" if self._csrf else self.session}
        if sent.kind:
            headers["Content-Type"] = sent.kind
        if sent.token:
            headers["X-CSRFToken"] = sent.token
        for is_second in (self._connection is None, True):
            try:
                answer, body = self._exchange(sent, headers)
                break
            except (OSError, http.client.HTTPException) as error:
                self._close()
                # As a browser does: a connection that lay idle was closed by the server, and a new one will do.
                if is_second:
                    raise Cut from error
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            if cookie.startswith("csrftoken="):
                self._csrf = cookie.partition(";")[0]
        return Answer(answer.status, dict(answer.headers.items()), body)

    def _exchange(self, sent: Sent, headers: dict[str, str]) -> tuple[http.client.HTTPResponse, bytes]:
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)
        self._connection.request(sent.method, sent.path, sent.body or None, headers)
        answer = self._connection.getresponse()
        return answer, answer.read()

    def _close(self) -> None:
        if self._connection:
            self._connection.close()
        self._connection = None


def send_all(port: int, seat: Seat, records: list[dict[str, Any]], batch: int, start: Barrier) -> tuple[float, float, Counter[str]]:
    """Send ``records`` in batches once everybody is ready; return when it began and ended, and the outcomes. Every answer must be 200."""
    line = Socket(port, seat.session)
    token = json.loads(line(Sent("GET", f"{API}/me")).body)["csrf_token"]
    bodies = [json.dumps({"records": records[place : place + batch]}).encode() for place in range(0, len(records), batch)]
    found: Counter[str] = Counter()
    start.wait()
    begun = time.monotonic()
    answers = [line(Sent("POST", f"{API}/sync", body, "application/json", token)) for body in bodies]
    ended = time.monotonic()
    for answer in answers:
        if answer.status != http.client.OK:
            found[f"status {answer.status}"] += 1
            continue
        found.update(one["outcome"] for one in json.loads(answer.body)["outcomes"])
    return begun, ended, found


def replay(  # noqa: PLR0917 -- called by a pool, which knows no names
    port: int, seat: Seat, records: list[dict[str, Any]], batch: int, seed: int, start: Barrier
) -> tuple[float, float, Counter[str]]:
    """Send the same records as everybody else, in an order of one's own."""
    mixed = random.Random(seed).sample(records, len(records))  # noqa: S311 -- reproducible order
    return send_all(port, seat, mixed, batch, start)


def through_faults(  # noqa: PLR0917 -- all of them are the case
    port: int, seat: Seat, records: list[dict[str, Any]], photos: list[tuple[str, str, bytes]], share: float, seed: int
) -> tuple[int, Counter[str], int]:
    """Empty an outbox through a bad line; return the requests, the faults met, and how many records were refused."""
    line = FaultyLine(Socket(port, seat.session), share=share, seed=seed)
    dice = random.Random(seed)  # noqa: S311 -- reproducible order
    outbox = Outbox(line, list(records), list(photos), batch=50, shuffle=dice)
    outbox.empty(100_000)
    while True:
        try:
            line.deliver_late()
            break
        except Cut:
            continue
    return outbox.requests, line.met, len(outbox.refused)
