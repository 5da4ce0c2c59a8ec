"""What the operator's page tells of printing: fonts in use, the engine, the chart library."""

from __future__ import annotations

from collections.abc import Iterable

from reports.rendering.echarts import can_draw
from reports.rendering.engine import WEASYPRINT, chosen_engine
from reports.rendering.fonts import CHINESE, FANDOL, font_set
from reports.rendering.result import RenderError
from units.state import Line, state_teller

ORIGINS = {"site": "本单位字体", "fandol": "Fandol", "noto": "Noto（替代字体）"}


@state_teller
def printing() -> Iterable[Line]:
    """Which faces documents are set in, and by what."""
    yield Line("成稿引擎", "WeasyPrint" if chosen_engine() == WEASYPRINT else "直接绘制（不能绘制的内容由 WeasyPrint 排版）")
    try:
        faces = font_set().faces
    except RenderError as error:
        yield Line("公文字体", "找不到", "bad", str(error))
        return
    # Songti prints page numbers only, and Noto's is as good as any.
    replaced = any(faces[role].origin == "noto" for role in FANDOL)
    value = "；".join(f"{CHINESE[role]}：{ORIGINS[face.origin]}" for role, face in faces.items())
    yield Line(
        "公文字体",
        value,
        "warn" if replaced else "ok",
        "部分字体用替代字体，文件会注明；见 docs/operations.md 第 7 节。" if replaced else "",
    )
    if not can_draw():
        yield Line("图表组件", "找不到", "bad", "带图的报告无法生成文件，请重新安装前端文件（docs/operations.md 第 9 节）。")
