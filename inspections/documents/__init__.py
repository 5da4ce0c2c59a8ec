"""Documents that organizations hand in or that lie in archives: a file becomes lines, an outline, statements. Pure: no database, no network.

``reading`` opens the file, ``cleaning`` takes off what a web page left, ``outline`` understands the lines.
"""

from inspections.documents.outline import Understood, understand
from inspections.documents.reading import Unreadable, read_lines

__all__ = ["Understood", "Unreadable", "read_lines", "understand"]
