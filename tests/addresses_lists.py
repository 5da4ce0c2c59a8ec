"""One saved view, and which address is about it; what a stranger may do with lists; conditions and forms of lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from units.models import SavedView, User

if TYPE_CHECKING:
    from tests.addresses import World

STRANGER_LISTS: dict[str, object] = {
    **dict.fromkeys(["units:list_export", "units:list_columns", "units:view_list", "units:view_save"], "own"),
    **dict.fromkeys(["units:view_update", "units:view_delete", "inspections:submission_bulk"], 404),
    **dict.fromkeys(["inspections:finding_withdraw_many", "reports:report_bulk"], "own"),
}
FIELDS_LISTS = {
    "units:list_export": ["as", "campaign", "q", "place", "organization", "view"],
    "units:view_list": ["place"],
    "inspections:finding_withdraw_many": ["row", "next"],
}
WITHOUT_FIELDS_LISTS = {"units:activity_export"}


class Lists:
    """A view of the list of findings."""

    def __init__(self, by: User) -> None:
        self.view = SavedView.objects.create(user=by, list_key="findings", name="严重问题", query="severity=serious")

    def routes(self) -> dict[str, dict[str, Any]]:
        """Return the arguments of addresses by the beginning of their route."""
        return {"lists/<slug:key>": {"key": "findings"}, "list-views/<int:pk>": {"pk": self.view.pk}}


def samples_lists(world: World) -> dict[str, dict[str, object]]:
    """For every address that takes a form: fields with which it would do its work."""
    view = {"name": "我的视图", "is_default": "on", "is_shared": "on"}
    return {
        "units:list_export": {"as": "csv"},
        "units:list_columns": {"column": "text", "reset": ""},
        "units:view_save": view,
        "units:view_update": {**view, "place": ""},
        "units:view_delete": {"place": ""},
        "inspections:finding_withdraw_many": {"row": str(world.finding.pk), "reason": "重复", "next": "/"},
        "inspections:submission_bulk": {"do": "return", "submission": "11111111-1111-4111-8111-111111111111", "text": "补充", "next": "/"},
        "reports:report_bulk": {"do": "delete", "report": world.report.pk, "next": "/"},
    }
