"""Who may do what at a row of the ledger. The state of the row is the verbs' matter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from inspections.models import Campaign, Rectification, RectificationEntry, TeamMember
from inspections.models.submission import office_organization_ids
from units.models import Appointment, User
from units.models.user import UserQuerySet

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from inspections.models.rectification import RectificationQuerySet

Role = Appointment.Role


def answering_ids(user: User) -> list[int]:
    """The organizations for which ``user`` answers: as a liaison, or as the office of that very organization, not of one above."""
    return [*user.liaison_organization_ids, *office_organization_ids(user)]


def answers_for(row: Rectification, user: User) -> bool:
    """Whether ``user`` answers for the row's organization."""
    return row.issued_at is not None and row.organization_id in answering_ids(user)


def keeps(row: Rectification, user: User) -> bool:
    """Whether ``user`` keeps the ledger of the row's campaign: the organizer's office."""
    return row.campaign.is_manageable_by(user)


def leads(row: Rectification, user: User) -> bool:
    """Whether ``user`` decides on extensions: a leader of the organizer or above it."""
    return any(row.campaign.organizer.path.startswith(path) for path in user.paths_as(Role.LEADER))


def original_team(row: Rectification) -> UserQuerySet:
    """Who found the problems of the row: the members of the teams that inspected there."""
    seats = TeamMember.objects.filter(team__assignments__findings__rectification_links__rectification=row)
    return User.objects.filter(pk__in=seats.values("user"), is_active=True)


def sits_in_original_team(row: Rectification, user: User) -> bool:
    """Whether ``user`` is of the team that found the problems, whose rights end with the campaign."""
    return row.campaign.status == Campaign.Status.RUNNING and original_team(row).filter(pk=user.pk).exists()


def work_on(row: Rectification) -> QuerySet[RectificationEntry]:
    """Return the steps of putting right: those of the row, and of whatever was merged into it."""
    rows = merged = {row.pk}
    while merged := set(Rectification.objects.filter(merged_into__in=merged).values_list("pk", flat=True)) - rows:
        rows = rows | merged
    return RectificationEntry.objects.filter(rectification__in=rows, kind__in=RectificationEntry.WORK)


def worked_on(row: Rectification) -> set[int]:
    """Keys of all who took part in putting right or in entering it: they do not verify it."""
    entries = work_on(row).values_list("by", flat=True)
    return {*entries, *row.proofs.values_list("uploaded_by", flat=True), *([row.submitted_by_id] if row.submitted_by_id else [])}


def why_not_verify(row: Rectification, user: User) -> str:
    """Return why ``user`` must not verify the row, an empty text when he may.

    The reporter, whoever entered progress or evidence, and people of the organization itself leave the verdict to somebody else.
    """
    if user.pk in worked_on(row):
        return "您参与过这项整改的填报，不能由您核验。请由原督查组或办公室的其他同志核验。"
    home = user.organization.path if user.organization else ""
    if home.startswith(row.organization_path) or row.organization_id in answering_ids(user):
        return "您属于责任单位，按回避规定不能核验本单位的整改。"
    return ""


def is_asked_to_verify(row: Rectification, user: User) -> bool:
    """Whether verifying is the user's business: asked by the office, of the team while its campaign runs, or the office itself."""
    return row.verifier_id == user.pk or keeps(row, user) or sits_in_original_team(row, user)


def can_be_asked(row: Rectification, user: User) -> bool:
    """Whether the office may ask ``user`` to verify: who found the problems, or its own staff. Being asked opens the row to whoever it is."""
    return user.is_active and (keeps(row, user) or original_team(row).filter(pk=user.pk).exists())


def verifiers_for(row: Rectification) -> list[tuple[User, str]]:
    """Return whom the office may ask to verify, the original team first, each with where he comes from."""
    barred = worked_on(row)
    team = list(original_team(row).select_related("organization").order_by("username"))
    office = list(office_of(row).select_related("organization").order_by("username"))
    known = {user.pk for user in team}
    named = [(user, "原督查组") for user in team] + [(user, "办公室") for user in office if user.pk not in known]
    return [(user, origin) for user, origin in named if user.pk not in barred and not _belongs(row, user)]


def _belongs(row: Rectification, user: User) -> bool:
    return user.organization is not None and user.organization.path.startswith(row.organization_path)


# --- who is told ------------------------------------------------------------------------------------------------------------


def _holders(role: str, organization_id: int) -> UserQuerySet:
    held = Appointment.objects.current().filter(role=role, organization=organization_id)
    return User.objects.filter(pk__in=held.values("user"), is_active=True)


def liaisons_of(row: Rectification) -> UserQuerySet:
    """Who is told on the organization's side: its liaisons, its own office where there is none."""
    liaisons = _holders(Role.LIAISON, row.organization_id)
    return liaisons if liaisons.exists() else _holders(Role.OFFICE, row.organization_id)


def office_of(row: Rectification) -> UserQuerySet:
    """Who is told on the organizer's side; offices further up look when they want to."""
    return _holders(Role.OFFICE, row.campaign.organizer_id)


def leaders_of(row: Rectification) -> UserQuerySet:
    """Who decides on extensions."""
    return _holders(Role.LEADER, row.campaign.organizer_id)


def office_candidates(user: User, rows: Sequence[Rectification]) -> list[tuple[User, str]]:
    """Return whom the office may ask to verify several rows at once: the original teams, then the office itself."""
    mine = [row for row in rows if keeps(row, user)]
    if not mine:
        return []
    seats = TeamMember.objects.filter(team__assignments__findings__rectification_links__rectification__in=[row.pk for row in mine])
    team = list(User.objects.filter(pk__in=seats.values("user"), is_active=True).order_by("username"))
    known = {one.pk for one in team}
    held = Appointment.objects.current().filter(role=Role.OFFICE, organization__in={row.campaign.organizer_id for row in mine})
    office = User.objects.filter(pk__in=held.values("user"), is_active=True).exclude(pk__in=known).order_by("username")
    return [(one, "原督查组") for one in team] + [(one, "办公室") for one in office]


def marked_back(rows: RectificationQuerySet) -> RectificationQuerySet:
    """Return the rows, each with ``is_back``: whether it came back to its organization, not verified or opened again."""
    back = RectificationEntry.objects.filter(rectification=OuterRef("pk"), kind__in=RectificationEntry.BACK)
    return rows.annotate(is_back=Q(status=Rectification.Status.IN_PROGRESS) & Exists(back))
