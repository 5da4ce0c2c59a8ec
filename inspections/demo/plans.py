"""The campaigns of the demo as data: last half-year's, this half-year's, and those of a street, one over and one under way."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from inspections.demo import district
from inspections.models.campaign import Activity, Method

HEARING, DOCUMENTS, DISCUSSION, SITE = Activity.HEARING, Activity.DOCUMENT_REVIEW, Activity.DISCUSSION, Activity.SITE_CHECK
TOWN_DAY = (HEARING, DOCUMENTS, DISCUSSION, SITE)

SUBJECT = "落实意识形态工作责任制情况"
DOCUMENTS_CITED = (
    ("中共中央办公厅", "党委（党组）意识形态工作责任制实施办法", ""),
    ("云岭区委", "云岭区落实意识形态工作责任制任务清单", "云委发〔2026〕6号"),
    ("云岭区委办公室", "云岭区意识形态工作联席会议制度", "云委办〔2025〕31号"),
    ("云岭区委办公室", "云岭区宣传文化阵地管理办法", "云委办〔2025〕32号"),
    ("云岭区委宣传部", "云岭区机关事业单位政务账号管理规定", "云宣发〔2026〕9号"),
    ("云岭区档案馆", "云岭区督查工作档案管理规定", "云档发〔2025〕4号"),
)
"""Issuer, title, number. Only the first exists outside the demo."""

TOP_CODE = "YL"
STREET_DOCUMENT = ("澄溪街道党工委", "澄溪街道落实意识形态工作责任制任务清单", "澄党工发〔2026〕11号")


@dataclass(frozen=True)
class TeamPlan:
    """A team's name and the user names of its members, the leader first."""

    name: str
    members: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """One campaign as data. ``round`` chooses the share of a wording: 0 last half-year, 1 this one."""

    code: str
    title: str
    year: int
    half: int
    organizer: str
    organizer_body: str
    co_organizer_bodies: tuple[str, ...]
    arrangement: str
    purpose: str
    approval_number: str
    starts_on: date
    ends_on: date
    cut_off_on: date
    version: int
    round: int
    by: str
    methods: dict[str, tuple[str, tuple[str, ...]]]
    teams: tuple[TeamPlan, ...]
    documents: tuple[tuple[str, str, str], ...] = DOCUMENTS_CITED
    tagged_on_site: str = ""
    extra: tuple[str, ...] = ()
    share_of_year: float = 1.0
    scale: float = 1.0
    """How much more was found than the shares of the wordings say."""
    is_finished: bool = True

    @property
    def names_its_units(self) -> bool:
        """Whether the scope lists units one by one, as the street's does, instead of taking whole categories of the district."""
        return self.organizer != TOP_CODE


WRITTEN = (Method.WRITTEN, ())
FIRST = Plan(
    code="2026-1",
    title="2026年上半年落实意识形态工作责任制情况督查",
    year=2026,
    half=1,
    organizer="YL",
    organizer_body="区委意识形态工作联席会议办公室",
    co_organizer_bodies=("区委督查室",),
    arrangement="区委工作安排",
    purpose="推动意识形态工作责任制落到实处",
    approval_number="云督计〔2026〕2号",
    starts_on=date(2026, 5, 11),
    ends_on=date(2026, 5, 15),
    cut_off_on=date(2026, 4, 30),
    version=1,
    round=0,
    by="office",
    methods={
        "镇街": (Method.ON_SITE, TOWN_DAY),
        "区直机关": WRITTEN,
        "事业单位": WRITTEN,
        "国有企业": (Method.ON_SITE, (DOCUMENTS, DISCUSSION)),
        "驻区单位": WRITTEN,
    },
    teams=(
        TeamPlan("第一督查组", ("inspector05", "inspector07", "inspector11")),
        TeamPlan("第二督查组", ("inspector06", "inspector09", "inspector12")),
        TeamPlan("第三督查组", ("inspector13", "inspector10", "inspector03")),
    ),
    share_of_year=0.42,
)
SECOND = replace(
    FIRST,
    code="2026-2",
    title="2026年下半年落实意识形态工作责任制情况督查",
    half=2,
    approval_number="云督计〔2026〕5号",
    starts_on=date(2026, 11, 9),
    ends_on=date(2026, 11, 13),
    cut_off_on=date(2026, 10, 31),
    version=2,
    round=1,
    methods={
        "镇街": (Method.ON_SITE, TOWN_DAY),
        "区直机关": WRITTEN,
        "事业单位": WRITTEN,
        "国有企业": (Method.ON_SITE, (DOCUMENTS, DISCUSSION)),
        "社区": (Method.ON_SITE, (DOCUMENTS, SITE)),
        "驻区单位": WRITTEN,
    },
    teams=(
        TeamPlan("第一督查组", ("inspector05", "inspector08", "inspector11", "inspector04")),
        TeamPlan("第二督查组", ("inspector06", "inspector09", "inspector12", "inspector01")),
        TeamPlan("第三督查组", ("inspector07", "inspector10", "inspector02")),
        TeamPlan("第四督查组", ("inspector03", "inspector13", "inspector14")),
    ),
    tagged_on_site=district.COUNCIL,
    share_of_year=1.0,
)

UNDER_WAY_BEFORE, UNDER_WAY_AFTER = 3, 4
FIRST_OF_SECOND_HALF = 7


def street_plan(today: date) -> Plan:
    """The street's own campaign over its communities; it lies around ``today``, so that there are visits to make today."""
    half = 2 if today.month >= FIRST_OF_SECOND_HALF else 1
    half_name = "下半年" if half == 2 else "上半年"  # noqa: PLR2004 -- the second half of a year
    starts_on = today - timedelta(days=UNDER_WAY_BEFORE)
    return Plan(
        code=f"CX-{today.year}-{half}",
        title=f"澄溪街道{today.year}年{half_name}社区落实责任制情况督查",
        year=today.year,
        half=half,
        organizer="YL-05",
        organizer_body="澄溪街道党建工作办公室",
        co_organizer_bodies=("澄溪街道综合事务中心",),
        arrangement="澄溪街道党工委工作安排",
        purpose="推动责任制向社区和网格党支部延伸",
        approval_number=f"澄督〔{today.year}〕3号",
        starts_on=starts_on,
        ends_on=today + timedelta(days=UNDER_WAY_AFTER),
        cut_off_on=starts_on - timedelta(days=3),
        version=2,
        round=1,
        by="street",
        methods={"社区": (Method.ON_SITE, (HEARING, DOCUMENTS, SITE))},
        teams=(
            TeamPlan("第一督查组", ("inspector01", "inspector04")),
            TeamPlan("第二督查组", ("inspector03", "inspector02")),
        ),
        documents=(DOCUMENTS_CITED[0], DOCUMENTS_CITED[1], STREET_DOCUMENT),
        extra=("YL-05-01-1", "YL-05-01-2", "YL-05-03-1", "YL-05-07-1"),
        is_finished=False,
    )


def street_plan_before(now: Plan) -> Plan:
    """The street's campaign of the half-year before ``now``: what visits under way are compared with, and look at again."""
    year, half = (now.year, 1) if now.half != 1 else (now.year - 1, 2)
    half_name, month = ("上半年", 5) if half == 1 else ("下半年", 11)
    return replace(
        now,
        code=f"CX-{year}-{half}",
        title=f"澄溪街道{year}年{half_name}社区落实责任制情况督查",
        year=year,
        half=half,
        approval_number=f"澄督〔{year}〕{half}号",
        starts_on=date(year, month, 18),
        ends_on=date(year, month, 22),
        cut_off_on=date(year, month - 1, 30),
        version=1,
        round=half - 1,
        teams=(
            TeamPlan("第一督查组", ("inspector01", "inspector02")),
            TeamPlan("第二督查组", ("inspector03", "inspector04")),
        ),
        share_of_year=FIRST.share_of_year if half == 1 else 1.0,
        is_finished=True,
    )
