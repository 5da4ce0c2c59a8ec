"""What documents have to tell: which reports quote a finding, and which papers reached an organization."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.urls import reverse

from inspections.models import Finding
from reports.models import Delivery, Paragraph, Report
from units.models import PartyOrganization, User
from units.timelines import Event, Source, timeline_source


def _quoting(finding: Finding, user: User) -> QuerySet[Report]:
    """Reports of the finding's campaign with a paragraph that rests on it; feedback to other organizations cannot."""
    said = Paragraph.objects.filter(section__report=OuterRef("pk")).annotate(basis=Cast("sources", TextField()))
    about = Q(organization__isnull=True) | Q(organization=finding.organization_id)
    rows = Report.objects.visible_to(user).filter(about, campaign=finding.campaign_id)
    return rows.filter(Exists(said.filter(basis__contains=str(finding.pk)))).select_related("drafted_by")


def _quoted(report: Report, _user: User) -> Event:
    return Event("写入报告", f"《{report.title}》", _url(report), str(report.drafted_by), str(report.get_status_display()))


def _issued_quoting(finding: Finding, user: User) -> QuerySet[Report]:
    return _quoting(finding, user).filter(issued_at__isnull=False).select_related("issued_by")


def _issued(report: Report, _user: User) -> Event:
    return Event("报告签发", f"《{report.title}》", _url(report), str(report.issued_by), report.number_text, "ok")


def _url(report: Report) -> str:
    return reverse("reports:report_detail", args=[report.pk])


def _about(organization: PartyOrganization, user: User) -> QuerySet[Report]:
    rows = Report.objects.visible_to(user).filter(organization=organization, issued_at__isnull=False, deliveries__isnull=True)
    return rows.select_related("issued_by")


def _delivered(organization: PartyOrganization, user: User) -> QuerySet[Delivery]:
    return Delivery.objects.visible_to(user).filter(organization=organization).select_related("report")


def _sent(row: Delivery, _user: User) -> Event:
    url = reverse("reports:delivery_detail", args=[row.pk])
    return Event("文书送达", f"《{row.report.title}》", url, note=row.report.number_text)


def _received(organization: PartyOrganization, user: User) -> QuerySet[Delivery]:
    return _delivered(organization, user).filter(received_at__isnull=False)


def _signed_for(row: Delivery, _user: User) -> Event:
    url = reverse("reports:delivery_detail", args=[row.pk])
    return Event("文书签收", f"《{row.report.title}》", url, note=row.report.number_text, tone="ok")


timeline_source(Finding, Source("quoted", "report", "报告", "created_at", _quoting, _quoted))
timeline_source(Finding, Source("issued", "report", "报告", "issued_at", _issued_quoting, _issued))
timeline_source(PartyOrganization, Source("about", "letter", "文书", "issued_at", _about, _issued))
timeline_source(PartyOrganization, Source("sent", "letter", "文书", "sent_at", _delivered, _sent))
timeline_source(PartyOrganization, Source("signed", "letter", "文书", "received_at", _received, _signed_for))
