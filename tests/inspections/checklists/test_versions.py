"""Copies, versions, publishing: what is kept, what is retired, what is refused."""

from __future__ import annotations

import pytest
from django.urls import reverse

from inspections.actions import checklists as actions
from inspections.actions.checklist_rows import place_item
from inspections.completeness import faults_of
from inspections.models import Checklist, ChecklistItem, StandardFinding
from jobs.errors import InvalidTransition, Refused
from tests import factories
from tests.inspections.checklists.conftest import item_of, theme_of
from units.models import ActivityEntry


def codes(checklist):
    return [(theme.code, [item.code for item in theme.items.all()]) for theme in checklist.outline()]


def post(client, name, pk, /, **data):
    return client.post(reverse(f"inspections:{name}", args=[pk]), data)


def test_a_new_version_keeps_lineage_and_codes(client, zhao, published):
    item_of(published).categories.add(factories.make_category("镇街"))
    client.force_login(zhao)
    answer = post(client, "checklist_new_version", published.pk)
    new = Checklist.objects.get(lineage=published.lineage, version=2)
    assert answer.url == reverse("inspections:checklist_edit", args=[new.pk])
    assert (new.status, new.name) == ("draft", published.name)
    assert codes(new) == codes(published)
    assert [str(category) for category in item_of(new).categories.all()] == ["镇街"]
    published.refresh_from_db()
    assert published.status == "published"


def test_one_draft_per_lineage(client, zhao, published):
    actions.start_version(published, by=zhao)
    client.force_login(zhao)
    page = client.post(reverse("inspections:checklist_new_version", args=[published.pk]), follow=True).content.decode()
    assert "正在起草" in page
    assert Checklist.objects.filter(lineage=published.lineage).count() == 2


def test_a_draft_needs_no_new_version(zhao, draft):
    with pytest.raises(Refused, match="还是草稿"):
        actions.start_version(draft, by=zhao)


def test_publishing_a_new_version_retires_the_earlier_one(client, zhao, published):
    new = actions.start_version(published, by=zhao)
    client.force_login(zhao)
    answer = post(client, "checklist_publish", new.pk, revision=new.revision)
    assert answer.url == reverse("inspections:checklist_detail", args=[new.pk])
    new.refresh_from_db()
    published.refresh_from_db()
    assert (new.status, published.status) == ("published", "retired")
    assert new.published_at is not None
    assert "已停用" in client.get(reverse("inspections:checklist_detail", args=[published.pk])).content.decode()


def test_a_copy_is_a_lineage_of_its_own(client, zhao, published):
    client.force_login(zhao)
    post(client, "checklist_copy", published.pk, name="另一份清单")
    copy = Checklist.objects.get(name="另一份清单")
    assert (copy.version, copy.status) == (1, "draft")
    assert copy.lineage != published.lineage
    assert codes(copy) == codes(published)


def test_publishing_what_has_changed_since_the_check_is_refused(zhao, draft):
    seen = draft.revision
    actions.update_checklist(draft, base={}, values={"name": "改过的名称"}, by=zhao)
    with pytest.raises(InvalidTransition, match="又被修改过"):
        actions.publish_checklist(draft, revision=seen, by=zhao)
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_publishing_twice_is_refused(zhao, draft):
    actions.publish_checklist(draft, revision=draft.revision, by=zhao)
    with pytest.raises(InvalidTransition, match="已发布"):
        actions.publish_checklist(draft, revision=draft.revision, by=zhao)


def test_an_incomplete_checklist_cannot_be_published_even_by_a_crafted_post(client, zhao):
    empty = Checklist.objects.create(name="空清单")
    client.force_login(zhao)
    page = client.post(reverse("inspections:checklist_publish", args=[empty.pk]), {"revision": 1}, follow=True).content.decode()
    assert "还有 1 处必须改正的问题" in page
    empty.refresh_from_db()
    assert empty.status == "draft"


def test_every_fault_is_listed_with_the_way_to_it(client, zhao, draft):
    theme = theme_of(draft)
    twin = theme.items.create(code="T1-1", question="另一项", order=9)
    empty = draft.themes.create(code="T9", name="没有检查项的主题", order=9)
    ChecklistItem.objects.filter(pk=item_of(draft, "T1-2").pk).update(metric_phrase="")
    clause = item_of(draft, "T2-1")
    ChecklistItem.objects.filter(pk=clause.pk).update(clause="第三条")
    factories.make_standard(item_code="T2-1", measure="")
    client.force_login(zhao)
    page = client.get(reverse("inspections:checklist_publish", args=[draft.pk])).content.decode()
    edit = reverse("inspections:checklist_edit", args=[draft.pk])
    for text, link in [
        ("检查项编码“T1-1”重复", f"{edit}?open={twin.pk}#item-{twin.pk}"),
        ("主题下没有检查项", f"{edit}#theme-{empty.pk}"),
        ("数值指标没有“报告中的说法”", f"{edit}?open={item_of(draft, 'T1-2').pk}#"),
        ("写了条款，没有写依据文件", f"{edit}?open={clause.pk}#"),
        ("没有整改措施", f"{edit}?open={clause.pk}#"),
    ]:
        assert text in page, text
        assert link in page, text
    assert "disabled" in page


@pytest.mark.django_db
def test_faults_that_only_old_data_can_have():
    # The forms and the database refuse them, but an older import may have left them.
    theme = factories.make_checklist(published=False).themes.get(code="T1")
    theme.items.update(question=" ")
    ChecklistItem.objects.filter(code="T1-2").update(unit_of_measure=" ")
    texts = [fault.text for fault in faults_of(theme.checklist) if fault.is_blocking]
    assert texts == ["检查项没有写检查内容。", "检查项没有写检查内容。", "数值指标没有计量单位。"]


def test_a_namesake_is_only_a_hint(zhao, published):
    twin = factories.make_checklist(published=False, name=published.name)
    faults = faults_of(twin)
    assert any("也叫" in fault.text and not fault.is_blocking for fault in faults)
    actions.publish_checklist(twin, revision=twin.revision, by=zhao)


def test_a_draft_can_be_deleted_a_published_version_cannot(client, zhao, draft, published):
    client.force_login(zhao)
    assert post(client, "checklist_delete", draft.pk).url == reverse("inspections:checklist_list")
    assert not Checklist.objects.filter(pk=draft.pk).exists()
    post(client, "checklist_delete", published.pk)
    assert Checklist.objects.filter(pk=published.pk).exists()


def test_wordings_follow_an_item_that_moved_once_its_version_is_published(zhao, published):
    wording = factories.make_standard(theme_code="T1", item_code="T1-1")
    new = actions.start_version(published, by=zhao)
    place_item(new, item_of(new).pk, theme_pk=theme_of(new, "T2").pk, before=None, by=zhao)
    wording.refresh_from_db()
    assert wording.theme_code == "T1"  # the version in force still has the item there
    new.refresh_from_db()
    actions.publish_checklist(new, revision=new.revision, by=zhao)
    wording.refresh_from_db()
    assert wording.theme_code == "T2"


def test_every_verb_is_on_record(zhao, published):
    new = actions.start_version(published, by=zhao)
    actions.update_checklist(new, base={"name": new.name, "note": ""}, values={"name": new.name, "note": "新说明"}, by=zhao)
    actions.publish_checklist(new, revision=new.revision, by=zhao)
    copy = actions.copy_checklist(new, name="副本", by=zhao)
    actions.delete_checklist(copy, by=zhao)
    actions.create_checklist(name="新的", by=zhao)
    verbs = list(ActivityEntry.objects.order_by("pk").values_list("verb", flat=True))
    names = ["new_version", "update", "retire", "publish", "copy", "delete", "create"]
    assert [verb for verb in verbs if verb.startswith("inspections.")] == [f"inspections.checklist_{name}" for name in names]
    entry = ActivityEntry.objects.get(verb="inspections.checklist_update")
    assert entry.changes == {"版本说明": ["", "新说明"]}
    assert entry.organization_path == zhao.office_paths[0]


def test_standard_findings_are_untouched_by_copies(zhao, published):
    factories.make_standard(theme_code="T1", item_code="T1-1")
    actions.copy_checklist(published, name="副本", by=zhao)
    assert StandardFinding.objects.count() == 1
