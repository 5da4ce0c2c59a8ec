"""A list of people as a spreadsheet: the columns, the template, and the check of what was filled in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO, Any

from units.forms.imports import ImportForm
from units.forms.users import UserForm
from units.importing.reading import Unreadable, read_sheets
from units.importing.sheets import Fault, Row, rows_by_header
from units.models import Appointment, PartyOrganization, User
from units.spreadsheets import open_workbook, write_sheet

SHEET = "人员"
MAX_ROWS = 300
"""So that the page with the passwords comes within seconds, and can be printed and handed out by one person."""
USERNAME, NAME, HOME, DUTY, EMAIL, ROLE, AT = "用户名", "姓名", "所在组织编码", "职务", "邮箱", "角色", "任职组织编码"
HEADERS = (USERNAME, NAME, HOME, DUTY, EMAIL, ROLE, AT)
REQUIRED = (USERNAME, NAME)
ROLES = {role.label: role.value for role in (Appointment.Role.OFFICE, Appointment.Role.LEADER, Appointment.Role.LIAISON)}
"""Administrators and auditors are appointed one by one, with both eyes on it."""
FIELDS = {"username": USERNAME, "display_name": NAME, "organization": HOME, "duty_title": DUTY, "email": EMAIL}
EXAMPLES = (
    ("示例-01", "（示例，不会导入）", "示例-01", "办公室科员", "", "办公室工作人员", "示例-01"),
    ("示例-02", "（示例，不会导入）", "示例-02", "党建联络员", "", "联络员", "示例-02"),
)
ADVICE = (
    "1. 在“人员”表中填写，每行一人；用户名以“示例”开头的行不会导入，可以保留或删除。",
    "2. 用户名、姓名必填；用户名可以用汉字、字母、数字和 @ . + - _ ，不能有空格，建立后不能改。",
    f"3. 角色只能填：{'、'.join(ROLES)}；系统管理员、安全管理员和审计员请在页面上逐个任命。不填角色的人可以作为督查组成员。",
    "4. 任职组织编码不填时，按所在组织编码任职。组织编码见“组织名录”。",
    "5. 系统管理员用名单建立账号，安全管理员再用同一份名单在“批量任职”中授予角色。",
    f"6. 一次最多 {MAX_ROWS} 人。有一处问题就全部不建立。",
)


def write_template(target: IO[bytes]) -> None:
    """Write the template: the sheet to fill, with a drop-down list for the role, and the advice."""
    workbook = open_workbook(target, streaming=False)
    write_sheet(workbook, SHEET, HEADERS, EXAMPLES, (18, 20, 18, 22, 26, 18, 18))
    sheet = workbook.get_worksheet_by_name(SHEET)
    as_written = workbook.add_format({"num_format": "@"})
    for place, header in enumerate(HEADERS):
        if header in {USERNAME, HOME, AT}:
            sheet.set_column(place, place, 18, as_written)
    rule = {"validate": "list", "source": list(ROLES), "error_title": ROLE, "error_message": "请从下拉列表中选择角色。"}
    sheet.data_validation(1, HEADERS.index(ROLE), MAX_ROWS, HEADERS.index(ROLE), rule)
    advice = workbook.add_worksheet("填写说明")
    advice.set_column(0, 0, 110)
    for row, text in enumerate(ADVICE):
        advice.write_string(row, 0, text)
    workbook.close()


class PeopleFileForm(ImportForm):
    """The upload; a valid one has ``people``, each the arguments of ``create_people``, or ``faults`` that keep all from being made."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].label = "人员名单"
        self.fields["file"].help_text = f".xlsx 文件，一次最多 {MAX_ROWS} 人。"
        self.fields["file"].widget.attrs["accept"] = ".xlsx"
        self.people: list[dict[str, Any]] = []
        self.faults: list[Fault] = []

    def clean(self) -> dict[str, Any]:
        """Read the workbook and judge every row."""
        cleaned = super().clean()
        if self.errors or not cleaned.get("file"):
            return cleaned
        try:
            rows, self.faults = rows_by_header(read_sheets(cleaned["file"]), SHEET, headers=HEADERS, required=REQUIRED)
        except Unreadable as error:
            self.add_error("file", str(error))
            return cleaned
        rows = [row for row in rows if not row.cells.get(USERNAME, "").startswith("示例")]
        if not rows and not self.faults:
            self.add_error("file", "没有填写人员：请在“人员”表中从示例行下面开始填写。")
        elif len(rows) > MAX_ROWS:
            self.add_error("file", f"名单有 {len(rows)} 人，一次最多 {MAX_ROWS} 人，请分几个文件。")
        else:
            self._judge(rows)
        return cleaned

    def _judge(self, rows: Sequence[Row]) -> None:
        codes = {row.cells.get(header, "") for row in rows for header in (HOME, AT)} - {""}
        organizations = {one.code: one for one in PartyOrganization.objects.active().filter(code__in=codes)}
        taken = {name.casefold() for name in User.objects.values_list("username", flat=True)}
        for row in rows:
            self._judge_row(row, organizations, taken)
            taken.add(row.cells.get(USERNAME, "").casefold())

    def _judge_row(self, row: Row, organizations: dict[str, PartyOrganization], taken: set[str]) -> None:
        cells = row.cells
        before = len(self.faults)
        if cells.get(USERNAME, "").casefold() in taken:
            self._fault(row, USERNAME, "用户名已被使用，或在名单中重复，请换一个")
        for header in (HOME, AT):
            if cells.get(header) and cells[header] not in organizations:
                self._fault(row, header, "组织名录中没有这个编码，或该组织已撤销")
        role, place = cells.get(ROLE, ""), cells.get(AT) or cells.get(HOME, "")
        if role and role not in ROLES:
            self._fault(row, ROLE, f"只能填{'、'.join(ROLES)}")
        elif role and not place:
            self._fault(row, AT, "填了角色，还须填写任职组织编码或所在组织编码")
        elif cells.get(AT) and not role:
            self._fault(row, ROLE, "填了任职组织，还须填写角色")
        home = organizations.get(cells.get(HOME, ""))
        texts = {name: cells.get(header, "") for name, header in FIELDS.items()}
        form = UserForm({**texts, "organization": home.pk if home else ""})
        for name, errors in form.errors.items():
            if name == "username" and any(fault.column == USERNAME for fault in self.faults[before:]):
                continue
            self._fault(row, FIELDS.get(name, ""), "".join(str(error) for error in errors))
        if len(self.faults) == before:
            self.people.append({**form.cleaned_data, "role": ROLES.get(role, ""), "at": organizations.get(place) if role else None})

    def _fault(self, row: Row, header: str, expected: str) -> None:
        self.faults.append(Fault(SHEET, row.number, header, row.cells.get(header, ""), expected))


class GrantFileForm(PeopleFileForm):
    """The same list in the hands of who gives out rights: the accounts exist, and what counts is the role."""

    def _judge(self, rows: Sequence[Row]) -> None:
        codes = {row.cells.get(header, "") for row in rows for header in (HOME, AT)} - {""}
        organizations = {one.code: one for one in PartyOrganization.objects.active().filter(code__in=codes)}
        users = {user.username: user for user in User.objects.filter(username__in=[row.cells.get(USERNAME, "") for row in rows])}
        for row in rows:
            if row.cells.get(ROLE) or row.cells.get(AT):
                self._judge_grant(row, organizations, users)
        if not self.people and not self.faults:
            self.add_error("file", "名单中没有填写角色，没有可以办理的任职。")

    def _judge_grant(self, row: Row, organizations: dict[str, PartyOrganization], users: dict[str, User]) -> None:
        cells, before = row.cells, len(self.faults)
        user = users.get(cells.get(USERNAME, ""))
        if user is None or not user.is_active:
            self._fault(row, USERNAME, "没有这个账号，或账号已停用；请系统管理员先建立账号")
        elif cells.get(NAME, "") != user.display_name:
            self._fault(row, NAME, f"与账号的姓名“{user.display_name}”不一致，请核对用户名")
        role, header = cells.get(ROLE, ""), AT if cells.get(AT) else HOME
        if role not in ROLES:
            self._fault(row, ROLE, f"只能填{'、'.join(ROLES)}")
        if cells.get(header, "") not in organizations:
            self._fault(row, header, "请填写任职组织编码；组织名录中没有这个编码，或该组织已撤销")
        if len(self.faults) == before:
            self.people.append({"user": user, "role": ROLES[role], "at": organizations[cells[header]]})
