"""Run a command beside a private PostgreSQL and a private Redis: ``python tests/with_services.py pytest -n 2``.

Both listen on sockets in a temporary folder only, so nothing collides with servers of this machine; they are stopped and removed
when the command ends. The command finds them through ``DATABASE_URL`` and ``CELERY_BROKER_URL``. Works as root (the servers then
run as ``postgres``, which PostgreSQL insists on) and as any other user. Only the standard library.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import FrameType

APT_COMMAND = "apt-get update && apt-get install -y --no-install-recommends postgresql redis-server"
START_SECONDS = 60
STOP_SECONDS = 20


class MissingProgram(Exception):
    """A server program is not installed; the message names the command that installs it."""


def find_postgres() -> Path:
    """Return the folder that holds ``initdb`` and ``postgres``: the newest of Debian's, else the one on PATH.

    Debian's folder comes first: what lies on PATH may be a wrapper in somebody's home that the ``postgres`` user cannot enter.
    Raises ``MissingProgram`` when there is none.
    """
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    on_path = shutil.which("initdb")
    for folder in [*debian, *([Path(on_path).resolve().parent] if on_path else [])]:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise MissingProgram(f"找不到 PostgreSQL（initdb、postgres）。请以 root 运行：{APT_COMMAND}")


def find_redis() -> Path:
    """Return the path of ``redis-server``; raises ``MissingProgram`` when there is none."""
    program = shutil.which("redis-server") or shutil.which("redis-server", path="/usr/bin:/usr/local/bin")
    if program is None:
        raise MissingProgram(f"找不到 redis-server。请以 root 运行：{APT_COMMAND}")
    return Path(program)


def server_account() -> dict[str, object]:
    """Return the ``subprocess`` arguments that drop root's rights; nothing for any other user."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise MissingProgram(f"没有可用来运行 PostgreSQL 的普通账号。请以 root 运行：{APT_COMMAND}")


def start_postgres(folder: Path, account: Mapping[str, object], *, careful: bool = False) -> subprocess.Popen[bytes]:
    """Make a cluster in ``folder`` and start it on a socket there, tuned for throw-away data.

    ``careful`` keeps what was committed even when the server is killed; a cluster that is there is started again.
    """
    binaries = find_postgres()
    environment = {"PATH": f"{binaries}:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": str(folder), "TZ": "UTC"}
    data = folder / "pg"
    is_new = not data.exists()
    initdb = [binaries / "initdb", "-D", data, "-U", "app", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
    made = subprocess.run(
        initdb if is_new else ["true"], env=environment, cwd=folder, capture_output=True, text=True, check=False, **account
    )  # type: ignore[call-overload]
    if made.returncode != 0:
        raise RuntimeError(f"initdb 失败：\n{made.stdout}{made.stderr}")
    settings = ["fsync=off", "full_page_writes=off", f"synchronous_commit={'on' if careful else 'off'}", "max_connections=100"]
    settings += ["shared_buffers=128MB"]
    options = [item for setting in settings for item in ("-c", setting)]
    command = [binaries / "postgres", "-D", data, "-k", folder, "-h", "", *options]
    with (folder / "postgres.log").open("wb") as log:
        return subprocess.Popen(  # type: ignore[call-overload, no-any-return]
            command, env=environment, cwd=folder, stdout=log, stderr=log, start_new_session=True, **account
        )


def start_redis(folder: Path, account: Mapping[str, object]) -> subprocess.Popen[bytes]:
    """Start a Redis on a socket in ``folder`` that writes nothing to disk."""
    command = [find_redis(), "--port", "0", "--unixsocket", folder / "redis.sock", "--unixsocketperm", "777"]
    command += ["--save", "", "--appendonly", "no", "--dir", folder, "--daemonize", "no"]
    with (folder / "redis.log").open("wb") as log:
        return subprocess.Popen(  # type: ignore[call-overload, no-any-return]
            command, cwd=folder, stdout=log, stderr=log, start_new_session=True, **account
        )


def answers(path: Path) -> bool:
    """Say whether a server accepts connections on this socket."""
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(str(path))
        except OSError:
            return False
    return True


def wait_until_ready(folder: Path, servers: Mapping[str, subprocess.Popen[bytes]]) -> None:
    """Return when both servers take work; raises ``RuntimeError`` with the server's log when one ends or never comes up."""
    deadline = time.monotonic() + START_SECONDS
    sockets = {"postgres": folder / ".s.PGSQL.5432", "redis": folder / "redis.sock"}
    while True:
        for name, server in servers.items():
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{name} 没有启动成功：\n{(folder / f'{name}.log').read_text(errors='replace')}")
        # PostgreSQL's socket takes connections before the server does: its log says when it is ready.
        ready = "ready to accept connections" in (folder / "postgres.log").read_text(errors="replace")
        if ready and all(answers(path) for path in sockets.values()):
            return
        time.sleep(0.05)


def stop(server: subprocess.Popen[bytes]) -> None:
    """Stop a server: politely (SIGINT is PostgreSQL's fast shutdown), then for good."""
    if server.poll() is not None:
        return
    server.send_signal(signal.SIGINT)
    try:
        server.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


@contextlib.contextmanager
def services() -> Iterator[dict[str, str]]:
    """Yield the environment variables that point to the two running servers; stop and remove them at the end."""
    account = server_account()
    # Short on purpose: the path of a socket may not be longer than 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="svc-", dir="/tmp"))
    servers: dict[str, subprocess.Popen[bytes]] = {}
    try:
        if account:
            os.chown(folder, int(str(account["user"])), int(str(account["group"])))
        folder.chmod(0o755)
        servers["redis"] = start_redis(folder, account)
        servers["postgres"] = start_postgres(folder, account)
        wait_until_ready(folder, servers)
        yield {"DATABASE_URL": f"postgres://app@/postgres?host={folder}", "CELERY_BROKER_URL": f"redis+socket://{folder}/redis.sock"}
    finally:
        for server in servers.values():
            stop(server)
        shutil.rmtree(folder, ignore_errors=True)


def _interrupt(signum: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + signum)


def run(command: list[str]) -> int:
    """Run the command beside the services and return its exit code."""
    signal.signal(signal.SIGTERM, _interrupt)
    with services() as variables:
        child = subprocess.Popen(command, env={**os.environ, **variables})
        try:
            return child.wait()
        except KeyboardInterrupt:
            # The terminal sent Ctrl-C to the child too; it tidies up while its servers still run. A second one would cut that short.
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(STOP_SECONDS)
            raise
        finally:
            stop(child)


def main() -> int:
    """Command line: everything after the script's name is the command."""
    if len(sys.argv) < 2:
        print("用法：python tests/with_services.py 命令 [参数…]", file=sys.stderr)
        return 2
    try:
        return run(sys.argv[1:])
    except MissingProgram as error:
        print(error, file=sys.stderr)
        return 2
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    raise SystemExit(main())
