"""历史报告收录: an old report as a file becomes title, outline, paragraphs and dates; what is not understood is kept and shown.

The reading itself is shared with what organizations hand in and lies in ``inspections.documents``; ``comparing`` is this app's own.
"""

from inspections.documents import Understood, Unreadable, read_lines, understand

__all__ = ["Understood", "Unreadable", "read_lines", "understand"]
