"""Two clicks at the same moment: numbers without gaps or doubles, one step taken once, on every database."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.db import DatabaseError, connection

from jobs.errors import InvalidTransition
from reports.actions.signing import issue_report, pass_review, submit_report
from reports.models import NumberCounter, Report, SignOff
from reports.signing import seen
from tests.reports.signing.conftest import make_report

ROOT = Path(__file__).parents[3]


def at_once(acts):
    """Do all acts at once, each on its own connection; a database that was too busy is asked again. Return what each gave or raised."""
    together = threading.Barrier(len(acts))
    results = [None] * len(acts)

    def attempt(place, act):
        together.wait()
        try:
            while True:
                try:
                    results[place] = act()
                    break
                except DatabaseError as error:
                    # SQLite's shared memory, in which tests run, refuses a second writer instead of letting it wait.
                    if "locked" not in str(error):
                        raise
        except Exception as error:  # noqa: BLE001 -- the test looks at it
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def race_to_issue(campaign, zhao, he, wu, series, count):
    """Issue ``count`` reports at the same moment, each clicked twice; return the numbers, sorted, and how many clicks were refused."""
    steps = []
    for _ in range(count):
        step = submit_report(make_report(campaign, zhao, series), by=zhao, reviewers=[he], issuer=wu)
        steps.append(pass_review(step, by=he, saw=seen(step.report)))
    saw = {step.pk: seen(step.report) for step in steps}
    acts = [lambda pk=step.pk: issue_report(SignOff.objects.get(pk=pk), by=wu, saw=saw[pk]) for step in steps for _ in range(2)]
    results = at_once(acts)
    assert all(isinstance(result, Report | InvalidTransition) for result in results), results
    numbers = sorted(Report.objects.filter(status="issued").values_list("number", flat=True))
    return numbers, sum(isinstance(result, InvalidTransition) for result in results)


@pytest.mark.django_db(transaction=True)
def test_numbers_have_no_gaps_and_no_doubles(campaign, concluded, zhao, he, wu, series):
    numbers, refused = race_to_issue(campaign, zhao, he, wu, series, 4)
    assert numbers == [1, 2, 3, 4]
    assert refused == 4
    assert NumberCounter.objects.get().last == 4


@pytest.mark.django_db(transaction=True)
def test_a_review_is_passed_once(submitted, he):
    saw = seen(submitted.report)
    results = at_once([lambda: pass_review(SignOff.objects.get(pk=submitted.pk), by=he, saw=saw) for _ in range(3)])
    assert sum(isinstance(result, SignOff) for result in results) == 1
    assert sum(isinstance(result, InvalidTransition) for result in results) == 2


SCRIPT = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from reports.actions.numbers import open_series
from tests import factories
from tests.reports.signing.test_races import race_to_issue
district = factories.make_organization("云岭区委", kind="committee", code="YL", short_name="区委")
zhao, he = (factories.make_user(name, role="office", at=district) for name in ("赵办", "何副主任"))
wu = factories.make_user("吴书记", role="leader", at=district)
campaign = factories.make_campaign(district, zhao)
unit = factories.make_organization("区档案馆党支部", district, category=factories.make_category("事业单位"))
row = factories.make_assignment(campaign, unit, factories.make_team(campaign), status="concluded", summary="较好")
factories.make_finding(row, zhao)
numbers, refused = race_to_issue(campaign, zhao, he, wu, open_series(district, by=zhao, prefix="云督报"), 5)
print("outcome", numbers, refused)
"""


def test_numbers_on_a_database_in_a_file(tmp_path):
    """What a clerk's office runs: SQLite in a file, where writers wait for each other."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DUCHATONG_VAR": str(tmp_path / "var"),
        "DUCHATONG_FONTS": os.environ.get("DUCHATONG_FONTS") or str(Path(os.environ.get("DUCHATONG_VAR", ROOT / "var")) / "fonts"),
    }
    environment.pop("DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert "outcome [1, 2, 3, 4, 5] 5" in done.stdout, done.stdout + done.stderr
