"""Merging findings under one standard wording, undoing that, and keeping a suggested group apart.

A merge changes the wording that findings share and nothing else: each keeps its own text, organization, evidence and rectification. It is
the office's act on the whole of a campaign, so it does not need an assignment that is still open.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from inspections.actions.searching import index_for_search
from inspections.actions.standards import create_standard, retire_standard
from inspections.actions.tally_marks import mark
from inspections.models import Campaign, Finding, FindingMerge, KeptApart, MergedFinding, StandardFinding
from jobs.errors import InvalidTransition, Refused
from units.actions.activity import entry_of, record, record_all
from units.models import User

MOST = 500
"""Findings in one merge: what a person can still look through."""
LABEL = str(Finding._meta.get_field("standard").verbose_name)
CHANGED = "所选发现中有 {} 条在您打开之后被别人修改、撤回或归并过，没有归并任何一条。请核对最新内容后再归并。"


@transaction.atomic
def merge_findings(
    seen: Mapping[UUID, int], *, by: User, standard: StandardFinding | None = None, wording: str = "", heading: str = ""
) -> FindingMerge:
    """Bring the findings ``seen`` (id to the revision that was shown) under ``standard``, or under a new wording of the library.

    Raises ``Refused`` for findings of several kinds, themes or organizers, for a wording that does not fit them, or of campaigns that are
    not ``by``'s to run; ``InvalidTransition`` when one of them was changed since it was shown.
    """
    findings = _locked(seen, by=by)
    first = findings[0]
    if standard is None:
        standard, is_new = _new_wording(first, len(findings), wording, heading, by=by), True
    else:
        standard, is_new = _fitting(standard, first), False
    moved = [finding for finding in findings if finding.standard_id != standard.pk]
    if not moved:
        raise Refused(f"所选发现都已经是“{standard.wording}”，不需要再归并。")
    merge = FindingMerge.objects.create(organizer=first.campaign.organizer, standard=standard, made_standard=is_new, merged_by=by)
    MergedFinding.objects.bulk_create(MergedFinding(merge=merge, finding=one, before_id=one.standard_id) for one in moved)
    changes = {one.pk: [one.standard.wording if one.standard else "", standard.wording] for one in moved}
    if _rewrite(moved, {one.pk: standard.pk for one in moved}) != len(moved):
        raise InvalidTransition(CHANGED.format("几"))
    _tell(moved, changes, "finding_merge", "归并到规范表述", by=by)
    record(
        by,
        "inspections.finding_merge",
        f"将 {len(moved)} 条{first.get_kind_display()}归并为“{standard.wording}”",
        merge,
        organization=merge.organizer,
        changes={LABEL: ["", standard.wording], "发现": ["", str(len(moved))]},
    )
    return merge


def _locked(seen: Mapping[UUID, int], *, by: User) -> list[Finding]:
    """Lock the findings in the order of their keys, and return them if they may be merged with each other."""
    if not seen:
        raise Refused("请先选择要归并的发现。")
    if len(seen) > MOST:
        raise Refused(f"一次最多归并 {MOST} 条，请分几次归并。")
    rows = Finding.objects.select_for_update(of=("self",)).filter(pk__in=seen).order_by("pk")
    found = list(rows.select_related("campaign__organizer", "theme", "standard"))
    stale = len(seen) - sum(one.revision == seen[one.pk] and not one.is_withdrawn for one in found)
    if stale:
        raise InvalidTransition(CHANGED.format(stale))
    if not all(one.campaign.is_manageable_by(by) for one in found):
        raise Refused("只有主办组织的办公室可以归并发现，所选发现中有别的组织主办的督查活动的。")
    if any(one.campaign.status not in Campaign.STARTED for one in found):
        raise Refused("督查活动启动后才能归并发现。")
    for what, keys, names in (
        ("类型", {one.kind for one in found}, {one.get_kind_display() for one in found}),
        ("主题", {one.theme.code for one in found}, {one.theme.name for one in found}),
        ("主办组织", {one.campaign.organizer_id for one in found}, {str(one.campaign.organizer) for one in found}),
    ):
        if len(keys) > 1:
            raise Refused(f"所选发现的{what}不同（{'、'.join(sorted(names))}），请只选同一{what}的。")
    return found


def _new_wording(first: Finding, number: int, wording: str, heading: str, *, by: User) -> StandardFinding:
    wording = " ".join(wording.split())
    if not wording:
        raise Refused("请写明新的规范表述，或者从规范表述库里选一条。")
    if number < 2:  # noqa: PLR2004 -- one finding is no kind of its own
        raise Refused("只有一条发现时不需要新立规范表述。请再选几条同类的，或者从规范表述库里选一条。")
    known = StandardFinding.objects.in_use().filter(theme_code=first.theme.code, kind=first.kind, wording=wording).first()
    if known:
        raise Refused(f"规范表述库里已有这条表述（{known.code}），请直接选用它。")
    return create_standard(
        by=by, kind=first.kind, theme_code=first.theme.code, wording=wording, heading=" ".join(heading.split()), severity=first.severity
    )


def _fitting(standard: StandardFinding, first: Finding) -> StandardFinding:
    fresh = StandardFinding.objects.filter(pk=standard.pk).first()
    if fresh is None or fresh.is_retired:
        raise Refused("这条规范表述已经停用或删除，请另选一条。")
    if fresh.kind != first.kind or fresh.theme_code != first.theme.code:
        raise Refused("这条规范表述的类型或主题与所选发现不同，请另选一条。")
    return fresh


@transaction.atomic
def undo_merge(merge: FindingMerge, *, by: User) -> tuple[int, int]:
    """Give the findings of a merge back what they had before; return how many, and how many others were left as they are.

    A later merge of the same finding stays, and its own undoing then leads to what was before this one. A finding whose wording a person
    changed since is left alone. A wording made for the merge is retired once nothing rests on it. Raises ``Refused`` for others than the
    organizer's office, ``InvalidTransition`` when it was undone already.
    """
    if not by.is_office_for(merge.organizer):
        raise Refused(f"只有“{merge.organizer}”的办公室可以撤销归并。")
    if not FindingMerge.objects.filter(pk=merge.pk, undone_at__isnull=True).update(undone_at=timezone.now(), undone_by=by):
        raise InvalidTransition("这次归并已经撤销过了，请刷新页面查看。")
    rows = list(merge.rows.select_related("before"))
    before = {row.finding_id: row for row in rows}
    # Locked first: what a later merge or an edit does meanwhile is seen then.
    locked = Finding.objects.select_for_update(of=("self",)).filter(pk__in=before).order_by("pk")
    findings = list(locked.select_related("campaign__organizer", "standard"))
    later = MergedFinding.objects.filter(finding__in=before, merge__undone_at__isnull=True, merge__merged_at__gt=merge.merged_at)
    following: dict[UUID, MergedFinding] = {}
    for row in later.order_by("merge__merged_at"):
        following.setdefault(row.finding_id, row)
    for key, row in following.items():
        if row.before_id == merge.standard_id:
            MergedFinding.objects.filter(pk=row.pk).update(before=before[key].before_id)
    back = [one for one in findings if one.standard_id == merge.standard_id and one.pk not in following]
    changes = {one.pk: [merge.standard.wording, old.wording if (old := before[one.pk].before) else ""] for one in back}
    _rewrite(back, {one.pk: before[one.pk].before_id for one in back})
    _tell(back, changes, "merge_undo", "撤销归并", by=by)
    _retire_unused(merge, by=by)
    record(
        by,
        "inspections.merge_undo",
        f"撤销归并“{merge.standard.wording}”，{len(back)} 条发现恢复原来的表述",
        merge,
        organization=merge.organizer,
        changes={"恢复": ["", str(len(back))], "保持现状": ["", str(len(rows) - len(back))]},
    )
    return len(back), len(rows) - len(back)


def _retire_unused(merge: FindingMerge, *, by: User) -> None:
    standard = merge.standard
    standard.refresh_from_db()
    if merge.made_standard and not standard.is_retired and not standard.findings.exists():
        retire_standard(standard, by=by)


def _rewrite(findings: Sequence[Finding], wanted: Mapping[UUID, int | None]) -> int:
    """Set the wording of each finding from the one it has now, by compare-and-swap, and tell index and tallies; return how many moved."""
    groups: dict[tuple[int | None, int | None], list[UUID]] = defaultdict(list)
    for one in findings:
        groups[one.standard_id, wanted[one.pk]].append(one.pk)
    moved = 0
    for (now, then), keys in groups.items():
        rows = Finding.objects.filter(pk__in=keys, standard=now) if now else Finding.objects.filter(pk__in=keys, standard__isnull=True)
        moved += rows.update(standard=then, revision=F("revision") + 1)
    index_for_search(findings)
    mark([(one.campaign_id, one.organization_path) for one in findings])
    return moved


def _tell(findings: Sequence[Finding], changes: Mapping[UUID, list[str]], verb: str, what: str, *, by: User) -> None:
    """Write each finding's own history; under the organizer, since those inspected must not read along."""
    entries: list[dict[str, Any]] = [
        entry_of(
            by, f"inspections.{verb}", f"{what}：{one.text}", one, organization=one.campaign.organizer, changes={LABEL: changes[one.pk]}
        )
        for one in findings
    ]
    record_all(entries)


@transaction.atomic
def keep_apart(campaign: Campaign, *, digest: str, text: str, number: int, by: User) -> KeptApart:
    """Remember that a suggested group is not one. Saying so twice changes nothing. Raises ``Refused`` for others than the office."""
    if not campaign.is_manageable_by(by):
        raise Refused(f"只有“{campaign.organizer}”的办公室可以处理归并建议。")
    try:
        with transaction.atomic():
            kept = KeptApart.objects.create(campaign=campaign, digest=digest, text=text[:500], number=number, by=by)
    except IntegrityError:
        return KeptApart.objects.get(campaign=campaign, digest=digest)
    record(by, "inspections.group_keep_apart", f"不归并 {number} 条：{text}", campaign, organization=campaign.organizer)
    return kept


@transaction.atomic
def suggest_again(kept: KeptApart, *, by: User) -> None:
    """Let a group be suggested again. Raises ``Refused`` for others than the office, ``InvalidTransition`` when it is already."""
    if not kept.campaign.is_manageable_by(by):
        raise Refused(f"只有“{kept.campaign.organizer}”的办公室可以处理归并建议。")
    if not KeptApart.objects.filter(pk=kept.pk).delete()[0]:
        raise InvalidTransition("这一组已经恢复建议了，请刷新页面查看。")
    record(by, "inspections.group_suggest_again", f"恢复归并建议：{kept.text}", kept.campaign, organization=kept.campaign.organizer)
