"""Who gets in where. Every address of the site has a row here; a new one without a row fails."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.urls import reverse

from inspections.models import Campaign, Finding
from jobs.models import Job
from tests import factories
from tests.addresses import World, patterns
from tests.addresses_accounts import STRANGER_ACCOUNTS
from tests.addresses_compare import READS_COMPARE, STRANGER_COMPARE
from tests.addresses_integration import STRANGER_INTEGRATION
from tests.addresses_ledger import LEADERS_OWN, READS_LEDGER, STRANGER_LEDGER
from tests.addresses_lists import STRANGER_LISTS
from tests.addresses_submissions import READS_SUBMISSIONS, STRANGER_SUBMISSIONS
from tests.rights_desk import STRANGER_DESK
from tests.rights_field import STRANGER_FIELD
from tests.rights_reminders import STRANGER_REMINDERS
from units.actions.users import appoint, reset_password
from units.models import PartyOrganization, User

PUBLIC = {"units:login", "units:notice_bell", "units:session_state", "healthz", "metrics", "field:shell", "field:worker"}

OWN = "own"
"""The stranger's own business: the page opens, and nothing of ours is on it."""
SHARED = "shared"
"""What all top offices of a site keep together (docs/decisions/0013)."""

STRANGER: dict[str, object] = {
    **dict.fromkeys(["home", "healthz", "units:login", "units:logout", "units:password_change"], OWN),
    **dict.fromkeys(["reports:home", "reports:dashboard", "reports:report_list", "jobs:job_list"], OWN),
    # Without its token there is no such page for anybody (tests/test_metrics.py).
    "metrics": 404,
    "reports:dashboard_wall": OWN,
    "reports:dashboard_print": 404,
    **dict.fromkeys(["field:shell", "field:worker"], OWN),
    **{f"units:organization_{name}": OWN for name in ("list", "search", "create", "export", "import", "import_template")},
    **dict.fromkeys(["units:activity_list", "units:activity_export"], OWN),
    **{f"inspections:{name}": OWN for name in ("campaign_list", "campaign_create", "assignment_list")},
    **{f"inspections:{name}": OWN for name in ("finding_list", "finding_export", "organization_options")},
    **{f"units:{word}_{act}": SHARED for word in ("category", "tag") for act in ("list", "create", "update", "delete")},
    **{
        f"inspections:checklist_{name}": SHARED
        for name in ("list", "create", "import", "import_template", "import_confirm", "detail", "copy", "new_version", "publish")
    },
    **{f"inspections:checklist_{name}": SHARED for name in ("delete", "export", "edit", "update")},
    **{f"inspections:theme_{name}": SHARED for name in ("add", "show", "update", "delete", "duplicate", "place")},
    **{f"inspections:item_{name}": SHARED for name in ("add", "restore", "show", "update", "delete", "duplicate", "place")},
    **{f"inspections:standard_{name}": SHARED for name in ("list", "create", "update", "show", "retire", "restore", "delete")},
    **{f"units:session_{name}": OWN for name in ("list", "state", "renewed", "end_others")},
    "units:session_everybody": 403,
    **dict.fromkeys(["units:office_list", "units:office_hand_over", "units:appointment_import", "units:policy_list"], 403),
    "units:session_end": 404,
    **dict.fromkeys(["units:user_list", "units:user_create", "units:user_import", "units:user_import_template", "units:user_unused"], 403),
    **{f"units:system_{name}": 403 for name in ("state", "job_send", "job_cancel")},
    **{f"jobs:job_{name}": 404 for name in ("detail", "progress", "cancel", "restart", "download")},
    **{f"units:organization_{name}": 404 for name in ("detail", "branch", "update", "move", "dissolve", "restore")},
    **{f"units:organization_import_{name}": 404 for name in ("check", "faults", "confirm", "discard")},
    **{f"units:user_{name}": 404 for name in ("update", "appoint", "reset_password", "unlock", "deactivate", "activate")},
    "units:appointment_end": 404,
    **{f"inspections:campaign_{name}": 404 for name in ("detail", "update", "delete", "finish", "reopen", "start", "teams")},
    **{
        f"inspections:campaign_{name}": 404 for name in ("scope", "scope_preview", "organizations", "unit_remove", "methods", "method_unit")
    },
    **{f"inspections:campaign_{name}": 404 for name in ("split", "split_propose", "split_bulk", "split_unit")},
    **{f"inspections:team_{name}": 404 for name in ("create", "rename", "delete")},
    **{f"inspections:member_{name}": 404 for name in ("search", "add", "lead", "remove", "home_search", "home")},
    **{f"inspections:assignment_{name}": 404 for name in ("detail", "notes", "conclude", "reopen")},
    **{f"inspections:{name}": 404 for name in ("result_row", "result_save", "standard_pick")},
    **{f"inspections:finding_{name}": 404 for name in ("create", "detail", "update", "withdraw")},
    **{f"inspections:evidence_{name}": 404 for name in ("add", "download", "caption", "remove")},
    **{f"reports:report_{name}": 404 for name in ("create", "detail", "update", "refresh", "delete", "download")},
    "reports:bulk_create": 404,
    **STRANGER_DESK,
    **STRANGER_LEDGER,
    **STRANGER_COMPARE,
    **STRANGER_FIELD,
    **STRANGER_INTEGRATION,
    **STRANGER_REMINDERS,
    **STRANGER_LISTS,
    **STRANGER_SUBMISSIONS,
    **STRANGER_ACCOUNTS,
}


@pytest.fixture
def world(district, town, zhao, team, finding):
    return World(district, town, zhao, team, finding)


@pytest.fixture
def street(town):
    """The office of 青石镇, which is inspected."""
    return factories.make_user("街办", role="office", at=town, username="street")


def text_of(answer) -> str:
    """What an answer says, the cells of a workbook included."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if not content.startswith(b"PK"):
        return content.decode()
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return "\n".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))


def opened(client, url) -> tuple[int, int]:
    """The answers to looking and to sending."""
    return client.get(url).status_code, client.post(url).status_code


def test_every_address_has_a_row():
    names = {name for name, _pattern in patterns()}
    assert len(names) > 100
    assert names - set(STRANGER) == set(), "new addresses: say what a stranger may do there"
    assert set(STRANGER) - names == set(), "rows for addresses that are gone"


def test_visitors_are_led_to_the_log_in(client, world):
    for name, url in world.addresses().items():
        if name in PUBLIC:
            assert client.get(url).status_code == (404 if name == "metrics" else 200), name
            continue
        for answer in (client.get(url), client.post(url)):
            if name.startswith("api:"):
                assert answer.status_code in {401, 405, 422 if name == "api:field_ping" else 401}, (name, answer)
                continue
            assert answer.status_code == 405 or (answer.status_code == 302 and reverse("units:login") in answer.url), (name, answer)
            assert "青石镇" not in answer.content.decode(), name


def test_a_stranger_finds_nothing_of_ours(client, world, zheng):
    ours = ("YL-QS", "云岭", world.campaign.title, world.finding.text, world.report.title, "赵办", "钱组长", world.imported.file_name)
    for name, url in world.addresses().items():
        expected = STRANGER[name]
        client.force_login(User.objects.get(pk=zheng.pk))
        if isinstance(expected, int):
            assert set(opened(client, url)) <= {expected, 405}, name
        elif expected == OWN:
            answer = client.get(url, follow=True)
            assert answer.status_code in {200, 405}, name
            found = [word for word in ours if word in text_of(answer)]
            assert not found, (name, found)


READS = {
    *("inspections:campaign_detail", "inspections:assignment_detail", "inspections:finding_detail"),
    *("inspections:evidence_download", "inspections:confirmation_signature"),
}


def test_those_who_only_read_write_nothing(client, world, wu):
    """吴 leads the district: everything is open to the eye, nothing to the hand."""
    reads = (
        READS
        | READS_LEDGER
        | READS_COMPARE
        | READS_SUBMISSIONS
        | {"units:organization_detail", "units:organization_branch", "reports:report_detail", "reports:report_download"}
        | {"reports:dashboard_print"}
    )
    for name, url in world.addresses().items():
        if (
            STRANGER[name] != 404
            or name == "metrics"
            or name in STRANGER_DESK
            or name in LEADERS_OWN
            or name.startswith(
                (
                    "api:",
                    "jobs:",
                    "units:organization_import_",
                    "units:user_",
                    "units:factor_",
                    "units:appointment_",
                    "units:notice_",
                    "units:session_",
                    "units:view_",
                )
            )
        ):
            continue
        client.force_login(User.objects.get(pk=wu.pk))
        looked, sent = opened(client, url)
        if name in reads:
            assert looked in {200, 404 if name == "reports:report_download" else 200}, name
            assert sent == 405, name
        elif name == "inspections:assignment_conclude":
            assert (looked, sent) == (302, 403), name
        else:
            assert {looked, sent} <= {403, 405}, (name, looked, sent)


def test_who_is_inspected_reads_neither_reports_nor_drafts_nor_findings_before_the_end(client, world, street, zhou):
    for person in (street, zhou):
        client.force_login(person)
        for name in ("reports:report_detail", "reports:report_update", "reports:report_download", "reports:report_refresh"):
            assert set(opened(client, world.address(name))) <= {404, 405}, name
        for name in ("reports:report_create", "reports:bulk_create"):
            assert opened(client, world.address(name)) == (403, 403), name
        for name in ("checklist_detail", "checklist_edit", "checklist_publish", "checklist_export", "item_show"):
            assert client.get(world.address(f"inspections:{name}")).status_code == 404, name
        assert client.post(world.address("inspections:checklist_delete")).status_code == 404
        for name in ("finding_detail", "evidence_download"):
            assert client.get(world.address(f"inspections:{name}")).status_code == 404, name
        assert world.finding.text not in text_of(client.get(world.address("inspections:assignment_detail")))
        assert world.report.title not in text_of(client.get(reverse("reports:report_list")))
        assert world.finding.text not in text_of(client.get(reverse("inspections:finding_export")))
    client.force_login(street)
    assert client.post(world.address("inspections:standard_retire")).status_code == 403
    assert client.get(reverse("inspections:checklist_create")).status_code == 403


def test_who_is_inspected_reads_what_stands_after_the_end(client, world, street, zhou, qian):
    taken_back = factories.make_finding(world.assignment, qian, text="已撤回的一条", withdrawn_at=factories.NOON, withdrawn_reason="重复")
    Campaign.objects.update(status=Campaign.Status.FINISHED)
    for person in (street, zhou):
        client.force_login(person)
        for name in ("finding_detail", "evidence_download"):
            assert client.get(world.address(f"inspections:{name}")).status_code == 200, name
        assert client.get(reverse("inspections:finding_detail", args=[taken_back.pk])).status_code == 404
        for url in (reverse("inspections:finding_list"), reverse("inspections:finding_export")):
            assert world.finding.text in text_of(client.get(url))
            assert "已撤回的一条" not in text_of(client.get(url, {"withdrawn": "1"}))
        assert client.get(world.address("reports:report_detail")).status_code == 404
        assert set(opened(client, world.address("inspections:finding_update"))) == {403}


@pytest.mark.parametrize("how", ["the campaign ended", "left the team", "the unit went to another team", "the account was closed"])
def test_an_inspectors_rights_end(client, world, sun, other_team, how):
    client.force_login(sun)
    reached = [*READS, "inspections:finding_update", "inspections:result_row", "inspections:standard_pick"]
    assert {client.get(world.address(name)).status_code for name in reached} == {200}
    if how == "the campaign ended":
        Campaign.objects.update(status=Campaign.Status.FINISHED)
    elif how == "left the team":
        sun.team_seats.all().delete()
    elif how == "the account was closed":
        User.objects.filter(pk=sun.pk).update(is_active=False)
    else:
        world.assignment.team = other_team
        world.assignment.save()
        reached.remove("inspections:campaign_detail")
    for name in reached:
        answer = client.get(world.address(name))
        assert answer.status_code == (302 if "account" in how else 404), name
    if how in {"the campaign ended", "left the team"}:
        assert client.get(reverse("inspections:checklist_list")).status_code == 404
        assert client.get(reverse("inspections:standard_list")).status_code == 404


def test_an_office_that_is_no_longer_one_loses_the_files_of_its_jobs(client, world, zhao, run_jobs):
    params = {"campaign": world.campaign.pk, "assignments": [], "formats": ["pdf"], "values": {}}
    done = Job.objects.create(
        kind="reports.bulk", title="批量", started_by=zhao, params=params, status="done", file="jobs/x", file_name="x.zip"
    )
    rights = [f"scope:{path}" for path in zhao.scope_paths]
    export = {"user_id": zhao.pk, "query": "", "name": "发现.xlsx", "rights": rights}
    taken = Job.objects.create(
        kind="inspections.finding_export", title="导出", started_by=zhao, params=export, status="done", file="jobs/y"
    )
    waiting = [
        Job.objects.create(kind="reports.refresh", title="更新", started_by=zhao, params={"report": world.report.pk, "recompose": True}),
        Job.objects.create(
            kind="reports.draft",
            title="起草",
            started_by=zhao,
            params={"campaign": world.campaign.pk, "template": world.report.template_id, "values": {}},
        ),
    ]
    zhao.appointments.all().delete()
    client.force_login(User.objects.get(pk=zhao.pk))
    for job in (done, taken):
        assert client.get(reverse("jobs:job_download", args=[job.pk])).status_code == 403
        client.post(reverse("jobs:job_restart", args=[job.pk]))
        job.refresh_from_db()
        assert job.status == "done"
    run_jobs()
    for job in waiting:
        job.refresh_from_db()
        assert job.status == "failed"
        assert "权限" in job.error
    assert set(world.report.campaign.reports.all()) == {world.report, world.desk.delivery.report}


def test_a_name_is_not_learnt_by_asking_for_a_number(client, world, town, zheng):
    client.force_login(zheng)
    for name in ("assignment_list", "finding_list", "finding_export"):
        answer = client.get(
            reverse(f"inspections:{name}"), {"organization": town.pk, "campaign": world.campaign.code, "below": "1"}, follow=True
        )
        assert "青石镇" not in text_of(answer), name
        assert world.campaign.title not in text_of(answer), name


def test_nothing_of_one_campaign_is_used_in_another(client, world, district, zhao, qian):
    """Two campaigns of one office, each with its own checklist: ids of one are refused in the other."""
    other = factories.make_campaign(district, zhao)
    unit = factories.make_assignment(other, PartyOrganization.objects.get(code="YL-QS"), factories.make_team(other, qian, name="另一组"))
    theme = other.checklist.themes.first()
    client.force_login(zhao)
    url = reverse("inspections:finding_create", args=[world.assignment.pk])
    new = {"id": "22222222-2222-4222-8222-222222222222", "revision": 0, "kind": "problem", "text": "错放", "severity": "general"}
    for place in (f"t:{theme.pk}", f"i:{theme.items.first().pk}", "t:0", "x"):
        assert client.post(url, {**new, "place": place}).status_code == 422, place
    here = world.campaign.checklist.themes.first()
    elsewhere = reverse("inspections:finding_create", args=[unit.pk])
    taken = {**new, "id": str(world.finding.pk), "place": f"t:{theme.pk}"}
    assert client.post(elsewhere, taken).status_code == 422, "the id of a finding of another assignment"
    item = theme.items.first()
    for name in ("result_save", "result_row"):
        address = reverse(f"inspections:{name}", args=[world.assignment.pk, item.pk])
        assert (client.post if name == "result_save" else client.get)(address).status_code == 404
    for team, campaign in ((world.team, other), (other.teams.get(), world.campaign)):
        assert client.post(reverse("inspections:team_delete", args=[campaign.code, team.pk])).status_code == 404
        row = (world.assignment, unit)[campaign == other]
        moved = client.post(
            reverse("inspections:campaign_split_unit", args=[campaign.code, row.pk]), {"team": team.pk, "revision": row.revision}
        )
        assert "督查组已不存在" in moved.content.decode()
    assert Finding.objects.count() == 1
    assert here.checklist_id != theme.checklist_id


def test_forms_take_only_their_own_fields(client, world, wang, qian, zhao):
    client.force_login(wang)
    fields = {"display_name": "钱组长", "organization": qian.organization_id, "duty_title": "主任"}
    client.post(
        reverse("units:user_update", args=[qian.pk]), {**fields, "is_superuser": "1", "is_staff": "1", "username": "root", "password": "x"}
    )
    qian.refresh_from_db()
    assert (qian.is_superuser, qian.username, qian.duty_title) == (False, "qian", "主任")
    client.force_login(zhao)
    town = world.assignment.organization
    sent = {
        "name": "青石镇党委",
        "code": "YL-QS",
        "kind": "committee",
        "order": 0,
        "path": "zzzz",
        "parent": "",
        "dissolved_on": "2020-01-01",
    }
    client.post(reverse("units:organization_update", args=[town.pk]), sent)
    town.refresh_from_db()
    assert (town.path[:4], town.dissolved_on) == (world.campaign.organizer.path, None)
    report = {
        "title": "改题",
        "signers": "区委办",
        "signed_on": "2026-11-20",
        "revision": 1,
        "status": "issued",
        "campaign": 0,
        "drafted_by": wang.pk,
    }
    client.post(reverse("reports:report_update", args=[world.report.pk]), report)
    world.report.refresh_from_db()
    assert (world.report.title, world.report.status, world.report.drafted_by) == ("改题", "draft", zhao)


def test_states_are_not_jumped(client, world, zhao, qian):
    """Crafted requests for what no button offers in this state."""
    client.force_login(zhao)
    code = world.campaign.code
    for name in ("campaign_delete", "campaign_start", "campaign_reopen"):
        client.post(reverse(f"inspections:{name}", args=[code]), {"reason": "试"})
        assert Campaign.objects.get(code=code).status == "running", name
    published = world.campaign.checklist
    for name in ("checklist_delete", "theme_add", "checklist_update", "item_add"):
        client.post(
            reverse(f"inspections:{name}", args=[published.pk]), {"name": "改", "theme": published.themes.first().pk, "question": "问"}
        )
    published.refresh_from_db()
    assert (published.name, published.themes.count()) == ("责任制落实情况督查清单", 2)
    theme, item = published.themes.first(), published.themes.first().items.first()
    for url in (
        reverse("inspections:theme_delete", args=[published.pk, theme.pk]),
        reverse("inspections:item_delete", args=[published.pk, item.pk]),
        reverse("inspections:theme_delete", args=[world.draft.pk, theme.pk]),
        reverse("inspections:item_delete", args=[world.draft.pk, item.pk]),
    ):
        client.post(url, {"seen": "99" if "themes" in url else "{}"})
    assert published.themes.filter(pk=theme.pk).exists()
    assert theme.items.filter(pk=item.pk).exists()
    Campaign.objects.update(status=Campaign.Status.FINISHED)
    client.force_login(qian)
    assert client.post(world.address("inspections:finding_withdraw"), {"reason": "改主意"}).status_code == 404
    client.force_login(zhao)
    assert client.post(world.address("inspections:finding_withdraw"), {"reason": "改主意"}).status_code == 403
    assert Finding.objects.get().withdrawn_at is None


def test_looking_changes_nothing(client, world, zhao):
    """GET has no side effects beside the entry that somebody took data along."""
    from django.apps import apps

    def rows() -> dict[str, int]:
        counted = (model for model in apps.get_models() if model._meta.app_label in {"jobs", "units", "inspections", "reports"})
        return {model._meta.label: model._default_manager.count() for model in counted if model._meta.label != "units.ActivityEntry"}

    client.force_login(zhao)
    before, state = rows(), Campaign.objects.values().get()
    for url in world.addresses().values():
        client.get(url)
    assert rows() == before
    assert Campaign.objects.values().get() == state


def test_an_administrator_does_not_climb(client, wang, xu, district):
    root = User.objects.create_superuser("root", password="x", display_name="初始账号")
    client.force_login(wang)
    for name in ("user_reset_password", "user_deactivate"):
        page = client.post(reverse(f"units:{name}", args=[root.pk]), follow=True).content.decode()
        assert "初始账号，不能在这里重置或停用" in page
    root.refresh_from_db()
    assert root.check_password("x")
    assert root.is_active
    for person in (wang, xu):
        client.force_login(person)
        page = client.post(reverse("units:user_appoint", args=[person.pk]), {"role": "office", "organization": district.pk}, follow=True)
        assert ("没有权限" if person == wang else "不接触督查业务") in page.content.decode()
        assert not User.objects.get(pk=person.pk).office_paths
    other = User.objects.create_superuser("root2", password="x", display_name="另一初始账号")
    assert reset_password(other, by=root)
    assert appoint(root, role="security", organization=district, by=root)
