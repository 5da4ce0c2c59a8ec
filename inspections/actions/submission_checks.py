"""Comparing a submission with what it should differ from, by a worker; the outcome is shown to the office and decides nothing."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from inspections.models import QualitySignal, Submission
from inspections.signals import signals_of
from jobs import actions as jobs
from jobs.errors import InvalidTransition
from jobs.models import Job
from units.models import User

HANDED_IN = Submission.HANDED_IN


def start_check(submission: Submission, *, by: User) -> Job:
    """Have a submission compared. Raises ``InvalidTransition`` before it was handed in."""
    if submission.status not in HANDED_IN:
        raise InvalidTransition("材料还没有提交，提交以后才能比对。")
    params = {"submission": str(submission.pk)}
    return jobs.start("inspections.submission_check", f"整理“{submission.organization}”报送的材料", by=by, params=params)


def check(submission: Submission) -> int:
    """Replace the signals of a submission by those of today; return how many. Safe to run twice."""
    found = signals_of(submission)
    with transaction.atomic():
        list(Submission.objects.select_for_update().filter(pk=submission.pk).values_list("pk"))
        submission.signals.all().delete()
        QualitySignal.objects.bulk_create(found, batch_size=200)
        Submission.objects.filter(pk=submission.pk).update(checked_at=timezone.now())
    return len(found)
