"""The test run itself: what it counts, that nothing is skipped in silence, that its private servers come and go."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import suites
from django.db import connection

from tests import with_services

ROOT = Path(__file__).resolve().parent.parent


def outcome(name: str, closing: str, code: int = 0) -> suites.Outcome:
    return suites.Outcome(name, code, closing)


def test_counts_are_read_from_the_closing_line():
    assert outcome("a", "2 failed, 310 passed, 1 error, 3 warnings in 45.10s").counts == {
        "failed": 2,
        "passed": 310,
        "error": 1,
        "warning": 3,
    }


def test_the_total_is_worded_like_a_closing_line():
    parts = [outcome("a", "10 passed in 1s"), outcome("b", "2 failed, 8 passed in 2s"), outcome("c", "1 passed, 2 errors in 3s")]
    assert suites.total(parts, 6.4) == "===== 2 failed, 2 error, 19 passed in 6s ====="
    assert suites.total([outcome("a", "没有结果（退出码 2）")], 1) == "===== no tests ran in 1s ====="


def test_a_suite_that_selects_nothing_fails_unless_arguments_were_given(monkeypatch, tmp_path):
    codes = iter([0, suites.NOTHING_SELECTED, 0] * 2)
    monkeypatch.setattr(suites, "run", lambda suite, _extra: outcome(suite.name, "1 passed in 1s", next(codes)))
    monkeypatch.setattr(suites, "ROOT", tmp_path)
    monkeypatch.setenv("ARGS", "")
    assert suites.main() == 1
    monkeypatch.setenv("ARGS", "-k something")
    assert suites.main() == 0
    assert (tmp_path / "var/test-summary.txt").read_text().endswith("===== 3 passed in 0s =====\n")


def test_the_tests_do_not_see_a_real_database(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://real")
    monkeypatch.setenv("DJANGO_SECRET_KEY", "real")
    monkeypatch.setenv("PIP_INDEX_URL", "kept")
    environment = suites.environment()
    assert "DATABASE_URL" not in environment
    assert "DJANGO_SECRET_KEY" not in environment
    assert environment["PIP_INDEX_URL"] == "kept"


SKIPPING = """
import pytest
def test_runs(): pass
@pytest.mark.skip(reason="no reason")
def test_marked(): pass
def test_skips_itself(): pytest.skip("chromium is not here")
@pytest.mark.xfail
def test_expected(): assert False
"""


def test_a_skipped_test_fails(tmp_path):
    (tmp_path / "test_it.py").write_text(SKIPPING)
    (tmp_path / "test_module.py").write_text("import pytest\npytest.importorskip('no_such_module')\n")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "tests.no_skips",
        "-p",
        "no:django",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        str(tmp_path),
    ]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_ADDOPTS": ""}
    one = subprocess.run(
        [*command, str(tmp_path / "test_it.py")], env=environment, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert one.returncode == 1
    assert "1 failed, 1 passed, 1 xfailed, 1 error" in one.stdout
    assert "chromium is not here" in one.stdout
    two = subprocess.run(
        [*command, str(tmp_path / "test_module.py")], env=environment, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert two.returncode != 0
    assert "no_such_module" in two.stdout


def test_private_servers_start_pass_on_the_exit_code_and_leave_nothing():
    script = (
        "import os, psycopg2, redis; url = os.environ['DATABASE_URL'];"
        "print(psycopg2.connect(url).server_version >= 140000);"
        "print(redis.Redis(unix_socket_path=os.environ['CELERY_BROKER_URL'].removeprefix('redis+socket://')).ping());"
        "print(url.partition('host=')[2]); raise SystemExit(7)"
    )
    command = [sys.executable, str(ROOT / "tests/with_services.py"), sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 7, done.stdout + done.stderr
    answers = done.stdout.split()
    assert answers[:2] == ["True", "True"]
    assert not Path(answers[2]).exists()


def test_a_missing_server_is_named_with_the_command(monkeypatch):
    monkeypatch.setattr(with_services.shutil, "which", lambda *_args, **_options: None)
    with pytest.raises(with_services.MissingProgram, match=r"apt-get install .*redis-server"):
        with_services.find_redis()


@pytest.mark.django_db
def test_the_database_is_the_one_that_the_suite_names():
    """A suite that ran on SQLite by mistake would prove nothing about PostgreSQL."""
    wanted = "postgresql" if os.environ.get("DATABASE_URL", "").startswith("postgres") else "sqlite"
    with connection.cursor() as cursor:
        cursor.execute("select version()" if wanted == "postgresql" else "select 'SQLite ' || sqlite_version()")
        assert cursor.fetchone()[0].lower().startswith(wanted)
