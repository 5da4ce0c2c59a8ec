"""``manage.py serve``: the whole site on one machine, from one command: database up to date, web server, background workers."""

from __future__ import annotations

import os
import socket
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand
from django.db import connections

from jobs.children import Children
from jobs.registry import ORDINARY, RENDERING

GRACE_SECONDS = 10
"""How long requests and jobs may go on after Ctrl-C; an interrupted job is taken up again at the next start."""


class Command(BaseCommand):
    """Bring the database up to date, then run web server and workers until one of them ends or we are told to stop."""

    help = "升级数据库，并同时运行网页服务和后台进程；按 Ctrl-C 停止。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options; the port may also come from the environment, as with ``make run PORT=``."""
        parser.add_argument("--host", default="127.0.0.1", help="监听地址（默认 127.0.0.1，只供本机访问）")
        parser.add_argument("--port", default=os.environ.get("PORT") or "8000", help="监听端口（默认 8000，或环境变量 PORT）")
        parser.add_argument("--workers", type=int, default=2, help="网页进程数（默认 2）")
        parser.add_argument("--when-empty", metavar="COMMAND", default="", help="数据库中还没有用户时先运行的管理命令")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Serve until stopped. Raises ``CommandError`` when the port is taken or when a child ends by itself."""
        listener = listen(options["host"], options["port"])
        try:
            self.prepare(options["when_empty"])
        except KeyboardInterrupt:
            message = "启动已中断，什么都没有运行。"
            raise CommandError(message, returncode=130) from None
        connections.close_all()  # what follows only watches over the children
        host, port = listener.getsockname()[:2]
        shown = f"[{host}]" if listener.family == socket.AF_INET6 else host
        children = Children(grace=GRACE_SECONDS)
        children.add("网页服务", web_command(listener.fileno(), options["workers"]), pass_fds=(listener.fileno(),))
        children.add("后台进程", worker_command(ORDINARY))
        children.add("成稿进程", worker_command(RENDERING))

        def announce() -> None:
            self.stdout.write(f"\n督查通已启动：http://{shown}:{port}/  （按 Ctrl-C 停止）\n")
            self.stdout.flush()

        def stopping() -> None:
            self.stdout.write("\n正在停止……（再按一次 Ctrl-C 立即停止）")
            self.stdout.flush()

        ended = children.run(ready=lambda: is_up(host, port), announce=announce, stopping=stopping)
        if ended:
            message = f"{ended}意外结束，其余进程已一并停止。原因见上面的输出。"
            raise CommandError(message)
        self.stdout.write("已全部停止。")

    def prepare(self, when_empty: str) -> None:
        """Migrate, fill an empty database, gather static files: all in this one process, since each start of Django costs time."""
        call_command("migrate", interactive=False, verbosity=0)
        if not get_user_model().objects.exists():
            self.first_users(when_empty)
        if not settings.DEBUG:
            call_command("collectstatic", interactive=False, verbosity=0)

    def first_users(self, when_empty: str) -> None:
        """Run the given command on the empty database; without one, ask for the first administrator, or say how to make one."""
        if when_empty:
            call_command(when_empty)
        elif sys.stdin.isatty():
            self.stdout.write("数据库中还没有用户，请创建第一个管理员：")
            call_command(settings.FIRST_USER_COMMAND)
        else:
            self.stdout.write(
                f"数据库中还没有用户。请在另一个终端创建第一个管理员：\n  {sys.executable} manage.py {settings.FIRST_USER_COMMAND}"
            )


def listen(host: str, port: str) -> socket.socket:
    """Return a listening socket; the web server inherits it, so nobody can take the port while the database is being prepared.

    Raises ``CommandError`` with what to do when the port is no number, is taken, or the address is not ours.
    """
    if not port.isascii() or not port.isdigit() or int(port) > 65535:  # noqa: PLR2004 -- the highest port there is
        message = f"端口号“{port}”不正确，应为 0 到 65535 之间的整数，例如：make run PORT=8080"
        raise CommandError(message)
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(host, int(port), type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(512)
    except OSError as error:
        message = (
            f"无法使用地址 {host}:{port}（{error.strerror}），什么都没有启动。请停掉占用该端口的程序，或换一个端口：make run PORT=8080"
        )
        raise CommandError(message) from error
    return listener


def web_command(listener: int, workers: int) -> list[str]:
    """Return gunicorn's command line for an inherited listening socket."""
    application = ":".join(settings.WSGI_APPLICATION.rsplit(".", 1))
    project = settings.SETTINGS_MODULE.partition(".")[0]
    command = [sys.executable, "-m", "gunicorn", application, "--config", f"python:{project}.gunicorn"]
    command += ["--bind", f"fd://{listener}", "--preload", "--worker-class", "gthread", "--workers", str(workers), "--threads", "8"]
    return [*command, "--timeout", "120", "--graceful-timeout", str(GRACE_SECONDS), "--log-level", "warning"]


def worker_command(queue: str) -> list[str]:
    """Return Celery's command line for the worker of a queue: two threads and the scheduler for the ordinary one, one thread for files.

    Threads, not processes: on the folder broker a killed idle process takes the pool's lock with it (docs/decisions/0003).
    """
    project = settings.SETTINGS_MODULE.partition(".")[0]
    # Celery warns root because of pickle, which we do not accept; the operator needs no alarm about it.
    silent = "ignore:You're running the worker with superuser privileges"
    command = [sys.executable, "-W", silent, "-m", "celery", "--quiet", "--app", project, "worker", "--queues", queue, "--pool", "threads"]
    command += ["--hostname", f"{queue}@%h", "--loglevel", "WARNING", "--without-gossip", "--without-mingle"]
    return [*command, "--beat", "--concurrency", "2"] if queue == ORDINARY else [*command, "--concurrency", "1"]


def is_up(host: str, port: int) -> bool:
    """Say whether the web server answers (it may answer with an error: the page then says what is wrong)."""
    target = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 -- not bound here, only called
    try:
        with socket.create_connection((target, port), timeout=1) as client:
            named = next((name for name in settings.ALLOWED_HOSTS if not name.startswith((".", "*"))), "localhost")
            client.sendall(f"GET /healthz HTTP/1.0\r\nHost: {named}\r\n\r\n".encode())
            return client.recv(5) == b"HTTP/"
    except OSError:
        return False
