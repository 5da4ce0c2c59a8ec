"""A database of which the program knows nothing: every place that speaks one database's own language has a plain way beside it.

No such database is here. Ours is made to answer to no name that we know: what is left is the plain way, and it has to give the same.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.backends.sqlite3.base import DatabaseWrapper as SqliteWrapper
from django.utils import timezone

from config.stores import database_options
from inspections.actions import tally_marks
from inspections.actions.searching import index_for_search
from inspections.actions.tally_folding import fold_all
from inspections.models import Finding, FindingGrams, Tally
from inspections.tallies.verifying import differences
from jobs.backups.restoring import check, restore
from jobs.backups.writing import write
from tests import factories
from units import state
from units.bulk_rows import insert_rows, update_rows
from units.models import ActivityEntry

ROOT = Path(__file__).resolve().parent.parent


class Unknown(str):
    """A vendor's name that equals none; Django, which puts it together with other words, goes on as before."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)


@pytest.fixture
def unknown(monkeypatch):
    """Return a function after which nobody of ours knows the database."""
    return lambda: monkeypatch.setattr(connection, "vendor", Unknown(connection.vendor))


def test_every_place_that_asks_for_the_vendor_is_known_here():
    """A new one needs a plain way, and a row in docs/domestic-platforms.md."""
    found = set()
    for folder in ("jobs", "units", "inspections", "reports", "config"):
        for path in (ROOT / folder).rglob("*.py"):
            if "migrations" not in path.parts and re.search(r"\.vendor\b", path.read_text(encoding="utf-8")):
                found.add(path.relative_to(ROOT).as_posix())
    told = (ROOT / "docs/domestic-platforms.md").read_text(encoding="utf-8")
    assert len(found) > 5
    assert {path for path in found if f"`{path}`" not in told} == set()


def found(client, words: str) -> list[str]:
    page = client.get("/inspections/findings/", {"q": words}).content.decode()
    return sorted(set(re.findall(r"/inspections/findings/([0-9a-f-]{36})/", page)))


def test_search_finds_the_same(client, assignment, qian, zhao, unknown):
    texts = ("学习台账登记不全", "台账没有登记学习时间", "学习记录齐全，台账缺页")
    rows = [factories.make_finding(assignment, qian, text=text) for text in texts]
    index_for_search(rows)
    client.force_login(zhao)
    before = {words: found(client, words) for words in ("学习", "台账 学习", "登记", "没有的词")}
    assert [len(keys) for keys in before.values()] == [3, 3, 2, 0]
    assert FindingGrams.objects.candidates(["学习"]) is not None
    unknown()
    assert FindingGrams.objects.candidates(["学习"]) is None
    assert {words: found(client, words) for words in before} == before


def test_tallies_are_counted_the_same(campaign, assignment, qian, unknown):
    for kind in Finding.Kind.values:
        factories.make_finding(assignment, qian, kind=kind)
    tally_marks.mark_branch([campaign.pk])
    fold_all()
    before = list(Tally.objects.order_by("path").values_list("path", "problems", "good_practices", "units"))
    assert before
    assert differences(campaign).faults == []
    unknown()
    tally_marks.mark_branch([campaign.pk])
    factories.make_finding(assignment, qian)
    fold_all()
    after = list(Tally.objects.order_by("path").values_list("path", "problems", "good_practices", "units"))
    assert [row[0] for row in after] == [row[0] for row in before]
    assert differences(campaign).faults == []


def test_rows_are_written_the_same(assignment, qian, zhao, unknown):
    unknown()
    fields = {"actor_id": zhao.pk, "actor_name": "赵", "verb": "units.test", "changes": {"名称": ["", "一\t二\n"]}, "at": timezone.now()}
    insert_rows(ActivityEntry, [{**fields, "summary": f"第{number}条"} for number in range(50)])
    kept = ActivityEntry.objects.filter(verb="units.test").values_list("changes", flat=True)
    assert list(kept) == [{"名称": ["", "一\t二\n"]}] * 50
    rows = [factories.make_finding(assignment, qian) for _ in range(3)]
    for number, row in enumerate(rows):
        row.text, row.revision = f"改过的第{number}条", 7
    update_rows(rows, ["text", "revision"])
    assert sorted(Finding.objects.values_list("text", "revision")) == [(f"改过的第{number}条", 7) for number in range(3)]


def test_a_backup_is_made_and_read(assignment, qian, unknown, tmp_path):
    factories.make_finding(assignment, qian)
    unknown()
    count = sum(write(tmp_path / "one").tables.values())
    Finding.objects.all().delete()
    backup = check(tmp_path / "one")
    assert sum(backup.manifest["rows"].values()) == count
    if isinstance(connection, SqliteWrapper):  # PostgreSQL has taken the right to empty the log away, as it should
        restore(backup, replace=True)
        assert Finding.objects.count() == 1


def test_the_state_page_says_that_nobody_tried_it(db, unknown):
    unknown()
    line = next(line for line in state.lines() if line.what == "数据库")
    assert line.tone == "warn"
    assert "没有经过测试" in line.advice


def test_any_backend_can_be_named(tmp_path):
    """The settings hand engine and options on; a site whose backend is not installed is told by Django which one it looked for."""
    code = "from config.settings import DATABASES as d; x = d['default']; print(x['ENGINE'], x['NAME'], x['PORT'], x['OPTIONS'])"
    more = {"DUCHATONG_VAR": str(tmp_path), "DATABASE_ENGINE": "dmDjango", "DATABASE_URL": "postgres://u:p@10.0.0.5:5236/DUCHA"}
    environment = {**os.environ, **more, "DATABASE_OPTIONS": '{"local_code": 1}'}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "dmDjango DUCHA 5236 {'local_code': 1}"
    with pytest.raises(ImproperlyConfigured, match="JSON"):
        database_options("sslmode=require")
