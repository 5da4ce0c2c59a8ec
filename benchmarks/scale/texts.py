"""What the findings of the benchmark say, and the index by which they are searched, written past the verbs."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import product
from typing import Any

from django.db import connection

from benchmarks.scale.writing import load
from inspections.models import Finding, FindingGrams
from units.grams import grams_of
from units.models import PartyOrganization
from units.models.grams import OFF_POSTGRESQL, ON_POSTGRESQL

OF = ("学习记录", "任务清单", "会议纪要", "阵地台账", "账号登记表", "整改方案", "档案目录", "培训计划", "值班记录", "联席会议材料")
WRONG = (
    "要素不全，缺少研讨材料",
    "没有按季度更新，责任岗位未写明",
    "与通知时间不一致，需核对后补正",
    "只有标题没有内容，未归入档案",
    "没有经集体研究，签字手续不全",
    "保存在个人处，交接时没有移交清单",
)
AND = ("", "，上次提出后仍未改正", "，基层单位反映填报重复", "，已当场指出并约定补齐时限")
TEXTS = tuple(f"{of}{wrong}{more}" for of, wrong, more in product(OF, WRONG, AND))
RARE, RARE_WORDS = 5_000, "，附烛龙样式"
"""One text in so many has words that stand nowhere else."""


def text_of(number: int, dice: random.Random) -> str:
    """Return what the finding of this number says; the first texts come much more often than the last."""
    text = TEXTS[int(len(TEXTS) * dice.random() ** 2)]
    return text + RARE_WORDS if number % RARE == 0 else text


def index_texts() -> int:
    """Write the pairs of characters of every finding and return how many; on PostgreSQL the index is made afterwards, which is quicker."""
    table = FindingGrams._meta.db_table
    on_postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        if on_postgresql:
            cursor.execute(OFF_POSTGRESQL[0].format(t=table))
        written = load(FindingGrams, ("finding_id", "grams"), _rows())
        if on_postgresql:
            cursor.execute(ON_POSTGRESQL[0].format(t=table))
        cursor.execute("ANALYZE")
    return written


def _rows() -> Iterator[tuple[Any, ...]]:
    known: dict[str, set[str]] = {}
    names = dict(PartyOrganization.objects.values_list("pk", "name"))
    findings = Finding.objects.order_by().values_list("pk", "text", "organization")
    for key, text, organization in findings.iterator(chunk_size=20_000):
        if text not in known:
            known[text] = set(grams_of([text]))
        yield key, " ".join(sorted(known[text].union(grams_of([names[organization]]))))
