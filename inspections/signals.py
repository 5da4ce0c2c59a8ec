"""质量提示: what is worth a look in a submission, each with the two passages side by side. Reads, never writes, never decides."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.db.models import Prefetch, Q

from inspections.documents.left_open import MASK, candidates
from inspections.documents.material import Material
from inspections.documents.metrics import earlier_readings
from inspections.documents.similarity import Likeness, Text
from inspections.models import CheckResult, DeclaredMetric, ModelText, QualitySignal, Submission, SubmissionFile
from inspections.models.submission_content import plain, with_unit
from inspections.reading import Sheet, passages_of, period_of, previous_numbers, previous_submission, text_of
from units.models import PartyOrganization
from units.models.organization import in_subtree

K = QualitySignal.Kind
PEER_SHARE, OTHER_SHARE = 25, 30
"""From how much of the whole in per cent a likeness is told; a single long passage tells of itself."""
PASSAGE_SHARE = 70
MOST_PEERS = 5
MOST_OF_A_KIND = 20
JUMP = 3
"""A number that is this many times last period's, or a fraction of it, is pointed out."""
SMALL = 3
_BESIDE = 24


def signals_of(submission: Submission) -> list[QualitySignal]:
    """Return all signals of a submission, unsaved, in the order in which they are shown."""
    sheet = Sheet.of(submission.assignment)
    material = text_of(submission, sheet)
    found = [
        *_masks(material),
        *_names(submission, material),
        *_numbers(submission, sheet, material),
        *_alike(submission, sheet, material),
    ]
    for order, row in enumerate(found, start=1):
        row.submission, row.order = submission, order
    return found


def _masks(material: Material) -> Iterator[QualitySignal]:
    rows = 0
    for passage in material.passages:
        hits = list(MASK.finditer(passage.words))
        if not hits:
            continue
        what = "、".join(dict.fromkeys(f"“{hit.group().strip() or '空白'}”" for hit in hits[:3]))
        yield QualitySignal(kind=K.MASK, text=f"有 {len(hits)} 处没有填写：{what}。", ours=passage.words[:1000])
        rows += 1
        if rows == MOST_OF_A_KIND:
            return


def _names(submission: Submission, material: Material) -> Iterator[QualitySignal]:
    """Names of organizations that have no place in this text: neither the own one, nor one above, below or inspecting."""
    said = {words for passage in material.passages for words in candidates(passage.words)}
    rows = PartyOrganization.objects.filter(Q(name__in=said) | Q(short_name__in=said - {""})).values_list("name", "short_name", "path")
    own = submission.organization
    here = {own.name, own.short_name}
    others: dict[str, str] = {}
    for name, short, path in rows:
        related = path.startswith(own.path) or own.path.startswith(path)
        if not related:
            others |= {words: name for words in (name, short) if words in said and not any(words in mine for mine in here if mine)}
    for words, name in sorted(others.items(), key=lambda pair: -len(pair[0]))[:MOST_OF_A_KIND]:
        passage = next((row.words for row in material.passages if words in row.words), "")
        text = f"出现了“{words}”，请核对是否误留了其他单位的内容。"
        yield QualitySignal(kind=K.FOREIGN_NAME, text=text, ours=passage[:1000], theirs=name, theirs_label="组织名录")


def _numbers(submission: Submission, sheet: Sheet, material: Material) -> Iterator[QualitySignal]:
    previous = previous_numbers(submission.assignment)
    said_then = earlier_readings(material, sheet.asked, period_of(submission.campaign))
    before = submission.campaign.previous
    period = f"上期（{before.period}）" if before else "上期"
    for metric in submission.metrics.select_related("item"):
        item = metric.item
        if metric.was_corrected:
            text = f"“{item}”原文为{metric.proposed_text}，单位核对后填{metric.value_text}。"
            yield QualitySignal(kind=K.NUMBER_TEXT, text=text, ours=metric.sentence, theirs=metric.note, theirs_label="单位的说明")
        elif metric.others and metric.number is not None:
            other = metric.others[0]
            text = f"“{item}”文中有不同数字：{metric.value_text}，{other['number']}{item.unit_of_measure}。"
            yield QualitySignal(kind=K.NUMBER_TEXT, text=text, ours=metric.sentence, theirs=other["sentence"], theirs_label="本材料另一处")
        if metric.number is not None and item.target is not None and metric.number < item.target:
            wanted = f"{plain(item.target)}{item.unit_of_measure}"
            text = f"“{item}”为{metric.value_text}，低于清单的目标值{wanted}。"
            yield QualitySignal(kind=K.NUMBER_TARGET, text=text, ours=metric.sentence, theirs=f"目标值：{wanted}", theirs_label="督查清单")
        then = previous.get(item.code)
        if then is None or then.number is None:
            continue
        if metric.number is not None and _jumps(metric.number, then.number):
            text = f"“{item}”为{metric.value_text}，{period}为{then.answer}，相差较大。"
            yield QualitySignal(kind=K.NUMBER_PREVIOUS, text=text, ours=metric.sentence, theirs=_source(then), theirs_label=period)
        yield from _contradicted(metric, then, said_then.get(item.code, []), period)


def _contradicted(metric: DeclaredMetric, then: CheckResult, said: list, period: str) -> Iterator[QualitySignal]:
    for reading in said[:1]:
        if reading.number != then.number:
            stated = with_unit(reading.number, metric.item.unit_of_measure, approximate=reading.is_approximate)
            text = f"文中说前期“{metric.item}”为{stated}，{period}填的是{then.answer}。"
            yield QualitySignal(kind=K.NUMBER_PREVIOUS, text=text, ours=reading.sentence, theirs=_source(then), theirs_label=period)


def _jumps(now: Decimal, then: Decimal) -> bool:
    if abs(now - then) < SMALL:
        return False
    return then == 0 or now == 0 or now >= then * JUMP or then >= now * JUMP


def _source(result: CheckResult) -> str:
    return f"{result.item}：{result.answer}" + (f"（{result.note}）" if result.note else "")


# --- likeness -----------------------------------------------------------------------------------------------------------------


def _alike(submission: Submission, sheet: Sheet, material: Material) -> Iterator[QualitySignal]:
    rows = [row.words for row in material.body() if not row.is_heading and not row.rows]
    request = getattr(submission.campaign, "submission_request", None)
    asked = [request.key_points, request.preparation] if request else []
    text = Text(rows, [*sheet.common, *asked])
    if not text.passages:
        return
    yield from _peers(submission, text)
    if before := previous_submission(submission):
        yield from _told(K.PREVIOUS, f"{before.campaign.period}本单位的材料", text.against(passages_of(before)), OTHER_SHARE)
    for above in _above(submission):
        yield from _told(K.SUPERIOR, f"“{above.organization}”的材料", text.against(passages_of(above)), OTHER_SHARE)
    for model in ModelText.objects.filter(organizer__in=_libraries(submission)):
        kind = K.SUPERIOR if model.kind == ModelText.Kind.SUPERIOR else K.MODEL
        label = f"{model.get_kind_display()}“{model.title}”"
        yield from _told(kind, label, text.against(model.text.splitlines()), OTHER_SHARE)


def _peers(submission: Submission, text: Text) -> Iterator[QualitySignal]:
    """The organizations of the same campaign whose texts are most alike. Read one by one, so that memory does not grow with their number."""
    others = _with_files(
        Submission.objects.filter(campaign=submission.campaign_id).exclude(first_submitted_at=None).exclude(pk=submission.pk)
    )
    found = []
    for other in others.select_related("organization").iterator(chunk_size=50):
        if not _related(submission, other):
            likeness = text.against(passages_of(other))
            if likeness.share >= PEER_SHARE or _striking(likeness):
                found.append((likeness, other))
    for likeness, other in sorted(found, key=lambda pair: -pair[0].share)[:MOST_PEERS]:
        yield from _told(K.PEER, f"“{other.organization}”的材料", likeness, PEER_SHARE)


def _with_files(rows):  # noqa: ANN001, ANN202 -- a queryset of submissions, as it came
    return rows.prefetch_related(Prefetch("files", SubmissionFile.objects.filter(is_current=True)))


def _related(one: Submission, other: Submission) -> bool:
    """Whether one lies above the other: that is likeness with the superior's text."""
    return one.organization_path.startswith(other.organization_path) or other.organization_path.startswith(one.organization_path)


def _above(submission: Submission) -> Iterator[Submission]:
    ancestors = PartyOrganization.objects.ancestors_of(submission.organization).values("pk")
    year = submission.campaign.year
    rows = Submission.objects.filter(organization__in=ancestors, campaign__year__in=(year, year - 1)).exclude(first_submitted_at=None)
    yield from _with_files(rows).select_related("organization").order_by("-submitted_at")[:MOST_PEERS]


def _libraries(submission: Submission):  # noqa: ANN202 -- organizations whose library counts here
    organizer = submission.campaign.organizer
    return (
        PartyOrganization.objects.filter(in_subtree(organizer.path)).filter(pk=organizer.pk)
        | PartyOrganization.objects.ancestors_of(organizer).order_by()
    )


def _striking(likeness: Likeness) -> bool:
    return any(pair.share >= PASSAGE_SHARE and len(pair.ours) >= 2 * _BESIDE for pair in likeness.pairs)


def _told(kind: str, label: str, likeness: Likeness, least: int) -> Iterator[QualitySignal]:
    if likeness.share < least and not _striking(likeness):
        return
    for pair in likeness.pairs:
        same = "这一段文字相同，只有数字、标点或文件名不同" if pair.alike_but_for_figures else f"这一段相同 {pair.share}%"
        text = f"全文约 {likeness.share}% 与{label}相同；{same}。"
        yield QualitySignal(
            kind=kind,
            text=text,
            ours=pair.ours[:2000],
            theirs=pair.theirs[:2000],
            theirs_label=label.replace("“", "").replace("”", "")[:200],
            share=likeness.share,
        )
