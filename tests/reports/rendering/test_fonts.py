"""Which font plays which part, and the closed doors around the renderer."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from fontTools.ttLib import TTFont

from reports.rendering import fonts, pdf
from reports.rendering.document import Document, Paragraph
from reports.rendering.fetcher import ClosedFetcher
from reports.rendering.fonts import Role
from tests.reports.rendering import sample
from tests.reports.rendering.measuring import RIGHT, read

ROOT = Path(django_settings.BASE_DIR)


@pytest.fixture
def font_folder(tmp_path, monkeypatch, settings):
    """Give the test a font folder and a run-time folder of its own, and fresh caches."""
    settings.VAR_DIR = tmp_path / "var"
    monkeypatch.setenv("DUCHATONG_FONTS", str(tmp_path / "fonts"))
    (tmp_path / "fonts" / "site").mkdir(parents=True)
    caches = (fonts.font_set, pdf._painter)
    for cache in caches:
        cache.cache_clear()
    yield tmp_path / "fonts"
    for cache in caches:
        cache.cache_clear()


def own_font(target: Path, family: str, source: Path) -> None:
    """Write a copy of a font under another name, as a site's licensed font would be."""
    font = TTFont(source)
    for record in font["name"].names:
        if record.nameID in {1, 4, 16}:
            record.string = family
    font.save(target)


def test_without_fandol_noto_serves_and_the_result_says_so(font_folder):
    texts = [sample.random_text(1500, seed) for seed in (1, 3, 4, 8)]
    document = Document("报告的题目", tuple(Paragraph(text) for text in texts))
    result = pdf.render_pdf(document)
    assert any("思源" in warning and "仿宋" in warning and "小标宋" in warning for warning in result.warnings)
    assert set(result.fonts) == {"Noto Serif SC"}
    lines = [line for page in read(result.content) for line in page.lines][1:]
    full = [line for line in lines if not any(text.endswith(line.text) for text in texts)]
    assert len(full) > 150
    assert all(line.x1 == pytest.approx(RIGHT, abs=1) for line in full)


def test_a_font_of_the_site_wins_over_all_others(font_folder):
    noto = fonts._noto_folder() / fonts.NOTO_SERIF
    own_font(font_folder / "site" / "own.otf", "仿宋_GB2312", noto)
    found = fonts.font_set()
    assert found.faces[Role.FANGSONG].origin == "site"
    assert found.faces[Role.KAITI].origin == "noto"
    result = pdf.render_pdf(Document("报告", (Paragraph("正文。"),)))
    assert "仿宋_GB2312" in result.fonts
    assert not any("仿宋" in warning for warning in result.warnings)


def test_what_is_no_font_in_the_folder_of_the_site_is_left_alone(font_folder):
    (font_folder / "site" / "fake.ttf").write_bytes(b"not a font")
    assert fonts.font_set().faces[Role.FANGSONG].origin == "noto"


def test_pango_sees_one_file_for_each_family_and_nothing_else():
    configuration = fonts.font_set().fontconfig_file
    listing = subprocess.run(
        [shutil.which("fc-list") or pytest.fail("fc-list is missing: apt-get install fontconfig"), "--format", "%{family}\n"],
        env={"FONTCONFIG_FILE": str(configuration)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\n")
    families = sorted(filter(None, listing))
    faces = fonts.font_set()
    assert families == sorted([face.family for face in [*faces.faces.values(), *faces.rare]])
    assert len(families) == len(set(families))


def test_a_file_url_outside_the_print_styles_stops_the_rendering(tmp_path):
    from weasyprint.urls import FatalURLFetchingError

    fetcher = ClosedFetcher(ROOT / "static" / "pdf")
    secret = tmp_path / "secret.css"
    secret.write_text("body{}")
    for url in (
        secret.as_uri(),
        "file:///etc/passwd",
        (ROOT / "static" / "pdf" / ".." / ".." / "manage.py").as_posix().replace("/", "file:///", 1),
        "http://127.0.0.1:1/x.css",
        "https://example.org/x.css",
        "ftp://example.org/x",
        f"file://host{ROOT}/static/pdf/report.css",
    ):
        with pytest.raises(FatalURLFetchingError):
            fetcher.fetch(url)
    assert fetcher.fetch("data:text/css,body%7B%7D").read() == b"body{}"
    assert b"@page" in fetcher.fetch((ROOT / "static" / "pdf" / "report.css").as_uri()).read()


def test_rendering_leaves_the_environment_as_it_was(monkeypatch):
    monkeypatch.setenv("FONTCONFIG_FILE", "/somewhere/fonts.conf")
    pdf._painter.cache_clear()
    pdf.render_pdf(Document("报告", (Paragraph("正文。"),)))
    import os

    assert os.environ["FONTCONFIG_FILE"] == "/somewhere/fonts.conf"


def test_a_slow_subsetter_is_reported(monkeypatch):
    monkeypatch.setattr(fonts.ctypes.util, "find_library", lambda name: None)
    assert any("libharfbuzz-subset0" in warning for warning in fonts.font_set().warnings([]))


def setup_script():
    spec = importlib.util.spec_from_file_location("tools_fonts", ROOT / "tools" / "fonts.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_set_up_without_apt_goes_on_with_noto(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("DUCHATONG_FONTS", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert setup_script().main() == 0
    said = capsys.readouterr().out
    assert "going on with Noto" in said
    assert "apt-get and dpkg-deb not on this machine" in said
    assert (tmp_path / "site").is_dir()


def test_set_up_with_everything_there_does_nothing(tmp_path, monkeypatch, capsys):
    script = setup_script()
    monkeypatch.setenv("DUCHATONG_FONTS", str(tmp_path))
    monkeypatch.setenv("PATH", "")
    (tmp_path / "fandol").mkdir()
    for name in script.FILES:
        (tmp_path / "fandol" / name).write_bytes(b"0" * (script.SMALLEST + 1))
    assert script.main() == 0
    assert capsys.readouterr().out == ""


def test_set_up_uses_the_standard_library_only():
    done = subprocess.run([sys.executable, "-S", "-c", f"import runpy; runpy.run_path({str(ROOT / 'tools' / 'fonts.py')!r})"], check=False)
    assert done.returncode == 0
