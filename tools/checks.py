"""Everything ``make check`` looks at; all of it runs even when one part fails, so that one look shows all that is to mend."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
APPS = ("config", "jobs", "units", "inspections", "reports")


@dataclass(frozen=True)
class Check:
    """One tool's run: what it looks at, its command, what its environment needs."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)


def module(*words: str) -> list[str]:
    """Return the command that runs a Python module of the virtual environment (its scripts may name a place it was moved from)."""
    return [sys.executable, "-m", *words]


def checks(var: str) -> list[Check]:
    """Return the checks, quick ones first; ``var`` is a folder for what Django writes while it is looked at."""
    manage = [sys.executable, "manage.py"]
    local = {"DUCHATONG_VAR": var}
    # As in production behind TLS: what the embedded default may leave open must be closed there.
    production = {
        **local,
        "DJANGO_HTTPS": "1",
        "DJANGO_SECRET_KEY": secrets.token_urlsafe(64),
        "DJANGO_ALLOWED_HOSTS": "ducha.example.cn",
        "DJANGO_CSRF_TRUSTED_ORIGINS": "https://ducha.example.cn",
    }
    imports = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return [
        Check("格式 ruff format", module("ruff", "format", "--check", ".")),
        Check("静态检查 ruff check", module("ruff", "check", ".")),
        Check("模板 djlint", module("djlint", "templates", "--lint", "--quiet")),
        Check("导入规则 import-linter", [sys.executable, "-c", imports]),
        Check("缺少的迁移 makemigrations", [*manage, "makemigrations", "--check", "--dry-run"], local),
        Check("部署检查 check --deploy", [*manage, "check", "--deploy", "--fail-level", "WARNING"], production),
        Check("代码安全 bandit", [sys.executable, "tools/audit.py", "code"]),
        Check("类型 mypy", module("mypy", *APPS), local),
    ]


def passes(check: Check) -> bool:
    """Run one check, show its output when it fails, and say whether it passed."""
    started = time.monotonic()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO_") and name != "DATABASE_URL"}
    done = subprocess.run(
        check.command,
        cwd=ROOT,
        env={**environment, **check.environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    passed = done.returncode == 0
    print(f"{'通过' if passed else '未通过'}  {check.name}（{time.monotonic() - started:.1f} 秒）", flush=True)
    if not passed:
        print(done.stdout, flush=True)
    return passed


def main() -> int:
    """Run all checks; 0 only when each passed."""
    with tempfile.TemporaryDirectory(prefix="duchatong-check-") as var:
        results = [passes(check) for check in checks(var)]
    print(f"\n{sum(results)} 项通过，{len(results) - sum(results)} 项未通过")
    return 0 if all(results) else 1


if __name__ == "__main__":
    raise SystemExit(main())
