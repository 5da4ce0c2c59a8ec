"""历史报告收录: an old report as a file becomes title, outline, paragraphs and dates; what is not understood is kept and shown.

``reading`` opens the file, ``cleaning`` takes off what a web page left, ``outline`` understands the lines. Pure: no database, no network.
"""

from reports.intake.outline import Understood, understand
from reports.intake.reading import Unreadable, read_lines

__all__ = ["Understood", "Unreadable", "read_lines", "understand"]
