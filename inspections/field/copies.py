"""Objects as the phone gets them: the five shapes of docs/api-field.md. What they rest on must have been read already."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.urls import reverse
from django.utils import timezone

from inspections.models import Assignment, CheckResult, Confirmation, Evidence, Finding, Recheck
from units.models import User

Copy = dict[str, Any]


@lru_cache(maxsize=4096)
def moment(at: datetime | None) -> str | None:
    """Return a moment with the offset of the site, to the second."""
    return timezone.localtime(at).isoformat(timespec="seconds") if at else None


def person(user: User | None) -> Copy | None:
    """Return who somebody is."""
    return {"id": user.pk, "name": str(user)} if user else None


def result_copy(result: CheckResult) -> Copy:
    """Return an answer; ``item`` and ``answered_by`` are needed."""
    return {
        "id": str(result.pk),
        "item": result.item.code,
        "conformity": result.conformity,
        "number": result.number_text or None,
        "is_approximate": result.is_approximate,
        "date": result.date.isoformat() if result.date else None,
        "text": result.text,
        "note": result.note,
        "revision": result.revision,
        "by": person(result.answered_by),
        "at": moment(result.answered_at),
    }


def finding_copy(finding: Finding, photos: Iterable[Evidence] = ()) -> Copy:
    """Return a finding; ``theme``, ``item``, ``standard`` and ``recorded_by`` are needed."""
    withdrawn = {"reason": finding.withdrawn_reason, "at": moment(finding.withdrawn_at)} if finding.is_withdrawn else None
    return {
        "id": str(finding.pk),
        "kind": finding.kind,
        "theme": finding.theme.code,
        "item": finding.item.code if finding.item else None,
        "standard": finding.standard.code if finding.standard else None,
        "text": finding.text,
        "severity": finding.severity,
        "cause": finding.cause,
        "measure": finding.measure,
        "revision": finding.revision,
        "by": person(finding.recorded_by),
        "recorded_at": moment(finding.recorded_at),
        "withdrawn": withdrawn,
        "photos": [photo_copy(photo) for photo in photos],
    }


def photo_copy(photo: Evidence) -> Copy:
    """Return a photo without its pixels."""
    return {
        "id": str(photo.pk),
        "name": photo.name,
        "caption": photo.caption,
        "sha256": photo.source_sha256,
        "size": photo.size,
        "url": reverse("inspections:evidence_download", args=[photo.pk]),
        "revision": photo.revision,
    }


def notes_copy(assignment: Assignment) -> Copy:
    """Return what is noted about an assignment; ``concluded_by`` is needed."""
    return {
        "summary": assignment.summary,
        "visit_on": assignment.visit_on.isoformat() if assignment.visit_on else None,
        "status": assignment.status,
        "revision": assignment.revision,
        "concluded_at": moment(assignment.concluded_at),
        "concluded_by": person(assignment.concluded_by),
    }


def recheck_copy(recheck: Recheck) -> Copy:
    """Return what an earlier problem was seen to be; ``by`` is needed."""
    return {
        "id": str(recheck.pk),
        "outcome": recheck.outcome,
        "note": recheck.note,
        "revision": recheck.revision,
        "by": person(recheck.by),
        "at": moment(recheck.at),
    }


def confirmation_copy(confirmation: Confirmation, *, is_outdated: bool) -> Copy:
    """Return what was signed, without the picture; ``taken_by`` is needed."""
    return {
        "id": str(confirmation.pk),
        "signer_title": confirmation.signer_title,
        "opinion": confirmation.opinion,
        "opinion_text": confirmation.opinion_text,
        "confirmed_at": moment(confirmation.confirmed_at),
        "received_at": moment(confirmation.received_at),
        "revision": confirmation.revision,
        "findings": confirmation.findings,
        "signature_sha256": confirmation.signature_sha256,
        "signature_url": reverse("inspections:confirmation_signature", args=[confirmation.assignment_id]),
        "is_outdated": is_outdated,
        "by": person(confirmation.taken_by),
    }
