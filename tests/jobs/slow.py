"""A job that takes its time, for the test that kills its worker; imported by that worker only."""

from __future__ import annotations

import time

from jobs.models import JobItem
from jobs.registry import handler


@handler("test.slow")
def slow(progress, count, seconds):
    """Do ``count`` items of ``seconds`` each; items that are done are not done again."""
    job = progress.job
    JobItem.objects.bulk_create(
        [JobItem(job=job, position=number, key=str(number), label=f"第{number}项") for number in range(count)], ignore_conflicts=True
    )
    waiting = job.items.filter(status="waiting")
    progress.start(count, done=count - waiting.count())
    for item in list(waiting):
        time.sleep(seconds)
        # The data counts how often an item was worked on: the test wants once.
        JobItem.objects.filter(pk=item.pk).update(status="done", data={"times": item.data.get("times", 0) + 1})
        progress.advance(note=item.label)
    return {"summary": "全部完成"}
