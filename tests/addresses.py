"""Every address of the site, found by walking the resolver, with arguments of objects that exist in the test's world."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.core.files.base import ContentFile
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from inspections.actions.evidence import add_evidence
from inspections.models import Assignment, Campaign
from jobs.models import Job
from reports.models import Report
from tests import factories
from tests.addresses_compare import Merged
from tests.addresses_desk import Desk
from tests.addresses_field import Sent
from tests.addresses_integration import Integration
from tests.addresses_ledger import Ledger
from tests.addresses_lists import Lists
from tests.addresses_reminders import Reminders
from tests.addresses_submissions import Submissions
from units.models import LoginSession, OrganizationImport, OrganizationTag, PartyOrganization, User
from units.sessions import SessionStore

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8ffff3f0005fe02fea735814b0000000049454e44ae426082"
)


def patterns(resolver: URLResolver | None = None, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield every named address as ``namespace:name`` with its pattern."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry, f"{space}{entry.namespace}:" if entry.namespace else space)
        else:
            yield f"{space}{entry.name}", entry


def login_of(user: User) -> LoginSession:
    """Return a log-in of ``user`` on some other machine."""
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store.save()
    return LoginSession.objects.get(pk=store.session_key)


class World:
    """One of everything in 云岭区, owned by 赵's office; ``arguments`` names what each address is about."""

    def __init__(self, district: PartyOrganization, town: PartyOrganization, zhao: User, team: Any, finding: Any) -> None:
        self.campaign: Campaign = finding.campaign
        self.assignment: Assignment = finding.assignment
        self.finding, self.team, self.zhao = finding, team, zhao
        self.standard = factories.make_standard()
        self.draft = factories.make_checklist(published=False, name="起草中的清单")
        self.tag = OrganizationTag.objects.create(name="联席会议成员单位")
        self.report = Report.objects.create(
            campaign=self.campaign, template=factories.report_template("four-part"), title="督查情况报告", drafted_by=zhao
        )
        self.job = Job.objects.create(kind="test.none", title="我的任务", started_by=zhao, status=Job.Status.DONE)
        self.imported = OrganizationImport.objects.create(file_name="名录.xlsx", created_by=zhao, status=OrganizationImport.Status.READY)
        self.evidence = add_evidence(finding, ContentFile(PNG, name="照片.png"), by=zhao)
        self.session = login_of(zhao)
        theme = self.draft.themes.first()
        seat = team.members.last()
        self.by_route = {
            "organizations/import/<uuid:pk>": {"pk": self.imported.pk},
            "state/jobs/<uuid:pk>": {"pk": self.job.pk},
            "organizations/<int:pk>": {"pk": town.pk},
            "sessions/<slug:handle>": {"handle": self.session.handle},
            "categories/<int:pk>": {"pk": town.category_id},
            "tags/<int:pk>": {"pk": self.tag.pk},
            "users/<int:pk>": {"pk": zhao.pk},
            "appointments/<int:pk>": {"pk": zhao.appointments.get().pk},
            "campaigns/<slug:code>/teams/<int:pk>": {"code": self.campaign.code, "pk": team.pk},
            "campaigns/<slug:code>/members/<int:pk>": {"code": self.campaign.code, "pk": seat.pk},
            "campaigns/<slug:code>/scope/<uuid:pk>": {"code": self.campaign.code, "pk": self.assignment.pk},
            "campaigns/<slug:code>/methods/<uuid:pk>": {"code": self.campaign.code, "pk": self.assignment.pk},
            "campaigns/<slug:code>/split/<uuid:pk>": {"code": self.campaign.code, "pk": self.assignment.pk},
            "campaigns/<slug:code>": {"code": self.campaign.code},
            "campaign/<slug:code>": {"code": self.campaign.code},
            "checklists/<int:pk>/themes/<int:theme_pk>": {"pk": self.draft.pk, "theme_pk": theme.pk},
            "checklists/<int:pk>/items/<int:item_pk>": {"pk": self.draft.pk, "item_pk": theme.items.first().pk},
            "checklists/<int:pk>": {"pk": self.draft.pk},
            "standards/<int:pk>": {"pk": self.standard.pk},
            "assignments/<uuid:pk>/items/<int:item_pk>": {
                "pk": self.assignment.pk,
                "item_pk": self.campaign.checklist.themes.first().items.first().pk,
            },
            "assignments/<uuid:pk>": {"pk": self.assignment.pk},
            "findings/<uuid:pk>": {"pk": finding.pk},
            "confirmation/<uuid:pk>": {"pk": self.assignment.pk},
            "evidence/<uuid:pk>": {"pk": self.evidence.pk},
            "<int:pk>/download/<slug:file_format>": {"pk": self.report.pk, "file_format": "pdf"},
        }
        self.desk = Desk(self.report, zhao)
        self.by_route |= self.desk.routes()
        self.by_route |= Sent(self.assignment, zhao).routes()
        self.by_route |= Reminders(zhao, district).routes()
        self.by_route |= Lists(zhao).routes()
        self.by_route |= Merged(finding, zhao).routes()
        self.ledger = Ledger(finding, zhao, PNG)
        self.by_route |= self.ledger.routes()
        self.by_route |= Submissions(self.assignment, zhao).routes()
        self.by_route |= Integration(finding, self.ledger, self.report.pk, zhao).routes()
        self.by_space = {"jobs": {"pk": self.job.pk}, "reports": {"pk": self.report.pk}}

    def arguments(self, name: str, pattern: URLPattern) -> dict[str, Any]:
        """Return what the address is about; raises ``KeyError`` for a kind of address that this world does not know."""
        if not pattern.pattern.converters:
            return {}
        route = str(pattern.pattern)
        for start, arguments in self.by_route.items():
            if route.startswith(start) and set(arguments) == set(pattern.pattern.converters):
                return arguments
        return self.by_space[name.partition(":")[0]]

    def address(self, name: str) -> str:
        """Return the address of ``name`` in this world."""
        return reverse(name, kwargs=self.arguments(name, dict(patterns())[name]))

    def addresses(self) -> dict[str, str]:
        """Return all addresses by name."""
        return {name: reverse(name, kwargs=self.arguments(name, pattern)) for name, pattern in patterns()}


def elsewhere() -> uuid.UUID:
    """Return an id that nothing has."""
    return uuid.uuid4()
