"""版头 and 版记 of a report: the settings kept in ``Report.layout`` (and, as defaults, in a template's ``settings["layout"]``).

The JSON has the names of ``Layout``; what is missing has its default, so an empty object is a report without head and imprint.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from reports.models import SignOff
from reports.rendering.document import Document, Head, Imprint
from reports.wording import date_text, gap

if TYPE_CHECKING:
    from reports.models import Report


@dataclass(frozen=True)
class Layout:
    """What stands above and below the text.

    ``head`` and ``imprint`` switch the two on. ``issuers`` (发文机关标志) and ``printer`` (印发机关) are the signers when empty. ``approvers`` names
    the person who issues as 签发人, as in documents that go upward. ``printed_on`` (ISO date) is the day of issue when empty. ``even_page`` has the imprint stand on an even page.
    """

    head: bool = False
    issuers: tuple[str, ...] = ()
    suffix: str = "文件"
    approvers: bool = False
    copy_number: str = ""
    secrecy: str = ""
    urgency: str = ""
    imprint: bool = False
    copy_to: tuple[str, ...] = ()
    printer: str = ""
    printed_on: str = ""
    even_page: bool = False

    @classmethod
    def read(cls, values: Mapping[str, Any] | None) -> Layout:
        """Return the settings kept in JSON; names unknown to this version are passed over."""
        known = {field.name for field in fields(cls)}
        found: dict[str, Any] = {name: value for name, value in (values or {}).items() if name in known and value is not None}
        read: dict[str, Any] = {name: tuple(value) if isinstance(value, list | tuple) else value for name, value in found.items()}
        return cls(**read)

    def values(self) -> dict[str, Any]:
        """Return JSON-ready values; ``read`` gives back an equal layout."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}


def number_in(prefix: str, year: int, number: int | str) -> str:
    """Return a whole 发文字号 (GB/T 9704-2012 §7.2.5): ``云督报〔2026〕1号``, the year in full in hexagonal brackets, no leading zeros."""
    return f"{prefix}〔{year}〕{number}号"


def number_year(report: Report) -> int:
    """Return the year in which a report is numbered: that of its date."""
    return (report.signed_on or timezone.localdate()).year


def dressed(document: Document, report: Report, *, approver: str = "", issued_on: date | None = None) -> Document:
    """Return ``document`` with the head and the imprint that the report's layout asks for.

    Before issue the number is left open and 签发人 is the person chosen to issue; ``approver`` and ``issued_on`` are known at issue.
    """
    layout = Layout.read(report.layout)
    if not layout.head and not layout.imprint:
        return document
    signers = tuple(report.signers)
    head = imprint = None
    if layout.head:
        head = Head(
            issuers=layout.issuers or signers,
            suffix=layout.suffix,
            number=_number(report),
            approvers=(approver or _planned_approver(report),) if layout.approvers else (),
            copy_number=layout.copy_number,
            secrecy=layout.secrecy,
            urgency=layout.urgency,
        )
    if layout.imprint:
        printed_on = date.fromisoformat(layout.printed_on) if layout.printed_on else issued_on or report.signed_on
        printer = layout.printer or (signers[0] if signers else "")
        imprint = Imprint(layout.copy_to, printer, date_text(printed_on) if printed_on else gap("印发日期"), layout.even_page)
    return replace(document, head=head, imprint=imprint)


def _number(report: Report) -> str:
    if report.number_text:
        return report.number_text
    if report.number_series is None:
        return gap("发文字号")
    return number_in(report.number_series.prefix, number_year(report), "　")


def _planned_approver(report: Report) -> str:
    chosen = report.sign_offs.filter(step=SignOff.Step.ISSUE, status__in=(SignOff.Status.PENDING, SignOff.Status.WAITING))
    planned = chosen.select_related("assignee").first()
    return str(planned.assignee) if planned else gap("签发人")
