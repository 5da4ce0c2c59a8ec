"""What must come from the operating system: found, installed by apt when we are root, else named with the exact command."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shutil
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path


class Missing(Exception):
    """A needed package is not there and may not be installed by us; the message holds the command."""


@dataclass(frozen=True)
class Package:
    """One Debian package: how to see that what it brings is there, and whether we can do without."""

    name: str
    purpose: str
    is_there: Callable[[], bool]
    needed: bool = True


def _library(name: str) -> Callable[[], bool]:
    def is_there() -> bool:
        try:
            ctypes.CDLL(name)
        except OSError:
            return False
        return True

    return is_there


def _program(*names: str) -> Callable[[], bool]:
    return lambda: any(shutil.which(name) for name in names)


def _postgres() -> bool:
    return any(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or shutil.which("initdb") is not None


APP = (
    # The interpreter's own module decides, whoever packaged it: Debian's python3 comes without.
    Package("python3-venv", "创建 Python 虚拟环境", lambda: importlib.util.find_spec("ensurepip") is not None),
    Package("libpango-1.0-0", "生成 PDF", _library("libpango-1.0.so.0")),
    Package("libpangoft2-1.0-0", "生成 PDF", _library("libpangoft2-1.0.so.0")),
    Package("libharfbuzz-subset0", "缩小 PDF 中嵌入的字体", _library("libharfbuzz-subset.so.0"), needed=False),
)
TESTS = (
    *APP,
    Package("postgresql", "在 PostgreSQL 上测试", _postgres),
    Package("redis-server", "在 Redis 上测试", _program("redis-server")),
    Package("chromium", "浏览器测试", _program("chromium")),
    Package("libreoffice-writer-nogui", "检查 Word 文档", _program("soffice", "libreoffice")),
    Package("poppler-utils", "检查 PDF 页面", _program("pdftoppm")),
)
PACKAGES = {"app": APP, "checks": APP, "tests": TESTS}


def absent(packages: Iterable[Package]) -> list[Package]:
    """Return those packages whose content is not on this machine."""
    return [package for package in packages if not package.is_there()]


def install_command(packages: Iterable[Package]) -> str:
    """Return the command that installs them, as the operator would type it."""
    return f"apt-get update && apt-get install -y --no-install-recommends {' '.join(package.name for package in packages)}"


def may_install() -> bool:
    """Say whether we are root on a machine with apt."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_install(packages: Iterable[Package]) -> None:
    """Install by apt, waiting for another apt to finish; shows apt's output only when it fails, for the caller to look again."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    wait = ["-o", "DPkg::Lock::Timeout=180", "-qq"]
    names = [package.name for package in packages]
    for command in (["apt-get", *wait, "update"], ["apt-get", *wait, "install", "-y", "--no-install-recommends", *names]):
        done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            print(done.stdout[-2000:], done.stderr[-2000:], flush=True)


def provide(kind: str) -> None:
    """See that the packages for ``app`` or ``tests`` are there.

    Tests need all of them; the app does without what only makes it better. Raises ``Missing`` naming what is left and the command.
    """
    missing = absent(PACKAGES[kind])
    if missing and may_install():
        print(f"· 安装系统软件包：{' '.join(package.name for package in missing)}", flush=True)
        apt_install(missing)
        importlib.invalidate_caches()
        missing = absent(missing)
    if not missing:
        return
    lines = [f"  {package.name}（{package.purpose}）" for package in missing]
    how = ["请以 root 运行（例如先执行 sudo -s）：", f"  {install_command(missing)}", "然后再试一次。"]
    text = "\n".join(["缺少系统软件包：", *lines, *how])
    if kind == "tests" or any(package.needed for package in missing):
        raise Missing(text)
    print(text.replace("然后再试一次。", "现在先不装也能运行。"), flush=True)
