"""Who does what on the report desk: readers, those who are inspected, the office of an inspected unit, and ids from another report."""

from __future__ import annotations

import pytest
from django.urls import reverse

from jobs.models import Job
from reports.models import Paragraph, Report, ReportTemplate, SignOff
from tests import factories
from tests.addresses import World
from tests.rights_desk import DELIVERIES, OPEN, READ, STRANGER_DESK, TEMPLATES_READ, TEMPLATES_WRITTEN, WRITTEN
from units.models import User


@pytest.fixture
def world(district, town, zhao, team, finding):
    return World(district, town, zhao, team, finding)


@pytest.fixture
def street(town):
    """The office of 青石镇, which is inspected."""
    return factories.make_user("街办", role="office", at=town, username="street")


def answers(client, world, name) -> set[int]:
    """The answers to looking and to sending, without those of addresses that only take the other."""
    url = world.address(f"reports:{name}")
    return {client.get(url).status_code, client.post(url).status_code} - {405}


def as_one(client, person) -> None:
    client.force_login(User.objects.get(pk=person.pk))


def test_every_address_of_the_desk_is_of_one_kind():
    kinds = [READ, WRITTEN, OPEN, TEMPLATES_READ, TEMPLATES_WRITTEN, DELIVERIES, {"archive_compare", "letter_create", "confirmation_sheet"}]
    assert sum(map(len, kinds)) == len(STRANGER_DESK)


def test_leaders_read_the_desk_and_write_nothing(client, world, wu):
    as_one(client, wu)
    for name in READ:
        assert answers(client, world, name) == {200}, name
    for name in WRITTEN | TEMPLATES_WRITTEN | {"archive_create", "series_create", "watch_word_list"}:
        assert answers(client, world, name) == {403}, name
    compared = client.get(world.address("reports:archive_compare"), {"report": world.report.pk})
    assert compared.status_code == 200
    for name in ("archive_list", "series_list", "template_list", "template_detail"):
        assert client.get(world.address(f"reports:{name}")).status_code == 200, name
    for name in ("template_preview", "letter_create", "delivery_receive"):
        assert answers(client, world, name) == {403}, name
    assert answers(client, world, "delivery_detail") == {200}


def test_who_is_inspected_sees_nothing_of_the_desk(client, world, street, zhou, qian):
    """青石镇's office, its liaison, and an inspector, who writes findings but no reports."""
    ours = ("云岭", world.report.title, "云督报")
    for person in (street, zhou, qian):
        as_one(client, person)
        for name in READ | WRITTEN | {"archive_compare"}:
            expected = {403} if name.startswith("watch_word_") and person != street else {404}
            assert answers(client, world, name) == expected, (name, person)
        for name in ("archive_list", "series_list", "watch_word_list"):
            page = client.get(world.address(f"reports:{name}"))
            assert page.status_code == (200 if person == street else 403), (name, person)
            assert not [word for word in ours if word in page.content.decode().replace("云岭区委", "")], (name, person)
        if person != street:
            assert {code for name in TEMPLATES_READ | TEMPLATES_WRITTEN for code in answers(client, world, name)} == {404}, person


def test_the_office_of_an_inspected_unit_reads_templates_and_changes_none(client, world, street):
    as_one(client, street)
    published = world.report.template
    for name in TEMPLATES_READ:
        assert answers(client, world, name) == {200}, name
    before = list(ReportTemplate.objects.order_by("pk").values())
    for name in TEMPLATES_WRITTEN:
        address = reverse(f"reports:{name}", args=[published.pk])
        assert {client.get(address).status_code, client.post(address, {"name": "改"}).status_code} - {405} == {403}, name
    assert list(ReportTemplate.objects.order_by("pk").values()) == before


def test_ids_of_one_report_are_not_used_in_another(client, world, zhao):
    """A second draft of the same office: its address with the ids of the first is not found, and nothing moves."""
    other = Report.objects.create(campaign=world.campaign, template=world.report.template, title="另一份", drafted_by=zhao)
    desk = world.desk
    as_one(client, zhao)
    foreign = {
        "remark_resolve": [desk.remark.pk],
        "version_detail": [desk.version.number],
        "version_restore": [desk.version.number],
        "word_return_detail": [desk.returned.pk],
        "proposal_decide": [desk.proposal.pk],
        "proposal_decide_all": [desk.returned.pk],
        "signoff_pass": [desk.step.pk],
        "signoff_send_back": [desk.step.pk],
        "signoff_issue": [desk.step.pk],
        "paragraph_basis": [desk.paragraph.uid],
    }
    for name, args in foreign.items():
        assert answers_of(client, reverse(f"reports:{name}", args=[other.pk, *args])) == {404}, name
    rows = list(Paragraph.objects.order_by("pk").values())
    sent = {"revision": desk.paragraph.revision, "text": "错放", "head": "甲。", "tail": "乙。", "choice": "accept", "way": "down"}
    for act in ("save", "delete", "split", "merge", "move", "level"):
        address = reverse(f"reports:paragraph_{act}", args=[other.pk, desk.paragraph.uid])
        assert client.post(address, sent).status_code == 409, act
    assert client.post(reverse("reports:offer_settle", args=[other.pk, desk.paragraph.uid]), sent).status_code == 409
    renamed = client.post(
        reverse("reports:section_rename", args=[other.pk, desk.section.pk]), {"old": desk.section.heading, "heading": "错放"}
    )
    added = client.post(reverse("reports:paragraph_add", args=[other.pk]), {"section": desk.section.pk, "text": "错放"})
    assert (renamed.status_code, added.status_code) == (409, 409)
    assert client.post(reverse("reports:remark_add", args=[other.pk]), {"text": "错放", "parent": desk.remark.pk}).status_code == 404
    assert client.post(reverse("reports:remark_add", args=[other.pk]), {"text": "错放", "paragraph": desk.paragraph.uid}).status_code == 404
    assert list(Paragraph.objects.order_by("pk").values()) == rows
    assert desk.section.report.remarks.count() == 1
    assert other.remarks.count() == 0


def answers_of(client, url) -> set[int]:
    return {client.get(url).status_code, client.post(url).status_code} - {405}


def test_a_step_is_done_by_whom_it_waits_for(client, world, wu):
    """Nobody else of the office, not even who reads everything: 403, and the step waits on."""
    Report.objects.filter(pk=world.report.pk).update(status=Report.Status.IN_REVIEW)
    for person in (world.desk.reviewer, wu):
        as_one(client, person)
        for name in ("signoff_pass", "signoff_send_back", "signoff_issue"):
            assert client.post(world.address(f"reports:{name}"), {"opinion": "同意"}).status_code == 403, (name, person)
    assert SignOff.objects.get(pk=world.desk.step.pk).status == SignOff.Status.WAITING


def test_who_left_the_office_signs_no_more(client, world, zhao):
    Report.objects.filter(pk=world.report.pk).update(status=Report.Status.IN_REVIEW)
    zhao.appointments.all().delete()
    as_one(client, zhao)
    for name in ("signoff_detail", "signoff_pass", "signoff_send_back", "signoff_issue", "report_edit", "paragraph_save"):
        assert answers(client, world, name) == {404}, name


def test_a_recheck_of_someone_who_left_the_office_is_not_run(world, bureau, zhao, run_jobs):
    factories.make_assignment(world.campaign, bureau, world.team, status="concluded", summary="较好")
    job = Job.objects.create(kind="reports.recheck", title="核对", started_by=zhao, params={"report": world.report.pk})
    before = list(Paragraph.objects.order_by("pk").values())
    zhao.appointments.all().delete()
    run_jobs()
    job.refresh_from_db()
    assert job.status == "failed"
    assert "权限" in job.error
    assert list(Paragraph.objects.order_by("pk").values()) == before


def test_a_correction_of_a_report_that_is_not_issued_is_not_begun(client, world, zhao):
    as_one(client, zhao)
    page = client.post(world.address("reports:report_correct"), {"reason": "有误"})
    assert "已签发的报告才需要更正" in page.content.decode()
    assert not world.campaign.reports.exclude(corrects=None).exists()


def test_a_recheck_of_a_report_deleted_meanwhile_says_so(world, zhao, run_jobs):
    job = Job.objects.create(kind="reports.recheck", title="核对", started_by=zhao, params={"report": world.report.pk})
    world.report.delete()
    run_jobs()
    job.refresh_from_db()
    assert job.status == "failed"
    assert "DoesNotExist" not in job.error
    assert job.error
