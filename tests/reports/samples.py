"""A small hand-made campaign as facts, without a database: three towns visited, six communities in writing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from reports.assembly import document_of_draft
from reports.composing import DraftReport, SectionSpec, TemplateSpec
from reports.facts.found import Amount, Conformity, FindingFact, Standard
from reports.facts.values import (
    Basis,
    CampaignFacts,
    Category,
    Header,
    OrganizationFacts,
    Previous,
    Teams,
    Theme,
    Unfinished,
    Unit,
)
from reports.rendering.document import Heading, Paragraph, Table

TOWNS, COMMUNITIES = 1, 2
FOUR_PART = TemplateSpec(
    "{牵头机构}关于{组织}{期间}{督查内容}的督查报告",
    (
        SectionSpec("opening"),
        SectionSpec("overview", "基本情况"),
        SectionSpec("problems", "存在问题"),
        SectionSpec("risk_points", "风险点"),
        SectionSpec("next_steps", "下步打算"),
        SectionSpec("annex", "督查覆盖情况表", {"table": "coverage"}),
        SectionSpec("annex", "督查发现问题清单", {"table": "problems", "internal": True}),
    ),
)
FEEDBACK = TemplateSpec(
    "关于{组织}{期间}{督查内容}的督查反馈意见",
    (
        SectionSpec("opening"),
        SectionSpec("overview", "总体情况"),
        SectionSpec("problems", "存在问题"),
        SectionSpec("risk_points", "需要关注的风险", {"optional": True}),
        SectionSpec("next_steps", "整改要求"),
    ),
    {"all_well": "请继续抓好各项任务落实。"},
)

HEADER = Header(
    id=1,
    code="2026-2",
    title="2026年下半年督查",
    subject="落实意识形态工作责任制情况",
    subject_short="意识形态工作",
    arrangement="区委工作安排",
    purpose="推动主体责任落到实处",
    year=2026,
    period="2026年下半年",
    body="区委督查联席会议办公室",
    co_bodies=("区委督查室",),
    starts_on=date(2026, 11, 9),
    ends_on=date(2026, 11, 13),
    cut_off_on=date(2026, 10, 31),
    checklist_name="责任制落实情况督查清单",
    themes=2,
    items=6,
)
THEMES = (Theme("T1", "组织领导", "压实责任链条"), Theme("T2", "理论学习", "抓实理论学习"))
NAMES = {
    TOWNS: ("青石镇党委", "鹭鸣镇党委", "松影镇党委"),
    COMMUNITIES: ("晨光社区党总支", "南塘社区党支部", "石桥社区党支部", "书院社区党支部", "渡口社区党支部", "云台社区党支部"),
}
SHORT = {"青石镇党委": "青石镇", "鹭鸣镇党委": "鹭鸣镇", "松影镇党委": "松影镇"}
ON_SITE = ("听取汇报", "查阅资料")

RECORDS = Standard(
    "T2-P1",
    "学习记录要素不全，缺少研讨发言材料。",
    "学习记录不够规范",
    "兼职人员多，业务不够熟悉",
    "规范学习管理",
    "统一学习记录样式，每季度抽查一次；",
    "区委宣传部",
)
DUTIES = Standard(
    "T1-P1", "责任清单没有随分工调整更新", "责任分工不够具体", "", "明晰责任分工", "修订责任清单，调整后一个月内更新", "区委组织部"
)
SCREENS = Standard(
    "T1-R1",
    "电子屏由外包公司控制，存在出错后不能及时处置的风险",
    "外包电子屏管控不严",
    "",
    "收回管理权限",
    "收回后台管理权限",
    "区委宣传部",
)
POINTS = Standard("T2-G1", "坚持集体学习与专题研讨相结合", "专题研讨式学习")


def units() -> tuple[Unit, ...]:
    rows = []
    for category, names in NAMES.items():
        for name in names:
            number = len(rows) + 1
            kind = next(kind for kind in ("党总支", "党支部", "党委") if name.endswith(kind))
            visited = category == TOWNS
            rows.append(
                Unit(
                    number,
                    name,
                    SHORT.get(name, ""),
                    kind,
                    category,
                    f"a{number}",
                    "on_site" if visited else "written",
                    ON_SITE if visited else (),
                    "第一督查组",
                    date(2026, 11, 8 + number) if visited else None,
                )
            )
    return tuple(rows)


def finding(number: int, unit: int, kind: str = "problem", **fields: Any) -> FindingFact:
    values = {"theme": "T2", "text": "学习记录缺少研讨发言材料", "category": TOWNS if unit <= 3 else COMMUNITIES, **fields}
    return FindingFact(id=f"f{number}", kind=kind, unit=unit, **values)


def findings() -> tuple[FindingFact, ...]:
    return (
        finding(1, 1, standard=RECORDS, text="青石镇党委8月集体学习只有照片，没有研讨提纲。", cause="负责记录的人员兼职较多"),
        finding(2, 4, standard=RECORDS, cause="负责记录的人员兼职较多。"),
        finding(3, 5, standard=RECORDS, severity="notable", cause="日常检查不够"),
        finding(4, 6, standard=RECORDS),
        finding(5, 7, standard=RECORDS),
        finding(6, 2, theme="T1", standard=DUTIES, severity="serious", text="班子分工调整后责任清单未更新", applies_to=frozenset({TOWNS})),
        finding(7, 3, theme="T1", text="松影镇党委年度计划抄自鹭鸣镇党委，没有列出本镇任务。", severity="notable"),
        finding(8, 8, "risk_point", theme="T1", standard=SCREENS, text="东门电子屏由广告公司维护"),
        finding(9, 1, "good_practice", standard=POINTS, text="全年安排专题研讨4次，发言材料汇编成册"),
        finding(10, 2, "good_practice", standard=POINTS, text="坚持集体学习与专题研讨相结合"),
        finding(11, 4, "good_practice", text="把学习课堂设到楼栋，每月一次。"),
        finding(12, 3, "good_practice", theme="T1", text="党组织会议每季度对账一次"),
    )


def amount(category: int, theme: str, item: str, phrase: str, unit: str, *values: float, **fields: Any) -> Amount:
    fields = {"cut_off_on": HEADER.cut_off_on, "is_approximate": False, "asked": len(NAMES[category]), **fields}
    results = tuple(f"r-{item}-{category}-{number}" for number in range(len(values)))
    return Amount(category, theme, item, phrase, unit, values=tuple(Decimal(str(value)) for value in values), results=results, **fields)


AMOUNTS = (
    amount(TOWNS, "T1", "T1-2", "召开专题研究会议", "次", 3, 2, 4),
    amount(TOWNS, "T2", "T2-3", "参加集中学习", "人次", 640, 580, 1020, is_approximate=True),
    amount(COMMUNITIES, "T2", "T2-3", "参加集中学习", "人次", 120, 90, 60, 75, is_approximate=True),
    amount(COMMUNITIES, "T2", "T2-4", "开展宣讲", "场", 2, 1, 0, 1, 2, 3),
)
CONFORMITY = (
    (TOWNS, "T1", Conformity(10, 1, 1)),
    (TOWNS, "T2", Conformity(11, 1, 0)),
    (COMMUNITIES, "T1", Conformity(24, 0, 0)),
    (COMMUNITIES, "T2", Conformity(15, 8, 1)),
)


def facts(**fields: Any) -> CampaignFacts:
    """The whole small campaign; ``fields`` replace what a test is about."""
    values = {
        "header": HEADER,
        "basis": (
            Basis(1, "区委", "落实责任制任务清单", "区委发〔2026〕6号"),
            Basis(2, "区委办公室", "联席会议制度", ""),
            Basis(3, "区委办公室", "阵地管理办法", "区委办〔2025〕3号"),
        ),
        "teams": Teams((1, 2), 6, ("区直机关", "镇街")),
        "categories": (Category(TOWNS, "镇街", "各镇街党（工）委", 3), Category(COMMUNITIES, "社区", "各社区党组织", 7)),
        "units": units(),
        "unfinished": (Unfinished("a10", "林场社区党支部", COMMUNITIES),),
        "themes": THEMES,
        "findings": findings(),
        "amounts": AMOUNTS,
        "conformity": CONFORMITY,
        "previous": Previous("2026-1", "2026年上半年", 8, 12, frozenset({"T2-P1"})),
    }
    return CampaignFacts(**{**values, **fields})


def organization_facts(unit: int = 1, **fields: Any) -> OrganizationFacts:
    whole = facts()
    chosen = whole.unit_of[unit]
    values = {
        "header": HEADER,
        "unit": replace(chosen, summary="重视程度较高，工作有载体。"),
        "themes": THEMES,
        "findings": tuple(row for row in whole.findings if row.unit == unit),
        "amounts": (replace(AMOUNTS[0], values=(Decimal(3),), results=("r1",), asked=1),),
        "conformity": Conformity(5, 1, 0),
    }
    return OrganizationFacts(**{**values, **fields})


def text_of(draft: DraftReport) -> str:
    """The draft as a reader sees it, a line per block; annexes behind ``附件``."""
    document = document_of_draft(draft)
    lines = [document.title, *([f"{document.addressee}："] if document.addressee else [])]

    def add(blocks: tuple[Any, ...]) -> None:
        for block in blocks:
            if isinstance(block, Table):
                lines.extend(" | ".join(row).replace("\n", " ") for row in (block.columns, *block.rows))
            elif isinstance(block, Heading):
                lines.append(block.text)
            elif isinstance(block, Paragraph):
                lines.append(f"　　{block.lead}{block.text}")

    add(document.blocks)
    if document.signature:
        lines += [*document.signature.signers, document.signature.date_text]
    for annex in document.annexes:
        lines.append(f"附件{annex.number or ''} {annex.title}{'（仅供内部使用）' if annex.internal else ''}")
        add(annex.blocks)
    return "\n".join(lines)
