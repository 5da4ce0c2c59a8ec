"""Whatever leaves the site as a file leaves an entry in the log: every address is asked, and a new one without an entry fails."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.urls import reverse

from tests.addresses import World, patterns
from tests.policy_walk import asked, methods_of
from units.models import ActivityEntry, User

pytestmark = pytest.mark.django_db
NO_DATA = {
    "field:worker": "a program of ours",
    "inspections:checklist_import_template": "empty",
    "units:organization_import_template": "empty",
    "units:user_import_template": "empty",
    "units:calendar_export": "the public calendar",
    "units:organization_import_faults": "what the reader uploaded a moment ago",
    "inspections:confirmation_signature": "a picture on a page",
}
"""Files that need no entry, and why."""


@pytest.mark.parametrize("who", ["zhao", "wang", "feng"])
def test_every_file_leaves_an_entry(request, district, town, zhao, team, finding, who):
    world = World(district, town, zhao, team, finding)
    person = User.objects.get(pk=request.getfixturevalue(who).pk)
    silent, taken = [], set()
    for name, pattern in patterns():
        for method in methods_of(pattern):
            call = asked(method, reverse(name, kwargs=world.arguments(name, pattern)), person, {})
            with transaction.atomic():
                before = ActivityEntry.objects.count()
                try:
                    answer = call.resolver_match.func(call, *call.resolver_match.args, **call.resolver_match.kwargs)
                except Exception:  # noqa: BLE001 -- refusals of every kind: no file was given out
                    transaction.set_rollback(True)
                    continue
                kind = answer.headers.get("Content-Type", "")
                if answer.status_code == 200 and (
                    "Content-Disposition" in answer.headers or not kind.startswith(("text/html", "application/json"))
                ):
                    taken.add(name)
                    if name not in NO_DATA and ActivityEntry.objects.count() == before:
                        silent.append(name)
                transaction.set_rollback(True)
    assert not silent
    assert len(taken - set(NO_DATA)) >= {"zhao": 12, "wang": 4, "feng": 3}[who]
    if who == "zhao":
        assert {"inspections:evidence_download", "inspections:submission_file", "inspections:proof_download"} <= taken


def test_a_thumbnail_is_looked_at_and_not_taken(client, finding, zhao, district, town, team):
    world = World(district, town, zhao, team, finding)
    client.force_login(zhao)
    url = reverse("inspections:evidence_download", args=[world.evidence.pk])
    assert client.get(url, {"small": "1"}).status_code == 200
    assert not ActivityEntry.objects.filter(verb="inspections.evidence_download").exists()
    client.get(url)
    entry = ActivityEntry.objects.get(verb="inspections.evidence_download")
    assert (entry.actor, entry.organization_path) == (zhao, district.path)
