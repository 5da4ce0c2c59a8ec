"""The rows of a file against the directory: what would be created, changed, moved, and what cannot be."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Max
from django.db.models.functions import Length

from units.importing.cleaning import Cleaned, Remark, Row
from units.importing.columns import CODE, DISSOLVED, NAME, PARENT
from units.importing.plan import SHOWN, TOP, Place, Plan, as_text, chunks, described
from units.models import PartyOrganization, User
from units.models.organization import MAX_DEPTH, STEP, in_subtree


def compare(cleaned: Cleaned, user: User, on_step: Callable[[str], None] = lambda _note: None) -> Plan:
    """Compare cleaned rows with the directory as it is now and with the rights of ``user``."""
    plan = Plan(faults=list(cleaned.faults), notes=list(cleaned.notes), given=cleaned.given)
    on_step("正在与现有名录比较")
    plan.places = _places(_without_duplicates(cleaned.rows, plan))
    rows = [place for place in plan.places.values() if place.row]
    on_step("正在检查上下级关系")
    _check_parents(rows, plan, user)
    _check_rights(rows, plan, user)
    circles = _check_circles(plan)
    if not circles:
        _check_depth(rows, plan)
    _check_dissolved(rows, plan)
    on_step("正在整理变更")
    _note_same_names(rows, plan)
    _sort(rows, plan)
    return plan


def _without_duplicates(rows: list[Row], plan: Plan) -> list[Row]:
    first: dict[str, Row] = {}
    for row in rows:
        if row.code in first:
            text = f"与第 {first[row.code].number} 行的编码重复。同一编码只能出现一次，请删除或改正其中一行。"
            plan.faults.append(Remark(row.number, CODE, row.code, text))
        else:
            first[row.code] = row
    return list(first.values())


def _places(rows: list[Row]) -> dict[str, Place]:
    """Everything that the checks walk over: the rows, their present and future parents, and all above these in the directory."""
    codes = {row.code for row in rows} | {row.parent_code for row in rows if row.parent_code}
    found: dict[int, PartyOrganization] = {}
    base = PartyOrganization.objects.select_related("category").prefetch_related("tags")
    for part in chunks(codes):
        found.update({one.pk: one for one in base.filter(code__in=part)})
    above = {one.path[:end] for one in found.values() for end in range(STEP, len(one.path), STEP)}
    above -= {one.path for one in found.values()}
    for part in chunks(above):
        found.update({one.pk: one for one in base.filter(path__in=part)})
    places = {one.code: Place(one.code, existing=one) for one in found.values()}
    for place in places.values():
        existing = place.existing
        if existing and existing.parent_id:
            place.old_parent_code = place.parent_code = found[existing.parent_id].code
            place.old_parent_path = found[existing.parent_id].path
    for row in rows:
        place = places.setdefault(row.code, Place(row.code))
        place.row = row
        if "parent" in row.values:
            place.parent_code = row.parent_code
    return places


def _check_parents(rows: list[Place], plan: Plan, user: User) -> None:
    for place in rows:
        parent = place.parent_code
        if not parent or "parent" not in place.row.values:  # type: ignore[union-attr]
            continue
        if parent == place.code:
            _fault(plan, place, PARENT, parent, "上级组织不能是它自己。顶层组织请留空，其他请填真正的上级。")
        elif parent not in plan.places:
            where = "表格和名录" if user.keeps_directory else "表格和您管理范围内的名录"
            _fault(plan, place, PARENT, parent, f"{where}里都没有编码为“{parent}”的组织。请核对编码，或把上级也加入表格。")
            # So that the walks upwards end here.
            place.parent_code = ""


def _fault(plan: Plan, place: Place, column: str, value: str, text: str) -> None:
    plan.faults.append(Remark(place.row.number if place.row else 0, column, value, text))


def _check_rights(rows: list[Place], plan: Plan, user: User) -> None:
    """Office staff write inside their subtrees only; a move needs a right at both ends."""
    if user.keeps_directory:
        return
    bad_parents = {remark.row for remark in plan.faults if remark.column == PARENT}
    for place in rows:
        number = place.row.number  # type: ignore[union-attr]
        if place.existing and not place.existing.is_writable_by(user):
            _fault(plan, place, CODE, place.code, "这个编码属于您管理范围以外的组织，不能修改。请核对编码。")
            continue
        if place.existing and not place.is_moved:
            if (place.turns_dissolved or place.turns_active) and not place.existing.is_movable_by(user):
                _fault(plan, place, DISSOLVED, "", "撤销或恢复本级组织须由上级办公室或系统管理员办理。")
            continue
        if number in bad_parents:
            continue
        if place.existing and not place.existing.is_movable_by(user):
            _fault(plan, place, PARENT, place.parent_code, f"您不能改变本级组织的上级，应保持为“{place.old_parent_code or TOP}”。")
        elif not place.parent_code:
            _fault(plan, place, PARENT, "", "只有系统管理员可以新增或移到顶层。请填写您管理范围内的上级组织编码。")
        else:
            parent = plan.places[place.parent_code]
            if parent.existing and not parent.existing.is_writable_by(user):
                text = f"表格和您管理范围内的名录里都没有编码为“{place.parent_code}”的组织。请填写您管理范围内的上级组织编码。"
                _fault(plan, place, PARENT, place.parent_code, text)


def _check_circles(plan: Plan) -> bool:
    """Report each circle once at every row in it; return whether there is one."""
    done: set[str] = set()
    found = False
    for start in plan.places:
        path: dict[str, int] = {}
        code = start
        while code and code in plan.places and code not in done and code not in path:
            path[code] = len(path)
            code = plan.places[code].parent_code
        if code in path and plan.places[code].parent_code != code:
            circle = list(path)[path[code] :]
            found = True
            shown = " → ".join([*circle[:5], *(["……"] if len(circle) > 5 else []), circle[0]])  # noqa: PLR2004 -- enough to see it
            for one in circle:
                place = plan.places[one]
                if place.row:
                    _fault(plan, place, PARENT, place.parent_code, f"上下级形成循环：{shown}。请改正其中一行的上级组织编码。")
        elif code in path:
            found = True
        done.update(path)
    return found


def _check_depth(rows: list[Place], plan: Plan) -> None:
    depths = plan.depths()
    deepest = (PartyOrganization.objects.aggregate(longest=Max(Length("path")))["longest"] or 0) // STEP
    if deepest + max((depths[place.code] for place in rows), default=0) <= MAX_DEPTH:
        return
    for place in rows:
        below = 0
        if place.is_moved and place.existing:
            branch = PartyOrganization.objects.filter(in_subtree(place.existing.path))
            below = branch.aggregate(longest=Max(Length("path")))["longest"] // STEP - place.existing.depth
        if depths[place.code] + below > MAX_DEPTH:
            _fault(plan, place, PARENT, place.parent_code, f"组织层级会超过 {MAX_DEPTH} 级。请减少层级。")


def _check_dissolved(rows: list[Place], plan: Plan) -> None:
    """Below a dissolved organization nothing active may come to hang."""
    for place in rows:
        parent = plan.places.get(place.parent_code)
        if (
            parent
            and not parent.will_be_active
            and place.will_be_active
            and (place.turns_active or place.is_moved or parent.turns_dissolved)
        ):
            text = f"上级组织“{place.parent_code}”已撤销或将被撤销，下面不能有未撤销的组织。请另填上级，或把它也标为撤销。"
            _fault(plan, place, PARENT, place.parent_code, text)
    dissolved = {place.existing.pk: place for place in rows if place.turns_dissolved and place.existing}
    for part in chunks(dissolved):
        children = PartyOrganization.objects.filter(parent__in=part).active().values_list("code", "parent_id")
        for code, parent_id in children:
            if code not in plan.places or plan.places[code].row is None:
                text = f"它下面还有未撤销的组织“{code}”。请先撤销或移走下级，或把下级也加入表格并标为撤销。"
                _fault(plan, dissolved[parent_id], DISSOLVED, "是", text)


def _note_same_names(rows: list[Place], plan: Plan) -> None:
    seen: dict[tuple[str, str], Place] = {}
    for place in rows:
        key = (place.parent_code, place.row.values.get("name", ""))  # type: ignore[union-attr]
        if key[1] and key in seen:
            text = f"与第 {seen[key].row.number} 行同一上级、同名，请确认不是重复登记。"  # type: ignore[union-attr]
            plan.notes.append(Remark(place.row.number, NAME, key[1], text))  # type: ignore[union-attr]
        seen.setdefault(key, place)


def _sort(rows: list[Place], plan: Plan) -> None:
    """Put every row where it belongs: created, changed, moved, unchanged."""
    for place in rows:
        if place.existing is None:
            plan.created.append(place)
            continue
        changes = _changes(place)
        if changes:
            plan.changed.append((place, changes))
        if place.is_moved:
            plan.moved.append(place)
        if not changes and not place.is_moved:
            plan.unchanged += 1


def _changes(place: Place) -> dict[str, list[str]]:
    """Return what differs, header to old and new; only what the file speaks of."""
    old = described(place.existing)  # type: ignore[arg-type]
    new = place.row.values  # type: ignore[union-attr]
    changes = {}
    for name, header in SHOWN.items():
        if name in new and new[name] != old[name]:
            changes[header] = [as_text(name, old[name]), as_text(name, new[name])]
    return changes
