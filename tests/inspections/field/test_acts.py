"""Photos, signatures, captions, notes, conclusions: what a phone does beside answers and findings."""

from __future__ import annotations

import base64
import hashlib
import io
import uuid

import pytest
from django.urls import reverse
from PIL import Image

from inspections.actions.evidence import remove_evidence
from inspections.actions.findings import update_finding
from inspections.models import Assignment, Confirmation, Evidence, Finding
from tests import factories
from tests.inspections.field import phone as make
from tests.inspections.field.phone import Phone


@pytest.fixture
def phone(qian, assignment):
    return Phone(qian)


@pytest.fixture
def sent(phone, assignment):
    """A finding that has arrived."""
    found = make.finding(assignment)
    phone.send(found)
    return found


# --- photos ---------------------------------------------------------------------------------------------------------------


def test_a_photo_arrives_once_with_a_receipt_of_its_bytes(phone, sent):
    content, key = make.photo(), uuid.uuid4()
    first = phone.put(key, sent["id"], content, name="台账.jpg", captured_at=make.AT)
    assert first.status_code == 201, first.content.decode()
    receipt = first.json()
    assert (receipt["sha256"], receipt["size"], receipt["outcome"]) == (hashlib.sha256(content).hexdigest(), len(content), "created")
    stored = Evidence.objects.get()
    assert (stored.pk, stored.name, stored.source_sha256) == (key, "台账.jpg", receipt["sha256"])
    assert stored.sha256 == receipt["stored_sha256"] == hashlib.sha256(stored.file.read()).hexdigest()
    assert stored.captured_at.isoformat() == "2026-11-10T01:31:00+00:00"
    again = phone.put(key, sent["id"], content)
    assert (again.status_code, again.json()["outcome"], again.json()["received_at"]) == (200, "same", receipt["received_at"])
    assert phone.get(f"/receipts?ids={key}").json()["receipts"][0]["sha256"] == receipt["sha256"]
    assert Evidence.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"content": b"cut"}, 422, "hash_mismatch"),
        ({"finding": uuid.uuid4()}, 409, "finding_missing"),
        ({"kind": "application/pdf"}, 415, "unsupported_type"),
        ({"content": b"GIF89a" + b"x" * 40, "honest": True}, 415, "unsupported_type"),
        ({"content": b"\xff\xd8\xff" + b"x" * 40, "honest": True}, 422, "refused"),
        ({"content": b"\xff" * (8 * 2**20 + 1)}, 413, "too_large"),
        ({"content": b""}, 415, "unsupported_type"),
    ],
)
def test_a_photo_that_is_none_says_why(phone, sent, change, status, code):
    content = change.get("content", make.photo())
    digest = hashlib.sha256(content if change.get("honest") else make.photo()).hexdigest()
    answer = phone.put(uuid.uuid4(), change.get("finding", sent["id"]), content, sha256=digest, kind=change.get("kind", "image/jpeg"))
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not Evidence.objects.exists()


def test_photos_keep_to_rights_and_states(phone, sent, assignment, li, other_team, qian):
    stranger = Phone(li).put(uuid.uuid4(), sent["id"], make.photo())
    assert (stranger.status_code, stranger.json()["code"]) == (403, "no_access")
    phone.send(make.record("withdraw", assignment, {"reason": "重复"}, base=1, key=sent["id"]))
    withdrawn = phone.put(uuid.uuid4(), sent["id"], make.photo())
    assert (withdrawn.status_code, withdrawn.json()["code"]) == (409, "withdrawn")
    other = make.finding(assignment)
    phone.send(other)
    Assignment.objects.update(status="concluded", concluded_by=qian, concluded_at="2026-11-10T12:00:00Z")
    late = phone.put(uuid.uuid4(), other["id"], make.photo())
    assert (late.status_code, late.json()["code"]) == (409, "concluded")


def test_what_was_removed_does_not_come_back(phone, sent, assignment, zhao):
    first, second, third = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()
    phone.put(first, sent["id"], make.photo(1))
    remove_evidence(Evidence.objects.get(), by=zhao)
    again = phone.put(first, sent["id"], make.photo(1))
    assert (again.status_code, again.json()["outcome"]) == (200, "removed")
    phone.put(second, sent["id"], make.photo(2))
    gone = [make.record("photo_remove", assignment, {}, key=key) for key in (second, third)]
    assert [one["outcome"] for one in phone.send(*gone)] in (["updated", "same"], ["same", "updated"])
    for key, seed in ((second, 2), (third, 3)):
        assert phone.put(key, sent["id"], make.photo(seed)).json()["outcome"] == "removed"
    assert not Evidence.objects.exists()


def test_an_id_of_another_photo_is_refused(phone, sent):
    key = uuid.uuid4()
    phone.put(key, sent["id"], make.photo(1))
    answer = phone.put(key, sent["id"], make.photo(2))
    assert (answer.status_code, answer.json()["code"]) == (409, "id_taken")


def test_a_caption_is_guarded_too(phone, sent, assignment):
    key = uuid.uuid4()
    phone.put(key, sent["id"], make.photo(), caption="台账")
    said = make.record("photo_caption", assignment, {"caption": "2026年台账"}, base=1, key=key)
    assert [one["outcome"] for one in phone.send(said) + phone.send(said)] == ["updated", "received"]
    late = make.record("photo_caption", assignment, {"caption": "别的"}, base=1, key=key)
    (conflict,) = phone.send(late)
    assert (conflict["outcome"], conflict["server"]["caption"]) == ("conflict", "2026年台账")


# --- the representative signs ---------------------------------------------------------------------------------------------


def shown(*records):
    return [{"id": one["id"], "kind": one["data"]["kind"], "text": one["data"]["text"]} for one in records]


def test_a_signature_is_kept_with_what_was_shown(phone, sent, assignment, client, qian, zheng):
    signed = make.confirmation(assignment, findings=shown(sent))
    (outcome,) = phone.send(signed)
    assert (outcome["status"], outcome["server"]["is_outdated"], outcome["revision"]) == (201, False, 1)
    kept = Confirmation.objects.get()
    source = base64.b64decode(signed["data"]["signature"])
    assert kept.signature_sha256 == hashlib.sha256(source).hexdigest()
    picture = Image.open(io.BytesIO(bytes(kept.signature)))
    assert (picture.format, picture.mode) == ("PNG", "L")
    assert picture.size[0] < 600, "cropped to the ink"
    assert phone.send(signed)[0]["outcome"] == "received"
    url = reverse("inspections:confirmation_signature", args=[assignment.pk])
    client.force_login(qian)
    answer = client.get(url)
    assert (answer["Content-Type"], answer.content) == ("image/png", bytes(kept.signature))
    assert client.get(url, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    page = client.get(reverse("inspections:assignment_detail", args=[assignment.pk])).content.decode()
    assert "党建办主任" in page
    assert "确认后有改动" not in page
    client.force_login(zheng)
    assert client.get(url).status_code == 404


def test_a_correction_after_signing_is_marked(phone, sent, assignment, zhao, client):
    phone.send(make.confirmation(assignment, findings=shown(sent)))
    stored = Finding.objects.select_related("theme").get()
    update_finding(stored, {"kind": "problem", "theme": stored.theme, "text": stored.text, "cause": "人手少"}, by=zhao, base_revision=1)
    assert not Confirmation.objects.get().is_outdated, "what was signed is the fact, not its cause"
    update_finding(stored, {"kind": "problem", "theme": stored.theme, "text": "改正后的事实"}, by=zhao, base_revision=2)
    assert Confirmation.objects.get().is_outdated
    assert phone.get("/day").json()["assignments"][0]["confirmation"]["is_outdated"] is True
    client.force_login(zhao)
    assert "确认后有改动" in client.get(reverse("inspections:assignment_detail", args=[assignment.pk])).content.decode()
    now = [{"id": sent["id"], "kind": "problem", "text": "改正后的事实"}]
    again = make.confirmation(assignment, base=1, findings=now)
    (outcome,) = phone.send(again)
    assert (outcome["outcome"], outcome["revision"], outcome["server"]["is_outdated"]) == ("updated", 2, False)


def test_what_was_shown_keeps_its_order_so_that_an_objection_to_the_first_means_the_first(phone, assignment):
    records = [make.finding(assignment, text=f"第{place}条") for place in range(6)]
    phone.send(*records)
    listed = shown(*sorted(records, key=lambda one: one["id"], reverse=True))
    signed = make.confirmation(assignment, findings=listed, opinion="objection", opinion_text="第一条不属实")
    phone.send(signed)
    assert [row["text"] for row in Confirmation.objects.get().shown_findings] == [row["text"] for row in listed]
    turned = {**signed, "id": str(uuid.uuid4()), "data": {**signed["data"], "findings": listed[::-1]}}
    assert phone.send(turned)[0]["outcome"] == "same"


def test_two_signatures_are_a_matter_for_a_person(phone, assignment, sun):
    phone.send(make.confirmation(assignment))
    other = base64.b64encode(make.signature("sun")).decode()
    (conflict,) = Phone(sun).send(make.confirmation(assignment, signature=other))
    assert (conflict["outcome"], conflict["server"]["by"]["name"]) == ("conflict", "钱组长")


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"signature": ""}, "signature", "signature"),
        ({"signature": base64.b64encode(b"\x89PNG\r\n\x1a\nrest").decode()}, "signature", "signature"),
        ({"signature": base64.b64encode(make.photo()).decode()}, "signature", "signature"),
        ({"signature": base64.b64encode(make.signature("")).decode()}, "signature", "signature"),
        ({"signature": base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"x" * 210_000).decode()}, "signature", "signature"),
        ({"signature": 3}, "invalid", "signature"),
        ({"signer_title": " "}, "invalid", "signer_title"),
        ({"opinion": "perhaps"}, "invalid", "opinion"),
        ({"findings": [{"id": "x"}]}, "invalid", "findings"),
    ],
)
def test_what_cannot_be_signed(phone, assignment, change, code, field):
    (outcome,) = phone.send(make.confirmation(assignment, **change))
    assert (outcome["status"], outcome["code"], outcome["errors"][0]["field"]) == (422, code, field)
    assert not Confirmation.objects.exists()


def test_an_objection_says_what(phone, assignment):
    (silent,) = phone.send(make.confirmation(assignment, opinion="objection"))
    assert "请写明意见内容" in silent["message"]
    (said,) = phone.send(make.confirmation(assignment, opinion="objection", opinion_text="记录已补齐"))
    assert said["status"] == 201


# --- notes and the end ----------------------------------------------------------------------------------------------------


def all_answers(assignment):
    return [make.result(assignment, "T1-1"), make.result(assignment, "T1-2", number="2"), make.result(assignment, "T2-1")]


def test_answers_and_the_conclusion_in_one_batch(phone, assignment):
    end = make.record("conclude", assignment, {"summary": "总体较好", "visit_on": "2026-11-10"})
    outcomes = phone.send(end, *all_answers(assignment))
    assert outcomes[0]["outcome"] == "updated", outcomes[0]
    assert outcomes[0]["server"]["status"] == "concluded"
    assert phone.send(end)[0]["outcome"] == "received"
    other = make.record("conclude", assignment, {"summary": "总体一般"})
    assert phone.send(other)[0]["outcome"] == "conflict"
    assignment.refresh_from_db()
    assert (assignment.summary, str(assignment.visit_on)) == ("总体较好", "2026-11-10")


def test_a_conclusion_names_what_is_missing(phone, assignment):
    end = make.record("conclude", assignment, {"summary": "总体较好"})
    (outcome,) = phone.send(end)
    assert (outcome["code"], [one["field"] for one in outcome["errors"]]) == ("incomplete", ["T1-1", "T1-2", "T2-1"])
    (wordless,) = phone.send(make.record("conclude", assignment, {"summary": ""}))
    assert wordless["code"] == "needs_summary"
    assignment.refresh_from_db()
    assert assignment.status != "concluded"


def test_notes_overwrite_nobodys_words(phone, assignment, sun):
    phone.send(make.record("notes", assignment, {"summary": "钱写的"}))
    (conflict,) = Phone(sun).send(make.record("notes", assignment, {"summary": "孙写的"}))
    assert (conflict["outcome"], conflict["server"]["summary"]) == ("conflict", "钱写的")
    assert (conflict["server"]["by"]["name"], bool(conflict["server"]["at"])) == ("钱组长", True)
    (kept,) = Phone(sun).send(make.record("notes", assignment, {"summary": "孙写的"}, base=conflict["revision"]))
    assert kept["outcome"] == "updated"
    (dated,) = phone.send(make.record("notes", assignment, {"summary": "孙写的", "visit_on": "2026-11-11"}))
    assert (dated["outcome"], dated["server"]["visit_on"]) == ("updated", "2026-11-11")


def test_a_removal_told_elsewhere_keeps_no_photo_out(assignment, finding, bureau, campaign, qian, li, other_team):
    """Another team's phone cannot declare our photo removed before it has arrived."""
    key, content = uuid.uuid4(), make.photo(9)
    theirs = factories.make_assignment(campaign, bureau, other_team)
    [said] = Phone(li).send(make.record("photo_remove", theirs, {}, key=key))
    assert said["status"] == 200
    answer = Phone(qian).put(key, finding.pk, content)
    assert (answer.status_code, answer.json()["outcome"]) == (201, "created")
