"""The demo's checklist: seven themes, about forty items, in two versions (the first was used last half-year).

All items ask an organization for its procedures and documents: plans, meetings, records, approvals, trainings, files.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from inspections.demo.identity import moment, uid
from inspections.models import Checklist, ChecklistItem, ChecklistTheme
from units.models import OrganizationCategory

NAME = "意识形态工作责任制落实情况督查清单"
THEMES = (
    ("T1", "组织领导与责任落实", "强化组织领导，压实主体责任"),
    ("T2", "理论学习", "抓实理论学习，筑牢思想根基"),
    ("T3", "阵地管理", "规范阵地管理，把好内容审核关"),
    ("T4", "分析研判与报告", "坚持定期研判，落实报告制度"),
    ("T5", "网络意识形态责任制", "落实网络责任，规范账号运行"),
    ("T6", "队伍建设与培训", "充实工作力量，提升业务能力"),
    ("T7", "档案台账", "健全档案台账，夯实工作基础"),
)
"""Code, name, heading in the report."""

TASKS = "云岭区落实意识形态工作责任制任务清单"
MEETING = "云岭区意识形态工作联席会议制度"
GROUNDS = "云岭区宣传文化阵地管理办法"
ACCOUNTS = "云岭区机关事业单位政务账号管理规定"
FILES = "云岭区督查工作档案管理规定"


@dataclass(frozen=True)
class Item:
    """One item as data; ``numbers`` gives for a metric the usual range by category (and under an empty name for all others)."""

    code: str
    kind: str
    question: str
    guidance: str
    basis: tuple[str, str] = ("", "")
    method: str = "查阅资料"
    unit: str = ""
    phrase: str = ""
    approximate: bool = False
    target: int | None = None
    required: bool = True
    categories: tuple[str, ...] = ()
    weight: int = 1
    since: int = 1
    numbers: dict[str, tuple[int, int]] = field(default_factory=dict)

    def applies_to(self, category: str) -> bool:
        """Whether organizations of this category are asked."""
        return not self.categories or category in self.categories


LEADING = ("镇街", "区直机关", "国有企业")
PUBLIC = ("镇街", "社区", "国有企业", "事业单位")
GRASSROOTS = ("镇街", "社区")

ITEMS = (
    # 组织领导与责任落实
    Item(
        "T1-1",
        "conformity",
        "是否制定年度工作计划或任务清单",
        "看有无党组织会议审定记录；任务是否写明责任岗位和完成时限。",
        (TASKS, "第一项"),
        weight=2,
    ),
    Item(
        "T1-2",
        "conformity",
        "是否每半年至少专题研究一次责任制落实工作",
        "查会议通知、议程、记录，看有无讨论过程和任务分工。",
        (TASKS, "第二项"),
        "查阅会议记录",
        weight=3,
    ),
    Item(
        "T1-3",
        "conformity",
        "是否明确主要负责人、分管负责人和班子其他成员的责任",
        "看分工文件和责任清单是否对应到具体工作。",
        (TASKS, "第三项"),
        weight=2,
    ),
    Item(
        "T1-4",
        "conformity",
        "是否将责任制落实情况纳入述职评议和年度总结",
        "查上年度述职材料和总结，看是否写明完成情况与不足。",
        (TASKS, "第四项"),
        "查阅述职材料",
    ),
    Item(
        "T1-5",
        "conformity",
        "是否与下级党组织签订责任书或分解下达任务",
        "抽查两个下级组织，核对签订时间和内容。",
        (TASKS, "第五项"),
        "查阅责任书",
        categories=LEADING,
    ),
    Item(
        "T1-6",
        "number",
        "本年度专题研究责任制落实工作的次数",
        "以会议记录为准，传达文件不计。",
        (TASKS, "第二项"),
        "查阅会议记录",
        "次",
        "召开专题研究会议",
        target=2,
        numbers={"镇街": (2, 5), "": (1, 4)},
    ),
    Item(
        "T1-7",
        "number",
        "本年度对下级党组织开展督促指导的次数",
        "查督促指导记录和反馈单。",
        (TASKS, "第六项"),
        "查阅督导记录",
        "次",
        "对下级党组织开展督促指导",
        categories=LEADING,
        numbers={"镇街": (4, 14), "": (1, 6)},
    ),
    # 理论学习
    Item("T2-1", "conformity", "是否制定年度理论学习计划并列入责任制有关文件", "看学习专题设置和时间安排。", (TASKS, "第七项")),
    Item(
        "T2-2",
        "conformity",
        "中心组或党支部集体学习是否按计划开展",
        "对照计划核对实际学习次数，看有无补学安排。",
        (TASKS, "第七项"),
        "查阅学习记录",
        weight=2,
    ),
    Item("T2-3", "conformity", "学习记录是否齐全", "一次学习应有通知、签到、记录、研讨提纲四项材料。", (TASKS, "第八项"), "查阅学习记录"),
    Item("T2-4", "conformity", "是否组织学习宣传工作条例和责任制实施办法", "看专门学习的记录，传达一次不算专门学习。", (TASKS, "第八项")),
    Item(
        "T2-5",
        "number",
        "本年度组织集体学习的次数",
        "以学习记录为准。",
        (TASKS, "第七项"),
        "查阅学习记录",
        "次",
        "组织集体学习",
        target=6,
        numbers={"镇街": (8, 14), "": (5, 12)},
    ),
    Item(
        "T2-6",
        "number",
        "本年度面向基层和职工开展宣讲的场次",
        "以活动通知、现场照片和小结为准。",
        (TASKS, "第九项"),
        "查阅活动资料",
        "场",
        "开展面向基层的宣讲",
        categories=PUBLIC,
        numbers={"镇街": (6, 22), "社区": (2, 9), "": (1, 6)},
    ),
    Item(
        "T2-7",
        "number",
        "本年度参加集中学习和宣讲的人次",
        "按签到表汇总，可填约数。",
        (TASKS, "第九项"),
        "查阅签到表",
        "人次",
        "参加集中学习和宣讲",
        approximate=True,
        numbers={"镇街": (900, 2600), "社区": (150, 700), "": (120, 900)},
    ),
    # 阵地管理
    Item(
        "T3-1",
        "conformity",
        "是否建立本单位宣传文化阵地清单并及时更新",
        "现场核对电子屏、宣传栏、活动室与清单是否一致。",
        (GROUNDS, "第四条"),
        "实地查看",
        weight=2,
    ),
    Item(
        "T3-2",
        "conformity",
        "电子显示屏内容发布是否先审后播并留存审批单",
        "抽查三次播放内容，核对审批单。",
        (GROUNDS, "第七条"),
        "抽查审批单",
        weight=3,
    ),
    Item(
        "T3-3",
        "conformity",
        "讲座、论坛、报告会是否一事一审批",
        "查活动通知与审批表是否对应。",
        (GROUNDS, "第九条"),
        "查阅审批表",
        weight=3,
    ),
    Item(
        "T3-4",
        "conformity",
        "活动室、图书室、会议场所是否明确管理岗位和使用登记",
        "看管理制度、使用登记和出借约定。",
        (GROUNDS, "第十一条"),
        "实地查看",
        categories=PUBLIC,
    ),
    Item(
        "T3-5",
        "conformity",
        "宣传栏、公示栏内容是否定期更换和维护",
        "实地查看，过期内容应及时撤换。",
        (GROUNDS, "第六条"),
        "实地查看",
        categories=GRASSROOTS,
    ),
    Item(
        "T3-6",
        "number",
        "本年度开展阵地巡查的次数",
        "以巡查记录为准。",
        (GROUNDS, "第十二条"),
        "查阅巡查记录",
        "次",
        "开展阵地巡查",
        numbers={"镇街": (18, 46), "社区": (12, 30), "": (4, 16)},
    ),
    Item(
        "T3-7",
        "number",
        "本年度发放政策宣传资料的数量",
        "按领取登记汇总，可填约数。",
        ("", ""),
        "查阅登记表",
        "份",
        "发放政策宣传资料",
        approximate=True,
        categories=GRASSROOTS,
        numbers={"镇街": (2000, 9000), "社区": (300, 1600)},
    ),
    # 分析研判与报告
    Item(
        "T4-1",
        "conformity",
        "是否每季度开展一次责任制落实情况分析研判",
        "查研判记录，看间隔时间。",
        (MEETING, "第五条"),
        "查阅研判记录",
        weight=2,
    ),
    Item(
        "T4-2",
        "conformity",
        "研判材料是否有问题、有措施、有责任岗位",
        "抽查最近两期研判材料，比对内容。",
        (MEETING, "第五条"),
        "查阅研判记录",
    ),
    Item("T4-3", "conformity", "是否按规定时间向上级党组织报告落实情况", "核对报告日期和数据口径。", (MEETING, "第六条"), weight=2),
    Item("T4-4", "conformity", "举办重大活动前是否开展宣传内容自查", "查活动方案和自查记录。", (GROUNDS, "第十条")),
    Item(
        "T4-5", "conformity", "是否制定突发事件信息报告流程并明确值班岗位", "看预案是否写明报告时限、路径和联系电话。", (MEETING, "第八条")
    ),
    Item(
        "T4-6",
        "number",
        "本年度开展分析研判的次数",
        "以研判记录为准。",
        (MEETING, "第五条"),
        "查阅研判记录",
        "次",
        "开展分析研判",
        target=3,
        numbers={"镇街": (3, 6), "": (2, 4)},
    ),
    Item("T4-7", "date", "最近一次书面报告的日期", "以上级收文时间为准。", (MEETING, "第六条")),
    # 网络意识形态责任制
    Item("T5-1", "conformity", "是否明确网络意识形态工作责任部门和责任岗位", "看分工文件和岗位职责。", (ACCOUNTS, "第三条"), weight=2),
    Item(
        "T5-2",
        "conformity",
        "本单位网站、公众号等政务账号是否登记备案",
        "核对登记表与实际账号。",
        (ACCOUNTS, "第五条"),
        "核对登记表",
        weight=2,
    ),
    Item(
        "T5-3", "conformity", "本单位账号信息发布是否落实三审三校", "抽查五篇稿件的审核单。", (ACCOUNTS, "第八条"), "抽查审核单", weight=3
    ),
    Item("T5-4", "conformity", "长期停更账号是否清理注销", "核对最近一次发布时间和注销手续。", (ACCOUNTS, "第十二条"), "核对登记表"),
    Item(
        "T5-5",
        "conformity",
        "账号权限和密码是否专岗管理、变动交接",
        "查权限登记和交接单。",
        (ACCOUNTS, "第九条"),
        "查阅交接单",
        weight=2,
        since=2,
    ),
    Item(
        "T5-6",
        "number",
        "登记在册的账号数量",
        "网站、公众号和政务账号合计。",
        (ACCOUNTS, "第五条"),
        "核对登记表",
        "个",
        "登记管理政务账号",
        numbers={"镇街": (2, 6), "社区": (1, 2), "": (1, 4)},
    ),
    Item(
        "T5-7",
        "number",
        "本年度经审核发布的信息数量",
        "按后台统计，可填约数。",
        (ACCOUNTS, "第八条"),
        "查看后台统计",
        "条",
        "经审核发布信息",
        approximate=True,
        numbers={"镇街": (180, 620), "社区": (30, 120), "": (40, 320)},
    ),
    # 队伍建设与培训
    Item("T6-1", "conformity", "是否明确专（兼）职工作岗位和替补岗位", "看岗位职责和分工表。", (TASKS, "第十一项"), weight=2),
    Item("T6-2", "conformity", "岗位调整时是否办理书面交接", "查最近一次岗位调整的交接清单。", (TASKS, "第十一项"), "查阅交接单"),
    Item("T6-3", "conformity", "是否组织或参加业务培训", "看培训通知、课件和签到。", (TASKS, "第十二项"), weight=2),
    Item(
        "T6-4",
        "number",
        "本年度组织业务培训的期数",
        "以培训通知和签到为准，转发课件不计。",
        (TASKS, "第十二项"),
        "查阅培训资料",
        "期",
        "组织业务培训",
        numbers={"镇街": (2, 5), "": (1, 3)},
    ),
    Item(
        "T6-5",
        "number",
        "本年度参加业务培训的人次",
        "按签到表汇总。",
        (TASKS, "第十二项"),
        "查阅签到表",
        "人次",
        "参加业务培训",
        numbers={"镇街": (60, 180), "社区": (6, 24), "": (10, 70)},
    ),
    # 档案台账
    Item("T7-1", "conformity", "资料是否按年度和主题分类归档", "看档案盒、目录和页码。", (FILES, "第三条"), "查阅档案"),
    Item(
        "T7-2", "conformity", "台账是否与原始记录一致", "抽查三项工作，比对台账与会议、活动记录。", (FILES, "第五条"), "比对台账", weight=2
    ),
    Item(
        "T7-3",
        "conformity",
        "上次督查反馈的问题是否逐条整改并留存佐证",
        "对照上次反馈意见逐条查看。",
        (FILES, "第八条"),
        "查阅整改资料",
        weight=3,
        since=2,
    ),
    Item("T7-4", "conformity", "电子材料是否统一归档和备份", "看存放位置和备份记录。", (FILES, "第六条"), "查看存储设备", since=2),
    Item("T7-5", "text", "值得推广的做法（可不填）", "写做法和制度，不写个人。", ("", ""), "座谈了解", required=False),
)


@dataclass(frozen=True)
class Sheet:
    """One written version of the checklist with its parts by code."""

    checklist: Checklist
    themes: dict[str, ChecklistTheme]
    items: dict[str, ChecklistItem]

    def asked_of(self, category: str) -> list[Item]:
        """The items of this version that apply to organizations of ``category``."""
        return [item for item in ITEMS if item.code in self.items and item.applies_to(category)]


def make_checklists(categories: dict[str, OrganizationCategory]) -> tuple[Sheet, Sheet]:
    """Write the retired first version and the published second one."""
    first = _write(1, Checklist.Status.RETIRED, date(2024, 4, 22), "首次发布", categories)
    second = _write(2, Checklist.Status.PUBLISHED, date(2026, 10, 12), "增加账号交接、问题整改和电子归档三项", categories)
    return first, second


def _write(version: int, status: str, day: date, note: str, categories: dict[str, OrganizationCategory]) -> Sheet:
    checklist = Checklist.objects.create(
        name=NAME, lineage=uid("checklist"), version=version, status=status, note=note, published_at=moment(day, 16)
    )
    Checklist.objects.filter(pk=checklist.pk).update(created_at=moment(day, 9))
    rows = [
        ChecklistTheme(checklist=checklist, code=code, name=name, report_heading=heading, order=place)
        for place, (code, name, heading) in enumerate(THEMES, 1)
    ]
    themes = {row.code: row for row in ChecklistTheme.objects.bulk_create(rows)}
    chosen = [item for item in ITEMS if item.since <= version]
    items = {row.code: row for row in ChecklistItem.objects.bulk_create([_item_row(item, themes) for item in chosen])}
    link = ChecklistItem.categories.through
    link.objects.bulk_create(
        [
            link(checklistitem_id=items[item.code].pk, organizationcategory_id=categories[name].pk)
            for item in chosen
            for name in item.categories
        ]
    )
    return Sheet(checklist, themes, items)


def _item_row(item: Item, themes: dict[str, ChecklistTheme]) -> ChecklistItem:
    theme, place = item.code.split("-")
    return ChecklistItem(
        theme=themes[theme],
        code=item.code,
        question=item.question,
        guidance=item.guidance,
        basis=item.basis[0],
        clause=item.basis[1],
        method=item.method,
        answer_kind=item.kind,
        unit_of_measure=item.unit,
        metric_phrase=item.phrase,
        is_approximate=item.approximate,
        target=item.target,
        is_required=item.required,
        weight=item.weight,
        order=int(place),
    )
