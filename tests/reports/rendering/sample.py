"""Invented documents to measure: a long report with everything in it, and random text full of marks."""

from __future__ import annotations

import random

from reports.rendering.document import Annex, Document, Heading, Paragraph, Signature, Table

TITLE = "青禾区委意识形态工作联席会议办公室关于2026年上半年全区意识形态工作责任制落实情况督查调研的报告"

OPENING = (
    "按照区委2026年重点工作安排，区委意识形态工作联席会议办公室会同区委督查室，从区委办公室、区委宣传部、区教育局和各镇街抽调26名同志，"
    "组成4个督查组，于6月8日至12日对84个党组织开展督查调研。督查坚持“看材料、听汇报、到现场、访一线”相结合，"
    "既查“有没有”，也查“好不好”。现将有关情况报告如下。"
)

THEMES = (
    "压实主体责任",
    "抓实理论学习",
    "管好阵地建设",
    "健全研判机制",
    "强化队伍保障",
    "规范档案资料",
)

BODIES = (
    (
        "多数单位能够把意识形态工作纳入年度工作要点、纳入领导班子述职内容，与业务工作同部署、同检查、同考核；截至6月30日，"
        "全区党委（党组）共专题研究意识形态工作168次，签订责任书1,204份，签订率98.5%。其中，镇街层面“季度研判＋即时研判”做法较为扎实，"
        "形成了《研判纪要》《风险清单》《处置台账》等一批可查、可用、可续的资料……"
    ),
    (
        "理论学习中心组坚持“读原文—谈体会—定措施”三步法，上半年累计学习326场次、覆盖党员9,870余人次（含流动党员）；"
        "有的单位采取“领学＋研学＋讲学”的方式，把会议室里的“大道理”讲成院坝里的“家常话”，群众听得懂、记得住、用得上。"
    ),
    (
        "对本单位管理的公示栏、电子屏、内部刊物、培训讲堂等阵地逐一登记造册，实行“一阵地一责任人一台账”；对发布的内容坚持“三审三校”，"
        "未经审核的一律不发布（紧急情况先口头报告、24小时内补办手续）。抽查的132处阵地中，登记完整的121处，占91.7%。"
    ),
    (
        "在看到成绩的同时，也要看到工作还不平衡：“上面热、中间温、下面凉”的情况在少数单位不同程度存在，"
        "个别单位把“开过会、发过文”当作“抓过了、落实了”，对上级要求照转照抄，缺少结合实际的具体举措。对此，要引起足够重视！怎么办？关键在抓落实。"
    ),
)


def long_report(*, annexes: bool = True) -> Document:
    """Return a report of more than twelve pages with all kinds of blocks."""
    blocks: list[Heading | Paragraph | Table] = [Paragraph(OPENING)]
    blocks.append(Heading(1, "一、基本情况"))
    blocks.append(
        Paragraph(
            "此次督查对镇街和联席会议成员单位采取听取汇报、查阅资料、现场座谈的方式进行，对其他单位采取提交书面汇报的方式进行。"
            "总体看，全区各级党组织责任意识有所增强，工作机制逐步健全，基础工作不断夯实。各类党组织督查覆盖情况如下。"
        )
    )
    blocks.append(
        Table(
            ("单位类别", "应查数", "实查数", "覆盖率", "主要方式"),
            (
                ("镇街党（工）委", "12", "12", "100%", "听取汇报、查阅资料、现场座谈"),
                ("区直机关", "34", "34", "100%", "查阅资料、现场座谈；其中8家采取书面汇报方式"),
                ("事业单位", "18", "17", "94.4%", "书面汇报"),
                ("企业", "14", "14", "100%", "书面汇报"),
                ("驻区单位", "6", "5", "83.3%", "书面汇报"),
            ),
            caption="表1  督查覆盖情况",
        )
    )
    for number, group in zip("一二三", ("镇街党委落实情况", "区直机关落实情况", "其他单位党组织落实情况"), strict=True):
        blocks.append(Heading(2, f"（{number}）{group}"))
        blocks.append(Paragraph("上半年，各单位对照年度任务，细化措施、明确责任，取得了较好成效。" + BODIES[0]))
        for index, theme in enumerate(THEMES, 1):
            blocks.append(Heading(3, f"{index}．{theme}，推动工作落到实处"))
            blocks.append(Paragraph(BODIES[index % len(BODIES)] + BODIES[(index + 1) % len(BODIES)]))
    blocks.append(Heading(1, "二、存在问题"))
    blocks.append(
        Paragraph("“关键少数”作用发挥还不充分。" + BODIES[3], lead="（一）责任传导不够到位。", lead_level=2),
    )
    blocks.append(Paragraph("部分单位学习计划“上下一般粗”，" + BODIES[1], lead="（二）理论学习不够深入。", lead_level=2))
    blocks.append(Paragraph("少数单位更新不及时，" + BODIES[2], lead="（三）阵地管理不够规范。", lead_level=2))
    blocks.append(Heading(1, "三、风险点"))
    blocks.append(Paragraph("个别单位外聘讲师管理制度不健全，报告会、研讨会、讲座、论坛“一会一报”执行不严。", lead="一是"))
    blocks.append(Paragraph("新增的内部电子屏未纳入统一登记，存在“底数不清、责任不明”的隐患。", lead="二是"))
    blocks.append(Heading(1, "四、下步打算"))
    blocks.append(Paragraph("由区委宣传部牵头，7月底前完成责任清单修订工作。", lead="1．压紧责任链条。", lead_level=3))
    blocks.append(Paragraph("【待补：培训工作的牵头单位和完成时限】", lead="2．加强业务培训。", lead_level=3))
    blocks.append(
        Paragraph("对发现的问题建账销号，整改情况于9月30日前报联席会议办公室。" + BODIES[3], lead="3．抓好整改落实。", lead_level=3)
    )
    return Document(
        title=TITLE,
        addressee="区委",
        blocks=tuple(blocks),
        signature=Signature(("区委意识形态工作联席会议办公室",), "2026年7月6日"),
        annexes=(ledger(), summary()) if annexes else (),
        keywords=("督查", "责任制"),
    )


def ledger(rows: int = 60) -> Annex:
    """Return an annex with a table that runs over several pages."""
    problems = (
        "年度工作要点未单列意识形态工作内容，责任分工不清",
        "上半年专题研究仅1次（应不少于2次），会议记录不完整",
        "内部电子屏未登记；内容审核签字为事后补签，“三审三校”流于形式",
        "学习笔记照搬照抄",
        "未建立外聘讲师审核制度，讲座“一会一报”台账缺3月、4月、5月记录，且未明确专人负责审核把关工作",
    )
    return Annex(
        1,
        "督查发现问题分单位清单",
        (
            Paragraph("下列问题供内部整改使用。"),
            Table(
                ("序号", "单位", "问题", "程度", "时限"),
                tuple(
                    (str(n), f"第{n}示例党支部", problems[n % len(problems)], ("一般", "较重")[n % 2], "9月30日")
                    for n in range(1, rows + 1)
                ),
                widths=(1, 3, 6, 1.4, 2),
                align=("center", "left", "left", "center", "center"),
                caption="问题清单",
            ),
            Paragraph("本表所列问题按督查组记录整理。"),
        ),
        internal=True,
    )


def summary() -> Annex:
    """Return a short annex with a wide table in the smaller size."""
    return Annex(
        2,
        "有关指标汇总表",
        (
            Table(
                ("类别", "专题研究（次）", "中心组学习（次）", "宣讲（场）", "责任书（份）", "阵地（处）", "培训（人次）"),
                (("镇街", "48", "96", "210", "412", "64", "1,860"), ("区直机关", "72", "130", "96", "530", "41", "2,204")),
            ),
        ),
    )


def random_text(length: int, seed: int) -> str:
    """Return text in which marks, quotes, brackets, numbers and Western words stand wherever they can trouble a line."""
    chance = random.Random(seed)
    han = (
        "的一是了我不人在有这上大来和国地到以说时要就出会可也对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学"
        "如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实"
    )
    parts: list[str] = []
    size = 0
    while size < length:
        words = "".join(chance.choice(han) for _ in range(chance.randint(1, 9)))
        piece = chance.choice(
            [
                words + chance.choice("，。、；：？！"),
                f"“{words}”",
                f"《{words}》、《{words}办法》",
                f"（{words}）",
                f"“‘{words}’{words}”。",
                f"{words}——{words}",
                f"{words}……",
                f"{chance.randint(1, 99999)}个、{chance.randint(1, 999)}.{chance.randint(0, 9)}%",
                f"〔2026〕{chance.randint(1, 99)}号",
                f"{words}“{words}，”",
                f"（《{words}》第{chance.randint(1, 40)}条）。",
                f"{chance.choice(('APP', 'LED', 'Word', 'e-mail'))}{words}",
                f"2026年{chance.randint(1, 12)}月{chance.randint(1, 28)}日",
                f"{words}·{words}",
            ]
        )
        parts.append(piece)
        size += len(piece)
    # A mark at the very beginning, or two commas in a row, would be a fault of the text and not of its setting.
    return "起" + "".join(parts)
