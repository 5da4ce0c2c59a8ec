"""Findings that no standard wording covers, as every campaign has a few; and some that were taken back."""

from __future__ import annotations

from typing import NamedTuple


class Loose(NamedTuple):
    """One such finding as data; ``code`` is the organization's."""

    code: str
    theme: str
    text: str
    severity: str = "general"
    kind: str = "problem"
    cause: str = ""
    measure: str = ""
    withdrawn: str = ""


LOOSE: dict[str, tuple[Loose, ...]] = {
    "2026-1": (
        Loose(
            "YL-27",
            "T7",
            "机关搬迁后资料没有及时拆箱整理，上年度会议记录未能调阅",
            cause="搬迁期间资料管理责任没有明确",
            measure="尽快拆箱整理，重要资料随人随岗移交",
        ),
        Loose(
            "YL-52",
            "T3",
            "没有区分公交站亭公益宣传位与广告位，管理责任由广告公司代行",
            "notable",
            cause="宣传位委托协议没有写明审核责任",
            measure="收回公益宣传位管理权，修订委托协议",
        ),
        Loose(
            "YL-45",
            "T1",
            "机构划转期间没有明确责任制工作由哪个科室承担",
            cause="划转方案没有同步明确职责",
            measure="由划转双方书面明确责任科室",
            withdrawn="经核对，划转方案附件已明确责任科室",
        ),
    ),
    "2026-2": (
        Loose(
            "YL-04",
            "T3",
            "没有把文化广场露天舞台大屏的播放内容纳入镇里的审核范围，播放前缺少审核记录",
            "notable",
            cause="场地由多个部门各自安排使用，管理职责交叉",
            measure="由镇党委明确场地审批部门和内容审核部门，播放内容先审后播",
        ),
        Loose(
            "YL-08",
            "T7",
            "没有办理区划调整前由原镇代管的社区资料移交手续",
            cause="区划调整时资料移交安排不细",
            measure="与原镇办理移交手续，列出清单逐项清点",
        ),
        Loose(
            "YL-21-03",
            "T3",
            "没有把校园广播的播放内容纳入学校的审核范围，播放前缺少审核记录",
            "notable",
            cause="校园广播管理制度没有明确审核岗位",
            measure="由学校明确审核教师，播放内容先审后播并留存记录",
        ),
        Loose(
            "YL-31-01",
            "T3",
            "没有把阅览区自助屏的播放内容纳入馆内的审核范围，播放前缺少审核记录",
            cause="自助屏由供应商远程更新，馆内没有参与",
            measure="收回自助屏更新权限，由采编岗位先审后播并留存记录",
        ),
        Loose(
            "YL-43",
            "T5",
            "没有逐项明确代管网站各栏目的更新责任岗位，也没有公示",
            cause="栏目责任单位变动后没有更新登记",
            measure="编制栏目责任表，每季度核对一次",
        ),
        Loose(
            "YL-55",
            "T1",
            "对园区入驻企业党组织的隶属关系梳理不清，责任书签订存在重复和遗漏",
            "notable",
            cause="隶属关系没有及时理顺",
            measure="会同区直机关工委理顺隶属关系后重新签订",
        ),
        Loose(
            "YL-62",
            "T7",
            "只按行业系统要求归档，没有建立与地方督查清单对应的目录",
            cause="行业和地方归档要求不一致",
            measure="在原有档案基础上编制对照目录",
        ),
        Loose(
            "YL-66",
            "T2",
            "没有按站点登记学习资料发放情况，各站点学习进度差别较大",
            cause="站点远、集中不便",
            measure="资料随周例会下发，按站点登记",
        ),
        Loose(
            "YL-02",
            "T3",
            "节庆活动展板、导览图由承办公司自行制作，内容没有经过审核，存在内容出错的风险",
            "notable",
            "risk_point",
            measure="在承办合同中写明展陈内容须经镇党委审核",
        ),
        Loose(
            "YL-61",
            "T5",
            "预警信息发布账号与工作宣传账号共用同一后台，存在误操作的风险",
            "general",
            "risk_point",
            measure="分设后台权限，发布前由两个岗位确认",
        ),
        Loose("YL-06", "T3", "利用老厂房改建文化驿站，由街道和社区共同编制使用公约，公示责任岗位和开放时间", kind="good_practice"),
        Loose("YL-32-01", "T5", "将稿件审核与院内流程系统对接，三级审核在线留痕，审核时限不超过一个工作日", kind="good_practice"),
        Loose("YL-52", "T2", "在公交场站设立十五分钟课堂，利用交接班前时间组织学习，实行站点轮讲", kind="good_practice"),
        Loose(
            "YL-23",
            "T7",
            "上半年台账缺少两次会议记录",
            cause="归档不及时",
            measure="补齐归档",
            withdrawn="该单位已提供会议记录原件，核对属实",
        ),
        Loose(
            "YL-51",
            "T5",
            "公众号一篇稿件未见审核单",
            "notable",
            cause="审核单留存不全",
            measure="补齐审核单",
            withdrawn="与已记录的同类问题重复",
        ),
        Loose("YL-06-01", "T3", "社区门前宣传栏玻璃破损", cause="维修不及时", measure="限期更换", withdrawn="督查组离开前已更换完毕"),
    ),
}
"""By code of the campaign."""
