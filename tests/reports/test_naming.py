"""File names: sortable, and taken by every system."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.naming import report_file_name, safe_stem, unit_file_name


@pytest.mark.parametrize(
    ("text", "stem"),
    [
        ("青石镇党委", "青石镇党委"),
        ('A/B\\C:D*E?F"G<H>I|J', "ABCDEFGHIJ"),
        ("结尾有点. .", "结尾有点"),
        ("  两头 空格\t ", "两头 空格"),
        ("CON", "_CON"),
        ("com1.txt", "_com1.txt"),
        ("../../etc/passwd", "etcpasswd"),
        ("?", "未命名"),
        ("长" * 200, "长" * 80),
    ],
)
def test_a_stem_is_safe(text, stem):
    assert safe_stem(text) == stem


@given(st.text())
def test_any_text_becomes_a_name_that_windows_takes(text):
    stem = safe_stem(text)
    assert stem
    assert not set(stem) & set('<>:"/\\|?*')
    assert not stem.endswith((".", " "))
    assert len(stem.encode("utf-8", "replace")) <= 250 or len(stem) <= 80


def test_names_of_units_sort_as_they_are_numbered():
    assert unit_file_name(3, 58, "青石镇党委", "反馈意见", "pdf") == "03-青石镇党委-反馈意见.pdf"
    assert unit_file_name(3, 120, "青石镇党委", "反馈意见", "docx") == "003-青石镇党委-反馈意见.docx"
    assert report_file_name("关于落实情况的督查报告", "pdf") == "关于落实情况的督查报告.pdf"
