"""``make report`` for real: the demo campaign's report, from a database of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import fonts
import pypdfium2

ROOT = Path(__file__).resolve().parent.parent


def test_the_demo_report_is_written_and_no_database_is_touched_or_left(tmp_path):
    environment = {
        **os.environ,
        "DUCHATONG_FONTS": str(fonts.fonts_folder()),
        "DUCHATONG_VAR": str(tmp_path),
        "DATABASE_URL": "postgres://nobody@/nowhere?host=/nonexistent",
    }
    done = subprocess.run(
        [sys.executable, "tools/demo_report.py"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=180
    )
    assert done.returncode == 0, done.stdout + done.stderr
    written = {path.suffix: path for path in (tmp_path / "reports").iterdir()}
    assert set(written) == {".pdf", ".docx", ".json"}
    assert all(str(path) in done.stdout for path in written.values())
    assert len(pypdfium2.PdfDocument(written[".pdf"])) >= 4
    assert json.loads(written[".json"].read_text(encoding="utf-8"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["reports"]
