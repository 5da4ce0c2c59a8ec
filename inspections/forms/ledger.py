"""The filter of the ledger. The form owns the list's conditions; list, counts, export and print all ask it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Case, Q, When
from django.http import QueryDict

from inspections.forms.finding_filter import ANY, OrganizationCondition
from inspections.models import Campaign, Extension, Lamp, Recheck, Rectification
from inspections.models.rectification import RectificationQuerySet
from units.forms.conditions import in_words
from units.models import User
from units.models.organization import in_subtree

DRAFT = "draft"
LIVE = "open"
ISSUED = "issued"
STATES = [ANY, (LIVE, "未销号（全部）"), (ISSUED, "已下发（全部）"), (DRAFT, "未下发"), *Rectification.Status.choices]
SORTS = [("", "整改时限由近到远"), ("number", "序号"), ("organization", "责任单位")]
CLOSED_LAST = Case(When(status=Rectification.Status.CLOSED, then=1), default=0)
ORDERS = {
    "": ("closed_last", "due_on", "campaign_id", "number"),
    "number": ("-campaign__year", "-campaign__half", "campaign_id", "number"),
    "organization": ("organization_path", "due_on", "campaign_id", "number"),
}
"""By which keys the list is sorted; together they say of each row where it stands."""


class LedgerFilterForm(OrganizationCondition):
    """Conditions as in the address; ``view`` chooses one of the three lists and is no condition."""

    campaign = forms.ChoiceField(label="督查活动", required=False)
    status = forms.ChoiceField(label="状态", required=False, choices=STATES)
    lamp = forms.ChoiceField(label="红黄绿灯", required=False, choices=[ANY, *Lamp.choices])
    severity = forms.ChoiceField(label="程度", required=False, choices=[ANY, *Rectification.Severity.choices])
    special = forms.ChoiceField(
        label="特别关注",
        required=False,
        choices=[
            ANY,
            ("immediate", "立行立改"),
            ("extended", "已延期"),
            ("asking", "延期待审批"),
            ("recurring", "屡查屡犯"),
            ("still", "回头看仍存在"),
            ("verify", "请我核验"),
        ],
    )
    q = forms.CharField(label="关键词", max_length=100, required=False, widget=forms.TextInput(attrs={"placeholder": "多个词用空格隔开"}))
    sort = forms.ChoiceField(label="排序", required=False, choices=SORTS)
    view = forms.CharField(max_length=12, required=False, widget=forms.HiddenInput)

    def __init__(self, query: QueryDict | dict[str, str], *, user: User) -> None:
        data = query.copy()
        if not data.get("organization"):
            data.setdefault("below", "1")
        super().__init__(data)
        self.user = user
        rows = Rectification.objects.visible_to(user)
        named = Campaign.objects.filter(pk__in=rows.values("campaign"))
        self.fields["campaign"].choices = [ANY, *named.values_list("code", "title")]
        self.offer_organizations()
        for field in self.fields.values():
            field.error_messages |= {"invalid_choice": "没有这个选项，请重新选择。", "invalid": "内容有误，请重新填写。"}

    def in_words(self) -> str:
        """Return the conditions for the activity log."""
        said = []
        if self.chosen_organization:
            said.append(f"组织：{self.chosen_organization}" + ("及下级" if self.cleaned_data["below"] else ""))
        left_out = {"无", str(self.fields["below"].label)}
        return "；".join([*said, *(part for part in in_words(self).split("；") if part not in left_out)]) or "无"

    def filter(self, rows: RectificationQuerySet) -> RectificationQuerySet:
        """Return those of ``rows`` in the ledger that fulfil every condition, sorted; none while a condition is faulty."""
        # First of all: an empty answer, too, is sorted by it.
        rows = rows.ledger().annotate(closed_last=CLOSED_LAST)
        if not self.is_valid():
            return rows.none()
        data: dict[str, Any] = self.cleaned_data
        if data["organization"]:
            chosen = self.chosen_organization
            if chosen is None:
                return rows.none()
            rows = rows.filter(in_subtree(chosen.path, "organization_path") if data["below"] else Q(organization=chosen))
        rows = _in_state(rows, data["status"])
        if data["lamp"]:
            rows = rows.lamp().filter(lamp_now=data["lamp"])
        plain = {"campaign__code": data["campaign"], "severity": data["severity"]}
        rows = rows.filter(**{name: value for name, value in plain.items() if value})
        found = self._special(rows, data["special"]).search(data["q"])
        return found.order_by(*self.order)

    @property
    def order(self) -> tuple[str, ...]:
        """The keys by which the list is sorted."""
        return ORDERS[self.cleaned_data["sort"] if self.is_valid() else ""]

    def _special(self, rows: RectificationQuerySet, special: str) -> RectificationQuerySet:
        """Apply what deserves a closer look."""
        seen = Recheck.objects.visible_to(self.user).still_there()
        narrowed = {
            "immediate": lambda: rows.filter(is_immediate=True),
            "extended": rows.extended,
            "asking": lambda: rows.filter(extensions__status__in=Extension.PENDING),
            "recurring": rows.recurring,
            "still": lambda: rows.filter(pk__in=seen.values("rectification")),
            "verify": lambda: rows.filter(verifier=self.user, status=Rectification.Status.SUBMITTED),
        }
        return narrowed[special]() if special else rows


def _in_state(rows: RectificationQuerySet, status: str) -> RectificationQuerySet:
    if status == DRAFT:
        return rows.filter(issued_at=None)
    if status == ISSUED:
        return rows.issued()
    if status == LIVE:
        return rows.open()
    if status == Rectification.Status.ASSIGNED:
        return rows.issued().filter(status=status)
    return rows.filter(status=status) if status else rows
