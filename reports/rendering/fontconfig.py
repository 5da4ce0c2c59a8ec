"""The private folder of fonts that Pango and LibreOffice are shown, and nothing else of the machine."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from django.conf import settings

from reports.rendering.result import RenderError

_making = threading.Lock()


def private_folder(faces: Sequence[tuple[str, Path]], aliases: Sequence[tuple[str, str]]) -> Path:
    """Make the folder that shows exactly ``faces`` to fontconfig, and return its configuration file.

    Args:
        faces: the family under which a file is shown, and the file.
        aliases: another name of a family, and the family.

    Raises:
        RenderError: there is no place to write it.

    The folder is named after what is in it, made aside and moved into place: processes that start together do not disturb each other, and
    another choice of fonts never meets the cache of an earlier one.
    """
    key = "".join(f"{family}|{path}|{path.stat().st_size}|{path.stat().st_mtime_ns}\n" for family, path in faces)
    digest = hashlib.sha256(f"{key}{aliases}{_TEMPLATE}{_ALIAS}{_NAMING}".encode()).hexdigest()[:12]
    with _making:
        for parent in (Path(settings.VAR_DIR) / "fonts", Path(tempfile.gettempdir()) / f"duchatong-{os.getuid()}"):
            folder = parent / f"faces-{digest}"
            if (folder / "fonts.conf").is_file():
                return folder / "fonts.conf"
            try:
                parent.mkdir(parents=True, exist_ok=True)
                made = Path(tempfile.mkdtemp(prefix=".faces-", dir=parent))
            except OSError:
                continue  # a read-only run-time folder: the machine's temporary one serves as well
            made.chmod(0o755)
            _fill(made, folder, faces, aliases)
            try:
                made.rename(folder)
            except OSError:  # another process was first
                shutil.rmtree(made, ignore_errors=True)
            return folder / "fonts.conf"
    message = "字体配置目录无法写入，无法成稿。请系统管理员检查运行目录的写入权限后重试。"
    raise RenderError(message)


_TEMPLATE = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>{folder}/faces</dir>
  <cachedir>{folder}/cache</cachedir>
  <selectfont><rejectfont>
    <pattern><patelt name="index"><int>1</int></patelt></pattern>
    <pattern><patelt name="index"><int>2</int></patelt></pattern>
    <pattern><patelt name="index"><int>3</int></patelt></pattern>
  </rejectfont></selectfont>
{rules}
  <match target="font"><edit name="hinting" mode="assign"><bool>false</bool></edit></match>
  <config><rescan><int>0</int></rescan></config>
</fontconfig>
"""
# Both at scan time: what Pango sees is our name and one plain weight, whatever the file claims.
_NAMING = """  <match target="scan">
    <test name="file" compare="eq"><string>{path}</string></test>
    <edit name="family" mode="assign"><string>{family}</string></edit>
    <edit name="weight" mode="assign"><const>regular</const></edit>
    <edit name="slant" mode="assign"><const>roman</const></edit>
  </match>"""
# For LibreOffice, which is given the same folder when it turns a .docx into pages.
_ALIAS = """  <match target="pattern">
    <test name="family"><string>{name}</string></test>
    <edit name="family" mode="assign" binding="same"><string>{family}</string></edit>
  </match>"""


def _fill(made: Path, final: Path, faces: Sequence[tuple[str, Path]], aliases: Sequence[tuple[str, str]]) -> None:
    """Write links and configuration into ``made``, worded for the place ``final`` to which it is about to be moved."""
    (made / "faces").mkdir()
    (made / "cache").mkdir()
    rules = []
    for family, path in faces:
        link = f"{family.lower().replace(' ', '-')}{path.suffix.lower()}"
        (made / "faces" / link).symlink_to(path.resolve())
        rules.append(_NAMING.format(path=escape(str(final / "faces" / link)), family=family))
    rules += [_ALIAS.format(name=name, family=family) for name, family in aliases]
    (made / "fonts.conf").write_text(_TEMPLATE.format(folder=escape(str(final)), rules="\n".join(rules)), encoding="utf-8")
