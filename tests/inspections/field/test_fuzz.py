"""Strange requests made from the OpenAPI document: whatever comes in, no answer is a fault of ours, and each is JSON of the agreed shape."""

from __future__ import annotations

import json

import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.generation import GenerationMode

from config.api import api
from tests.inspections.field import phone as make
from tests.inspections.field.phone import API

EXAMPLES = 12
"""Enough to notice a change; sixty of each were tried when this was written."""
OPERATIONS = [("GET", "ping"), ("GET", "day"), ("GET", "receipts"), ("POST", "sync"), ("PUT", "photos/{photo}")]


@pytest.fixture(scope="module")
def schema():
    return schemathesis.openapi.from_dict(json.loads(json.dumps(api.get_openapi_schema(), default=str)))


@pytest.fixture
def client_of_qian(qian, assignment):
    client = Client(enforce_csrf_checks=True)
    client.force_login(qian)
    client.token = client.get(f"{API}/me").json()["csrf_token"]
    return client


def send(client, method: str, path: str, query, body, kind: str):
    """Send one request; the arguments may be anything."""
    content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body, default=str).encode()
    pairs = {str(name): value if isinstance(value, list) else str(value) for name, value in (query or {}).items()}
    return client.generic(method, path, content, content_type=kind, query_params=pairs, headers={"X-CSRFToken": client.token})


def judge(answer) -> None:
    """Every answer is ours and in order, whatever was asked."""
    assert answer.status_code < 500, answer.content.decode()
    assert answer["X-Duchatong-Api"] == "1"
    if answer.status_code == 304:
        return
    body = json.loads(answer.content)
    if answer.status_code >= 400:
        assert body["code"]
        assert body["message"].endswith("。"), body
    for outcome in body.get("outcomes", ()):
        assert outcome["status"] < 500
        assert outcome["status"] < 400 or outcome["message"].endswith("。"), outcome


@pytest.mark.parametrize(("method", "name"), OPERATIONS)
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_no_request_is_a_fault_of_ours(client_of_qian, assignment, schema, method, name, mode):
    operation = schema[f"{API}/{name}"][method]
    try:
        cases = operation.as_strategy(generation_mode=mode)
    except Exception as error:  # noqa: BLE001 -- an operation may have nothing that can be wrong
        pytest.fail(f"no cases for {method} {name}: {error}")

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases)
    def one(case):
        body = case.body if not str(case.body).startswith("NotSet") and type(case.body).__name__ != "NotSet" else None
        path = f"{API}/{name}".format(**{part: str(value) for part, value in (case.path_parameters or {}).items()} or {"photo": "x"})
        judge(send(client_of_qian, method, path, case.query, body, case.media_type or "application/json"))

    one()


def junk():
    """Anything JSON can say."""
    scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=30)
    return st.recursive(
        scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4), max_leaves=8
    )


@settings(max_examples=EXAMPLES * 2, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_records_with_one_strange_field_are_refused_for_themselves(client_of_qian, assignment, data):
    """Real ids of a real unit, so that the depths are reached; one field at a time is anything."""
    records = [
        make.result(assignment, "T1-2", number="3"),
        make.finding(assignment, item="T2-1"),
        make.confirmation(assignment),
        make.record("notes", assignment, {"summary": "好", "visit_on": "2026-11-10"}),
        make.record("recheck", assignment, {"finding": str(assignment.pk), "outcome": "fixed", "note": ""}),
        make.record("withdraw", assignment, {"reason": "重复"}),
    ]
    record = data.draw(st.sampled_from(records))
    place = data.draw(st.sampled_from(["", *record["data"]]))
    if place:
        record["data"][place] = data.draw(junk())
    else:
        record[data.draw(st.sampled_from([*record, "other"]))] = data.draw(junk())
    answer = send(client_of_qian, "POST", f"{API}/sync", None, {"records": [record, make.finding(assignment)]}, "application/json")
    judge(answer)
    assert answer.json()["outcomes"][1]["status"] == 201, "its neighbour is stored"
