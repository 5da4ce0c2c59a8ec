"""The facts of a campaign: errors at the field, warnings that may be confirmed, two editors at once."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.urls import reverse

from inspections.actions import campaigns as actions
from inspections.models import BasisDocument, Campaign
from inspections.models.checklist import Checklist
from tests import factories
from units.models import ActivityEntry

NO_DOCUMENTS = {"basis-TOTAL_FORMS": 0, "basis-INITIAL_FORMS": 0}


@pytest.fixture
def facts(district):
    return {
        "title": "2026年下半年督查",
        "subject": "落实责任制情况",
        "year": 2026,
        "half": 2,
        "organizer": district.pk,
        "organizer_body": "区委办公室",
        "starts_on": "2026-11-09",
        "ends_on": "2026-11-13",
        "cut_off_on": "2026-10-31",
        **NO_DOCUMENTS,
    }


@pytest.fixture
def office(client, zhao, town):
    """赵's browser; the town makes the district an organization that has somebody to inspect."""
    client.force_login(zhao)
    return client


def create(browser, facts, **other):
    return browser.post(reverse("inspections:campaign_create"), {**facts, **other})


def test_errors_stand_at_their_fields_and_nothing_typed_is_lost(office, facts):
    answer = create(office, facts, title="", ends_on="2026-11-01", year=26, **{"basis-TOTAL_FORMS": 1, "basis-0-number": "1号"})
    form, documents = answer.context["form"], answer.context["documents"]
    assert set(form.errors) == {"title", "ends_on", "year"}
    assert form.errors["ends_on"] == ["结束日期不能早于开始日期。"]
    assert documents.forms[0].errors == {"title": ["请填写文件名称；不需要这一行时请清空或移除。"]}
    assert "落实责任制情况" in answer.content.decode()
    assert not Campaign.objects.exists()


def test_a_code_that_cannot_stand_in_an_address_is_explained_in_words(office, facts):
    (fault,) = create(office, facts, code="二〇二六 下").context["form"].errors["code"]
    assert fault.startswith("活动编码只能用英文字母、数字、下划线和连字符")


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"cut_off_on": "2026-12-31"}, "数据截止日期晚于督查结束日期"),
        ({"half": 1}, "开始日期不在2026年上半年"),
        ({"year": 2027}, "2027年下半年"),
    ],
)
def test_unusual_dates_are_pointed_out_once(office, facts, changed, word):
    assert word in create(office, facts, **changed).content.decode()
    assert not Campaign.objects.exists()
    assert create(office, facts, **changed, confirmed="on").status_code == 302
    assert Campaign.objects.count() == 1


def test_the_organizer_is_one_for_whom_the_user_does_the_office_work(office, facts, other_district):
    factories.make_organization("别区组织", other_district)
    assert "organizer" in create(office, facts, organizer=other_district.pk).context["form"].errors


def test_only_published_checklists_are_offered(office, facts):
    draft = factories.make_checklist(published=False)
    assert "checklist" in create(office, facts, checklist=draft.pk).context["form"].errors


@pytest.mark.parametrize("code", ["new", "有汉字", "draft-1"])
def test_codes_that_cannot_be_used(office, facts, draft, code):
    assert "code" in create(office, facts, code=code).context["form"].errors


def test_codes_are_given_in_order(office, facts):
    for _ in range(3):
        create(office, facts)
    assert sorted(Campaign.objects.values_list("code", flat=True)) == ["2026-2", "2026-2-2", "2026-2-3"]


def test_an_earlier_campaign_lends_its_scope_and_methods(office, facts, ready, town, bureau):
    create(office, facts, like=ready.pk, code="next")
    campaign = Campaign.objects.get(code="next")
    assert campaign.scope == Campaign.objects.get(pk=ready.pk).scope
    assert {(way.category, way.method) for way in campaign.methods.all()} == {(town.category, "on_site"), (bureau.category, "written")}


def edit(browser, campaign, base, facts, **other):
    return browser.post(
        reverse("inspections:campaign_update", args=[campaign.code]), {**facts, "base": json.dumps(base, ensure_ascii=False), **other}
    )


def test_editing_keeps_what_only_the_other_one_changed(office, draft, facts, zhao):
    base = actions.values_of(draft)
    Campaign.objects.filter(pk=draft.pk).update(arrangement="市委工作安排")
    same = {**facts, "title": draft.title, "subject": draft.subject, "arrangement": "区委工作安排", "organizer_body": draft.organizer_body}
    same |= {"subject_short": draft.subject_short, "approval_number": "新文号", "checklist": draft.checklist_id}
    assert edit(office, draft, base, same).status_code == 302
    draft.refresh_from_db()
    assert (draft.arrangement, draft.approval_number) == ("市委工作安排", "新文号")
    entry = ActivityEntry.objects.about(draft).get()
    assert entry.changes == {"批准文号": ["督计〔2026〕2号", "新文号"]}


def test_the_second_saver_sees_the_difference_and_may_overrule(office, draft, facts):
    base = actions.values_of(draft)
    Campaign.objects.filter(pk=draft.pk).update(title="别人改的名称")
    answer = edit(office, draft, base, facts, title="我改的名称")
    text = answer.content.decode()
    assert "别人改的名称" in text
    assert "我改的名称" in text
    assert Campaign.objects.get(pk=draft.pk).title == "别人改的名称"
    again = edit(office, draft, json.loads(answer.context["base"]), facts, title="我改的名称")
    assert again.status_code == 302
    assert Campaign.objects.get(pk=draft.pk).title == "我改的名称"


def test_a_failed_try_does_not_hide_what_others_saved(office, draft, facts):
    base = actions.values_of(draft)
    Campaign.objects.filter(pk=draft.pk).update(title="别人改的名称")
    failed = edit(office, draft, base, facts, title="我改的名称", ends_on="2026-01-01")
    assert json.loads(failed.context["base"])["title"] == base["title"]


def test_a_page_without_its_base_is_not_saved(office, draft, facts):
    answer = office.post(reverse("inspections:campaign_update", args=[draft.code]), {**facts, "title": "新名称"})
    assert "请刷新" in answer.content.decode()
    assert Campaign.objects.get(pk=draft.pk).title == draft.title


def test_basis_documents_are_reordered_and_shared_ones_are_left_alone(office, draft, district, zhao, facts):
    other = factories.make_campaign(district, zhao)
    shared = BasisDocument.objects.create(title="共用文件", order=1)
    own = BasisDocument.objects.create(title="本次文件", order=2)
    draft.basis_documents.set([shared, own])
    other.basis_documents.set([shared])
    rows = {"basis-TOTAL_FORMS": 2, "basis-0-title": "本次文件", "basis-1-title": "共用文件（修订）"}
    assert edit(office, draft, actions.values_of(draft), facts, checklist=draft.checklist_id, **rows).status_code == 302
    assert [document.title for document in draft.basis_documents.all()] == ["本次文件", "共用文件（修订）"]
    assert [document.title for document in other.basis_documents.all()] == ["共用文件"]


def test_checklist_and_organizer_stay_once_it_runs(office, campaign, facts, town, assignment):
    other = factories.make_checklist(name="另一份清单")
    edit(office, campaign, actions.values_of(campaign), facts, checklist=other.pk, organizer=town.pk, title="新名称")
    now = Campaign.objects.get(pk=campaign.pk)
    assert (now.title, now.checklist_id, now.organizer_id) == ("新名称", campaign.checklist_id, campaign.organizer_id)


def test_a_finished_campaign_is_not_edited(office, campaign, facts):
    Campaign.objects.filter(pk=campaign.pk).update(status=Campaign.Status.FINISHED)
    assert edit(office, campaign, actions.values_of(campaign), facts).status_code == 403


def test_only_a_campaign_that_never_started_is_deleted(office, ready, campaign, zhao):
    document = BasisDocument.objects.create(title="文件", order=1)
    ready.basis_documents.add(document)
    office.post(reverse("inspections:campaign_delete", args=[ready.code]))
    assert not Campaign.objects.filter(pk=ready.pk).exists()
    assert not BasisDocument.objects.exists()
    office.post(reverse("inspections:campaign_delete", args=[campaign.code]))
    assert Campaign.objects.filter(pk=campaign.pk).exists()
    assert ActivityEntry.objects.filter(verb="inspections.campaign_delete").count() == 1


def test_a_retired_checklist_may_stay_but_hinders_the_start(office, draft, facts):
    Checklist.objects.filter(pk=draft.checklist_id).update(status=Checklist.Status.RETIRED)
    answer = edit(office, draft, actions.values_of(draft), facts, checklist=draft.checklist_id)
    assert answer.status_code == 302
    page = office.get(reverse("inspections:campaign_start", args=[draft.code]))
    assert "请改用已发布的版本" in page.content.decode()


def test_dates_are_kept_as_dates(office, facts):
    create(office, facts)
    campaign = Campaign.objects.get()
    assert (campaign.starts_on, campaign.ends_on, campaign.cut_off_on) == (date(2026, 11, 9), date(2026, 11, 13), date(2026, 10, 31))
