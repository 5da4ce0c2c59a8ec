"""What a token reads: its own branch and nothing beside it, page by page, and what has changed since."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from inspections.actions.findings import withdraw_finding
from inspections.models import Assignment, Campaign, Finding, Rectification
from reports.models import Report
from tests import factories
from tests.reports.signing.conftest import make_report
from units.actions.organizations import move_organization, update_organization
from units.bulk_rows import insert_rows
from units.models import PartyOrganization, User

LISTS = ("organizations", "campaigns", "findings", "rectifications", "reports")


def ids(found) -> list:
    return [row["id"] for row in found["items"]]


@pytest.fixture
def issued(campaign, assignment, finding, zhao, wu):
    """An issued report of the district, by hand: how reports are issued is looked at elsewhere."""
    Assignment.objects.filter(pk=assignment.pk).update(status="concluded", concluded_by=zhao, concluded_at=timezone.now())
    report = make_report(campaign, zhao)
    from reports.assembly import document_of
    from reports.rendering.document import to_json

    values = {"frozen": to_json(document_of(report)), "frozen_sha256": "a" * 64, "issued_at": timezone.now(), "issued_by": wu}
    Report.objects.filter(pk=report.pk).update(status="issued", number_text="云督报〔2026〕1号", **values)
    return Report.objects.get(pk=report.pk)


@pytest.fixture
def row(problem, make_row, elsewhere):
    return make_row(problem)


def test_the_district_reads_its_whole_branch(platform, district, town, bureau, row, problem, elsewhere, campaign):
    organizations = platform.read("organizations")
    assert {district.pk, town.pk, bureau.pk} <= set(ids(organizations))
    top = next(each for each in organizations["items"] if each["id"] == district.pk)
    assert (top["parent_id"], top["level"], top["kind_name"]) == (None, 1, "党委")
    assert next(each for each in organizations["items"] if each["id"] == town.pk)["level"] == 2
    assert ids(platform.read("campaigns")) == [campaign.pk]
    assert set(ids(platform.read("findings"))) == {str(problem.pk), str(elsewhere.pk)}
    found = platform.read(f"rectifications/{row.pk}")
    assert (found["reference"], found["finding_ids"], found["lamp"]) == (row.reference, [str(problem.pk)], "green")
    assert found["status_name"] == "整改中"


def test_a_street_reads_nothing_beside_it(street_system, platform, town, district, bureau, row, problem, elsewhere, issued):
    assert ids(street_system.read("organizations")) == [town.pk]
    assert ids(street_system.read("findings")) == [str(problem.pk)]
    assert ids(street_system.read("rectifications")) == [str(row.pk)]
    assert ids(street_system.read("reports")) == []
    [campaign] = street_system.read("campaigns")["items"]
    assert campaign["organizer_id"] is None, "the organizer lies above"
    for path in (f"organizations/{district.pk}", f"organizations/{bureau.pk}", f"findings/{elsewhere.pk}", f"reports/{issued.pk}"):
        answer = street_system.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), path
    assert ids(platform.read("reports")) == [issued.pk]
    assert "区档案馆" not in json.dumps([street_system.read(name) for name in LISTS], ensure_ascii=False)


def test_what_the_branch_found_out_elsewhere_is_not_in_the_branch(street_system, town, bureau, zhao, qian):
    """A leader of 青石镇 reads all of its own campaign; its token nothing about organizations beside it."""
    own = factories.make_campaign(town, zhao)
    beside = factories.make_finding(factories.make_assignment(own, bureau), qian, text="旁边单位的问题")
    inside = factories.make_finding(factories.make_assignment(own, town), qian)
    assert Finding.objects.visible_to(street_system.token.reader).count() == 2
    assert ids(street_system.read("findings")) == [str(inside.pk)]
    assert street_system.get(f"findings/{beside.pk}").status_code == 404
    assert street_system.read("tallies", campaign_id=own.pk)["organization"]["problems"] == 1


def test_a_stranger_reads_nothing_of_ours(stranger_system, other_district, row, problem, issued, campaign, town):
    assert ids(stranger_system.read("organizations")) == [other_district.pk]
    for name in LISTS[1:]:
        assert ids(stranger_system.read(name)) == [], name
    for path in (f"campaigns/{campaign.pk}", f"findings/{problem.pk}", f"rectifications/{row.pk}", f"reports/{issued.pk}"):
        assert stranger_system.get(path).status_code == 404, path
    assert stranger_system.get("tallies", campaign_id=campaign.pk).status_code == 404


def test_an_inspected_branch_learns_nothing_before_the_end(street_system, platform, finding, town, campaign):
    assert ids(platform.read("findings")) == [str(finding.pk)]
    assert ids(street_system.read("findings")) == []
    assert street_system.read("tallies", campaign_id=campaign.pk)["organization"]["problems"] == 0
    Campaign.objects.update(status=Campaign.Status.FINISHED)
    assert ids(street_system.read("findings")) == [str(finding.pk)]
    assert street_system.read("tallies", campaign_id=campaign.pk)["organization"]["problems"] == 1


def test_no_names_of_people_are_given_out(platform, row, problem, issued):
    everything = json.dumps([platform.read(name, limit=500) for name in LISTS], ensure_ascii=False)
    everything += json.dumps([platform.read(f"rectifications/{row.pk}"), platform.read(f"findings/{problem.pk}")], ensure_ascii=False)
    assert [str(user) for user in User.objects.all() if str(user) in everything] == []


def test_pages_follow_each_other_without_gaps_or_repeats(platform, district, town):
    for number in range(7):
        factories.make_organization(f"第{number}支部", town)
    seen, cursor = [], ""
    while True:
        found = platform.read("organizations", limit=3, cursor=cursor)
        assert len(found["items"]) <= 3
        seen += ids(found)
        cursor = found["next_cursor"]
        if not cursor:
            break
    assert seen == sorted(PartyOrganization.objects.filter(path__startswith=district.path).values_list("pk", flat=True))


@pytest.mark.parametrize("query", [{"cursor": "made-up"}, {"limit": 0}, {"limit": 501}, {"updated_since": "gestern"}])
def test_what_cannot_be_meant_is_told(platform, query):
    answer = platform.get("findings", **query)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert answer.json()["errors"][0]["field"] == next(iter(query))


MOMENTS = (
    "9999-12-31T23:59:59-12:00",
    "0001-01-01T00:00:00+14:00",
    "0001-01-01",
    "9999-12-31T23:59:59",
    "-1",
    "99999999999999999999",
    "NaN",
)


@pytest.mark.parametrize("moment", MOMENTS)
def test_moments_at_the_edge_of_the_calendar_are_no_fault(platform, moment):
    for name in LISTS:
        assert platform.get(name, updated_since=moment).status_code in {200, 422}, name


@pytest.mark.parametrize("key", ["0", "9223372036854775808", "9" * 60])
def test_keys_that_no_row_has_are_no_fault(platform, key):
    for path in (f"organizations/{key}", f"campaigns/{key}", f"reports/{key}"):
        assert platform.get(path).status_code in {400, 404}, path
    assert platform.get("tallies", campaign_id=key).status_code in {404, 422}
    assert platform.get("findings", organization_id=key).status_code in {200, 422}


def test_a_cursor_of_one_list_is_none_of_another(platform, town, elsewhere, problem):
    cursor = platform.read("findings", limit=1)["next_cursor"]
    assert cursor
    assert platform.get("organizations", cursor=cursor).status_code == 422


def test_conditions_narrow(platform, problem, elsewhere, town, row, campaign):
    assert ids(platform.read("findings", organization_id=town.pk)) == [str(problem.pk)]
    assert ids(platform.read("findings", campaign_id=campaign.pk + 1)) == []
    assert ids(platform.read("rectifications", status="closed")) == []
    assert platform.get("findings", kind="person").status_code == 422


# --- what has changed since ---------------------------------------------------------------------------------------------------------


def test_every_write_is_found_by_its_moment(platform, town, problem, elsewhere, row, zhao, chen, make_row):
    long_ago = timezone.now() - timedelta(days=3)
    for model in (PartyOrganization, Campaign, Finding, Rectification):
        model.objects.update(changed_at=long_ago)
    as_of = platform.read("findings")["as_of"]
    for name in LISTS[:4]:
        assert ids(platform.read(name, updated_since=as_of)) == [], name
    update_organization(town, by=zhao, short_name="青石")
    Campaign.objects.update(status=Campaign.Status.RUNNING)
    elsewhere.refresh_from_db()
    withdraw_finding(elsewhere, by=zhao, reason="重复")
    Rectification.objects.filter(pk=row.pk).update(progress="已补齐")
    assert ids(platform.read("organizations", updated_since=as_of)) == [town.pk]
    [found] = platform.read("findings", updated_since=as_of)["items"]
    assert (found["id"], found["is_withdrawn"]) == (str(elsewhere.pk), True)
    assert ids(platform.read("rectifications", updated_since=as_of)) == [str(row.pk)]


def test_rows_that_come_in_bulk_and_branches_that_move_are_found(platform, problem, town, bureau, zhao):
    Finding.objects.update(changed_at=timezone.now() - timedelta(days=3))
    as_of = platform.read("findings")["as_of"]
    names = [field.attname for field in Finding._meta.concrete_fields if field.attname not in {"id", "changed_at"}]
    copy = Finding(**{name: getattr(problem, name) for name in names})
    insert_rows(Finding, [{key: value for key, value in vars(copy).items() if not key.startswith("_")}])
    Campaign.objects.update(status=Campaign.Status.RUNNING)
    assert ids(platform.read("findings", updated_since=as_of)) == [str(copy.pk)]
    move_organization(town, by=zhao, parent=bureau)
    assert str(problem.pk) in ids(platform.read("findings", updated_since=as_of))
    assert town.pk in ids(platform.read("organizations", updated_since=as_of))


def test_drafts_are_nobodys_business(platform, campaign, finding, zhao, issued):
    draft = make_report(campaign, zhao)
    assert ids(platform.read("reports")) == [issued.pk]
    assert platform.get(f"reports/{draft.pk}").status_code == 404
    whole = platform.read(f"reports/{issued.pk}")
    assert whole["text"][0] == issued.title
    assert whole["number"] == "云督报〔2026〕1号"
    assert whole["content_sha256"] == issued.frozen_sha256
    assert ids(platform.read("reports", updated_since=(timezone.now() + timedelta(hours=1)).isoformat())) == []


# --- figures -------------------------------------------------------------------------------------------------------------------------


def test_figures_are_those_of_the_dashboard_level_by_level(platform, street_system, town, bureau, problem, elsewhere, campaign, row):
    found = platform.read("tallies", campaign_id=campaign.pk, limit=500)
    assert (found["organization"]["units"], found["organization"]["problems"], found["organization"]["duties"]) == (2, 2, 1)
    below = {each["organization_id"]: each for each in found["items"]}
    assert (below[town.pk]["problems"], below[bureau.pk]["problems"], below[town.pk]["overdue"]) == (1, 1, 0)
    Rectification.objects.update(due_on=timezone.localdate() - timedelta(days=1))
    assert platform.read("tallies", campaign_id=campaign.pk)["organization"]["overdue"] == 1
    assert platform.get("tallies", campaign_id=campaign.pk, organization_id=town.parent_id + 999).status_code == 404
    assert street_system.get("tallies", campaign_id=campaign.pk, organization_id=bureau.pk).status_code == 404
    assert platform.get("tallies", campaign_id=campaign.pk, cursor="x").status_code == 422


def test_the_number_of_queries_does_not_grow(platform, problem, elsewhere, row, django_assert_max_num_queries):
    for name, most in (("findings", 3), ("rectifications", 6), ("reports", 2), ("organizations", 2)):
        platform.read(name)
        with django_assert_max_num_queries(most):
            platform.read(name, limit=500)


def test_the_page_about_the_interface_tells_of_tokens(client, qian):
    client.force_login(qian)
    page = client.get(reverse("api_reference")).content.decode()
    for word in ("/api/v1/rectifications/{rectification_id}", "访问令牌", "只要这一时刻以后有变动的", "整改时限"):
        assert word in page
