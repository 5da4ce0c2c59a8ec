"""The demo's users. Their names are a surname and two signs of the old calendar, in order: nobody can take them for real people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.contrib.auth.hashers import make_password

from units.models import Appointment, PartyOrganization, User

Role = Appointment.Role


class Person(NamedTuple):
    """One user as data; ``home`` and ``at`` are codes of organizations, ``note`` says in the login table what to try."""

    username: str
    name: str
    home: str
    duty: str
    note: str
    role: str = ""
    at: str = ""


PEOPLE = (
    Person("office", "赵甲子", "YL-20-01", "督查室负责人", "区级办公室：筹备活动、汇总、成文", Role.OFFICE, "YL"),
    Person("office2", "钱乙丑", "YL-20-03", "综合科科长", "区级办公室：第二人", Role.OFFICE, "YL"),
    Person("leader", "孙丙寅", "YL", "分管领导", "领导：看督查总览", Role.LEADER, "YL"),
    Person("street", "李丁卯", "YL-05-20", "党建办主任", "澄溪街道办公室：正在督查所属社区", Role.OFFICE, "YL-05"),
    Person("liaison1", "周戊辰", "YL-01", "党建办干事", "青石镇联络员", Role.LIAISON, "YL-01"),
    Person("liaison2", "吴己巳", "YL-42", "综合科干事", "区档案馆联络员", Role.LIAISON, "YL-42"),
    Person("liaison3", "郑庚午", "YL-05-03", "社区党务岗", "晨光社区联络员", Role.LIAISON, "YL-05-03"),
    Person("liaison4", "张丁亥", "YL-05-01", "社区党务岗", "柳岸社区联络员：材料已提交", Role.LIAISON, "YL-05-01"),
    Person("liaison5", "孔戊子", "YL-05-02", "社区党务岗", "石桥社区联络员：材料已提交", Role.LIAISON, "YL-05-02"),
    Person("liaison6", "曹己丑", "YL-05-05", "社区党务岗", "望月社区联络员：材料被退回", Role.LIAISON, "YL-05-05"),
    Person("liaison7", "严庚寅", "YL-05-06", "社区党务岗", "南塘社区联络员：材料已采用", Role.LIAISON, "YL-05-06"),
    Person("liaison8", "华辛卯", "YL-05-07", "社区党务岗", "书院社区联络员：等待签收", Role.LIAISON, "YL-05-07"),
    Person("admin", "王辛未", "YL-43", "运维岗", "系统管理员：名录和账号", Role.ADMINISTRATOR, "YL"),
    Person("security", "孟丁酉", "YL-43", "安全岗", "安全管理员：任职、登录和权限", Role.SECURITY, "YL"),
    Person("auditor", "冯壬申", "YL-20-01", "内审岗", "审计员：操作记录", Role.AUDITOR, "YL"),
    Person("inspector01", "陈癸酉", "YL-05-20", "组织干事", "督查组成员：正在督查澄溪街道各社区（组长）"),
    Person("inspector02", "褚甲戌", "YL-05-21", "综合岗", "督查组成员：正在督查澄溪街道各社区"),
    Person("inspector03", "卫乙亥", "YL-40", "教研室主任", "督查组成员：正在督查澄溪街道各社区（组长）"),
    Person("inspector04", "蒋丙子", "YL-41", "总编室副主任", "督查组成员：正在督查澄溪街道各社区"),
    Person("inspector05", "沈丁丑", "YL-20-01", "综合科科长", "督查组成员：本轮已结束"),
    Person("inspector06", "韩戊寅", "YL-20-02", "党员教育科科长", "督查组成员：本轮已结束"),
    Person("inspector07", "杨己卯", "YL-20-03", "理论科副科长", "督查组成员：本轮已结束"),
    Person("inspector08", "朱庚辰", "YL-21", "机关党委干事", "督查组成员：本轮已结束"),
    Person("inspector09", "秦辛巳", "YL-24", "办公室副主任", "督查组成员：本轮已结束"),
    Person("inspector10", "尤壬午", "YL-31", "公共文化科科长", "督查组成员：本轮已结束"),
    Person("inspector11", "许癸未", "YL-02", "党建办主任", "督查组成员：本轮已结束"),
    Person("inspector12", "何甲申", "YL-06", "宣传干事", "督查组成员：本轮已结束"),
    Person("inspector13", "吕乙酉", "YL-42", "编研科科长", "督查组成员：本轮已结束"),
    Person("inspector14", "施丙戌", "YL-50", "党群工作部副部长", "督查组成员：本轮已结束"),
)


@dataclass(frozen=True)
class People:
    """The users that were written, by user name."""

    users: dict[str, User]

    def __getitem__(self, username: str) -> User:
        return self.users[username]


def make_people(organizations: dict[str, PartyOrganization], password: str) -> People:
    """Write users and appointments; all have ``password``.

    The password is hashed once and the hash shared: 23 slow hashes would take a third of the time the whole demo may take, and it
    is no secret that all demo users have the same password.
    """
    hashed = make_password(password)
    rows = [
        User(username=p.username, display_name=p.name, organization=organizations[p.home], duty_title=p.duty, password=hashed)
        for p in PEOPLE
    ]
    users = {row.username: row for row in User.objects.bulk_create(rows)}
    Appointment.objects.bulk_create(
        [
            Appointment(user=users[p.username], organization=organizations[p.at], role=p.role, starts_on=date(2026, 1, 4))
            for p in PEOPLE
            if p.role
        ]
    )
    return People(users)
