"""Fetch the four Fandol fonts for official documents into ``var/fonts/fandol``; run at set-up, safe to run again.

Only the standard library. The fonts come from Debian's ``texlive-lang-chinese``: the package is downloaded and four files are taken
out of it, nothing is installed, so neither root nor TeX Live is needed. Where that cannot work the application sets documents in
Noto (which comes with pip) and says so on every document.

``DUCHATONG_FONTS`` names another folder, ``DUCHATONG_VAR`` another run-time folder. A site's own licensed fonts belong in ``site/``
beside ``fandol/`` and win over it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "texlive-lang-chinese"
INSIDE = "./usr/share/texlive/texmf-dist/fonts/opentype/public/fandol/"
FILES = ("FandolFang-Regular.otf", "FandolKai-Regular.otf", "FandolHei-Regular.otf", "FandolSong-Bold.otf")
SMALLEST = 1_000_000
"""A whole Fandol file has 5 MB or more; less is what an interrupted copy leaves behind."""

NOTE = f"""\
These fonts are Fandol 0.3, (c) Ma Jie and Clerk Ma, licensed under the GNU General Public License version 3 with the font exception.
They were taken unchanged from Debian's package {PACKAGE}; its source is `apt-get source texlive-lang`.
"""


def fonts_folder() -> Path:
    """Return the folder that holds ``fandol/`` and ``site/``."""
    given = os.environ.get("DUCHATONG_FONTS", "").strip()
    if given:
        return Path(given)
    return Path(os.environ.get("DUCHATONG_VAR", "").strip() or ROOT / "var") / "fonts"


def is_complete(folder: Path) -> bool:
    """Say whether the four files are there and whole."""
    return all((folder / name).is_file() and (folder / name).stat().st_size > SMALLEST for name in FILES)


def run(command: list[str], *, cwd: Path) -> str:
    """Run ``command`` and return an empty string, or on failure the last line it printed (never raises)."""
    try:
        done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=600, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"{command[0]}: {error}"
    if done.returncode == 0:
        return ""
    lines = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    return lines[-1] if lines else f"{command[0]} ended with {done.returncode}"


def download(folder: Path) -> str:
    """Fetch the package into ``folder``; return an empty string or why it did not work."""
    command = ["apt-get", "download", "-q", PACKAGE]
    fault = run(command, cwd=folder)
    if fault and hasattr(os, "geteuid") and os.geteuid() == 0:
        # A bare machine has no package lists yet; only root may fetch them.
        fault = run(["apt-get", "update", "-q"], cwd=folder) or run(command, cwd=folder)
    return fault


def fetch(target: Path) -> str:
    """Put the four fonts into ``target``; return an empty string or why it did not work.

    Each file is moved into place only when it is whole, so an interrupted run leaves nothing that looks finished.
    """
    target.mkdir(parents=True, exist_ok=True)
    # Beside the target, so that the final move stays on one file system and is atomic.
    with tempfile.TemporaryDirectory(prefix=".fetch-", dir=target.parent) as name:
        folder = Path(name)
        # apt drops to the user _apt when it may; the folder must be open to it, and it holds nothing private.
        folder.chmod(0o777)
        fault = download(folder)
        if fault:
            return fault
        packages = sorted(folder.glob(f"{PACKAGE}_*.deb"))
        if not packages:
            return f"{PACKAGE}: nothing was downloaded"
        fault = unpack(packages[0], folder)
        if fault:
            return fault
        for file in FILES:
            source = folder / INSIDE / file
            source.chmod(0o644)
            source.replace(target / file)
    (target / "SOURCE.txt").write_text(NOTE)
    return "" if is_complete(target) else f"{PACKAGE}: the package holds other files than expected"


def unpack(package: Path, folder: Path) -> str:
    """Take the four font files out of ``package`` into ``folder``; return an empty string or why it did not work."""
    wanted = [INSIDE + file for file in FILES]
    with tempfile.TemporaryFile(dir=folder) as archive:
        try:
            subprocess.run(["dpkg-deb", "--fsys-tarfile", str(package)], stdout=archive, check=True, timeout=300)
            archive.seek(0)
            subprocess.run(["tar", "-x", "-f", "-", "-C", str(folder), *wanted], stdin=archive, check=True, timeout=300)
        except (OSError, subprocess.SubprocessError) as error:
            return f"{package.name}: {error}"
    missing = [file for file in FILES if not (folder / INSIDE / file).is_file()]
    return f"{package.name}: {', '.join(missing)} missing" if missing else ""


def main() -> int:
    """Fetch what is missing. Always 0: documents can be set without these fonts, so set-up goes on."""
    folder = fonts_folder()
    (folder / "site").mkdir(parents=True, exist_ok=True)
    target = folder / "fandol"
    if is_complete(target):
        return 0
    absent = [tool for tool in ("apt-get", "dpkg-deb") if not shutil.which(tool)]
    fault = f"{' and '.join(absent)} not on this machine" if absent else fetch(target)
    if fault:
        print(f"fonts: no Fandol fonts ({fault}).")
        print(f"fonts: going on with Noto. To get them later: apt-get update (as root), then {sys.executable} tools/fonts.py;")
        print(f"fonts: or put your own 仿宋, 楷体, 黑体 and 小标宋 into {folder / 'site'}.")
    else:
        print(f"fonts: Fandol 仿宋, 楷体, 黑体 and 宋体粗 are in {target}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
