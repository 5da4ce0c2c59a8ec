"""What must be in order before a checklist may be published, and what is worth a second look. Pure: reads, never writes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from inspections.models import ChecklistItem, ChecklistTheme, StandardFinding

if TYPE_CHECKING:
    from inspections.models import Checklist


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong or odd; ``where`` is the anchor on the editing page, such as ``item-12``."""

    text: str
    fix: str
    where: str = ""
    label: str = ""
    is_blocking: bool = True

    @property
    def item_id(self) -> str:
        """The key of the item meant, for opening its row; empty when the fault is elsewhere."""
        return self.where.removeprefix("item-") if self.where.startswith("item-") else ""


def faults_of(checklist: Checklist) -> list[Fault]:
    """Return all faults of a checklist, those that stand against publishing first."""
    themes = checklist.outline()
    found = [*_on_whole(checklist, themes), *_on_codes(themes)]
    for theme in themes:
        found += _on_theme(theme)
        for item in theme.items.all():
            found += _on_item(item)
    found += _on_wordings(themes)
    return sorted(found, key=lambda fault: not fault.is_blocking)


def _on_whole(checklist: Checklist, themes: list[ChecklistTheme]) -> Iterator[Fault]:
    if not themes:
        yield Fault("清单中还没有主题。", "至少添加一个主题和一个检查项。", "themes")
    elif not any(theme.items.all() for theme in themes):
        yield Fault("清单中还没有检查项。", "至少添加一个检查项。", "themes")
    namesakes = type(checklist).objects.published().filter(name=checklist.name).exclude(lineage=checklist.lineage)
    if namesakes.exists():
        yield Fault(
            f"已有另一份已发布的清单也叫“{checklist.name}”。", "建议改名，以免选用时混淆。", "head", checklist.name, is_blocking=False
        )


def _on_codes(themes: list[ChecklistTheme]) -> Iterator[Fault]:
    items = [item for theme in themes for item in theme.items.all()]
    theme_codes, item_codes = Counter(theme.code for theme in themes), Counter(item.code for item in items)
    for theme in themes:
        if theme_codes[theme.code] > 1:
            yield Fault(f"主题编码“{theme.code}”重复。", "改成不同的编码。", f"theme-{theme.pk}", theme.name)
    for item in items:
        if item_codes[item.code] > 1:
            yield Fault(f"检查项编码“{item.code}”重复。", "改成不同的编码。", f"item-{item.pk}", item.question)


def _on_theme(theme: ChecklistTheme) -> Iterator[Fault]:
    where = f"theme-{theme.pk}"
    if not theme.name.strip():
        yield Fault("主题没有名称。", "填写主题名称。", where, theme.code)
    if not theme.code.strip():
        yield Fault("主题没有编码。", "填写主题编码，如 T1。", where, theme.name)
    items = list(theme.items.all())
    if not items:
        yield Fault("主题下没有检查项。", "添加检查项，或删除这个主题。", where, theme.name)
    for question, number in Counter(item.question.strip() for item in items).items():
        if question and number > 1:
            yield Fault(f"同一主题下有 {number} 个检查项内容完全相同。", "合并或改写其中的检查项。", where, question, is_blocking=False)


def _on_item(item: ChecklistItem) -> Iterator[Fault]:
    where = f"item-{item.pk}"
    if not item.question.strip():
        yield Fault("检查项没有写检查内容。", "填写检查内容。", where, item.code)
    if not item.code.strip():
        yield Fault("检查项没有编码。", "填写检查项编码，如 T1-1。", where, item.question)
    if item.answer_kind == ChecklistItem.AnswerKind.NUMBER:
        if not item.unit_of_measure.strip():
            yield Fault("数值指标没有计量单位。", "填写计量单位，如：次、场、人次。", where, item.question)
        if not item.metric_phrase.strip():
            yield Fault("数值指标没有“报告中的说法”。", "不填写时，这个数字不会写入报告。", where, item.question, is_blocking=False)
    if item.clause and not item.basis:
        yield Fault("写了条款，没有写依据文件。", "补写依据文件名称，或删去条款。", where, item.question, is_blocking=False)


def _on_wordings(themes: list[ChecklistTheme]) -> Iterator[Fault]:
    items = {item.code: item for theme in themes for item in theme.items.all()}
    problems = StandardFinding.objects.in_use().filter(kind=StandardFinding.Kind.PROBLEM, measure="", item_code__in=items)
    for wording in problems:
        item = items[wording.item_code]
        yield Fault(
            f"规范表述“{wording.wording}”没有整改措施。",
            "补写后，报告“下步打算”才能自动引用。",
            f"item-{item.pk}",
            item.question,
            is_blocking=False,
        )
