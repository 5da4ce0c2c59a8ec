"""Copy the few front-end files we serve from ``node_modules`` to ``var/vendor``; run after ``npm ci``.

Only the standard library: set-up runs this before anything of ours is installed. Nothing else of ``node_modules`` is ever
served: with whole packages as static folders ``collectstatic`` took three minutes instead of a quarter of a second.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NODE_MODULES = ROOT / "node_modules"

FILES = {
    "bootstrap.min.css": "bootstrap/dist/css/bootstrap.min.css",
    "bootstrap.bundle.min.js": "bootstrap/dist/js/bootstrap.bundle.min.js",
    "bootstrap-icons.min.css": "bootstrap-icons/font/bootstrap-icons.min.css",
    "fonts/bootstrap-icons.woff2": "bootstrap-icons/font/fonts/bootstrap-icons.woff2",
    "fonts/bootstrap-icons.woff": "bootstrap-icons/font/fonts/bootstrap-icons.woff",
    "echarts.common.min.js": "echarts/dist/echarts.common.min.js",
    "lit-html/lit-html.js": "lit-html/lit-html.js",
    "lit-html/directive.js": "lit-html/directive.js",
    "lit-html/directive-helpers.js": "lit-html/directive-helpers.js",
    "lit-html/directives/repeat.js": "lit-html/directives/repeat.js",
    "lit-html/directives/live.js": "lit-html/directives/live.js",
    "idb.js": "idb/build/index.js",
    "signature_pad.js": "signature_pad/dist/signature_pad.min.js",
    "hashes/sha2.js": "@noble/hashes/sha2.js",
    "hashes/_md.js": "@noble/hashes/_md.js",
    "hashes/_u64.js": "@noble/hashes/_u64.js",
    "hashes/utils.js": "@noble/hashes/utils.js",
}
"""Name under ``vendor/`` → path under ``node_modules``. The icons' style sheet expects its fonts in ``fonts/`` beside it, and the
modules of lit-html and of the hashes import each other by relative names, so that their folders stay as they are."""

SOURCE_MAP = re.compile(rb"(?m)^\s*(//[#@] ?sourceMappingURL=.*|/\*[#@] ?sourceMappingURL=.*\*/)\s*$")


def vendor_folder() -> Path:
    """Return the folder served as ``vendor/``; ``DUCHATONG_VAR`` moves it as it moves the rest of the run-time files."""
    return Path(os.environ.get("DUCHATONG_VAR", "").strip() or ROOT / "var") / "vendor"


def is_complete(vendor: Path) -> bool:
    """Say whether every file we serve is there."""
    return all((vendor / name).is_file() for name in FILES)


def copy(vendor: Path, node_modules: Path = NODE_MODULES) -> int:
    """Copy the files, without their references to source maps, and return how many.

    The manifest storage stops ``collectstatic`` at a named map that is not there, so the reference goes.
    Raises ``FileNotFoundError`` when a package does not hold an expected file.
    """
    for name, source in FILES.items():
        data = (node_modules / source).read_bytes()
        target = vendor / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(SOURCE_MAP.sub(b"", data) if name.endswith((".js", ".css")) else data)
    return len(FILES)


def main() -> int:
    """Copy the files; the exit code says whether all were found."""
    vendor = vendor_folder()
    try:
        count = copy(vendor)
    except FileNotFoundError as error:
        print(f"缺少前端文件 {error.filename}；请先运行 npm ci --ignore-scripts 再试。", file=sys.stderr)
        return 1
    print(f"已复制 {count} 个前端文件到 {vendor}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
