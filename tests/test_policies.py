"""The table of rights is true: every address, asked as every kind of person, does what its row says; an address without a row fails."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from inspections.models import Campaign
from tests import factories
from tests.addresses import World, patterns
from tests.policy_walk import DONE, HIDDEN, LOGIN, REFUSED, walk, without_pages
from tests.test_rights import text_of
from units.models import PartyOrganization, User
from units.rights import Policy, Scope, Who, policies

pytestmark = pytest.mark.django_db
EVERYBODYS = {Scope.ALL}
NO_FILE = {
    "units:sso_begin",
    "units:sso_return",
    "units:sso_end",
    "jobs:job_download",
    "reports:delivery_download",
    "reports:report_download",
    "metrics",
    "api:api-root",
}
"""Hidden from those with the right too: the file is not made in this world, the page or the single sign-on not switched on. Their own tests have both."""
NEEDS_STATE = {"inspections:recheck_save"}
"""Hidden before anything else where no unit is looked at again; tests/inspections/rectifications asks who may."""
OF_A_KIND = {f"units:{name}" for name in ("list_columns", "list_export", "view_list", "view_save")}
"""The address names a kind of list, no object."""
OF_AN_OBJECT = {"reports:dashboard_print"}
"""The object stands in the query: without one it is the usual campaign, which a stranger has not."""
RIGHT_FIRST = {"units:system_job_send", "units:system_job_cancel"}
"""The right is asked for before anything is looked up: nothing is learnt of what there is."""
LOGS_OUT = {"units:logout", "units:factor_abandon", "home"}


@pytest.fixture
def world(district, town, zhao, team, finding):
    return World(district, town, zhao, team, finding)


@pytest.fixture
def street(town):
    return factories.make_user("街办", role="office", at=town, username="street")


@pytest.fixture
def former(team, district):
    """An inspector whom the office has taken out of the team."""
    person = factories.make_user("前组员", username="former", organization=district)
    factories.TeamMember.objects.create(team=team, user=person, home_organization=district).delete()
    return person


@pytest.fixture
def ghost(district):
    """The liaison of a unit that has been dissolved."""
    gone = factories.make_organization("撤销的党支部", district, code="YL-GONE")
    person = factories.make_user("撤联", role="liaison", at=gone, username="ghost")
    PartyOrganization.objects.filter(pk=gone.pk).update(dissolved_on="2026-01-01")
    return person


@pytest.fixture
def samples(district, li) -> dict[str, dict[str, Any]]:
    """What a few views want before they ask for rights."""
    return {"inspections:member_add": {"user": li.pk}, "inspections:member_home": {"organization": district.pk}}


def rows() -> dict[tuple[str, str], Policy]:
    """Return the row of each address and method; one that names the method comes before one that does not."""
    found: dict[tuple[str, str], Policy] = {}
    for policy in policies():
        for address in policy.addresses:
            name, _, method = address.partition(" ")
            for one in [method] if method else ["GET", "POST"]:
                if method or (name, one) not in found:
                    found[name, one] = policy
    return found


PEOPLE = {
    "zheng": ({Who.OFFICE}, EVERYBODYS),
    "former": (set(), EVERYBODYS),
    "ghost": ({Who.LIAISON}, EVERYBODYS),
    "zhao": ({Who.OFFICE}, set(Scope)),
    "wu": ({Who.LEADER}, set(Scope) - {Scope.OWN}),
    "street": ({Who.UNIT_OFFICE}, set(Scope) - {Scope.OWN}),
    "zhou": ({Who.LIAISON}, set(Scope) - {Scope.OWN}),
    "sun": ({Who.MEMBER}, set(Scope) - {Scope.OWN}),
    "wang": ({Who.ADMINISTRATOR}, set(Scope) - {Scope.OWN}),
    "xu": ({Who.SECURITY}, set(Scope) - {Scope.OWN}),
    "feng": ({Who.AUDITOR}, set(Scope) - {Scope.OWN}),
}
"""As whom each of the cast stands before the world, and which scopes reach what is in it: 赵 owns it all, 郑's office is elsewhere."""


def expected(policy: Policy, columns: set[Who], reach: set[Scope], *, about_something: bool) -> bool:
    """Whether the row lets somebody in. What is about no object opens for whoever has the right anywhere: it shows the own part."""
    scopes = {policy.who[who] for who in columns | {Who.ANYONE} if who in policy.who}
    return bool(scopes & reach) if about_something else bool(scopes)


def test_every_address_has_a_row_and_every_row_an_address():
    names = {name for name, _pattern in patterns()}
    known = {address.partition(" ")[0] for policy in policies() for address in policy.addresses}
    assert len(names) > 300
    assert names - known == set(), "new addresses: give each a row in the policies.py of its app"
    assert known - names == set(), "rows for addresses that are gone"


def test_no_address_has_two_rows():
    addresses = [address for policy in policies() for address in policy.addresses]
    assert sorted(addresses) == sorted(set(addresses))


@pytest.mark.parametrize("who", PEOPLE)
def test_the_table_is_true(request, world, samples, who):
    columns, reach = PEOPLE[who]
    table, about = rows(), {name for name, pattern in patterns() if pattern.pattern.converters} - OF_A_KIND | OF_AN_OBJECT
    wrong = []
    with without_pages():
        for name, method, found in walk(world, request.getfixturevalue(who), samples, but=NO_FILE | NEEDS_STATE):
            policy = table.get((name, method))
            if policy is None:
                continue  # told by the test that every address has a row
            if policy.by_token:
                allowed = {LOGIN}
            elif expected(policy, columns, reach, about_something=name in about):
                allowed = {DONE}
            else:
                # Whoever has nothing to do with it does not learn that it exists.
                allowed = {HIDDEN} if who == "zheng" and name in about - RIGHT_FIRST else {HIDDEN, REFUSED}
            if found not in allowed:
                wrong.append(f"{name} {method}: {found}, not {'/'.join(sorted(allowed))}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("who", ["wang", "xu", "feng", "ghost", "former"])
def test_nothing_of_the_business_reaches_who_has_no_part_in_it(client, request, world, who):
    """Pages that open for everybody show them none of it."""
    ours = (world.finding.text, world.report.title, world.campaign.title, world.ledger.row.content, "云岭老区")
    log = {"units:activity_list", "units:activity_export"}
    client.force_login(User.objects.get(pk=request.getfixturevalue(who).pk))
    table = rows()
    for name, pattern in patterns():
        policy = table.get((name, "GET"))
        if policy is None or pattern.pattern.converters or (who == "feng" and name in log) or Who.ANYONE not in policy.who:
            continue
        if name in LOGS_OUT:
            continue
        answer = client.get(reverse(name))
        assert not [word for word in ours if answer.status_code == 200 and word in text_of(answer)], name


def test_a_row_is_needed_for_each_kind_of_visitor(client, world):
    """Who is not logged in gets in where the table says so, and nowhere else."""
    table = rows()
    for name, url in world.addresses().items():
        answer = client.get(url)
        policy = table.get((name, "GET"))
        if policy is None:
            continue
        if name in NO_FILE:
            assert answer.status_code in {302, 401, 404}, name
        elif Who.VISITOR in policy.who:
            assert answer.status_code in {200, 422}, name
        elif not policy.by_token:
            assert answer.status_code in {302, 401, 404, 405}, (name, answer.status_code)


@pytest.mark.parametrize("who", ["wang", "xu", "feng"])
def test_the_page_shows_it_to_the_three(client, request, who):
    client.force_login(request.getfixturevalue(who))
    page = client.get(reverse("units:policy_list")).content.decode()
    assert "任职（授权）" in page
    assert all(name.value in page for name in Who)


def test_it_is_searched_by_word_and_role(client, feng):
    client.force_login(feng)
    found = client.get(reverse("units:policy_list"), {"q": "账号 停用", "role": "security"}).context["rows"]
    assert [(row["thing"], row["verb"], row["cells"]) for row in found] == [("账号", "停用", [("安全管理员", "全部")])]
    assert "没有符合条件的权限" in client.get(reverse("units:policy_list"), {"q": "没有这个词"}).content.decode()


@pytest.mark.parametrize("who", ["zhao", "wu", "zhou", "qian"])
def test_others_are_not_shown_it(client, request, who):
    client.force_login(request.getfixturevalue(who))
    assert client.get(reverse("units:policy_list")).status_code == 403


def test_the_inspected_side_reads_findings_once_the_campaign_is_finished(world, street, zhou, samples):
    """The one right that time gives: what the foot of the page says."""
    reads = {"inspections:finding_detail", "inspections:evidence_download"}
    others = {name for name, _pattern in patterns()} - reads
    for status, came in (("running", HIDDEN), ("finished", DONE)):
        Campaign.objects.update(status=status)
        for person in (street, zhou):
            assert {found for _name, _method, found in walk(world, person, samples, but=others)} == {came}
