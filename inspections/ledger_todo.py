"""待办 about the ledger, the daily look at deadlines, and the buttons that lead there from the page of a campaign."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Count, Q
from django.urls import reverse

from inspections import notices
from inspections.actions.rectification_moves import address_of
from inspections.links import Link, campaign_links
from inspections.models import Campaign, Extension, Lamp, Rectification
from inspections.rectifying import answering_ids, liaisons_of, marked_back, office_of
from units.actions.notices import notify
from units.models import User
from units.notices import sweeper
from units.todo import Todo, todo_provider

SHOWN = 20
S = Rectification.Status
NEXT = {S.ASSIGNED: ("请签收，然后制定整改措施。", "待签收"), S.IN_PROGRESS: ("请报送进展和佐证，完成后报请核验。", "整改中")}
TONES = {Lamp.RED: "bad", Lamp.YELLOW: "warn", Lamp.GREEN: "info"}


@todo_provider
def ledger_todos(user: User) -> Iterator[Todo]:
    """What ``user`` has to put right, to verify or to decide."""
    if answering_ids(user):
        yield from _own(user)
    yield from _to_verify(user)
    if user.scope_paths:
        yield from _extensions(user)
    if user.office_paths:
        yield from _office(user)


def _own(user: User) -> Iterator[Todo]:
    rows = marked_back(Rectification.objects.answerable_by(user).filter(status__in=Rectification.WITH_UNIT).lamp())
    for row in rows.select_related("campaign", "organization").order_by("due_on", "number")[:SHOWN]:
        why, label = NEXT[S(row.status)]
        lamp = row.lamp()
        label = lamp.label if lamp != Lamp.GREEN else label
        is_back = getattr(row, "is_back", False)
        if is_back:
            why, label = "已退回，请按意见继续整改，再报请核验。", "已退回"
        yield Todo(
            f"整改 {row.reference}",
            f"{_sentence(row.content)}{why}",
            address_of(row),
            label,
            "bad" if is_back else TONES[lamp],
            due_on=row.due_on,
            whom=str(row.organization),
        )


def _sentence(text: str, length: int = 60) -> str:
    """The words of a problem as a sentence that another can follow."""
    shown = text.strip()
    shown = shown if len(shown) <= length else f"{shown[: length - 1]}…"
    return shown if shown.endswith(("。", "！", "？", "…")) else f"{shown}。"


def _to_verify(user: User) -> Iterator[Todo]:
    rows = Rectification.objects.ledger().filter(verifier=user, status=S.SUBMITTED).select_related("campaign", "organization")
    for row in rows.order_by("submitted_on")[:SHOWN]:
        yield Todo(f"核验整改 {row.reference}", row.content[:60], address_of(row), "待核验", "warn", whom=str(row.organization))


def _extensions(user: User) -> Iterator[Todo]:
    rows = Extension.objects.waiting_for(user).select_related("rectification__campaign", "rectification__organization")
    for extension in rows.order_by("asked_at")[:SHOWN]:
        row = extension.rectification
        label = "待审核" if extension.status == Extension.Status.ASKED else "待批准"
        why = f"申请由 {extension.old_due_on} 延至 {extension.new_due_on}：{extension.reason[:60]}"
        # Once the old deadline has passed the answer is late for the unit.
        yield Todo(
            f"延期申请 {row.reference}", why, address_of(row), label, "warn", due_on=extension.old_due_on, whom=str(row.organization)
        )


def _office(user: User) -> Iterator[Todo]:
    """One line a campaign: what waits to be issued or verified, and what is late."""
    rows = Rectification.objects.manageable_by(user).open()
    late = Q(pk__in=Rectification.objects.overdue().values("pk"))
    unasked = Q(status=S.SUBMITTED) & (Q(verifier=None) | Q(verifier=user))
    counted = (
        rows.order_by("campaign")
        .values("campaign__code", "campaign__title")
        .annotate(drafts=Count("pk", filter=Q(issued_at=None)), waiting=Count("pk", filter=unasked), late=Count("pk", filter=late))
    )
    for row in counted.filter(Q(drafts__gt=0) | Q(waiting__gt=0) | Q(late__gt=0))[:SHOWN]:
        page = f"{reverse('inspections:rectification_list')}?campaign={row['campaign__code']}"
        title = row["campaign__title"]
        if row["waiting"]:
            yield Todo(title, f"有 {row['waiting']} 项整改报请核验，请核验或请原督查组核验。", f"{page}&status=submitted", "待核验", "warn")
        if row["late"]:
            yield Todo(title, f"有 {row['late']} 项整改逾期，请催办。", f"{page}&lamp=red", "已逾期", "bad")
        if row["drafts"]:
            yield Todo(title, f"有 {row['drafts']} 项整改列入台账后还没有下发。", f"{page}&status=draft", "待下发", "info")


@sweeper
def tell_of_deadlines(day: date) -> int:
    """Tell the organization once when a deadline is near, and it and the office once when it has passed; an extension begins anew."""
    told = 0
    related = ("campaign__organizer", "organization")
    for row in Rectification.objects.due_soon(day).select_related(*related).iterator(500):
        text = f"{row.organization}：整改时限 {row.due_on} 临近，请抓紧办理（{row.reference}）"
        told += notify(liaisons_of(row), kind=notices.DUE, text=text, path=address_of(row), key=f"rectify-soon:{row.pk}:{row.due_on}")
    for row in Rectification.objects.overdue(day).select_related(*related).iterator(500):
        text = f"{row.organization}：整改已逾期，时限 {row.due_on}（{row.reference}）"
        people = {*liaisons_of(row), *office_of(row)}
        told += notify(people, kind=notices.DUE, text=text, path=address_of(row), key=f"rectify-late:{row.pk}:{row.due_on}")
    return told


@campaign_links
def ledger_buttons(campaign: Campaign, user: User) -> list[Link]:
    """Return the ways from a campaign to its ledger: to make rows, to look at them, to draw what is looked at again."""
    links = []
    manages = campaign.is_manageable_by(user)
    if manages and campaign.status in Campaign.STARTED:
        label = "交办整改" if campaign.status == Campaign.Status.FINISHED else "立行立改交办"
        links.append(Link(label, reverse("inspections:rectification_create", args=[campaign.code]), "clipboard-plus"))
    if Rectification.objects.visible_to(user).filter(campaign=campaign).exists():
        links.append(Link("整改台账", f"{reverse('inspections:rectification_list')}?campaign={campaign.code}", "clipboard-check"))
    if manages and (campaign.is_open or campaign.recheck_samples.exists()):
        links.append(Link("回头看抽查", reverse("inspections:recheck_sample", args=[campaign.code]), "shuffle"))
    return links
