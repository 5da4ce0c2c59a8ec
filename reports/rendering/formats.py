"""The renderers by the name of what they make; the one list that both the worker and the process beside it read."""

from __future__ import annotations

from collections.abc import Callable

from reports.rendering.docx import render_docx
from reports.rendering.pdf import render_pdf
from reports.rendering.result import RenderResult
from reports.rendering.volume import render_volume
from reports.rendering.volume_docx import render_volume_docx

RENDERERS: dict[str, Callable[..., RenderResult]] = {
    "pdf": render_pdf,
    "docx": render_docx,
    "volume-pdf": render_volume,
    "volume-docx": render_volume_docx,
}
