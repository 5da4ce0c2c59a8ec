"""Official wording: every rule as a table, and what must hold for any value."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reports import wording
from reports.wording import Bands, approximate_text, chinese_number, quantifier, tidy

ORDER = ["个别", "部分", "多数", "普遍"]


@pytest.mark.parametrize(
    ("n", "of", "word"),
    [
        (0, 58, ""),
        (0, 0, ""),
        (1, 1, "个别"),
        (1, 2, "个别"),
        (1, 58, "个别"),
        (3, 58, "个别"),
        (2, 20, "个别"),
        (2, 13, "个别"),
        (2, 10, "个别"),
        (2, 9, "部分"),
        (3, 13, "部分"),
        (3, 20, "部分"),
        (10, 100, "个别"),
        (11, 110, "部分"),
        (2, 4, "部分"),
        (29, 58, "部分"),
        (30, 58, "多数"),
        (2, 3, "多数"),
        (46, 58, "多数"),
        (47, 58, "普遍"),
        (2, 2, "普遍"),
        (58, 58, "普遍"),
    ],
)
def test_quantifier_follows_the_bands(n, of, word):
    assert quantifier(n, of) == word


@given(st.integers(1, 3000), st.data())
def test_quantifier_never_falls_when_more_have_it(of, data):
    n = data.draw(st.integers(1, of))
    words = [quantifier(n, of), quantifier(min(n + 1, of), of)]
    assert ORDER.index(words[0]) <= ORDER.index(words[1])


@given(st.integers(2, 3000), st.data())
def test_quantifier_never_claims_a_majority_of_half_or_less(of, data):
    n = data.draw(st.integers(1, of // 2))
    assert quantifier(n, of) in {"个别", "部分"}


@pytest.mark.parametrize(("n", "of"), [(-1, 5), (6, 5), (1, 0)])
def test_quantifier_refuses_what_is_no_share(n, of):
    with pytest.raises(ValueError, match="no share"):
        quantifier(n, of)


def test_an_office_may_set_its_own_bands():
    bands = Bands.of({"few": 0.2, "general": 0.9})
    assert quantifier(4, 20, bands) == "个别"
    assert quantifier(17, 20, bands) == "多数"
    assert Bands.of({}) == wording.STANDARD_BANDS


@pytest.mark.parametrize("chosen", [{"few": 0.6}, {"general": 0.5}, {"general": 1.2}, {"few_at_most": 0}])
def test_bands_must_rise(chosen):
    with pytest.raises(ValueError, match="档位"):
        Bands.of(chosen)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1, "一"),
        (10, "十"),
        (11, "十一"),
        (20, "二十"),
        (21, "二十一"),
        (99, "九十九"),
        (100, "一百"),
        (101, "一百零一"),
        (110, "一百一十"),
        (999, "九百九十九"),
    ],
)
def test_chinese_numbers(number, text):
    assert chinese_number(number) == text


def test_chinese_numbers_are_all_different():
    assert len({chinese_number(number) for number in range(1, 1000)}) == 999


@pytest.mark.parametrize("number", [0, -1, 1000])
def test_chinese_numbers_refuse_what_no_report_needs(number):
    with pytest.raises(ValueError, match="cannot number"):
        chinese_number(number)


def test_numbering_by_level():
    assert [wording.numbering(level, 12) for level in range(1, 6)] == ["十二、", "（十二）", "12.", "（12）", "十二是"]
    with pytest.raises(ValueError, match="level 6"):
        wording.numbering(6, 1)


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        (date(2026, 11, 9), date(2026, 11, 13), "2026年11月9日至13日"),
        (date(2026, 11, 28), date(2026, 12, 2), "2026年11月28日至12月2日"),
        (date(2026, 12, 28), date(2027, 1, 5), "2026年12月28日至2027年1月5日"),
        (date(2026, 11, 9), date(2026, 11, 9), "2026年11月9日"),
    ],
)
def test_periods(start, end, text):
    assert wording.period_text(start, end) == text


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(0, 800))
def test_a_period_can_be_read_back(start, days):
    end = start + timedelta(days=days)
    first, _, last = wording.period_text(start, end).partition("至")
    numbers = [int(part) for part in re.findall(r"\d+", first)]
    rest = [int(part) for part in re.findall(r"\d+", last)]
    full = numbers[: 3 - len(rest)] + rest
    assert (date(*numbers), date(*full)) == (start, end)


def test_a_date_within_the_year_needs_no_year():
    assert wording.short_date_text(date(2026, 10, 31), 2026) == "10月31日"
    assert wording.short_date_text(date(2025, 12, 31), 2026) == "2025年12月31日"


@pytest.mark.parametrize(
    ("value", "text"), [("2312", "2312"), ("12.50", "12.5"), ("100", "100"), ("0.00", "0"), ("1E+3", "1000"), (42, "42")]
)
def test_numbers_without_idle_zeros(value, text):
    assert wording.number_text(Decimal(value)) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (7, "约7"),
        (10, "10余"),
        (15, "10余"),
        (87, "80余"),
        (99, "近100"),
        (100, "100余"),
        (198, "近200"),
        (298, "近300"),
        (300, "300余"),
        (345, "340余"),
        (1234, "1200余"),
        (1985, "近2000"),
        (1195, "近1200"),
        (9985, "近1万"),
        (12345, "1.2万余"),
        (12900, "近1.3万"),
        (123456, "12万余"),
        (234567890, "2.3亿余"),
        (Decimal("1234.5"), "1200余"),
    ],
)
def test_rough_numbers(value, text):
    assert approximate_text(value) == text


def _read(text: str) -> Decimal:
    number = Decimal(re.search(r"[\d.]+", text).group())
    return number * (10_000 if "万" in text else 100_000_000 if "亿" in text else 1)


@given(st.integers(10, 10**10))
def test_rough_numbers_are_honest(value):
    text = approximate_text(value)
    said = _read(text)
    if text.startswith("近"):
        assert value < said <= value * Decimal("1.12")
    else:
        assert text.endswith("余")
        assert said <= value < said * 2


def test_amounts_have_their_unit():
    assert wording.amount_text(Decimal("42.00"), "次") == "42次"
    assert wording.amount_text(1234, "人次", is_approximate=True) == "1200余人次"


@given(st.integers(1, 5000), st.data())
def test_percentages_never_round_to_all_or_nothing(of, data):
    n = data.draw(st.integers(0, of))
    text = wording.percent_text(n, of)
    assert (text == "100%") == (n == of)
    assert (text == "0%") == (n == 0)
    assert abs(Decimal(text[:-1]) - Decimal(n) * 100 / of) <= Decimal("0.1")


def test_averages():
    assert wording.mean_text([Decimal(95), Decimal(96), Decimal(96)]) == "95.6"
    assert wording.ratio_text(139, 71) == "2"
    assert wording.ratio_text(7, 3) == "2.3"


@pytest.mark.parametrize(
    ("items", "text"),
    [
        ([], ""),
        (["甲"], "甲"),
        (["甲", "乙"], "甲和乙"),
        (["甲", "乙", "丙"], "甲、乙和丙"),
        (["人力资源和社会保障局", "乙"], "人力资源和社会保障局、乙"),
    ],
)
def test_lists(items, text):
    assert wording.list_text(items) == text


def test_titles_stand_side_by_side():
    assert wording.titles_text(["甲办法", "《乙制度》"]) == "《甲办法》《乙制度》"
    assert wording.titles_text(["关于印发《甲办法》的通知"]) == "《关于印发〈甲办法〉的通知》"
    assert wording.titles_text(["《甲办法》和《乙制度》"]) == "《〈甲办法〉和〈乙制度〉》"


def test_counts_by_kind_leave_out_what_does_not_occur():
    assert wording.counts_text([("党委", 12), ("党总支", 0), ("党支部", 3)]) == "12个党委、3个党支部"


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("台账不全。。", "台账不全。"),
        ("台账不全；。", "台账不全。"),
        ("如下：。", "如下。"),
        ("如下：：", "如下："),
        ("一是甲，；二是乙", "一是甲；二是乙"),
        ("记录不全,缺少签到.", "记录不全，缺少签到。"),
        ("记录 不全 ", "记录不全"),
        ("共 12 次", "共12次"),
        ("使用12.5万元，1.加强", "使用12.5万元，1.加强"),
        ("(含社区)共三个", "（含社区）共三个"),
        ("写着“正常。”。", "写着“正常。”"),
        ("真的？。", "真的？"),
        ("党群e家 app 3.0 版", "党群e家app 3.0版"),
    ],
)
def test_punctuation_is_tidied(raw, clean):
    assert tidy(raw) == clean


MESSY = st.text(alphabet="督查记录不全甲乙，、；：。！？,;:. （）《》“”12", max_size=60)


@given(MESSY)
def test_tidying_twice_changes_nothing_more_and_no_marks_meet(text):
    once = tidy(text)
    assert tidy(once) == once
    assert not re.search(r"[，、；：。！？]{2}", once)


@given(st.lists(MESSY, max_size=4))
@example(["。”", "。”"])
def test_a_sentence_ends_once(parts):
    text = wording.sentence(*parts)
    assert not text or re.search(r"([。！？]|[。！？]”)$", text)
    assert not re.search(r"[。；，：、][。；，：、]", text)


def test_enumerations():
    assert wording.enumerate_text(["甲。", "乙；", "丙"]) == "一是甲。二是乙。三是丙。"
    assert wording.enumerate_text(["甲"]) == "甲。"


def test_a_gap_is_seen_by_the_renderers():
    from reports.rendering.document import GAP

    assert GAP.fullmatch(wording.gap("风险点。"))
    assert GAP.fullmatch(wording.gap("坏【字】"))
