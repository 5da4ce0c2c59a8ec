"""Whatever stands in an address or a field, the answer is a page and never a fault of ours: on SQLite and on PostgreSQL."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from django.db import IntegrityError, OperationalError, transaction
from django.forms import ModelForm
from django.test import Client
from django.urls import reverse

from inspections.models import ChecklistItem, ChecklistTheme, Finding, Rectification
from jobs.errors import Refused
from tests import factories
from tests.addresses import World
from tests.addresses_accounts import FIELDS_ACCOUNTS, WITHOUT_FIELDS_ACCOUNTS, samples_accounts
from tests.addresses_compare import FIELDS_COMPARE, WITHOUT_FIELDS_COMPARE, samples_compare
from tests.addresses_integration import WITHOUT_FIELDS_INTEGRATION, samples_integration
from tests.addresses_lists import FIELDS_LISTS, WITHOUT_FIELDS_LISTS, samples_lists
from tests.hostile_desk import FIELDS_DESK, WITHOUT_FIELDS_DESK, samples_desk
from tests.hostile_ledger import FIELDS_LEDGER, WITHOUT_FIELDS_LEDGER, fill, samples_ledger
from tests.hostile_submissions import FIELDS_SUBMISSIONS, WITHOUT_FIELDS_SUBMISSIONS, samples_submissions
from units.models import ActivityEntry, CalendarDay, PartyOrganization, User
from units.typed import json_object, key_of, words_of

NUL = "a\0b"
HUGE = "9" * 5000
HOSTILE = ["abc", "-1", "²", "１２", "1e400", "9" * 21, HUGE, "a " * 900, "'\"%;--\\", "9999-12-31", "0001-01-01", "\ufffe"]
"""Each of these, or its like, was a fault once, or is the usual one."""
FIELDS = {
    "units:organization_list": ["page", "q", "under", "category", "kind", "tag", "state"],
    "units:organization_search": ["q", "scope", "id"],
    "units:organization_create": ["parent"],
    "units:organization_export": ["q", "under", "category"],
    "units:organization_import_check": ["page", "show"],
    "units:organization_branch": ["from"],
    "units:user_list": ["page", "q", "role", "organization", "state"],
    "units:session_everybody": ["page", "q"],
    "units:activity_list": ["page", "person", "action", "about", "since", "until", "q"],
    "jobs:job_list": ["page"],
    "inspections:campaign_list": ["page", "q", "year", "half", "status"],
    "inspections:campaign_detail": ["page"],
    "inspections:campaign_scope": ["page", "q", "category", "method", "team"],
    "inspections:campaign_organizations": ["q", "into"],
    "inspections:campaign_methods": ["page", "q", "category"],
    "inspections:campaign_method_unit": ["edit"],
    "inspections:campaign_split": ["page", "q", "category", "method", "team"],
    "inspections:member_search": ["q"],
    "inspections:member_home_search": ["q"],
    "inspections:assignment_list": ["page", "q", "campaign", "category", "team", "organization", "below", "status"],
    "inspections:checklist_list": ["page", "q", "status"],
    "inspections:checklist_edit": ["open"],
    "inspections:checklist_import": ["replace"],
    "inspections:standard_list": ["page", "q", "theme", "kind", "state"],
    "inspections:standard_create": ["item"],
    "inspections:standard_pick": ["item", "kind", "theme", "q"],
    "inspections:finding_create": ["item", "standard", "kind"],
    "inspections:finding_list": [
        "page",
        "campaign",
        "organization",
        "organization_name",
        "category",
        "theme",
        "team",
        "standard",
        "q",
        "at",
    ],
    "inspections:organization_options": ["organization_name"],
    "reports:report_list": ["page", "campaign", "template", "q"],
    "reports:dashboard": ["campaign", "organization", "sort", "page"],
    "reports:dashboard_wall": ["campaign", "organization"],
    "reports:dashboard_print": ["campaign", "organization"],
    "units:login": ["next"],
    **FIELDS_DESK,
    **FIELDS_SUBMISSIONS,
    **FIELDS_LEDGER,
    **FIELDS_ACCOUNTS,
    **FIELDS_LISTS,
    **FIELDS_COMPARE,
}


@pytest.fixture
def world(district, town, zhao, team, finding):
    return World(district, town, zhao, team, finding)


@pytest.fixture
def everybody(world, zhao, wang):
    """赵 keeps everything but accounts; give the office that too, so that one pair of eyes opens every list."""
    for role in ("administrator", "security"):
        factories.Appointment.objects.create(user=zhao, organization=world.campaign.organizer, role=role)
    return User.objects.get(pk=zhao.pk)


@pytest.mark.parametrize("name", FIELDS)
def test_no_condition_in_an_address_is_a_fault(client, world, everybody, name):
    if name != "units:login":
        client.force_login(everybody)
    url = world.address(name)
    for field in FIELDS[name]:
        for value in HOSTILE:
            answer = client.get(url, {field: value})
            assert answer.status_code in {200, 302, 404}, (field, value[:30], answer.status_code)
        assert client.get(url, {field: NUL}).status_code == 400, field


def test_a_nul_is_turned_away_wherever_it_stands(client, db):
    for url in ("/units/login/?next=%00", "/%00", "/units/organizations/%00/"):
        answer = client.get(url)
        assert answer.status_code == 400
        assert "无法识别" in answer.content.decode()
    assert client.get("/", headers={"Cookie": 'sessionid="\\000aaaaaaaaaaaaaaaaaa"'}).status_code == 400


def samples(world: World) -> dict[str, dict[str, object]]:
    """For every address that takes a form: fields with which it would do its work."""
    theme = ChecklistTheme.objects.filter(checklist=world.draft).first()
    item = theme.items.first()
    here = world.campaign.checklist.themes.first()
    base = json.dumps({})
    head = {"base": base, "name": "名称", "note": ""}
    reason = {"reason": "原因"}
    finding = {"id": "33333333-3333-4333-8333-333333333333", "revision": 1, "kind": "problem", "place": f"t:{here.pk}", "text": "内容"}
    finding |= {"severity": "general", "cause": "原因", "measure": "措施", "standard": "", "seen": ""}
    wording = {"kind": "problem", "theme_code": theme.code, "item_code": item.code, "wording": "表述", "severity": "general"}
    wording |= {"heading": "标题", "cause": "原因", "measure_heading": "措施", "measure": "措施", "lead_body": "单位", "base": base}
    organization = {"name": "新支部", "code": "NEW-1", "kind": "branch", "order": 1, "parent": world.campaign.organizer.pk}
    organization |= {"short_name": "", "category": "", "address": "", "contact_duty": ""}
    campaign = {"title": "活动", "subject": "内容", "subject_short": "", "arrangement": "", "purpose": "", "year": 2026, "half": 2}
    campaign |= {"organizer": world.campaign.organizer_id, "organizer_body": "机构", "approval_number": "", "code": "x-1", "checklist": ""}
    campaign |= {"starts_on": "2026-11-09", "ends_on": "2026-11-13", "cut_off_on": "2026-10-31", "confirmed": "on", "base": base}
    campaign |= {"co_organizer_bodies": "", "basis-TOTAL_FORMS": 1, "basis-INITIAL_FORMS": 0, "basis-0-title": "细则", "basis-0-issuer": ""}
    question = {"code": item.code, "question": "问题", "guidance": "", "answer_kind": "number", "unit_of_measure": "次", "weight": 1}
    question |= {"target": "3", "cut_off_on": "2026-10-31", "basis": "", "clause": "", "method": "", "metric_phrase": ""}
    question |= {"categories": world.assignment.category_id, "base": base}
    report = {
        "title": "题",
        "addressee": "",
        "signers": "区委办",
        "signed_on": "2026-11-20",
        "revision": 1,
        "template": world.report.template_id,
    }
    scope = {"categories": "", "subtrees": "", "organizations": world.assignment.organization_id, "excluded": "", "tags": "", "base": base}
    seat = world.team.members.first()
    return {
        "units:password_change": {"old_password": "x", "new_password1": "y", "new_password2": "y"},
        "units:organization_create": {**organization, "tags": world.tag.pk},
        "units:organization_update": organization,
        "units:organization_move": {"parent": world.campaign.organizer_id, "confirmed": "1"},
        "units:organization_dissolve": {"on": "2026-11-01"},
        "units:category_create": {"name": "类", "collective_name": "", "order": 3},
        "units:tag_create": {"name": "标"},
        "units:user_create": {"username": "neu", "display_name": "新", "organization": "", "duty_title": ""},
        "units:user_update": {"display_name": "新", "organization": "", "duty_title": ""},
        "units:user_appoint": {"role": "leader", "organization": world.campaign.organizer_id, "starts_on": "2026-01-01", "ends_on": ""},
        "units:user_unused": {"user": world.zhao.pk},
        "units:session_end": {"next": "/"},
        "inspections:campaign_create": campaign,
        "inspections:campaign_update": campaign,
        "inspections:campaign_finish": reason,
        "inspections:campaign_reopen": reason,
        "inspections:campaign_scope": {**scope, "team": world.team.pk, **reason},
        "inspections:campaign_scope_preview": scope,
        "inspections:campaign_unit_remove": reason,
        "inspections:campaign_methods": {"base": base, f"c{world.assignment.category_id}-method": "written"},
        "inspections:campaign_method_unit": {"method": "on_site", "activities": "hearing", "revision": 1},
        "inspections:team_create": {"name": "新组"},
        "inspections:team_rename": {"name": "新名"},
        "inspections:member_add": {"user": seat.user_id, "leader": "1"},
        "inspections:member_home": {"organization": world.campaign.organizer_id},
        "inspections:campaign_split_propose": {"mode": "anew"},
        "inspections:campaign_split_unit": {"team": world.team.pk, "revision": 1, "visit_on": "2026-11-10"},
        "inspections:campaign_split_bulk": {"do": "date", "visit_on": "2026-11-10", "picked": world.assignment.pk, "query": "", "team": ""},
        "inspections:checklist_create": {"name": "清单", "note": ""},
        "inspections:checklist_copy": {"name": "清单"},
        "inspections:checklist_publish": {"revision": 1},
        "inspections:checklist_update": head,
        "inspections:checklist_import_confirm": {"checked": "x"},
        "inspections:theme_add": {"name": "主题"},
        "inspections:theme_update": {"base": base, "code": theme.code, "name": "主题", "report_heading": ""},
        "inspections:theme_delete": {"seen": 9},
        "inspections:theme_place": {"before": ""},
        "inspections:item_add": {"theme": theme.pk, "question": "问"},
        "inspections:item_restore": {**question, "code": "", "theme": theme.pk, "before": ""},
        "inspections:item_update": question,
        "inspections:item_delete": {"seen": base},
        "inspections:item_place": {"theme": theme.pk, "before": ""},
        "inspections:standard_create": wording,
        "inspections:standard_update": wording,
        "inspections:standard_retire": {"next": "/"},
        "inspections:assignment_notes": {"revision": 1, "seen": "", "visit_on": "2026-11-10", "summary": "总体较好"},
        "inspections:assignment_conclude": {"revision": 1, "visit_on": "2026-11-10", "summary": "总体较好"},
        "inspections:assignment_reopen": reason,
        "inspections:result_save": {"id": "", "revision": 0, "seen": "", "conformity": "conforming", "note": ""},
        "inspections:finding_create": finding,
        "inspections:finding_update": finding,
        "inspections:finding_withdraw": reason,
        "inspections:evidence_caption": {"caption": "说明", "revision": 1, "seen": ""},
        "reports:report_create": report,
        "reports:report_update": report,
        "reports:report_refresh": {"recompose": "1"},
        "reports:bulk_create": {"formats": "pdf", "deadline_days": 30, "signed_on": "2026-11-20", "assignments": "", "category": ""},
        **samples_desk(world),
        **samples_submissions(world),
        **samples_ledger(world),
        **samples_integration(world.campaign.organizer_id),
        **samples_accounts(),
        **samples_lists(world),
        **samples_compare(world),
    }


SENT = {
    "base": ["", "[" * 5000, '{"a": "\\u0000"}', '{"a": "\\ud800"}', "[1]"],
    "_on": ["0001-01-01", "9999-12-31", "2026-02-30", NUL],
    "": [NUL, "²", "-1", "9" * 21, HUGE, "x\x0b\x01"],
}
"""By how the field's name ends."""


def test_every_form_has_a_sample(world):
    """A new form is either tried here or takes no fields at all."""
    client = Client()
    client.force_login(world.zhao)
    without_fields = {
        *(f"jobs:job_{act}" for act in ("cancel", "restart")),
        *(f"units:organization_{act}" for act in ("restore", "import", "import_confirm", "import_discard")),
        *(f"units:{word}_{act}" for word in ("category", "tag") for act in ("update", "delete")),
        *(f"units:user_{act}" for act in ("reset_password", "deactivate", "activate", "import")),
        "units:session_end_others",
        *(f"inspections:campaign_{act}" for act in ("delete", "start")),
        *(f"inspections:checklist_{act}" for act in ("new_version", "delete", "import")),
        *(f"inspections:standard_{act}" for act in ("restore", "delete")),
        *(f"inspections:{name}" for name in ("team_delete", "member_lead", "member_remove", "theme_duplicate", "item_duplicate")),
        *(
            "units:login",
            "units:logout",
            "units:appointment_end",
            "units:appointment_import",
            "units:office_hand_over",
            "home",
            "reports:report_delete",
        ),
        *("inspections:evidence_add", "inspections:evidence_remove", "inspections:finding_export"),
        *WITHOUT_FIELDS_DESK,
        *WITHOUT_FIELDS_SUBMISSIONS,
        *WITHOUT_FIELDS_LEDGER,
        *WITHOUT_FIELDS_INTEGRATION,
        *WITHOUT_FIELDS_ACCOUNTS,
        *WITHOUT_FIELDS_LISTS,
        *WITHOUT_FIELDS_COMPARE,
    }
    taking = {name for name, url in world.addresses().items() if name != "units:logout" and _takes_forms(client, url)}
    assert taking - set(samples(world)) - without_fields == set()


def _takes_forms(client, url) -> bool:
    with transaction.atomic():
        answer = client.post(url)
        transaction.set_rollback(True)
    return answer.status_code != 405


@pytest.mark.parametrize("part", range(6))
def test_no_field_of_a_form_is_a_fault(world, everybody, part):
    client = Client(raise_request_exception=False)
    faults = []
    for name, fields in list(samples(world).items())[part::6]:
        url = world.address(name)
        for field in fields:
            for value in next(values for ending, values in SENT.items() if field.endswith(ending)):
                client.force_login(User.objects.get(pk=everybody.pk))
                with transaction.atomic():
                    answer = client.post(url, {**fields, field: value})
                    transaction.set_rollback(True)
                if answer.status_code >= 500:
                    faults.append((name, field, value[:20], answer.status_code))
    assert not faults


def test_a_file_name_is_no_way_into_headers(client, world, zhao):
    client.force_login(zhao)
    world.draft.name = 'a"\r\nSet-Cookie: x=1\r\n'
    world.draft.save()
    answer = client.get(world.address("inspections:checklist_export"))
    assert answer.status_code == 200
    assert "\n" not in answer["Content-Disposition"]
    assert "Set-Cookie" not in answer


MARKUP = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


def test_what_was_typed_is_shown_as_text_everywhere(client, world, everybody, wang, qian):
    """Every text that people type, on every page that any of them opens."""
    assignment, report = world.assignment, world.report
    section = report.sections.create(kind="custom", heading=MARKUP[:100])
    section.paragraphs.create(lead=MARKUP, text=MARKUP, order=1)
    section.paragraphs.create(kind="table", table={"columns": [MARKUP], "rows": [[MARKUP]], "caption": MARKUP}, order=2)
    for one in (assignment.organization, world.campaign.organizer, world.tag, assignment.category, world.draft, world.team):
        one.name = MARKUP[:40]
        one.save()
    for one, fields in (
        (world.campaign, ["title", "subject", "organizer_body", "arrangement", "purpose"]),
        (world.finding, ["text", "cause", "measure"]),
        (world.standard, ["wording", "heading", "cause", "measure", "lead_body"]),
        (world.evidence, ["caption", "name"]),
        (assignment, ["summary"]),
        (world.job, ["title", "note", "error", "file_name"]),
        (world.imported, ["file_name"]),
        (report, ["title", "addressee"]),
        (qian, ["display_name", "duty_title"]),
        *((theme, ["name", "report_heading"]) for theme in ChecklistTheme.objects.all()),
        *((item, ["question", "guidance", "basis", "unit_of_measure"]) for item in ChecklistItem.objects.all()),
    ):
        for field in fields:
            longest = one._meta.get_field(field).max_length or 500
            setattr(one, field, MARKUP[:longest])
        one.save()
    fill(MARKUP)
    world.finding.standard = world.standard
    world.finding.save()
    report.signers = [MARKUP]
    report.save()
    client.force_login(everybody)
    client.post(reverse("inspections:team_create", args=[world.campaign.code]), {"name": MARKUP})
    client.post(reverse("inspections:finding_create", args=[assignment.pk]), {"text": MARKUP})
    seen = 0
    for person in (everybody, qian):
        client.force_login(User.objects.get(pk=person.pk))
        for name, url in world.addresses().items():
            for query in ({}, {"q": MARKUP[:60]}, {"campaign": world.campaign.code}):
                answer = client.get(url, query)
                if answer.streaming or "html" not in answer["Content-Type"]:
                    continue
                page = answer.content.decode()
                seen += "&lt;script" in page or "\\u003Cscript" in page
                assert "<script>alert" not in page, (name, query)
                assert "<img src=x" not in page, (name, query)
    assert seen > 40


@pytest.mark.parametrize(
    "name",
    [
        *("units:organization_export", "units:activity_export", "units:calendar_export"),
        *("inspections:finding_export", "inspections:checklist_export", "inspections:rectification_export"),
    ],
)
def test_no_cell_becomes_a_formula(client, world, zhao, name):
    formula = '=HYPERLINK("http://x","y")'
    Finding.objects.update(text=formula, cause="+1", measure="@x")
    PartyOrganization.objects.filter(pk=world.assignment.organization_id).update(name=formula, short_name="-2+3")
    ChecklistItem.objects.update(question=formula, guidance=formula)
    Rectification.objects.update(content=formula, measure=formula, progress="+1", responsible_title="@x")
    CalendarDay.objects.update(name=formula)
    ActivityEntry.objects.create(actor=zhao, actor_name=formula, verb="units.x", summary=formula)
    client.force_login(zhao)
    with zipfile.ZipFile(io.BytesIO(b"".join(client.get(world.address(name), {"below": "1"}).streaming_content))) as book:
        sheets = "".join(book.read(part).decode() for part in book.namelist() if part.startswith("xl/worksheets/sheet"))
        texts = sheets + "".join(book.read(part).decode() for part in book.namelist() if part.endswith("sharedStrings.xml"))
    assert "=HYPERLINK" in texts
    assert "<f>" not in sheets
    assert "<hyperlink" not in sheets


@pytest.mark.parametrize(
    "target", ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "evil", "", "\t//evil.example"]
)
def test_the_log_in_leads_to_no_other_site(client, zhao, target):
    answer = client.post(reverse("units:login"), {"username": "zhao", "password": "Test-pass-2026", "next": target})
    assert answer.status_code == 302
    assert answer.url == "/"


def test_the_log_in_leads_on(client, zhao):
    answer = client.post(reverse("units:login"), {"username": "zhao", "password": "Test-pass-2026", "next": "/jobs/?page=2"})
    assert answer.url == "/jobs/?page=2"


def test_every_form_wants_its_token(world, everybody):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(everybody)
    for name, url in world.addresses().items():
        assert strict.post(url).status_code in {403, 405}, name


def test_a_body_that_no_form_takes_is_turned_away_before_it_is_read(client, world, zhao, settings):
    settings.ANONYMOUS_MAX_BYTES, settings.REQUEST_MAX_BYTES = 1000, 5000
    login, photo = reverse("units:login"), world.address("inspections:evidence_add")
    assert client.post(login, {"username": "x" * 2000}).status_code == 413
    client.force_login(zhao)
    assert client.post(photo, {"files": io.BytesIO(b"x" * 3000)}).status_code in {302, 422}
    answer = client.post(photo, {"files": io.BytesIO(b"x" * 9000)})
    assert answer.status_code == 413
    assert "内容过大" in answer.content.decode()


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (IntegrityError("UNIQUE constraint failed"), 409, "刚刚有人保存"),
        (Refused("请先填写。"), 409, "请先填写。"),
        (OperationalError("database is locked"), 503, "暂时不能使用"),
        (OSError(28, "No space left on device"), 503, "存储空间不足"),
        (OverflowError("Python int too large"), 400, "请求有误"),
    ],
)
def test_errors_that_are_nobodys_fault_are_answered_in_words(client, zhao, monkeypatch, error, status, words):
    def fail(*_args, **_values):
        raise error

    monkeypatch.setattr("jobs.views.Paginator", fail)
    client.force_login(zhao)
    answer = client.get(reverse("jobs:job_list"))
    assert answer.status_code == status
    page = answer.content.decode()
    assert words in page
    assert "constraint" not in page
    assert "locked" not in page


def test_the_error_page_needs_no_database(client, zhao, monkeypatch):
    client.force_login(zhao)

    def away(*_args, **_values):
        raise OperationalError("server closed the connection")

    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", away)
    client.raise_request_exception = False
    answer = client.get("/jobs/")
    assert answer.status_code == 503
    assert "请过一分钟再试" in answer.content.decode()


@pytest.mark.parametrize("text", ["", "²", "１", "-1", "1.0", " 1", HUGE, "9" * 19, None, "a"])
def test_what_is_no_key(text):
    assert key_of(text) is None


def test_what_is_read_from_fields():
    assert key_of("42") == 42
    assert words_of("  a\0b  ") == "a b"
    assert len(words_of("长" * 500)) == 100
    assert json_object('{"a": "😀"}') == {"a": "😀"}
    for text in ("", "[]", "{", "[" * 100_000, '{"a": "\\u0000"}', '{"a": "\\ud800"}', f'{{"a": {HUGE}}}'):
        assert json_object(text) is None


NEVER_SENT = {
    "id",
    "pk",
    "path",
    "password",
    "is_superuser",
    "is_staff",
    "is_active",
    "created_by",
    "sha256",
    "status",
    "secret",
    "organization_path",
}
"""Columns that verbs write; no form that is bound to a model may offer one."""


def test_no_form_takes_whatever_is_sent():
    """A form bound to a model names its fields, and none of them is a verb's."""
    forms, waiting = [], [ModelForm]
    while waiting:
        found = waiting.pop().__subclasses__()
        waiting += found
        forms += [form for form in found if form.__module__.partition(".")[0] in {"jobs", "units", "inspections", "reports"}]
    assert len(forms) >= 4
    for form in forms:
        meta = getattr(form, "_meta", None)
        if meta is None or meta.model is None:
            continue
        assert meta.fields not in {None, "__all__"}, form
        # The secret of a robot is the one that the chat program gave out: typed in, and never shown again.
        known = {"secret"} if form.__name__ == "RobotForm" else set()
        assert not (NEVER_SENT - known) & set(form.base_fields), form
