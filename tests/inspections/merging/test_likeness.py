"""How alike texts are: by what they say, whatever their numbers and the name before them."""

from __future__ import annotations

from inspections.likeness import (
    ALIKE,
    NUMBERS,
    SAME,
    Weights,
    masked,
    matter,
    pairs_of,
    sameness,
    shared_words,
    telling_pieces,
    without_name,
)

LEDGER = "未建立学习台账，2026年上半年仅学习3次"
OTHER = "未建立学习台账，2025年上半年仅学习12次"


def test_numbers_are_masked_and_told_apart():
    assert masked(LEDGER) == "未建立学习台账,#年上半年仅学习#次"
    assert masked("完成率85.5%，共十二项") == "完成率#,共#项"
    assert masked("一是重视不够") == "一是重视不够"
    assert matter(LEDGER) == matter(OTHER)
    assert sameness(LEDGER, OTHER) is NUMBERS
    assert sameness(LEDGER, "未建立学习台账， ２０２６年上半年仅学习3次。") is SAME
    assert sameness(LEDGER, "没有建立学习台账") is ALIKE


def test_the_own_name_says_nothing():
    assert without_name("青石镇党委未建立学习台账", ("青石镇党委", "青石镇")) == "未建立学习台账"
    assert without_name("青石镇党委", ("青石镇党委",)) == "青石镇党委"
    assert without_name("未建立学习台账", ("青石镇党委", "")) == "未建立学习台账"


def test_rare_pairs_weigh_more():
    common = [pairs_of(f"{name}工作落实不到位") for name in ("宣传", "组织", "保密", "档案")]
    weights = Weights(common)
    assert weights.of("落实") < weights.of("档案")
    same = weights.likeness(pairs_of("保密工作落实不到位"), pairs_of("保密工作还落实不到位"))
    other = weights.likeness(pairs_of("保密工作落实不到位"), pairs_of("档案工作落实不到位"))
    assert same > 0.6 > other
    assert weights.likeness(pairs_of("保密工作"), pairs_of("保密工作")) == 1.0
    assert weights.likeness(pairs_of("保密"), pairs_of("学习")) == 0.0


def test_a_text_in_a_longer_one():
    weights = Weights([pairs_of(LEDGER)])
    short, long = pairs_of("未建立学习台账"), pairs_of("未建立学习台账，责任分工也不明确，年度计划没有印发到各支部，检查时现补材料")
    assert weights.likeness(short, long) == 0.85


def test_what_is_marked():
    assert shared_words("镇里未建立学习台账", pairs_of("没有建立台账")) == ["建立", "台账"]
    assert shared_words("无", pairs_of("没有")) == []


def test_pieces_to_look_up_do_not_overlap():
    weights = Weights([pairs_of("学习台账不全")] * 9)
    pieces = telling_pieces("学习台账不全，2026年保密自查没有开展", weights, 3)
    assert all(len(piece) == 4 for piece in pieces)
    assert set(pieces) <= {"保密自查", "年保密自", "没有开展", "密自查没", "自查没有", "查没有开", "学习台账", "习台账不", "台账不全"}
    assert any("密自" in piece for piece in pieces)
    assert telling_pieces("短", weights, 3) == []
