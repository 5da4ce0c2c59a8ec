"""Keeping the search index of submissions true: called by the verbs that make them or change their text, in their transactions."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Prefetch

from inspections.documents.material import Material
from inspections.models import Submission, SubmissionFile, SubmissionGrams
from units.actions.organizations import on_rename
from units.bulk_rows import insert_rows
from units.grams import grams_of
from units.searching import searchable

BATCH = 500


def text_to_search(submission: Submission) -> str:
    """Return the words of a submission, a line each: the file's, then what was typed (the files should be prefetched)."""
    file = submission.current_file
    read = Material.from_json(file.content).text if file is not None and file.status == SubmissionFile.Status.READ else ""
    return "\n".join(filter(None, [read, *(str(text) for text in submission.online.values())])).replace("\0", "")


def index_submissions(rows: Sequence[Submission], *, new: bool = False) -> None:
    """Write the pairs of ``rows``, whose organizations and files should be at hand. ``new``: they have neither text nor index yet."""
    if not rows:
        return
    if not new:
        SubmissionGrams.objects.filter(submission__in=[row.pk for row in rows]).delete()
    made = []
    for row in rows:
        text = "" if new else text_to_search(row)
        one = row.organization
        made.append({"submission_id": row.pk, "text": text, "grams": " ".join(grams_of([one.name, one.short_name, one.code, text]))})
    insert_rows(SubmissionGrams, made)


def _in_parts(**which: object) -> int:
    """Index the submissions that fulfil a condition, one batch per transaction; return how many there were."""
    count, last = 0, None
    files = Prefetch("files", SubmissionFile.objects.filter(is_current=True))
    while True:
        with transaction.atomic():
            rows = Submission.objects.filter(**which).order_by("pk").select_related("organization").prefetch_related(files)
            part = list((rows.filter(pk__gt=last) if last else rows).select_for_update(of=("self",))[:BATCH])
            index_submissions(part)
        if not part:
            return count
        count, last = count + len(part), part[-1].pk


@on_rename
def index_renamed(organizations: Sequence[int]) -> None:
    """Submissions are found by their organizations' names."""
    _in_parts(organization__in=organizations)


@searchable("报送材料")
def index_all_submissions() -> int:
    """Write the index of all submissions anew."""
    return _in_parts()
