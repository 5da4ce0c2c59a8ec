"""Copies of organizations' paths in open campaigns; closed ones stay as they were published (design §6)."""

from __future__ import annotations

from django.db.models import Value
from django.db.models.functions import Concat, Substr

from inspections.actions.tally_marks import mark_branch
from inspections.models import Assignment, Campaign, Finding, Rectification, Submission
from units.actions.organizations import on_move
from units.models.organization import in_subtree


@on_move
def rewrite_open_campaigns(old: str, new: str) -> None:
    """Replace the prefix ``old`` by ``new`` in the assignments, findings and submissions of campaigns that have not finished."""
    _mark(old, new)
    open_campaigns = Campaign.objects.exclude(status=Campaign.Status.FINISHED)
    for model in (Assignment, Finding, Submission):
        rows = model.objects.filter(in_subtree(old, "organization_path"), campaign__in=open_campaigns)
        rows.update(organization_path=Concat(Value(new), Substr("organization_path", len(old) + 1)))
    # What is still to be put right moves along, whatever became of its campaign: the organization above answers for it now.
    duties = Rectification.objects.open().filter(in_subtree(old, "organization_path"))
    duties.update(organization_path=Concat(Value(new), Substr("organization_path", len(old) + 1)))


def _mark(old: str, new: str) -> None:
    """Let the branch be counted again where it stood and where it stands, in the campaigns whose facts move along."""
    below = in_subtree(old, "organization_path")
    moving = set(
        Assignment.objects.filter(below).exclude(campaign__status=Campaign.Status.FINISHED).order_by().values_list("campaign", flat=True)
    )
    moving.update(Rectification.objects.open().filter(below).order_by().values_list("campaign", flat=True))
    mark_branch(moving, old)
    mark_branch(moving, new)
