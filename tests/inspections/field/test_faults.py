"""Bad lines, repeats at the same moment, repeats long after: each record arrives exactly once, and no newer edit is undone."""

from __future__ import annotations

import hashlib
import random
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client

from inspections.actions.syncing import sync
from inspections.models import CheckResult, Evidence, Finding, Receipt
from tests import factories
from tests.at_once import together
from tests.inspections.field import phone as make
from tests.inspections.field.outbox import FAULTS, Answer, FaultyLine, Outbox, Sent
from units.models import ActivityEntry, User


def line_of(user):
    """The way to the server without faults."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(user)

    def line(sent: Sent) -> Answer:
        headers = {"X-CSRFToken": sent.token} if sent.token else {}
        answer = client.generic(sent.method, sent.path, sent.body, content_type=sent.kind or "text/plain", headers=headers)
        return Answer(answer.status_code, dict(answer.headers), answer.content)

    return line


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_everything_arrives_once_through_bad_lines(qian, assignment, seed):
    found = [make.finding(assignment, text=f"第{number}条") for number in range(40)]
    answers = [make.result(assignment, "T1-1"), make.result(assignment, "T1-2", number="3"), make.result(assignment, "T2-1")]
    photos = [(str(uuid.uuid4()), found[number]["id"], make.photo(number)) for number in range(10)]
    line = FaultyLine(line_of(qian), share=0.4, seed=seed)
    outbox = Outbox(line, [*found, *answers], list(photos), batch=7, shuffle=random.Random(seed))
    outbox.empty()
    line.deliver_late()
    assert sum(line.met.values()) > 5, "the line was too good to prove anything"
    assert not outbox.refused
    assert dict(Finding.objects.values_list("pk", "text")) == {uuid.UUID(one["id"]): one["data"]["text"] for one in found}
    assert CheckResult.objects.count() == 3
    stored = {str(photo.pk): photo.source_sha256 for photo in Evidence.objects.all()}
    assert stored == {key: hashlib.sha256(content).hexdigest() for key, _finding, content in photos}
    assert ActivityEntry.objects.filter(verb="inspections.finding_create").count() == 40
    assert Receipt.objects.count() == 40 + 3 + 10


def test_every_fault_was_met(qian, assignment):
    """Each kind of fault on its own: the queue stays until an honest answer comes."""
    for fault in FAULTS:
        line = FaultyLine(line_of(qian), share=0.7, seed=7)
        line.dice.choice = lambda _faults, fault=fault: fault  # type: ignore[method-assign]
        sent = make.finding(assignment, text=fault)
        outbox = Outbox(line, [sent], [(str(uuid.uuid4()), sent["id"], make.photo())])
        outbox.empty()
        line.deliver_late()
        assert line.met[fault], fault
        assert Finding.objects.filter(text=fault).count() == 1, fault
        assert Evidence.objects.filter(finding=sent["id"]).count() == 1, fault


@pytest.mark.parametrize("seed", [11, 12])
def test_edits_delivered_late_undo_nothing(qian, assignment, seed):
    """Ten edits one after another; the line delivers old ones again at any time."""
    line = FaultyLine(line_of(qian), share=0.5, seed=seed)
    first = make.finding(assignment)
    Outbox(line, [first]).empty()
    for number in range(1, 11):
        edit = {**first, "base_revision": number, "data": {**first["data"], "text": f"第{number}稿"}}
        outbox = Outbox(line, [edit])
        outbox.empty()
        assert not outbox.refused, outbox.refused
    line.deliver_late()
    stored = Finding.objects.get()
    assert (stored.text, stored.revision) == ("第10稿", 11)


# --- at the same moment ---------------------------------------------------------------------------------------------------


def test_ten_at_once_are_one(on_disk, qian, assignment):
    records = [make.finding(assignment, text=f"同时{number}") for number in range(5)] + [make.result(assignment)]
    user = User.objects.get(pk=qian.pk)

    def send(seed):
        mixed = random.Random(seed).sample(records, len(records))
        return lambda: {one.outcome for one in sync(mixed, by=user)}

    found = together(*(send(seed) for seed in range(10)))
    assert all(isinstance(one, set) for one in found), found
    assert sorted(map(sorted, found)) == [["created"], *[["received"]] * 9]
    assert (Finding.objects.count(), CheckResult.objects.count(), Receipt.objects.count()) == (5, 1, 6)


def test_the_same_photo_at_once_is_one(on_disk, qian, assignment, settings):
    sent = make.finding(assignment)
    sync([sent], by=qian)
    key, content = str(uuid.uuid4()), make.photo()

    def send():
        try:
            Outbox(line_of(qian), [], [(key, sent["id"], content)]).empty(20)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(send) for _ in range(4)]:
            done.result(60)
    assert Evidence.objects.count() == 1
    assert Receipt.objects.filter(kind="photo").count() == 1


def test_one_new_id_for_two_units_at_once(on_disk, qian, assignment, campaign, bureau, team):

    other = factories.make_assignment(campaign, bureau, team)
    key = uuid.uuid4()
    user = User.objects.get(pk=qian.pk)
    found = together(*(lambda unit=unit: sync([make.finding(unit, key=key)], by=user)[0] for unit in (assignment, other)))
    assert sorted((one.outcome, one.code) for one in found) == [("created", ""), ("refused", "id_taken")], found
    assert Finding.objects.count() == 1
