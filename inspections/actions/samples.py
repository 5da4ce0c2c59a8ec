"""The verb that draws a sample of closed rows for 回头看."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from django.db import transaction

from inspections.actions.locking import locked
from inspections.models import Campaign, RecheckSample, Rectification, SampledRectification
from inspections.models.rectification import RectificationQuerySet
from inspections.sampling import Candidate, draw
from jobs.errors import Refused
from units.actions.activity import record
from units.models import User

WHOLE = 100


def closed_before(campaign: Campaign) -> RectificationQuerySet:
    """Closed rows of the organizer's other campaigns about organizations that are inspected in this one."""
    return (
        Rectification.objects.closed()
        .exclude(campaign=campaign)
        .filter(campaign__organizer=campaign.organizer_id, organization__in=campaign.assignments.values("organization"))
    )


def new_seed() -> str:
    """Return a seed nobody could choose: eight digits from the operating system."""
    return f"{secrets.randbelow(10**8):08d}"


@transaction.atomic
def draw_sample(campaign: Campaign, *, by: User, share: int, severities: Sequence[str] = (), seed: str = "") -> RecheckSample:
    """Draw from the closed rows and keep the rule, the seed and what was to choose from. Drawn rows are looked at again in ``campaign``.

    Raises ``Refused`` when nothing would be drawn, or when one was drawn already: a sample drawn again until it suits is none.
    """
    now = locked(campaign, Campaign.Status.PREPARING, Campaign.Status.RUNNING)
    if not 0 <= share <= WHOLE:
        raise Refused("抽查比例请填 0 到 100 之间的整数。")
    if now.recheck_samples.exists():
        raise Refused("这次督查已经抽取过，规则和种子已记录，不能反复抽取。")
    rows = {row.reference: row for row in closed_before(now).select_related("campaign")}
    if not rows:
        raise Refused("被督查单位目前没有已销号的整改事项，不需要抽查。")
    seed = seed.strip() or new_seed()
    candidates = [Candidate(reference, row.severity) for reference, row in sorted(rows.items())]
    chosen = draw(candidates, share=share, severities=severities, seed=seed)
    if not chosen:
        raise Refused("按这个规则一项也抽不到，请提高比例或选择必查程度。")
    sample = RecheckSample.objects.create(
        campaign=now,
        share=share,
        severities=list(severities),
        seed=seed,
        population=[[one.reference, one.severity] for one in candidates],
        by=by,
    )
    SampledRectification.objects.bulk_create(
        SampledRectification(sample=sample, campaign=now, rectification=rows[reference]) for reference in chosen
    )
    summary = f"抽取“{now}”回头看：{len(candidates)} 项中抽中 {len(chosen)} 项，比例 {share}%，种子 {seed}"
    record(by, "inspections.recheck_draw", summary, sample, organization=now.organizer)
    return sample
