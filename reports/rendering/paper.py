"""The page of GB/T 9704-2012 in figures; both renderers and their tests read them here. Lengths are points unless the name says mm."""

from __future__ import annotations

from reports.rendering.fonts import Role

POINTS_PER_MM = 72 / 25.4

PAGE_WIDTH_MM, PAGE_HEIGHT_MM = 210, 297
TOP_MM, BOTTOM_MM = 37, 35
LEFT_MM, RIGHT_MM = 28, 26
"""订口 and 切口 (§5.2.1 calls 订口 the left white edge; it stays left on both sides of a leaf)."""

CHARACTERS, LINES = 28, 22
MEASURE = (PAGE_WIDTH_MM - LEFT_MM - RIGHT_MM) * POINTS_PER_MM
"""156 mm."""
LINE = 28.95
"""225 mm / 22 is 28.99; a hair less keeps 22 lines on a page whatever the rounding."""
HALF_LINE = LINE / 2

TITLE_SIZE = 22.0
TITLE_LEADING = LINE * 1.25
BODY_SIZE = 16.0
TABLE_SIZE, TABLE_LEADING = 12.0, LINE * 2 / 3
SMALL_TABLE_SIZE, SMALL_TABLE_LEADING = 10.5, HALF_LINE
WIDE_TABLE = 6
"""From this many columns on a table is set in the smaller size."""
CELL_PADDING = 3.5
PAGE_NUMBER_SIZE = 14.0

BODY_MEASURE = MEASURE / BODY_SIZE * 1000
PITCH = (BODY_MEASURE - CHARACTERS * 1000) / (CHARACTERS - 1)
"""28 characters of 16 pt are 448 pt, the measure is 442.2: each gap gives a little (thousandths of an em)."""
INDENT = 2 * (1000 + PITCH)

RED = "FF0000"
MARK_BELOW_TOP = 35 * POINTS_PER_MM
"""From the upper edge of the text area to that of the 发文机关标志 (§7.2.4)."""
MARK_SIZE, LEAST_MARK_SIZE, NARROWEST_MARK = 48.0, 36.0, 0.5
"""A long name is set smaller first, then narrower, as offices do it."""
RULE_BELOW_NUMBER = 4 * POINTS_PER_MM
"""§7.2.7."""
RED_RULE = 1.5
IMPRINT_SIZE, IMPRINT_LEADING = 14.0, 24.0
THICK_RULE, THIN_RULE = 0.35 * POINTS_PER_MM, 0.25 * POINTS_PER_MM
"""§7.4.1."""

HEADING_ROLES = {1: Role.HEITI, 2: Role.KAITI, 3: Role.FANGSONG, 4: Role.FANGSONG}
"""§7.3.3: 一、黑体 （一）楷体 1. and （1）仿宋. The same for a run-in lead; its level 0 is plain text."""
