"""The hash chain over the activity log: what was changed, removed or slipped in is found and named; old entries go only by the rule."""

# ruff: noqa: S608 -- the statements of this file are its own

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone

from jobs.errors import Refused
from units.actions import guarding, sealing
from units.actions.activity import record
from units.actions.pruning import prune
from units.actions.sealing import seal_waiting, verify
from units.models import ActivityEntry, ActivitySeal

TABLE = ActivityEntry._meta.db_table


def sql(statement: str, *values: object) -> None:
    """Do what somebody with the database's password does."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.fixture(autouse=True)
def _small_links(monkeypatch):
    monkeypatch.setattr(sealing, "SIZE", 3)
    monkeypatch.setattr(sealing, "SETTLES", timedelta(0))


@pytest.fixture
def entries(zhao):
    """Eight sealed entries in three links."""
    for number in range(8):
        record(zhao, "units.user_update", f"第 {number} 件事", zhao, changes={"姓名": ["甲", "乙"]}, address="10.0.0.8")
    assert seal_waiting() == ActivityEntry.objects.count()
    return list(ActivityEntry.objects.order_by("pk"))


def test_an_untouched_log_verifies(entries, capsys):
    found = verify()
    assert (found.entries, found.waiting, found.faults) == (len(entries), 0, [])
    assert found.links == ActivitySeal.objects.count() == -(-len(entries) // 3)
    call_command("verify_audit")
    assert "核对无误" in capsys.readouterr().out


@pytest.mark.parametrize(
    "change", ["summary = '改过'", "actor_name = '别人'", "at = '2026-01-01 00:00:00+00'", "changes = '{}'", "address = NULL", "verb = 'x'"]
)
def test_a_changed_entry_is_named(entries, change):
    victim = entries[4]
    sql(f"UPDATE {TABLE} SET {change} WHERE id = %s", victim.pk)
    (fault,) = verify().faults
    assert f"记录 {victim.pk}" in fault
    assert "被改动" in fault


def test_a_removed_entry_is_named(entries):
    sql(f"DELETE FROM {TABLE} WHERE id = %s", entries[2].pk)
    assert verify().faults == [f"记录 {entries[2].pk}（第 1 环）被删除。"]
    with pytest.raises(CommandError, match="发现 1 处不符"):
        call_command("verify_audit")


def test_a_changed_entry_with_a_changed_digest_breaks_the_chain(entries):
    sql(f"UPDATE {TABLE} SET summary = '改过' WHERE id = %s", entries[0].pk)
    seal = ActivitySeal.objects.get(number=1)
    row = ActivityEntry.objects.filter(pk=entries[0].pk).values(*sealing.COLUMNS).get()
    ActivitySeal.objects.filter(number=1).update(digests=[sealing.digest_of(row), *seal.digests[1:]])
    assert any("第 1 环的链值不符" in fault for fault in verify().faults)


def test_a_link_made_anew_does_not_fit_the_next(entries):
    seal = ActivitySeal.objects.get(number=1)
    digests = ["0" * 64, *seal.digests[1:]]
    ActivitySeal.objects.filter(number=1).update(digests=digests, hash=sealing.hash_of(1, seal.entries, digests, sealing.FIRST))
    assert any("第 2 环的链值不符" in fault for fault in verify().faults)


def test_a_removed_link_is_noticed(entries):
    ActivitySeal.objects.filter(number=2).delete()
    assert any("中间的被移除" in fault for fault in verify().faults)


def test_an_entry_slipped_in_later_is_named(entries, zhao):
    key = entries[3].pk
    link = next(link for link in ActivitySeal.objects.all() if key in link.entries)
    keep = [pair for pair in zip(link.entries, link.digests, strict=True) if pair[0] != key]
    ActivitySeal.objects.filter(pk=link.pk).update(entries=[key for key, _ in keep], digests=[digest for _, digest in keep])
    sql(f"UPDATE {TABLE} SET at = %s WHERE id = %s", timezone.now() - timedelta(hours=2), key)
    assert f"记录 {key} 没有封存，却排在已封存的记录之前：是后来插入的。" in verify().faults


def test_what_commits_late_is_still_sealed(entries, zhao):
    """A long transaction took its key early; its entry appears below those that are sealed already."""
    key = entries[-1].pk + 1
    record(zhao, "units.user_update", "之后的事", zhao)
    sql(f"UPDATE {TABLE} SET id = %s WHERE id = %s", key + 100, ActivityEntry.objects.order_by("-pk").first().pk)
    seal_waiting()
    late = record(zhao, "units.user_update", "提交得晚", zhao)
    sql(f"UPDATE {TABLE} SET id = %s WHERE id = %s", key + 50, late.pk)
    assert seal_waiting() == 1
    assert verify().faults == []
    assert seal_waiting() == 0


def test_two_workers_never_fork_the_chain(entries, zhao, monkeypatch):
    record(zhao, "units.user_update", "新的事", zhao)

    def beaten(**_fields: object) -> None:
        raise IntegrityError

    monkeypatch.setattr(ActivitySeal.objects, "create", beaten)
    assert seal_waiting() == 0
    monkeypatch.undo()
    assert verify().faults == []


def test_nothing_younger_than_six_months_is_cleared_away(entries):
    with pytest.raises(Refused, match="至少保存 183 天"):
        prune(timezone.now() - timedelta(days=182))
    with pytest.raises(CommandError, match="183"):
        call_command("prune_audit", days=30)
    assert ActivityEntry.objects.count() == len(entries)


def test_old_entries_go_and_the_chain_still_verifies(zhao):
    for number in range(6):
        record(zhao, "units.user_update", f"旧事 {number}", zhao)
    sql(f"UPDATE {TABLE} SET at = %s", timezone.now() - timedelta(days=400))
    old = ActivityEntry.objects.count()
    record(zhao, "units.user_update", "新近的事", zhao)
    seal_waiting()
    whole = old // 3 * 3  # the link that holds a recent entry stays
    assert prune(timezone.now() - timedelta(days=200)) == whole
    assert ActivityEntry.objects.filter(verb="units.activity_prune").count() == 1
    seal_waiting()
    assert verify().faults == []
    assert prune(timezone.now() - timedelta(days=200)) == 0


def test_a_log_that_was_tampered_with_is_not_cleared_away(entries):
    sql(f"DELETE FROM {TABLE} WHERE id = %s", entries[1].pk)
    with pytest.raises(Refused, match="不能清理"):
        prune(timezone.now() - timedelta(days=200))


def test_the_database_refuses_or_the_chain_tells(entries):
    """As the ordinary owner of its tables, which is how a site runs: PostgreSQL refuses; on SQLite, which knows no grants, the chain tells."""
    removal = f"DELETE FROM {TABLE} WHERE id = {entries[0].pk}"
    if connection.vendor == "sqlite":
        sql(removal)
        assert verify().faults
        return
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    sql("CREATE ROLE ordinary")
    sql(f"ALTER TABLE {TABLE} OWNER TO ordinary")
    sql(f"ALTER TABLE {ActivitySeal._meta.db_table} OWNER TO ordinary")
    sql("SET LOCAL ROLE ordinary")
    guarding.close_log()
    for statement in (removal, f"UPDATE {TABLE} SET summary = 'x'", f"DELETE FROM {ActivitySeal._meta.db_table}"):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            sql(statement)
    guarding.open_log()
    sql(removal)
    sql("RESET ROLE")


def test_the_migration_takes_the_grants_away(django_db_setup, db):
    """What the migration left on PostgreSQL: the owner holds everything but change and deletion."""
    if connection.vendor == "sqlite":
        assert guarding.close_log() is None  # nothing to grant, and no error
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT relacl::text FROM pg_class WHERE relname = %s", [TABLE])
        granted = cursor.fetchone()[0].split("=")[1].split("/")[0]
    assert set("arx") <= set(granted), "insert, read, reference"
    assert not set("wdD") & set(granted), "no update, no deletion, no truncation"
