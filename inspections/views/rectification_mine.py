"""我的整改: what a liaison's organizations have to put right, the most urgent first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from inspections.actions.rectification_work import missing_for_submit, receive_row
from inspections.models import Rectification
from inspections.rectifying import answering_ids, marked_back
from jobs.errors import Refused
from units.calendar import WorkCalendar
from units.models import User

CLOSED_SHOWN = 20
S = Rectification.Status


@dataclass(frozen=True)
class Card:
    """One row as a card: how long is left, and the one thing to do next."""

    row: Rectification
    left: str
    next_step: str
    hint: str


def _cards(user: User) -> list[Card]:
    rows = marked_back(Rectification.objects.answerable_by(user).exclude(status=S.CLOSED).lamp())
    ordered = rows.select_related("campaign", "organization").prefetch_related("proofs").order_by("due_on", "campaign", "number")
    calendar, today = WorkCalendar.load(), timezone.localdate()
    cards = []
    for row in ordered:
        days = calendar.working_days_between(today, row.due_on)
        left = time_left(row.due_on, today, days)
        step, hint = next_step(row)
        hint = "请看退回的意见，整改后再报请核验" if row.is_back and step == "报请核验" else hint
        cards.append(Card(row, left if row.is_with_unit else "", step, hint))
    return sorted(cards, key=lambda card: not card.row.is_with_unit)


def time_left(due_on: date, today: date, working_days: int) -> str:
    """Return in words how long there is until ``due_on``; over a weekend there may be days left but none that is worked."""
    if due_on == today:
        return "今天到期"
    if due_on < today:
        return f"已逾期 {(today - due_on).days} 天"
    return f"还剩 {working_days} 个工作日" if working_days else f"还剩 {(due_on - today).days} 天，都不是工作日"


def next_step(row: Rectification) -> tuple[str, str]:
    """Return what the organization does next, and what is still missing for it. Reads ``proofs`` only where it must."""
    if row.status == S.ASSIGNED:
        return "签收", "确认已收到这项整改任务"
    if row.status == S.SUBMITTED:
        return "", "已报请核验，等待核验结果"
    if not row.measure or not row.responsible_title:
        return "制定措施", "填写整改措施和责任人职务"
    missing = missing_for_submit(row)
    return ("报送进展", f"还缺{'、'.join(missing)}") if missing else ("报请核验", "材料已齐，可以报请核验")


@require_GET
def rectification_mine(request: HttpRequest) -> HttpResponse:
    """The liaison's rows; for everybody else an empty page that says whose it is."""
    cards = _cards(request.user)
    closed = Rectification.objects.answerable_by(request.user).filter(status=S.CLOSED).select_related("campaign", "organization")
    context = {
        "cards": cards,
        "to_receive": sum(card.row.status == S.ASSIGNED for card in cards),
        "closed": closed.order_by("-closed_at")[:CLOSED_SHOWN],
        "is_liaison": bool(answering_ids(request.user)),
    }
    return render(request, "inspections/rectifications/mine.html", context)


@require_POST
def rectification_receive_all(request: HttpRequest) -> HttpResponse:
    """签收 everything that waits for it."""
    rows = Rectification.objects.answerable_by(request.user).filter(status=S.ASSIGNED)
    done = 0
    for row in rows:
        try:
            receive_row(row, by=request.user)
        except Refused as error:
            messages.warning(request, f"{row.reference}：{error}")
        else:
            done += 1
    messages.success(request, f"已签收 {done} 项。" if done else "没有待签收的整改任务。")
    return redirect("inspections:rectification_mine")
