"""How the demo's standard wordings are written down: the library's own fields, and what is needed to note them at organizations."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Wording:
    """One standard wording. ``variants`` are what inspectors wrote on the spot instead of the wording, with room for details.

    ``share`` is the part of the organizations asked at which it was noted, last half-year and this one; ``lowers`` are the metrics
    that must then be low, as ``{item: highest number}``.
    """

    code: str
    item: str
    heading: str
    wording: str
    share: tuple[float, float]
    variants: tuple[str, ...] = ()
    severity: str = "general"
    causes: tuple[str, ...] = ()
    measure_heading: str = ""
    measure: str = ""
    lead: str = ""
    categories: tuple[str, ...] = ()
    lowers: dict[str, int] = field(default_factory=dict)

    @property
    def theme(self) -> str:
        """The code of the theme, which the code of the wording begins with."""
        return self.code.split("-")[0]


SLOTS = {
    "处": ("一楼大厅", "东门入口", "二楼走廊", "便民大厅", "办公楼北侧", "活动中心门前"),
    "场所": ("图书室", "多功能厅", "党员活动室", "三楼会议室", "文体活动室"),
    "会": ("业务讲座", "经验交流会", "专题报告会", "技能论坛"),
    "栏": ("政策宣传栏", "党务公示栏", "服务指南栏", "活动预告栏"),
    "岗": ("宣传岗", "综合岗", "党务岗", "信息岗"),
}
"""Details that are chosen for a variant; ``{月}``, ``{数}`` and ``{多}`` are numbers."""

METRICS = {"学习": "T2-5", "巡查": "T3-6", "培训": "T6-4", "账号": "T5-6"}
"""Details that must agree with what the same organization answered to a metric."""
