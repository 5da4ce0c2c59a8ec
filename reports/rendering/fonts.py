"""The fonts of official documents: which file plays which part, what it covers, how wide each character is.

GB/T 9704-2012 names four faces (小标宋 title, 黑体 and 楷体 headings, 仿宋 text) and 宋体 for page numbers.
Each part is played by the first of: a licensed font of the site (``site/``), Fandol (``fandol/``, fetched by
``tools/fonts.py``), Noto SC (installed by pip, always there).

Pango finds fonts by family name and weight, and two faces of Fandol carry a wrong weight. So it is shown a private folder
in which each part is exactly one file with a family name of our own, and nothing else of the machine.
"""

from __future__ import annotations

import ctypes.util
import os
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property
from pathlib import Path

import uharfbuzz as hb
from django.conf import settings
from fontTools.ttLib import TTCollection, TTFont, TTLibError

from reports.rendering.fontconfig import private_folder
from reports.rendering.result import RenderError


class Role(StrEnum):
    """A part a font plays; the value is the family name that style sheets and the private folder use."""

    FANGSONG = "Report Fangsong"
    KAITI = "Report Kaiti"
    HEITI = "Report Heiti"
    BIAOSONG = "Report Biaosong"
    SONGTI = "Report Songti"


OFFICE_NAMES = {
    Role.FANGSONG: ("仿宋_GB2312", "仿宋", "FangSong_GB2312", "FangSong", "方正仿宋_GBK", "方正仿宋简体", "华文仿宋", "STFangsong"),
    Role.KAITI: ("楷体_GB2312", "楷体", "KaiTi_GB2312", "KaiTi", "方正楷体_GBK", "方正楷体简体", "华文楷体", "STKaiti"),
    Role.HEITI: ("黑体", "SimHei", "方正黑体_GBK", "方正黑体简体", "华文黑体", "STHeiti"),
    Role.BIAOSONG: (
        "方正小标宋简体",
        "方正小标宋_GBK",
        "FZXiaoBiaoSong-B05S",
        "FZXiaoBiaoSong-B05",
        "小标宋",
        "方正小标宋",
        "FZXBSJW--GB1-0",
        "FZXBSK",
    ),
    Role.SONGTI: ("宋体", "SimSun", "NSimSun", "方正书宋_GBK", "方正书宋简体", "华文宋体", "STSong"),
}
"""The names under which offices have these faces; the first is what a .docx asks for."""

FANDOL = {
    Role.FANGSONG: "FandolFang-Regular.otf",
    Role.KAITI: "FandolKai-Regular.otf",
    Role.HEITI: "FandolHei-Regular.otf",
    Role.BIAOSONG: "FandolSong-Bold.otf",
}
NOTO_SERIF, NOTO_SANS = "NotoSerifSC-Regular.otf", "NotoSansSC-Regular.otf"
NOTO = {role: NOTO_SANS if role is Role.HEITI else NOTO_SERIF for role in Role}
CHINESE = {
    Role.FANGSONG: "仿宋",
    Role.KAITI: "楷体",
    Role.HEITI: "黑体",
    Role.BIAOSONG: "小标宋",
    Role.SONGTI: "宋体",
}
PLAIN = {"kern": False, "liga": False, "clig": False, "calt": False}
"""What the style sheet switches off for WeasyPrint: characters stand where we put them, each by itself."""
RARE = tuple(f"Report Rare{letter}" for letter in "ABCDEF")
"""Family names of the fonts asked, in order, for characters that the face itself lacks (no digits: Pango would add a comma)."""


@dataclass(frozen=True)
class Face:
    """One font file in one part. ``origin`` is ``site``, ``fandol`` or ``noto``."""

    family: str
    path: Path
    origin: str

    @cached_property
    def name(self) -> str:
        """The font's own full name, as a rendition records it."""
        with TTFont(self.path, fontNumber=0, lazy=True) as font:
            return str(font["name"].getBestFullName() or self.path.stem)

    @cached_property
    def shaper(self) -> hb.Font:
        """The font as HarfBuzz has it: mapped from the file, where fontTools would hold ten to thirty megabytes of tables."""
        return hb.Font(hb.Face(hb.Blob.from_file_path(str(self.path)), 0))

    def glyph(self, text: str) -> tuple[int, float] | None:
        """Return the one glyph that draws ``text`` in simplified Chinese and its advance in thousandths of an em, or None.

        Shaped, because fonts for all of East Asia draw some marks, such as the dash, otherwise for Chinese than at first sight.
        """
        font = self.shaper
        if not all(font.get_nominal_glyph(ord(char)) for char in text):
            return None
        buffer = hb.Buffer()
        buffer.add_str(text)
        buffer.direction, buffer.script, buffer.language = "ltr", "Hani", "zh-hans"
        buffer.flags = hb.BufferFlags.PRESERVE_DEFAULT_IGNORABLES | hb.BufferFlags.DO_NOT_INSERT_DOTTED_CIRCLE
        hb.shape(font, buffer, PLAIN)
        found = [info.codepoint for info in buffer.glyph_infos]
        if len(found) != 1 and len(text) == 1:
            found = [font.get_nominal_glyph(ord(text))]
        return (found[0], font.get_glyph_h_advance(found[0]) * 1000 / font.face.upem) if len(found) == 1 else None

    def width(self, char: str) -> float | None:
        """Return the advance of ``char`` in thousandths of an em, or None when the font lacks it."""
        found = self.glyph(char)
        return found[1] if found else None

    @cached_property
    def joins_dashes(self) -> bool:
        """Whether the font draws 破折号 ``——`` as one glyph (Noto does), inside which no space can be put."""
        return self.glyph("——") is not None


@dataclass(frozen=True)
class Advance:
    """How wide a character is (thousandths of an em) and which face draws it."""

    width: float
    face: Face


class FontSet:
    """All faces of a process, and the private fontconfig folder that shows them to Pango."""

    def __init__(self, faces: dict[Role, Face], rare: tuple[Face, ...]) -> None:
        """Take one face per part and the faces for rare characters, first choice first."""
        self.faces = faces
        self.rare = rare
        self._advances: dict[tuple[str, Role], Advance | None] = {}

    def advance(self, char: str, role: Role) -> Advance | None:
        """Return width and face of ``char`` in the part ``role``, or None when no font at all has it."""
        key = (char, role)
        if key not in self._advances:
            self._advances[key] = next(
                (Advance(width, face) for face in (self.faces[role], *self.rare) if (width := face.width(char)) is not None), None
            )
        return self._advances[key]

    def lenient(self) -> LenientFontSet:
        """Return these fonts for a file that another program draws with its own."""
        return LenientFontSet(self.faces, self.rare)

    def warnings(self, used: Iterable[Face], *, cut_here: bool = False) -> list[str]:
        """Return what a reader of a document set in the faces ``used`` should know about its fonts.

        ``cut_here`` says that our own painter has cut the fonts, which needs no library of the system.
        """
        used = set(used)
        found = [CHINESE[role] for role, face in self.faces.items() if face.origin == "noto" and role is not Role.SONGTI and face in used]
        messages = []
        if found:
            messages.append(
                f"本机没有{'、'.join(found)}字体，已用思源字体代替，版面与正式公文有差别。"
                "请系统管理员运行 tools/fonts.py，或把本单位的正版字体放入字体目录的 site 文件夹。"
            )
        if not cut_here and not has_fast_subsetting():
            messages.append("本机缺少 libharfbuzz-subset0 软件包，生成 PDF 会慢十倍以上，请系统管理员安装。")
        return messages

    @cached_property
    def fontconfig_file(self) -> Path:
        """The file for ``FONTCONFIG_FILE``; makes the private folder when it is not there yet."""
        aliases = [(name, role.value) for role, names in OFFICE_NAMES.items() for name in names]
        return private_folder([(face.family, face.path) for face in (*self.faces.values(), *self.rare)], aliases)


class LenientFontSet(FontSet):
    """Fonts that only measure: a character that none of them has is taken to be one em wide."""

    def advance(self, char: str, role: Role) -> Advance:
        """Return width and face of ``char``; never None."""
        return super().advance(char, role) or Advance(1000, self.faces[role])


def has_fast_subsetting() -> bool:
    """Say whether libharfbuzz-subset is installed; without it each PDF costs fifteen times as much."""
    return ctypes.util.find_library("harfbuzz-subset") is not None


def font_folders() -> list[Path]:
    """Return the folders that may hold ``site/`` and ``fandol/``, first choice first.

    Fonts are large, so a second run-time folder (tests, a second instance) shares those of the repository.
    """
    given = os.environ.get("DUCHATONG_FONTS", "").strip()
    folders = [Path(given)] if given else [Path(settings.VAR_DIR) / "fonts", Path(settings.BASE_DIR) / "var" / "fonts"]
    return list(dict.fromkeys(folders))


def _noto_folder() -> Path:
    import pylopdf_fonts_zh_cn  # noqa: PLC0415 - only its folder is wanted, and only when fonts are

    return Path(pylopdf_fonts_zh_cn.__file__).parent


def _names(path: Path) -> set[str]:
    """Return the family and full names of all fonts in a file, or nothing when it is no font."""
    try:
        fonts = TTCollection(path, lazy=True).fonts[:1] if path.suffix.lower() == ".ttc" else [TTFont(path, lazy=True)]
        return {str(record).strip().lower() for font in fonts for record in font["name"].names if record.nameID in {1, 4, 6, 16}}
    except (TTLibError, OSError, KeyError, UnicodeDecodeError):
        return set()


def _site_fonts(folders: Iterable[Path]) -> tuple[dict[Role, Path], list[Path]]:
    """Sort a site's own fonts: those that play a part (recognised by name), and the rest, which serve for rare characters."""
    roles: dict[Role, Path] = {}
    rest: list[Path] = []
    files = [path for folder in folders for path in sorted((folder / "site").glob("*")) if path.suffix.lower() in {".ttf", ".otf", ".ttc"}]
    for path in files:
        names = _names(path)
        if not names:
            continue
        role = next((role for role, known in OFFICE_NAMES.items() if names & {name.lower() for name in known}), None)
        if role is None or role in roles:
            rest.append(path)
        else:
            roles[role] = path
    return roles, rest


@cache
def font_set() -> FontSet:
    """Return the fonts of this process, found once. Raises ``RenderError`` when not even Noto is installed."""
    folders = font_folders()
    site, extra = _site_fonts(folders)
    noto = _noto_folder()
    faces = {}
    for role in Role:
        fandol = next((path for folder in folders if role in FANDOL and (path := folder / "fandol" / FANDOL[role]).is_file()), None)
        if role in site:
            faces[role] = Face(role, site[role], "site")
        elif fandol:
            faces[role] = Face(role, fandol, "fandol")
        else:
            faces[role] = Face(role, noto / NOTO[role], "noto")
    rare = [*((path, "site") for path in extra[: len(RARE) - 2]), (noto / NOTO_SERIF, "noto"), (noto / NOTO_SANS, "noto")]
    missing = [path for path in [*(face.path for face in faces.values()), *(path for path, _ in rare)] if not path.is_file()]
    if missing:
        message = f"找不到字体文件 {missing[0].name}，无法成稿。请系统管理员重新安装 requirements.txt 中的软件包后重试。"
        raise RenderError(message)
    return FontSet(faces, tuple(Face(family, path, origin) for family, (path, origin) in zip(RARE, rare, strict=False)))
