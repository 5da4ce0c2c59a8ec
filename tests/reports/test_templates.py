"""Report templates: versions that never change once published, editing with two people, rights, and the trial."""

from __future__ import annotations

import pytest
from django.urls import reverse

from jobs.errors import InvalidTransition, Refused
from reports.actions import compose_report
from reports.actions import templates as actions
from reports.forms.template_kinds import KINDS, SETTINGS
from reports.forms.templates import TemplateForm, initial_of, sections_formset
from reports.models import ReportTemplate
from tests import factories
from tests.reports.letters.rows import give_row
from units.models import ActivityEntry

SHIPPED = (
    "four-part",
    "feedback",
    "three-part",
    "research",
    "work-report",
    "self-inspection",
    "notice",
    "problem-list",
    "task-list",
    "responsibility-list",
    "announcement",
    "announcement-unit",
    "reminder",
    "supervision-order",
    "circular",
)


@pytest.fixture
def template(db):
    return factories.report_template("three-part")


@pytest.fixture
def draft(template, zhao):
    return actions.revise_template(template, by=zhao)


@pytest.fixture
def concluded(assignment, finding, qian):
    """A campaign with one concluded inspection, a problem, a judgement and a number."""
    factories.make_result(assignment, "T1-1", qian, conformity="conforming")
    factories.make_result(assignment, "T1-2", qian, number=3)
    type(assignment).objects.filter(pk=assignment.pk).update(
        status="concluded", concluded_by=qian, concluded_at=factories.NOON, visit_on=factories.NOON.date()
    )
    return assignment.campaign


def posted(template, **changes):
    """What the editing page would send; ``sections`` replaces the rows."""
    rows = changes.pop("sections", actions.sections_of(template))
    data = {name: value for name, value in initial_of(template).items() if value not in (False, "", None)}
    for name in {name for names in SETTINGS.values() for name in names} - set(SETTINGS[template.document]):
        data.pop(name, None)
    data |= {"sections-TOTAL_FORMS": str(len(rows)), "sections-INITIAL_FORMS": "0"}
    for place, row in enumerate(rows):
        values = {"kind": row["kind"], "heading": row["heading"], **row["settings"]}
        data |= {f"sections-{place}-{name}": value for name, value in values.items() if value}
    return {**data, **changes}


# --- versions ---------------------------------------------------------------------------------------------------------------


def test_fifteen_templates_are_shipped_and_published(db):
    factories.report_template("four-part")
    assert set(ReportTemplate.objects.published().values_list("key", flat=True)) == set(SHIPPED)


@pytest.mark.parametrize("key", SHIPPED)
def test_what_is_shipped_survives_the_form_unchanged(db, key):
    """Saving without changing anything composes the same: settings mean the same afterwards, sections are the same."""
    template = factories.report_template(key)
    data = posted(template)
    form, formset = TemplateForm(data, template=template), sections_formset(template, [], data)
    assert form.is_valid(), form.errors
    assert formset.is_valid(), formset.errors
    after = ReportTemplate(
        name=template.name, title_pattern=template.title_pattern, settings=form.values["settings"], subject=template.subject
    )
    assert {**initial_of(after), "revision": 1} == {**initial_of(template), "revision": 1}
    assert formset.rows == [{**row, "heading": row["heading"]} for row in actions.sections_of(template)]
    assert {row["kind"] for row in formset.rows} <= {kind.value for kind in KINDS[template.document]}


def test_a_revision_is_a_draft_with_the_same_sections(template, draft):
    assert (draft.key, draft.version, draft.status) == ("three-part", template.version + 1, "draft")
    assert actions.sections_of(draft) == actions.sections_of(template)
    assert ReportTemplate.objects.published().get(key="three-part") == template


def test_revising_twice_opens_the_same_draft(template, draft, zhao):
    assert actions.revise_template(template, by=zhao) == draft


def test_publishing_retires_the_version_before_and_reports_keep_theirs(concluded, template, draft, zhao):
    report = compose_report(concluded, template, by=zhao)
    actions.publish_template(draft, by=zhao)
    template.refresh_from_db()
    report.refresh_from_db()
    assert (template.status, draft.status, report.template) == ("retired", "published", template)
    assert list(ReportTemplate.objects.published().filter(key="three-part")) == [draft]
    assert draft.published_at is not None


def test_publishing_twice_is_refused_and_leaves_one_published(draft, zhao):
    actions.publish_template(draft, by=zhao)
    with pytest.raises(InvalidTransition):
        actions.publish_template(draft, by=zhao)
    assert ReportTemplate.objects.published().filter(key="three-part").count() == 1


def test_a_published_version_never_changes(template, zhao):
    values = {"name": "改名", "title_pattern": "标题", "settings": {}}
    with pytest.raises(InvalidTransition):
        actions.update_template(template, revision=template.revision, values=values, sections=actions.sections_of(template), by=zhao)
    with pytest.raises(InvalidTransition):
        actions.discard_template(template, by=zhao)
    template.refresh_from_db()
    assert template.name != "改名"
    assert template.sections.count() == 4


def test_a_template_is_copied_under_a_new_name_and_key(template, zhao):
    copy = actions.copy_template(template, name="街道督查报告", by=zhao)
    assert (copy.key, copy.version, copy.name) == ("three-part-2", 1, "街道督查报告")
    with pytest.raises(Refused, match="已经有名为"):
        actions.copy_template(template, name="街道督查报告", by=zhao)
    again = actions.copy_template(copy, name="社区督查报告", by=zhao)
    assert again.key == "three-part-3"


def test_retiring_and_restoring(template, draft, zhao):
    actions.retire_template(template, by=zhao)
    assert not ReportTemplate.objects.published().filter(key="three-part").exists()
    actions.restore_template(template, by=zhao)
    actions.publish_template(draft, by=zhao)
    with pytest.raises(Refused, match="使用中的版本"):
        actions.restore_template(template, by=zhao)


def test_each_verb_leaves_an_entry(template, zhao):
    draft = actions.revise_template(template, by=zhao)
    actions.publish_template(draft, by=zhao)
    actions.retire_template(draft, by=zhao)
    actions.discard_template(actions.copy_template(template, name="副本", by=zhao), by=zhao)
    verbs = list(ActivityEntry.objects.filter(verb__startswith="reports.template").order_by("pk").values_list("verb", flat=True))
    assert verbs == [f"reports.template_{verb}" for verb in ("revise", "publish", "retire", "copy", "discard")]


# --- screens ----------------------------------------------------------------------------------------------------------------


def test_editing_saves_settings_and_the_order_of_sections(client, draft, zhao):
    client.force_login(zhao)
    rows = [*reversed(actions.sections_of(draft)), {"kind": "custom", "heading": "工作要求", "settings": {"text": "第一段\n第二段"}}]
    data = posted(draft, sections=rows, few="20", some="60", mark_2="5", names_units="on", head="on", issuers="云岭区委\n区政府")
    response = client.post(reverse("reports:template_edit", args=[draft.pk]), data)
    assert response.status_code == 302
    draft.refresh_from_db()
    assert [row["kind"] for row in actions.sections_of(draft)] == ["next_steps", "problems", "overview", "opening", "custom"]
    assert draft.settings["bands"]["few"] == 0.2
    assert draft.settings["numbering"] == {"2": 5}
    assert draft.settings["names_units"] is True
    assert draft.settings["layout"]["issuers"] == ["云岭区委", "区政府"]
    assert draft.settings["document"] == "report", "what the form does not show stays"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title_pattern": "{单位}的报告"}, "不会被替换"),
        ({"few": "60", "some": "50"}, "逐级升高"),
        ({"name": ""}, "这个字段是必填项"),
        ({"sections-0-kind": "", "sections-0-heading": "无内容"}, "请选择这一部分写什么"),
        ({"sections-3-kind": "annex", "sections-3-heading": ""}, "附件需要标题"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_written(client, draft, zhao, changes, words):
    client.force_login(zhao)
    response = client.post(reverse("reports:template_edit", args=[draft.pk]), posted(draft, **changes))
    assert response.status_code == 422
    assert words in response.content.decode()
    before = draft.revision
    draft.refresh_from_db()
    assert draft.revision == before


def test_a_template_without_sections_is_refused(client, draft, zhao):
    client.force_login(zhao)
    response = client.post(reverse("reports:template_edit", args=[draft.pk]), posted(draft, sections=[]))
    assert response.status_code == 422
    assert "至少要有一个部分" in response.content.decode()
    assert draft.sections.count() == 4


def test_the_second_saver_sees_the_difference_and_may_overwrite(client, draft, zhao):
    client.force_login(zhao)
    url, mine = reverse("reports:template_edit", args=[draft.pk]), posted(draft, name="我的名称")
    client.post(url, posted(draft, name="别人的名称"))
    response = client.post(url, mine)
    page = response.content.decode()
    assert response.status_code == 409
    assert "别人的名称" in page
    assert "我的名称" in page
    draft.refresh_from_db()
    assert draft.name == "别人的名称"
    assert client.post(url, {**mine, "overwrite": "1"}).status_code == 302
    draft.refresh_from_db()
    assert draft.name == "我的名称"


def test_a_published_version_cannot_be_edited_on_screen(client, template, zhao):
    client.force_login(zhao)
    response = client.post(reverse("reports:template_edit", args=[template.pk]), posted(template, name="改名"), follow=True)
    assert "已经发布，不能再修改" in response.content.decode()
    template.refresh_from_db()
    assert template.name != "改名"


def test_the_buttons_carry_a_template_through_its_life(client, template, zhao):
    client.force_login(zhao)
    client.post(reverse("reports:template_revise", args=[template.pk]))
    draft = ReportTemplate.objects.get(key="three-part", status="draft")
    for verb, status in (("publish", "published"), ("retire", "retired"), ("restore", "published")):
        client.post(reverse(f"reports:template_{verb}", args=[draft.pk]))
        draft.refresh_from_db()
        assert draft.status == status
    client.post(reverse("reports:template_copy", args=[draft.pk]), {"name": "另一种"})
    copy = ReportTemplate.objects.get(name="另一种")
    assert client.post(reverse("reports:template_discard", args=[copy.pk])).url == reverse("reports:template_list")
    assert not ReportTemplate.objects.filter(pk=copy.pk).exists()


@pytest.mark.parametrize("key", SHIPPED)
def test_every_shipped_template_can_be_tried_on_a_campaign(client, concluded, zhao, key):
    client.force_login(zhao)
    give_row(concluded, concluded.assignments.get().organization, zhao)
    template = factories.report_template(key)
    response = client.get(reverse("reports:template_preview", args=[template.pk]), {"campaign": concluded.code})
    page = response.content.decode()
    assert response.status_code == 200
    assert "sheet-title" in page
    assert client.get(reverse("reports:template_detail", args=[template.pk])).status_code == 200
    draft = actions.revise_template(template, by=zhao)
    assert client.get(reverse("reports:template_edit", args=[draft.pk])).status_code == 200


READS = ("template_list", "template_detail")
WRITES = ("template_edit", "template_preview")
POSTS = ("template_revise", "template_copy", "template_publish", "template_retire", "template_restore", "template_discard")


def address(name, template):
    return reverse(f"reports:{name}", args=[] if name == "template_list" else [template.pk])


@pytest.mark.parametrize("name", [*READS, *WRITES, *POSTS])
@pytest.mark.parametrize("who", ["zhou", "qian", "wang", "feng"])
def test_strangers_to_reports_find_nothing(client, request, template, name, who):
    client.force_login(request.getfixturevalue(who))
    response = client.post(address(name, template)) if name in POSTS else client.get(address(name, template))
    assert response.status_code == 404


@pytest.mark.parametrize("name", [*WRITES, *POSTS])
def test_leaders_read_and_do_not_write(client, wu, template, name):
    client.force_login(wu)
    for read in READS:
        assert client.get(address(read, template)).status_code == 200
    response = client.post(address(name, template)) if name in POSTS else client.get(address(name, template))
    assert response.status_code == 403
    template.refresh_from_db()
    assert template.status == "published"


def test_the_list_asks_the_same_number_of_questions_for_any_number_of_templates(
    client, template, zhao, django_assert_num_queries, django_assert_max_num_queries
):
    client.force_login(zhao)
    url = reverse("reports:template_list")
    client.get(url)
    with django_assert_max_num_queries(30) as before:
        client.get(url)
    for number in range(5):
        actions.copy_template(template, name=f"副本{number}", by=zhao)
    with django_assert_num_queries(len(before)):
        client.get(url)
