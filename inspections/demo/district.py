"""The invented district: categories, tags and some eighty organizations of all five kinds on four levels."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from inspections.demo.identity import chance
from units.actions.organizations import encode
from units.models import OrganizationCategory, OrganizationTag, PartyOrganization

CATEGORIES = (
    ("镇街", "各镇街党（工）委"),
    ("区直机关", "区直机关各党组织"),
    ("事业单位", "各事业单位党组织"),
    ("国有企业", "各国有企业党组织"),
    ("社区", "各社区党组织"),
    ("驻区单位", "各驻区单位党组织"),
)
"""Name and how a report speaks of all of them."""

COUNCIL = "联席会议成员单位"
SERVICE = "窗口服务单位"
PUBLISHING = "公众号运营单位"
NEW = "新设立组织"
TAGS = (COUNCIL, SERVICE, PUBLISHING, NEW)

W, C, G, B, L = PartyOrganization.Kind.values
"""Working committee, committee, general branch, branch, leading group."""


class Seat(NamedTuple):
    """One organization as data; ``parent`` is the code of the one above."""

    code: str
    name: str
    short: str
    kind: str
    parent: str
    category: str = ""
    tags: tuple[str, ...] = ()
    dissolved_on: date | None = None


TOP = Seat("YL", "云岭区委", "区委", C, "")

TOWNS = (
    Seat("YL-01", "青石镇党委", "青石镇", C, "YL", "镇街", (COUNCIL, PUBLISHING)),
    Seat("YL-02", "鹭鸣镇党委", "鹭鸣镇", C, "YL", "镇街", (PUBLISHING,)),
    Seat("YL-03", "松影镇党委", "松影镇", C, "YL", "镇街"),
    Seat("YL-04", "望川镇党委", "望川镇", C, "YL", "镇街", (PUBLISHING,)),
    Seat("YL-05", "澄溪街道党工委", "澄溪街道", W, "YL", "镇街", (COUNCIL, PUBLISHING)),
    Seat("YL-06", "银杏坪街道党工委", "银杏坪街道", W, "YL", "镇街", (PUBLISHING,)),
    Seat("YL-07", "霁月街道党工委", "霁月街道", W, "YL", "镇街"),
    Seat("YL-08", "听泉街道党工委", "听泉街道", W, "YL", "镇街", (NEW,)),
)

BUREAUS = (
    Seat("YL-20", "区委区直机关工委", "区直机关工委", W, "YL", "区直机关", (COUNCIL,)),
    Seat("YL-20-01", "区委办公室党支部", "区委办公室", B, "YL-20", "区直机关", (COUNCIL,)),
    Seat("YL-20-02", "区委组织部党支部", "区委组织部", B, "YL-20", "区直机关", (COUNCIL,)),
    Seat("YL-20-03", "区委宣传部党支部", "区委宣传部", B, "YL-20", "区直机关", (COUNCIL, PUBLISHING)),
    Seat("YL-20-04", "区委统战部党支部", "区委统战部", B, "YL-20", "区直机关", (COUNCIL,)),
    Seat("YL-21", "区教育局党组", "区教育局", L, "YL", "区直机关", (COUNCIL, PUBLISHING)),
    Seat("YL-22", "区财政局党组", "区财政局", L, "YL", "区直机关"),
    Seat("YL-23", "区民政局党组", "区民政局", L, "YL", "区直机关", (COUNCIL, SERVICE)),
    Seat("YL-24", "区司法局党组", "区司法局", L, "YL", "区直机关", (COUNCIL,)),
    Seat("YL-25", "区人力资源和社会保障局党组", "区人社局", L, "YL", "区直机关", (SERVICE,)),
    Seat("YL-26", "区自然资源局党组", "区自然资源局", L, "YL", "区直机关"),
    Seat("YL-27", "区住房和城乡建设局党组", "区住建局", L, "YL", "区直机关"),
    Seat("YL-28", "区交通运输局党组", "区交通运输局", L, "YL", "区直机关"),
    Seat("YL-29", "区水务局党组", "区水务局", L, "YL", "区直机关"),
    Seat("YL-30", "区农业农村局党组", "区农业农村局", L, "YL", "区直机关"),
    Seat("YL-31", "区文化和旅游局党组", "区文旅局", L, "YL", "区直机关", (COUNCIL, PUBLISHING)),
    Seat("YL-32", "区卫生健康局党组", "区卫健局", L, "YL", "区直机关", (PUBLISHING,)),
    Seat("YL-33", "区应急管理局党组", "区应急管理局", L, "YL", "区直机关"),
    Seat("YL-34", "区市场监督管理局党组", "区市场监管局", L, "YL", "区直机关", (SERVICE,)),
    Seat("YL-35", "区统计局党组", "区统计局", L, "YL", "区直机关"),
)

INSTITUTIONS = (
    Seat("YL-21-01", "云岭第一中学党总支", "区一中", G, "YL-21", "事业单位", (PUBLISHING,)),
    Seat("YL-21-02", "区实验小学党支部", "区实验小学", B, "YL-21", "事业单位"),
    Seat("YL-21-03", "区职业技术学校党总支", "区职校", G, "YL-21", "事业单位"),
    Seat("YL-31-01", "区图书馆党支部", "区图书馆", B, "YL-31", "事业单位", (PUBLISHING,)),
    Seat("YL-31-02", "区文化馆党支部", "区文化馆", B, "YL-31", "事业单位", (PUBLISHING,)),
    Seat("YL-32-01", "区人民医院党委", "区人民医院", C, "YL-32", "事业单位", (PUBLISHING, SERVICE)),
    Seat("YL-32-02", "区疾病预防控制中心党支部", "区疾控中心", B, "YL-32", "事业单位"),
    Seat("YL-30-01", "区农业技术推广中心党支部", "区农技中心", B, "YL-30", "事业单位"),
    Seat("YL-40", "区委党校党支部", "区委党校", B, "YL", "事业单位", (COUNCIL,)),
    Seat("YL-41", "区融媒体中心党支部", "区融媒体中心", B, "YL", "事业单位", (COUNCIL, PUBLISHING)),
    Seat("YL-42", "区档案馆党支部", "区档案馆", B, "YL", "事业单位"),
    Seat("YL-43", "区数据服务中心党支部", "区数据中心", B, "YL", "事业单位", (NEW,)),
    Seat("YL-44", "区机关事务服务中心党支部", "区机关事务中心", B, "YL", "事业单位"),
    Seat("YL-45", "区招商服务中心党支部", "区招商中心", B, "YL", "事业单位", (), date(2026, 7, 31)),
)

COMPANIES = (
    Seat("YL-50", "云岭城市建设投资集团党委", "云岭城投", C, "YL", "国有企业", (PUBLISHING,)),
    Seat("YL-51", "云岭水务集团党委", "云岭水务", C, "YL", "国有企业", (SERVICE, PUBLISHING)),
    Seat("YL-52", "云岭公共交通公司党总支", "云岭公交", G, "YL", "国有企业", (SERVICE,)),
    Seat("YL-53", "云岭文化旅游发展公司党支部", "云岭文旅", B, "YL", "国有企业", (PUBLISHING,)),
    Seat("YL-54", "云岭粮食储备公司党支部", "云岭粮储", B, "YL", "国有企业"),
    Seat("YL-55", "云岭产业园区运营公司党支部", "云岭园区", B, "YL", "国有企业", (NEW,)),
    Seat("YL-56", "云岭环境服务公司党支部", "云岭环境", B, "YL", "国有企业"),
)

COMMUNITIES = (
    Seat("YL-01-01", "青石镇南街社区党总支", "南街社区", G, "YL-01", "社区"),
    Seat("YL-01-02", "青石镇磨坊社区党支部", "磨坊社区", B, "YL-01", "社区"),
    Seat("YL-02-01", "鹭鸣镇湖畔社区党总支", "湖畔社区", G, "YL-02", "社区"),
    Seat("YL-03-01", "松影镇林场社区党支部", "林场社区", B, "YL-03", "社区"),
    Seat("YL-04-01", "望川镇集贤社区党支部", "集贤社区", B, "YL-04", "社区"),
    Seat("YL-05-01", "澄溪街道柳岸社区党总支", "柳岸社区", G, "YL-05", "社区", (SERVICE,)),
    Seat("YL-05-02", "澄溪街道石桥社区党总支", "石桥社区", G, "YL-05", "社区"),
    Seat("YL-05-03", "澄溪街道晨光社区党委", "晨光社区", C, "YL-05", "社区", (PUBLISHING,)),
    Seat("YL-05-04", "澄溪街道枫林里社区党总支", "枫林里社区", G, "YL-05", "社区"),
    Seat("YL-05-05", "澄溪街道望月社区党支部", "望月社区", B, "YL-05", "社区", (NEW,)),
    Seat("YL-05-06", "澄溪街道南塘社区党总支", "南塘社区", G, "YL-05", "社区"),
    Seat("YL-05-07", "澄溪街道书院社区党委", "书院社区", C, "YL-05", "社区"),
    Seat("YL-05-08", "澄溪街道渡口社区党支部", "渡口社区", B, "YL-05", "社区"),
    Seat("YL-06-01", "银杏坪街道杏林社区党总支", "杏林社区", G, "YL-06", "社区"),
    Seat("YL-07-01", "霁月街道云台社区党总支", "云台社区", G, "YL-07", "社区"),
    Seat("YL-08-01", "听泉街道泉水湾社区党支部", "泉水湾社区", B, "YL-08", "社区", (NEW,)),
)

RESIDENT = (
    Seat("YL-60", "云岭区税务局党委", "区税务局", C, "YL", "驻区单位", (SERVICE, PUBLISHING)),
    Seat("YL-61", "云岭区气象局党支部", "区气象局", B, "YL", "驻区单位"),
    Seat("YL-62", "云岭供电公司党委", "云岭供电", C, "YL", "驻区单位", (SERVICE,)),
    Seat("YL-63", "云岭邮政分公司党支部", "云岭邮政", B, "YL", "驻区单位", (SERVICE,)),
    Seat("YL-64", "云岭消防救援大队党委", "云岭消防", C, "YL", "驻区单位"),
    Seat("YL-65", "云岭水文站党支部", "云岭水文站", B, "YL", "驻区单位"),
    Seat("YL-66", "云岭公路养护中心党总支", "云岭公路养护", G, "YL", "驻区单位"),
)

GROUND = (
    Seat("YL-05-20", "澄溪街道机关党支部", "澄溪街道机关", B, "YL-05"),
    Seat("YL-05-21", "澄溪街道便民服务中心党支部", "澄溪便民中心", B, "YL-05"),
    Seat("YL-05-01-1", "柳岸社区第一网格党支部", "柳岸一网格", B, "YL-05-01"),
    Seat("YL-05-01-2", "柳岸社区第二网格党支部", "柳岸二网格", B, "YL-05-01"),
    Seat("YL-05-03-1", "晨光社区商圈党支部", "晨光商圈", B, "YL-05-03"),
    Seat("YL-05-07-1", "书院社区退休职工党支部", "书院退休职工", B, "YL-05-07"),
    Seat("YL-32-01-1", "区人民医院门诊党支部", "医院门诊", B, "YL-32-01"),
    Seat("YL-32-01-2", "区人民医院行政后勤党支部", "医院后勤", B, "YL-32-01"),
    Seat("YL-50-01", "云岭城投机关党支部", "城投机关", B, "YL-50"),
)
"""Branches without a category: too small to be inspected by the district itself."""

SEATS = (TOP, *TOWNS, *BUREAUS, *INSTITUTIONS, *COMPANIES, *COMMUNITIES, *RESIDENT, *GROUND)

OFFICES = {"镇街": "党建工作办公室", "区直机关": "机关党委办公室", "国有企业": "党群工作部", "社区": "社区党务岗"}
STREETS = ("文昌路", "澄溪东路", "望川大街", "青石街", "霁月路", "听泉巷", "银杏大道")


def make_categories() -> dict[str, OrganizationCategory]:
    """Write the categories and return them by name."""
    rows = [OrganizationCategory(name=name, collective_name=spoken, order=place) for place, (name, spoken) in enumerate(CATEGORIES, 1)]
    return {row.name: row for row in OrganizationCategory.objects.bulk_create(rows)}


def make_organizations(categories: dict[str, OrganizationCategory]) -> dict[str, PartyOrganization]:
    """Write all organizations with their tags, level by level, and return them by code."""
    tags = {row.name: row for row in OrganizationTag.objects.bulk_create([OrganizationTag(name=name) for name in TAGS])}
    made: dict[str, PartyOrganization] = {}
    waiting = list(SEATS)
    siblings: dict[str, int] = {}
    while waiting:
        level = [seat for seat in waiting if not seat.parent or seat.parent in made]
        rows = []
        for seat in level:
            siblings[seat.parent] = siblings.get(seat.parent, 0) + 1
            rows.append(_row(seat, made.get(seat.parent), siblings[seat.parent], categories))
        made |= {row.code: row for row in PartyOrganization.objects.bulk_create(rows)}
        waiting = [seat for seat in waiting if seat.code not in made]
    link = PartyOrganization.tags.through
    link.objects.bulk_create(
        [link(partyorganization_id=made[seat.code].pk, organizationtag_id=tags[name].pk) for seat in SEATS for name in seat.tags]
    )
    return made


def _row(seat: Seat, parent: PartyOrganization | None, place: int, categories: dict[str, OrganizationCategory]) -> PartyOrganization:
    dice = chance("address", seat.code)
    return PartyOrganization(
        code=seat.code,
        name=seat.name,
        short_name=seat.short,
        kind=seat.kind,
        parent=parent,
        path=(parent.path if parent else "") + encode(place),
        order=place,
        category=categories.get(seat.category),
        address=f"云岭区{dice.choice(STREETS)}{dice.randint(1, 260)}号",
        contact_duty=OFFICES.get(seat.category, "综合办公室"),
        dissolved_on=seat.dissolved_on,
    )
