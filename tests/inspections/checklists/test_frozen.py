"""After publishing nothing changes: every verb refuses, and so does every address, whatever is posted to it."""

from __future__ import annotations

import pytest
from django.urls import get_resolver, reverse

from inspections.actions import checklist_rows as rows
from inspections.actions import checklists as actions
from inspections.actions.checklist_import import import_checklist
from inspections.checklist_files.content import Content
from jobs.errors import InvalidTransition
from tests.inspections.checklists.conftest import item_of, sent, theme_of
from units.models import ActivityEntry

VERBS = {
    "update_checklist": lambda c, by: actions.update_checklist(c, base={}, values={"name": "改"}, by=by),
    "publish_checklist": lambda c, by: actions.publish_checklist(c, revision=c.revision, by=by),
    "delete_checklist": lambda c, by: actions.delete_checklist(c, by=by),
    "add_theme": lambda c, by: rows.add_theme(c, name="改", by=by),
    "update_theme": lambda c, by: rows.update_theme(c, theme_of(c).pk, base={}, values={"name": "改"}, by=by),
    "delete_theme": lambda c, by: rows.delete_theme(c, theme_of(c).pk, seen=9, by=by),
    "duplicate_theme": lambda c, by: rows.duplicate_theme(c, theme_of(c).pk, by=by),
    "place_theme": lambda c, by: rows.place_theme(c, theme_of(c).pk, before=None, by=by),
    "add_item": lambda c, by: rows.add_item(c, theme_of(c).pk, values={"question": "改"}, by=by),
    "update_item": lambda c, by: rows.update_item(c, item_of(c).pk, base={}, values={"question": "改"}, by=by),
    "delete_item": lambda c, by: rows.delete_item(c, item_of(c).pk, base={}, by=by),
    "duplicate_item": lambda c, by: rows.duplicate_item(c, item_of(c).pk, by=by),
    "place_item": lambda c, by: rows.place_item(c, item_of(c).pk, theme_pk=theme_of(c, "T2").pk, before=None, by=by),
    "import_checklist": lambda c, by: import_checklist(Content(), by=by, library={}, draft=c, revision=c.revision),
}


def state(checklist):
    checklist.refresh_from_db()
    themes = [(t.pk, t.code, t.name, t.order, [(i.pk, i.code, i.question, i.order) for i in t.items.all()]) for t in checklist.outline()]
    return checklist.name, checklist.status, checklist.revision, themes


def test_the_table_of_verbs_is_complete():
    written = {
        name for module in (actions, rows) for name, one in vars(module).items() if getattr(one, "__module__", "") == module.__name__
    }
    taking_a_checklist = {name for name in written if name.split("_")[0] in {"add", "update", "delete", "duplicate", "place", "publish"}}
    assert taking_a_checklist == set(VERBS) - {"import_checklist"}


@pytest.mark.parametrize("status", ["published", "retired"])
@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_refuses(zhao, published, verb, status):
    type(published).objects.filter(pk=published.pk).update(status=status)
    before = state(published)
    with pytest.raises(InvalidTransition, match="内容不能再改"):
        VERBS[verb](published, zhao)
    assert state(published) == before
    assert not ActivityEntry.objects.filter(actor=zhao).exists()


def post_addresses(checklist):
    """Every address of the app below one checklist, with the rows' keys filled in."""
    keys = {"pk": checklist.pk, "theme_pk": theme_of(checklist).pk, "item_pk": item_of(checklist).pk}
    patterns = get_resolver().url_patterns
    inspections = next(one for one in patterns if getattr(one, "app_name", "") == "inspections")
    for pattern in inspections.url_patterns:
        if str(pattern.pattern).startswith("checklists/<int:pk>/"):
            names = pattern.pattern.converters
            yield pattern.name, reverse(f"inspections:{pattern.name}", kwargs={name: keys[name] for name in names})


def test_crafted_posts_change_nothing(client, zhao, published):
    client.force_login(zhao)
    before = state(published)
    data = {
        **sent(item_of(published), question="改"),
        "name": "改",
        "theme": theme_of(published).pk,
        "revision": 1,
        "seen": "9",
        "before": "",
    }
    tried = []
    for name, address in post_addresses(published):
        if name in {"checklist_new_version", "checklist_copy"}:
            continue  # They make another checklist.
        answer = client.post(address, data)
        assert answer.status_code in {200, 302, 405, 409, 422}, name
        tried.append(name)
        assert state(published) == before, name
    assert len(tried) >= 16


@pytest.mark.parametrize(("who", "status"), [("wu", 403), ("qian", 403), ("zhou", 404), ("wang", 404)])
def test_only_office_staff_may_post(client, request, team, campaign, who, status):
    client.force_login(request.getfixturevalue(who))
    checklist = campaign.checklist
    data = {**sent(item_of(checklist)), "name": "改", "theme": theme_of(checklist).pk, "question": "改"}
    before = state(checklist)
    for name, address in post_addresses(checklist):
        if name == "checklist_detail" and status == 403:
            continue  # Readers read it.
        assert client.post(address, data).status_code in {status, 405}, name
    assert state(checklist) == before
