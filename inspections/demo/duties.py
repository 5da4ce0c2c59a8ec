"""Writes the ledger of what is put right: the first round closed out, the last one lively, in every state and around today."""

from __future__ import annotations

import hashlib
import io
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from inspections.actions.searching import index_for_search
from inspections.demo.identity import chance, moment, uid
from inspections.demo.people import PEOPLE, Role
from inspections.demo.rounds import Round, World
from inspections.models import (
    Extension,
    Finding,
    Rectification,
    RectificationEntry,
    RectificationEvidence,
    RectificationFinding,
)
from units.calendar import WorkCalendar
from units.models import User

Kind = RectificationEntry.Kind
S = Rectification.Status
Stage = RectificationEvidence.Stage
TITLES = ("党委副书记", "党支部书记", "党委宣传委员", "办公室主任", "党群工作部负责人")
PROGRESS = (
    "已制定整改清单，正在逐项补齐材料",
    "已完成大半，剩余部分本周内补齐",
    "已召开专题会议部署，责任到岗",
    "资料已补齐，正在完善长效制度",
)
RESULTS = ("问题已全部整改，制度已修订并执行", "材料已补齐归档，并建立按月自查制度", "已整改到位，经单位内部复核无误")
FIRST_SHARE, LEFT = 0.75, 8
"""Of the first round's problems so many came into the ledger; of the last round's so many units still wait for it."""


@dataclass(frozen=True)
class Scene:
    """How a row of the last round stands: its state, its deadline in days from today, and what happened along the way."""

    status: str
    due: int
    returned: bool = False
    extension: str = ""
    issued: bool = True
    photos: bool = False
    immediate: bool = False
    verifier: bool = field(default=False)


SCENES = (
    Scene(S.IN_PROGRESS, 2),
    Scene(S.ASSIGNED, 12),
    Scene(S.IN_PROGRESS, -4),
    Scene(S.SUBMITTED, 6, photos=True, verifier=True),
    Scene(S.CLOSED, 3, photos=True),
    Scene(S.IN_PROGRESS, 3, extension="asked"),
    Scene(S.IN_PROGRESS, 8, returned=True, photos=True),
    Scene(S.ASSIGNED, -1),
    Scene(S.CLOSED, -2, immediate=True, photos=True),
    Scene(S.IN_PROGRESS, 16, extension="approved"),
    Scene(S.SUBMITTED, 9),
    Scene(S.IN_PROGRESS, 14),
    Scene(S.CLOSED, 5),
    Scene(S.IN_PROGRESS, 1, extension="endorsed"),
    Scene(S.ASSIGNED, 18, issued=False),
)
FIRST_TO_ACT = ("YL-01", "YL-42", "YL-05-03")
"""The organizations of the liaisons, so that their accounts have something to do."""


def make_duties(first: Round, last: Round, world: World) -> None:
    """Write both ledgers."""
    writer = DutyWriter(world, office=world.people["office"], other=world.people["office2"])
    problems = [one for one in problems_of(first) if chance("duty", one.pk).random() < FIRST_SHARE]
    issued = moment(first.plan.ends_on + timedelta(days=12), 10)
    for number, finding in enumerate(problems, 1):
        due = first.plan.ends_on + timedelta(days=45)
        closed = moment(due - timedelta(days=chance("closed", finding.pk).randint(2, 12)), 15)
        writer.row(number, finding, Scene(S.CLOSED, 0), due=due, issued=issued, ended=closed)
    # One of the first round is still open: it has been extended, and is looked at again in every round until it is done.
    if problems:
        writer.keep_open(world.today + timedelta(days=20))
    chosen = _of_the_last_round(last)
    issued = min(
        moment(max(last.plan.ends_on + timedelta(days=1), world.today - timedelta(days=14)), 9, 30), world.now - timedelta(hours=3)
    )
    calendar = WorkCalendar.load()
    for number, finding in enumerate(chosen, 1):
        scene = SCENES[(number - 1) % len(SCENES)]
        due = _worked(world.today + timedelta(days=scene.due), calendar, step=1 if scene.due > 0 else -1)
        writer.row(number, finding, scene, due=due, issued=issued, ended=world.now - timedelta(hours=1))
    writer.write()


def _worked(day: date, calendar: WorkCalendar, *, step: int) -> date:
    """The nearest day in the direction of ``step`` that an office would set as a deadline: one that is worked."""
    while not calendar.is_working_day(day):
        day += timedelta(days=step)
    return day


def problems_of(now: Round) -> list[Finding]:
    """Return what was found wrong in a round, unit by unit."""
    return list(
        now.campaign.findings.problems().select_related("organization", "recorded_by").order_by("organization_path", "recorded_at", "pk")
    )


def _of_the_last_round(now: Round) -> list[Finding]:
    """The problems of the last round, the liaisons' first; the last units' are left for whoever tries the page on which rows are made."""
    by_unit: dict[str, list[Finding]] = defaultdict(list)
    for finding in problems_of(now):
        by_unit[finding.organization.code].append(finding)
    codes = [*(code for code in FIRST_TO_ACT if code in by_unit), *(code for code in by_unit if code not in FIRST_TO_ACT)]
    return [finding for code in codes[:-LEFT] for finding in by_unit[code]]


class DutyWriter:
    """Gathers rows and everything at them, and writes them at the end, each table once.

    ``office`` makes and issues the rows, ``other`` acts where a unit has no liaison.
    """

    def __init__(self, world: World, *, office: User, other: User) -> None:
        self.world = world
        self.office, self.other, self.leader = office, other, world.people["leader"]
        self.liaisons = {person.at: world.people[person.username] for person in PEOPLE if person.role == Role.LIAISON}
        self.rows: list[Rectification] = []
        self.links: list[RectificationFinding] = []
        self.entries: list[RectificationEntry] = []
        self.extensions: list[tuple[Extension, datetime]] = []
        self.proofs: list[RectificationEvidence] = []

    def row(self, number: int, finding: Finding, scene: Scene, *, due: date, issued: datetime, ended: datetime) -> None:
        """Add one row as ``scene`` has it: issued at ``issued``, its last step at ``ended``."""
        dice = chance("duty row", finding.pk)
        unit = self.liaisons.get(finding.organization.code, self.other)
        begun = scene.status != S.ASSIGNED
        row = Rectification(
            id=uid("duty", finding.pk),
            campaign=finding.campaign,
            number=number,
            organization=finding.organization,
            organization_path=finding.organization_path,
            content=f"{finding.text.rstrip('。')}。",
            requirement=finding.measure,
            severity=finding.severity,
            is_immediate=scene.immediate,
            due_on=due,
            first_due_on=due - timedelta(days=10) if scene.extension == "approved" else due,
            status=scene.status,
            issued_at=issued if scene.issued else None,
            created_by=self.office,
            responsible_title=dice.choice(TITLES) if begun else "",
            measure=f"{(finding.measure or '制定整改方案，明确责任岗位和完成时限').rstrip('。')}，并纳入日常检查。" if begun else "",
        )
        self.rows.append(row)
        self.links.append(RectificationFinding(rectification=row, finding=finding))
        self._note(row, Kind.CREATE, self.office, issued - timedelta(hours=2), f"整改时限 {row.first_due_on}")
        if scene.issued:
            self._note(row, Kind.ISSUE, self.office, issued, f"请于 {row.first_due_on} 前完成整改")
        if begun:
            self._work(row, scene, unit, issued, dice.choice(PROGRESS))
        if scene.status in {S.SUBMITTED, S.CLOSED}:
            self._hand_in(row, unit, min(ended - timedelta(hours=20), moment(due, 11)), dice.choice(RESULTS))
        if scene.status == S.CLOSED:
            row.closed_at, row.closed_by = ended, finding.recorded_by
            self._note(row, Kind.CLOSE, finding.recorded_by, ended, "查阅佐证材料并到现场查看，已整改到位")
        if scene.verifier:
            row.verifier = finding.recorded_by
            self._note(row, Kind.CHANGE, self.office, ended, f"请{finding.recorded_by}核验")
        if scene.extension:
            self._extend(row, scene, unit, issued)

    def keep_open(self, due: date) -> None:
        """Take the close-out back from the last row so far: it is being worked on, with more time."""
        row = self.rows[-1]
        row.status, row.closed_at, row.closed_by = S.IN_PROGRESS, None, None
        row.submitted_by, row.submitted_on, row.due_on = None, None, due
        row.progress = "硬件改造已立项，正在施工"
        self.entries = [entry for entry in self.entries if entry.rectification is not row or entry.kind not in {Kind.SUBMIT, Kind.CLOSE}]

    def _work(self, row: Rectification, scene: Scene, unit: User, issued: datetime, progress: str) -> None:
        row.received_at, row.received_by = issued + timedelta(hours=1), unit
        self._note(row, Kind.RECEIVE, unit, row.received_at)
        self._note(row, Kind.PLAN, unit, issued + timedelta(hours=1, minutes=30), f"{row.measure}（责任人职务：{row.responsible_title}）")
        row.progress, row.progress_at = progress, issued + timedelta(hours=2)
        self._note(row, Kind.PROGRESS, unit, row.progress_at, progress)
        if scene.returned:
            self._note(row, Kind.SUBMIT, unit, issued + timedelta(hours=2, minutes=10), "已整改，请核验")
            reason = "只有会议通知，没有会议记录和签到表，请补充后再报"
            self._note(row, Kind.RETURN, self.other, issued + timedelta(hours=2, minutes=40), reason)
        if scene.photos:
            self._photos(row, unit, issued + timedelta(hours=2, minutes=5))

    def _hand_in(self, row: Rectification, unit: User, at: datetime, result: str) -> None:
        row.submitted_by, row.submitted_on = unit, at.date()
        row.progress, row.progress_at = result, at
        self._note(row, Kind.SUBMIT, unit, at, result)

    def _extend(self, row: Rectification, scene: Scene, unit: User, issued: datetime) -> None:
        at = issued + timedelta(hours=2, minutes=20)
        later = row.due_on if scene.extension == "approved" else row.due_on + timedelta(days=10)
        extension = Extension(
            id=uid("extension", row.pk),
            rectification=row,
            reason="设备采购和安装周期较长，已完成方案和询价，延期后按周报告进度",
            old_due_on=row.first_due_on,
            new_due_on=later,
            status=scene.extension,
            asked_by=unit,
        )
        self._note(row, Kind.EXTENSION, unit, at, f"申请由 {extension.old_due_on} 延至 {later}：{extension.reason}")
        if scene.extension != "asked":
            by = self.office if unit != self.office else self.other
            extension.office_by, extension.office_at, extension.office_note = by, at + timedelta(minutes=15), "情况属实"
            self._note(row, Kind.EXTENSION, by, extension.office_at, f"办公室同意延至 {later}，报领导批准：情况属实")
        if scene.extension == "approved":
            extension.leader_by, extension.leader_at, extension.leader_note = self.leader, at + timedelta(minutes=30), "同意"
            self._note(row, Kind.EXTENSION, self.leader, extension.leader_at, f"批准延至 {later}：同意")
        self.extensions.append((extension, at))

    def _photos(self, row: Rectification, unit: User, at: datetime) -> None:
        for stage, name in ((Stage.BEFORE, "整改前.jpg"), (Stage.AFTER, "整改后.jpg")):
            content = _picture(is_tidy=stage == Stage.AFTER)
            proof = RectificationEvidence(
                id=uid("proof", row.pk, stage),
                rectification=row,
                stage=stage,
                name=name,
                content_type="image/jpeg",
                size=len(content),
                sha256=hashlib.sha256(content).hexdigest(),
                uploaded_by=unit,
                uploaded_at=at,
            )
            proof.file.save(name, ContentFile(content), save=False)
            self.proofs.append(proof)

    def _note(self, row: Rectification, kind: Kind, by: User, at: datetime, text: str = "") -> None:
        self.entries.append(
            RectificationEntry(id=uid("entry", row.pk, len(self.entries)), rectification=row, kind=kind, text=text, by=by, at=at)
        )

    def write(self) -> None:
        """Write everything; what the clock sets on writing is set right afterwards, for here it belongs to the story."""
        created = {row.pk: row.issued_at or self.world.now for row in self.rows}
        Rectification.objects.bulk_create(self.rows, batch_size=100)
        RectificationFinding.objects.bulk_create(self.links, batch_size=500)
        index_for_search(self.rows, new=True)
        _with_time(RectificationEntry, self.entries, "at", [entry.at for entry in self.entries])
        _with_time(Extension, [one for one, _at in self.extensions], "asked_at", [at for _one, at in self.extensions])
        _with_time(RectificationEvidence, self.proofs, "uploaded_at", [proof.uploaded_at for proof in self.proofs])
        for row in self.rows:
            row.created_at = created[row.pk]
        Rectification.objects.bulk_update(self.rows, ["created_at"], batch_size=100)


def _with_time(model: type, rows: list, name: str, moments: Iterable[datetime]) -> None:
    """Write ``rows``, then the moments that writing has overwritten."""
    times = list(moments)
    model._default_manager.bulk_create(rows, batch_size=500)  # type: ignore[attr-defined]
    for row, at in zip(rows, times, strict=True):
        setattr(row, name, at)
    model._default_manager.bulk_update(rows, [name], batch_size=200)  # type: ignore[attr-defined]


def _picture(*, is_tidy: bool) -> bytes:
    """Draw a shelf of folders, leaning and half empty before, upright and labelled after: a drawing, nobody's premises."""
    picture = Image.new("RGB", (800, 600), "#e9e4da")
    draw = ImageDraw.Draw(picture)
    colours = ("#8c2f2b", "#2f5d8c", "#3f7a4a", "#8a6d1f", "#5b4a8c")
    for shelf in range(3):
        base = 190 + shelf * 190
        draw.rectangle((40, base, 760, base + 14), fill="#8b6f4e")
        for place in range(11):
            left = 60 + place * 62
            if is_tidy:
                draw.rectangle((left, base - 140, left + 48, base), fill=colours[shelf])
                draw.rectangle((left + 10, base - 110, left + 38, base - 70), fill="#f7f5ef")
            elif (place + shelf) % 3:
                lean = 30 if place % 2 else -22
                corners = [(left, base), (left + 44, base), (left + 44 + lean, base - 120), (left + lean, base - 120)]
                draw.polygon(corners, fill=colours[(place + shelf) % len(colours)])
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=80)
    return target.getvalue()
