"""ECharts without a browser: options in, SVG out, by the same file that the pages load, in a JavaScript engine inside this process."""

from __future__ import annotations

import json
import re
import threading
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import quickjs
from django.contrib.staticfiles import finders

from reports.rendering.charts import Option
from reports.rendering.result import RenderError

SCRIPT = "vendor/echarts.common.min.js"
MEMORY, SECONDS = 192 * 1024 * 1024, 20
"""What one chart may take at the most; a usual one takes six megabytes and a hundredth of a second."""
KEPT = 64
_drawing = threading.Lock()
"""One engine per process, for one thread at a time."""
_NOISE = re.compile(
    r"<style\s*>.*?</style>|\s(?:class|ecmeta_\w+|pointer-events)=\"[^\"]*\"|<rect width=\"\d+\" height=\"\d+\" x=\"0\" y=\"0\" fill=\"none\"\s*></rect>",
    re.DOTALL,
)
_ID = re.compile(r"\bzr\d+-")
_PATTERN = re.compile(r'<pattern\b[^>]*\bid="([^"]+)"[^>]*>(.*?)</pattern>', re.DOTALL)
_FAMILY = re.compile(r'font-family:([^;"]*);')
# setTimeout: the drawing library asks for it and nobody waits. join: this engine cannot hand over a string that is still in pieces.
_AROUND = """
var setTimeout = function () { return 0; }, clearTimeout = function () {};
"""
_DRAW = """
function draw(option, width, height) {
  var chart = echarts.init(null, null, { renderer: "svg", ssr: true, width: width, height: height });
  chart.setOption(JSON.parse(option));
  var svg = chart.renderToSVGString();
  chart.dispose();
  return [svg].join("");
}
"""


def svg_of(option: Option, width: int, height: int) -> str:
    """Return the chart as SVG; the same options give the same text.

    Raises ``RenderError`` with a Chinese sentence when the chart library is not there or cannot draw this.
    """
    return _svg(json.dumps(option, ensure_ascii=False, sort_keys=True), width, height)


@lru_cache(maxsize=KEPT)
def _svg(option: str, width: int, height: int) -> str:
    try:
        with _drawing:
            svg = str(_draw()(option, width, height))
    except quickjs.JSException as error:
        _draw.cache_clear()  # who knows in what state it was stopped
        message = "图表没有画成，请检查图下表格里的数字；如仍不行，请联系系统管理员。"
        raise RenderError(message) from error
    return _tidied(svg)


def _tidied(svg: str) -> str:
    """Take out what is no part of the picture: numbers that count up within a process, what only a mouse needs, stripes without stripes."""
    svg = _ID.sub("", _NOISE.sub("", svg))
    for found in _PATTERN.finditer(svg):
        if not re.search(r'\bd="[^"]', found[2]):
            svg = re.sub(rf'<path\b[^>]*fill="url\(#{found[1]}\)"[^>]*></path>', "", svg.replace(found[0], ""))
    family = _FAMILY.search(svg)
    return _FAMILY.sub("", svg).replace("<svg ", f'<svg font-family="{family[1]}" ', 1) if family else svg


@cache
def _draw() -> Any:
    context = quickjs.Context()
    context.set_memory_limit(MEMORY)
    context.set_time_limit(SECONDS)
    context.eval(_AROUND)
    context.eval(_script().read_text(encoding="utf-8"))
    context.eval(_DRAW)
    return context.get("draw")


def _script() -> Path:
    found = finders.find(SCRIPT)
    if not found:
        message = "找不到图表组件，无法画图。请系统管理员运行 tools/assets.py 后重试。"
        raise RenderError(message)
    return Path(str(found))


def can_draw() -> bool:
    """Say whether the chart library is installed."""
    return bool(finders.find(SCRIPT))
