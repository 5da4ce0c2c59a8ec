"""The guided set-up as an office walks through it, from the empty form to the start."""

from __future__ import annotations

from django.urls import reverse

from inspections.models import Assignment, Campaign
from tests import factories
from units.models import ActivityEntry


def test_from_the_first_form_to_the_start(client, zhao, district, town, bureau, qian, li, sun):
    community = factories.make_organization("青石社区党总支", town, category=factories.make_category("社区"))
    checklist = factories.make_checklist()
    client.force_login(zhao)

    answer = client.post(
        reverse("inspections:campaign_create"),
        {
            "title": "2026年下半年督查",
            "subject": "落实意识形态工作责任制情况",
            "year": 2026,
            "half": 2,
            "organizer": district.pk,
            "organizer_body": "区委督查联席会议办公室",
            "co_organizer_bodies": "区联合督查室\n\n 区委组织部 ",
            "approval_number": "督计〔2026〕2号",
            "starts_on": "2026-11-09",
            "ends_on": "2026-11-13",
            "cut_off_on": "2026-10-31",
            "checklist": checklist.pk,
            "basis-TOTAL_FORMS": 3,
            "basis-INITIAL_FORMS": 0,
            "basis-0-issuer": "区委办公室",
            "basis-0-title": "《责任制实施细则》",
            "basis-0-number": "云办发〔2026〕1号",
            "basis-1-title": "",
            "basis-2-title": "年度督查计划",
        },
    )
    campaign = Campaign.objects.get()
    assert campaign.code == "2026-2"
    assert campaign.co_organizer_bodies == ["区联合督查室", "区委组织部"]
    assert [str(document) for document in campaign.basis_documents.all()] == ["《责任制实施细则》", "《年度督查计划》"]
    assert answer.url == reverse("inspections:campaign_scope", args=["2026-2"])

    def step(name, *args):
        return reverse(f"inspections:campaign_{name}", args=["2026-2", *args])

    conditions = {"subtrees": [town.pk], "categories": [bureau.category_id], "excluded": [], "base": "{}"}
    preview = client.post(step("scope_preview"), conditions)
    assert '<span class="big-count">3<' in preview.content.decode()
    assert client.post(step("scope"), {**conditions, "next": "1"}).url == step("methods")
    assert {row.organization for row in campaign.assignments.all()} == {town, community, bureau}

    ways = {"base": "{}", "next": "1"}
    for organization, method in ((town, "on_site"), (community, "written"), (bureau, "written")):
        ways[f"c{organization.category_id}-method"] = method
        ways[f"c{organization.category_id}-activities"] = ["discussion", "hearing"] if method == "on_site" else []
    assert client.post(step("methods"), ways).url == step("teams")
    visit = campaign.assignments.get(organization=town)
    assert (visit.method, visit.activities) == ("on_site", ["hearing", "discussion"])

    for _ in range(2):
        client.post(reverse("inspections:team_create", args=["2026-2"]))
    first, second = campaign.teams.all()
    assert (first.name, second.name) == ("第一督查组", "第二督查组")
    for team, person in ((first, qian), (first, sun), (second, li)):
        found = client.get(reverse("inspections:member_search", args=["2026-2", team.pk]), {"q": str(person)})
        assert str(person) in found.content.decode()
        client.post(reverse("inspections:member_add", args=["2026-2", team.pk]), {"user": person.pk})
    assert [(seat.user, seat.is_leader, seat.home_organization) for seat in first.members.all()] == [
        (qian, True, qian.organization),
        (sun, False, sun.organization),
    ]

    assert client.post(step("start")).status_code == 200, "not split yet"
    client.post(step("split_propose"), {"mode": "keep"})
    assert not campaign.assignments.filter(team=None).exists()
    page = client.get(step("start"))
    assert page.context["hindering"] == []
    assert client.post(step("start")).url == step("detail")
    campaign.refresh_from_db()
    assert campaign.status == Campaign.Status.RUNNING
    assert campaign.started_at is not None
    assert Assignment.objects.visible_to(sun).count() == first.assignments.count()
    verbs = list(ActivityEntry.objects.about(campaign).order_by("pk").values_list("verb", flat=True))
    assert verbs == [
        "inspections.campaign_create",
        "inspections.campaign_scope",
        "inspections.campaign_methods",
        "inspections.team_create",
        "inspections.team_create",
        "inspections.team_add_member",
        "inspections.team_add_member",
        "inspections.team_add_member",
        "inspections.campaign_propose",
        "inspections.campaign_start",
    ]
