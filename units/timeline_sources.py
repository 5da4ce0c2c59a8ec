"""What the directory itself has to tell about an organization: founded, renamed, moved, merged, dissolved."""

from __future__ import annotations

from units.models import ActivityEntry, PartyOrganization, User
from units.timelines import Event, Source, timeline_source
from units.wording import action_name


def _show(entry: ActivityEntry, _user: User) -> Event:
    changes = "；".join(f"{label}：{old or '（空）'} → {new or '（空）'}" for label, (old, new) in _pairs(entry))
    return Event(action_name(entry.verb), entry.summary, by=entry.actor_name, note=changes)


def _pairs(entry: ActivityEntry) -> list[tuple[str, tuple[str, str]]]:
    return [(label, (str(pair[0]), str(pair[1]))) for label, pair in entry.changes.items() if isinstance(pair, list) and len(pair) == 2]  # noqa: PLR2004


timeline_source(
    PartyOrganization,
    Source(
        key="directory",
        kind="directory",
        label="名录变更",
        at="at",
        rows=lambda organization, user: ActivityEntry.objects.visible_to(user).about(organization).filter(verb__startswith="units."),
        show=_show,
    ),
)
