"""What a request to the leaders' page asks for: which campaign, which organization; and whether its sender may ask at all."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from inspections.models import Campaign
from reports.dashboard.counts import Scope
from reports.dashboard.queries import started_campaigns, usual_campaign
from units.models import PartyOrganization, User
from units.models.organization import STEP
from units.typed import key_of


@dataclass(frozen=True)
class Chosen:
    """The campaign and the organization to show; ``organization`` is none for everything that the user sees."""

    user: User
    campaigns: list[Campaign]
    campaign: Campaign | None
    organization: PartyOrganization | None
    above: tuple[PartyOrganization, ...]
    """The organizations above it that the user may see too, the top first."""
    tops: tuple[PartyOrganization, ...]
    """Where the user's own part of the tree begins."""

    @property
    def scope(self) -> Scope:
        """What is counted."""
        return Scope(self.user, self.organization)

    @property
    def top(self) -> PartyOrganization | None:
        """Whose children are shown: the organization asked for, else the only one that is the user's own."""
        return self.organization or (self.tops[0] if len(self.tops) == 1 else None)

    @property
    def name(self) -> str:
        """What the page is about, for titles; empty where it is several organizations."""
        return str(self.top or "")


def chosen(request: HttpRequest) -> Chosen:
    """Read ``?campaign=code&organization=id``.

    Raises ``PermissionDenied`` for others than offices and leaders, ``Http404`` for what is not theirs.
    """
    user: User = request.user  # type: ignore[assignment]
    if not user.scope_paths:
        raise PermissionDenied("督查总览供领导和办公室查看。请从工作台进入您的任务。")
    campaigns = started_campaigns(user)
    code = request.GET.get("campaign", "")
    campaign = next((one for one in campaigns if one.code == code), None) if code else usual_campaign(user, campaigns)
    if campaign is None and code:
        raise Http404
    asked = request.GET.get("organization", "")
    line = _line(user, asked)
    tops = PartyOrganization.objects.filter(path__in=user.scope_paths).order_by("path")
    own = tuple(one for one in tops if not any(one.path != path and one.path.startswith(path) for path in user.scope_paths))
    return Chosen(user, campaigns, campaign, line[-1] if line else None, tuple(line[:-1]), own)


def organization_of(user: User, asked: str) -> PartyOrganization | None:
    """Return the organization whose id is ``asked``, none for an empty one. Raises ``Http404`` for what is not the user's."""
    line = _line(user, asked)
    return line[-1] if line else None


def campaign_of(campaigns: list[Campaign], code: str) -> Campaign:
    """Return that of ``campaigns`` whose code it is. Raises ``Http404`` for any other."""
    found = next((one for one in campaigns if one.code == code), None)
    if found is None:
        raise Http404
    return found


def _line(user: User, asked: str) -> list[PartyOrganization]:
    """Return the organization asked for below those above it, as far as they are the user's; nothing when none is asked for."""
    if not asked:
        return []
    found = PartyOrganization.objects.filter(pk=key_of(asked) or 0).first()
    if found is None or not any(found.path.startswith(path) for path in user.scope_paths):
        raise Http404
    paths = [found.path[:end] for end in range(STEP, len(found.path) + 1, STEP)]
    own = [path for path in paths if any(path.startswith(scope) for scope in user.scope_paths)]
    return list(PartyOrganization.objects.filter(path__in=own).order_by("path"))
