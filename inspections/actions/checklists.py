"""The verbs on checklists as wholes: create, copy, new version, publish, delete. Rows are in ``checklist_rows``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from inspections.actions.merging import Merge, Values, merged, snapshot
from inspections.completeness import faults_of
from inspections.models import Checklist, ChecklistItem, ChecklistTheme, StandardFinding
from jobs.errors import InvalidTransition, Refused
from units.actions.activity import changes_between, record
from units.models import User

HEAD_FIELDS = ("name", "note")
THEME_FIELDS = ("code", "name", "report_heading")
ITEM_FIELDS = (
    "code",
    "question",
    "guidance",
    "basis",
    "clause",
    "method",
    "answer_kind",
    "unit_of_measure",
    "metric_phrase",
    "is_approximate",
    "cut_off_on",
    "target",
    "is_required",
    "weight",
    "categories",
)
"""What of an item is edited, copied and exchanged; its place (theme, order) has its own verb."""


def log(verb: str, summary: str, target: Any, changes: dict[str, Any] | None = None, *, by: User) -> None:
    """Record an act on the site's checklists under the office that ``by`` acts for, so that colleagues there see it."""
    path = by.office_paths[0] if by.office_paths else ""
    record(by, f"inspections.{verb}", summary, target, organization_path=path, changes=changes)


def labels_of(model: Any, fields: Iterable[str]) -> dict[str, str]:
    """Return the Chinese names of ``fields``, for the activity log and for conflicts."""
    return {name: str(model._meta.get_field(name).verbose_name) for name in fields}


def open_draft(checklist: Checklist) -> None:
    """Take the draft for writing within the current transaction.

    The update changes nothing but locks the row: all who write into one checklist, and whoever publishes it, stand in one queue.
    So nothing is written into a version that was published a moment ago. Raises ``InvalidTransition`` when it is no draft any more.
    """
    if not Checklist.objects.filter(pk=checklist.pk, status=Checklist.Status.DRAFT).update(revision=F("revision")):
        raise InvalidTransition(_why_closed(checklist))
    checklist.refresh_from_db()


def log_change(checklist: Checklist, verb: str, summary: str, target: Any, changes: dict[str, Any] | None = None, *, by: User) -> None:
    """Raise the revision of an open draft and record what was changed in it."""
    Checklist.objects.filter(pk=checklist.pk).update(revision=F("revision") + 1)
    log(verb, f"{summary}（{checklist}）", target, changes, by=by)


def _why_closed(checklist: Checklist) -> str:
    now = Checklist.objects.filter(pk=checklist.pk).first()
    if now is None:
        return "这份清单草稿已被删除，没有保存。您填写的内容还在页面上，可以复制后用到别的清单中。"
    return f"“{now}”{now.get_status_display()}，内容不能再改，没有保存。需要修改时，请在清单页建立新版本。"


@transaction.atomic
def create_checklist(*, name: str, note: str = "", by: User) -> Checklist:
    """Create an empty draft, the first version of a new lineage."""
    checklist = Checklist.objects.create(name=name, note=note)
    log("checklist_create", f"新建督查清单“{name}”", checklist, by=by)
    return checklist


@transaction.atomic
def update_checklist(checklist: Checklist, *, base: Values, values: Values, by: User) -> Merge:
    """Change name and note of a draft. Raises ``Conflict`` when somebody else changed the same one meanwhile."""
    open_draft(checklist)
    before = snapshot(checklist, HEAD_FIELDS)
    found = merged(base, values, before)
    if found.write:
        Checklist.objects.filter(pk=checklist.pk).update(**found.write)
        changes = changes_between(before, {**before, **found.write}, labels_of(Checklist, HEAD_FIELDS))
        log_change(checklist, "checklist_update", "修改清单名称或说明", checklist, changes, by=by)
        checklist.refresh_from_db()
    return found


@transaction.atomic
def copy_checklist(checklist: Checklist, *, name: str, by: User) -> Checklist:
    """Copy themes and items into the first draft of a new lineage. Codes are kept: the same question keeps its standard wordings."""
    copy = Checklist.objects.create(name=name, note=f"复制自{checklist}")
    _copy_rows(checklist, copy)
    log("checklist_copy", f"把“{checklist}”复制为“{name}”", copy, by=by)
    return copy


@transaction.atomic
def start_version(checklist: Checklist, *, by: User) -> Checklist:
    """Start the next version of a lineage as a draft with the same codes.

    Raises ``Refused`` while the lineage has a draft, or when ``checklist`` has not been published yet.
    """
    if checklist.is_editable:
        raise Refused("这个版本还是草稿，可以直接修改，不需要建立新版本。")
    versions = Checklist.objects.filter(lineage=checklist.lineage)
    versions.update(revision=F("revision"))  # Locks the lineage: of two who start a version at once the second sees the first's draft.
    draft = versions.filter(status=Checklist.Status.DRAFT).first()
    if draft:
        raise Refused(f"“{draft}”正在起草，请先发布或删除那份草稿，再建立新版本。")
    number = versions.aggregate(last=Max("version"))["last"] + 1
    new = Checklist.objects.create(name=checklist.name, lineage=checklist.lineage, version=number)
    _copy_rows(checklist, new)
    log("checklist_new_version", f"由“{checklist}”建立第{number}版草稿", new, by=by)
    return new


def _copy_rows(source: Checklist, target: Checklist) -> None:
    for theme in source.outline():
        items = list(theme.items.all())
        new_theme = ChecklistTheme.objects.create(checklist=target, order=theme.order, **plain_fields(theme, THEME_FIELDS))
        for item in items:
            copy_item(item, theme=new_theme, order=item.order)


def plain_fields(instance: Any, fields: Iterable[str]) -> dict[str, Any]:
    """Return the values of ``fields`` ready for creating another row; many-to-many fields are left out."""
    many = {field.name for field in instance._meta.many_to_many}
    return {name: getattr(instance, name) for name in fields if name not in many}


def copy_item(item: ChecklistItem, *, theme: ChecklistTheme, order: int, **changed: Any) -> ChecklistItem:
    """Copy an item with its categories to ``theme``; ``changed`` replaces fields. Not logged: part of other verbs."""
    copy = ChecklistItem.objects.create(theme=theme, order=order, **{**plain_fields(item, ITEM_FIELDS), **changed})
    copy.categories.set(item.categories.all())
    return copy


@transaction.atomic
def publish_checklist(checklist: Checklist, *, revision: int, by: User) -> Checklist:
    """Freeze a draft; the version of its lineage published before is retired in the same act.

    ``revision`` is the one whose check the user saw. Raises ``InvalidTransition`` when the checklist has changed since or is no
    draft, ``Refused`` while the completeness check finds faults.
    """
    open_draft(checklist)
    if checklist.revision != revision:
        raise InvalidTransition("清单在您检查之后又被修改过。请看过下面重新检查的结果，再发布。")
    faults = [fault for fault in faults_of(checklist) if fault.is_blocking]
    if faults:
        raise Refused(f"还有 {len(faults)} 处必须改正的问题，没有发布。请按下面的清单逐条改正。")
    retired = list(Checklist.objects.filter(lineage=checklist.lineage, status=Checklist.Status.PUBLISHED))
    Checklist.objects.filter(pk__in=[old.pk for old in retired]).update(status=Checklist.Status.RETIRED)
    for old in retired:
        log("checklist_retire", f"“{old}”因新版本发布而停用", old, by=by)
    Checklist.objects.filter(pk=checklist.pk).update(status=Checklist.Status.PUBLISHED, published_at=timezone.now())
    _settle_wordings(checklist)
    checklist.refresh_from_db()
    log("checklist_publish", f"发布督查清单“{checklist}”", checklist, by=by)
    return checklist


def _settle_wordings(checklist: Checklist) -> None:
    """Let standard wordings follow items that moved to another theme, unless another published checklist still has them there."""
    published = ChecklistItem.objects.filter(theme__checklist__status=Checklist.Status.PUBLISHED)
    places = set(published.values_list("code", "theme__code"))
    theme_of = dict(published.filter(theme__checklist=checklist).values_list("code", "theme__code"))
    for wording in StandardFinding.objects.filter(item_code__in=theme_of):
        if (wording.item_code, wording.theme_code) not in places:
            StandardFinding.objects.filter(pk=wording.pk).update(theme_code=theme_of[wording.item_code])


@transaction.atomic
def delete_checklist(checklist: Checklist, *, by: User) -> None:
    """Delete a draft with its rows. Published versions stay for good: campaigns and answers rest on them."""
    open_draft(checklist)
    if checklist.campaigns.exists():
        raise Refused("已有督查活动选用了这份草稿，不能删除。请先在活动中改选其他清单。")
    log("checklist_delete", f"删除督查清单草稿“{checklist}”", checklist, by=by)
    checklist.delete()
