"""Set-up: the steps are left out when done, done again when their inputs change, and say what to do when they cannot be done."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import assets
import prepare
import pytest
import system

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def packages_on_disk(tmp_path):
    """A node_modules folder that holds every file we serve."""
    folder = tmp_path / "node_modules"
    for source in assets.FILES.values():
        path = folder / source
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(
            b"body{}\n/*# sourceMappingURL=x.css.map */\n" if source.endswith(".css") else b"run()\n//# sourceMappingURL=x.js.map"
        )
    return folder


def test_assets_are_copied_without_references_to_source_maps(packages_on_disk, tmp_path):
    vendor = tmp_path / "vendor"
    assert not assets.is_complete(vendor)
    assert assets.copy(vendor, packages_on_disk) == len(assets.FILES)
    assert assets.is_complete(vendor)
    for name in assets.FILES:
        if name.endswith((".css", ".js")):
            assert b"sourceMappingURL" not in (vendor / name).read_bytes()


def test_assets_missing_from_the_packages_are_named(packages_on_disk, tmp_path):
    (packages_on_disk / assets.FILES["echarts.common.min.js"]).unlink()
    with pytest.raises(FileNotFoundError, match=r"echarts\.common\.min\.js"):
        assets.copy(tmp_path / "vendor", packages_on_disk)


def test_every_vendor_file_that_templates_name_is_provided():
    named = set()
    for template in (ROOT / "templates").rglob("*.html"):
        named |= set(re.findall(r"""['"]vendor/([^'"]+)['"]""", template.read_text(encoding="utf-8")))
    assert named, "no template names a vendor file"
    assert named <= set(assets.FILES)


def test_lock_file_names_no_registry_and_pins_everything():
    text = (ROOT / "package-lock.json").read_text()
    lock = json.loads(text)
    assert "registry" not in text
    assert all("resolved" not in entry for entry in lock["packages"].values())
    wanted = json.loads((ROOT / "package.json").read_text())["dependencies"]
    assert lock["packages"][""]["dependencies"] == wanted
    assert all(re.fullmatch(r"[\d.]+", version) for version in wanted.values())
    assert all(entry["integrity"].startswith("sha512-") for name, entry in lock["packages"].items() if name)


def test_python_requirements_are_pinned():
    for name in ("requirements.txt", "requirements-s3.txt", "requirements-dev.txt"):
        for line in (ROOT / name).read_text().splitlines():
            wanted = line.partition("#")[0].strip()
            assert not wanted or wanted.startswith("-r ") or re.fullmatch(r"[\w.\-\[\],]+==[\w.]+", wanted), f"{name}: {line}"


def test_fingerprint_changes_with_each_part(tmp_path):
    file = tmp_path / "requirements.txt"
    file.write_text("a==1")
    before = prepare.fingerprint(file, "python")
    assert prepare.fingerprint(file, "python") == before
    assert prepare.fingerprint(file, "other python") != before
    file.write_text("a==2")
    assert prepare.fingerprint(file, "python") != before


@pytest.fixture
def sandbox(tmp_path, monkeypatch):
    """Set-up pointed at an empty project folder; returns the list of commands it would have run."""
    commands: list[list[str]] = []
    for name in ("requirements.txt", "requirements-s3.txt", "requirements-dev.txt", "package-lock.json", "tools/assets.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    monkeypatch.setattr(prepare, "ROOT", tmp_path)
    monkeypatch.setattr(prepare, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(prepare, "PYTHON", tmp_path / ".venv/bin/python")
    monkeypatch.setattr(prepare, "VAR", tmp_path / "var")
    (tmp_path / ".venv").mkdir()

    def call(command, _failure, **_environment):
        commands.append([str(word) for word in command])

    monkeypatch.setattr(prepare, "call", call)
    return commands


def test_python_packages_are_installed_once_and_again_after_a_change(sandbox, tmp_path):
    prepare.install_packages("app")
    prepare.install_packages("app")
    assert len(sandbox) == 1
    assert sandbox[0][-1] == str(tmp_path / "requirements.txt")
    (tmp_path / "requirements.txt").write_text("changed")
    prepare.install_packages("app")
    assert len(sandbox) == 2


def test_the_object_stores_client_is_installed_where_settings_name_a_bucket(sandbox, tmp_path, monkeypatch):
    monkeypatch.setenv("S3_BUCKET", "ducha")
    prepare.install_packages("app")
    assert [command[-1] for command in sandbox] == [str(tmp_path / "requirements-s3.txt")]


def test_checks_and_tests_share_the_developers_packages(sandbox, tmp_path):
    prepare.install_packages("checks")
    prepare.install_packages("tests")
    assert [command[-1] for command in sandbox] == [str(tmp_path / "requirements-dev.txt")]


def test_front_end_files_are_fetched_once_and_again_after_a_change(sandbox, packages_on_disk, tmp_path, monkeypatch):
    monkeypatch.setattr(prepare, "usable_npm", lambda: "/usr/bin/npm")
    prepare.install_assets()
    prepare.install_assets()
    assert [command[:2] for command in sandbox] == [["/usr/bin/npm", "ci"]]
    assert assets.is_complete(tmp_path / "var/vendor")
    (tmp_path / "var/vendor/bootstrap.min.css").unlink()
    prepare.install_assets()
    assert len(sandbox) == 1, "what is only missing from var is copied again, not fetched again"
    assert assets.is_complete(tmp_path / "var/vendor")
    (tmp_path / "package-lock.json").write_text("changed")
    prepare.install_assets()
    assert len(sandbox) == 2


def test_an_incomplete_package_says_what_to_do(sandbox, packages_on_disk, monkeypatch):
    monkeypatch.setattr(prepare, "usable_npm", lambda: "/usr/bin/npm")
    (packages_on_disk / assets.FILES["bootstrap.min.css"]).unlink()
    with pytest.raises(prepare.SetUpFailed, match=r"bootstrap\.min\.css.*删除 node_modules"):
        prepare.install_assets()


def test_fonts_that_cannot_be_had_are_asked_for_once_a_day(tmp_path, monkeypatch):
    asked: list[int] = []
    monkeypatch.setenv("DUCHATONG_FONTS", str(tmp_path))
    monkeypatch.setattr(prepare.fonts, "main", lambda: asked.append(1))
    prepare.install_fonts()
    prepare.install_fonts()
    assert len(asked) == 1
    yesterday = (tmp_path / ".tried").stat().st_mtime - prepare.RETRY_SECONDS - 1
    os.utime(tmp_path / ".tried", (yesterday, yesterday))
    prepare.install_fonts()
    assert len(asked) == 2


def test_a_broken_virtual_environment_is_made_anew(sandbox, tmp_path):
    python = tmp_path / ".venv/bin/python"
    python.parent.mkdir()
    python.symlink_to("/nonexistent/python3")
    assert not prepare.venv_works()
    prepare.make_venv()
    assert not python.is_symlink()
    assert sandbox[0][1:3] == ["-m", "venv"]


def test_a_working_virtual_environment_is_kept(tmp_path, monkeypatch):
    venv = tmp_path / ".venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    monkeypatch.setattr(prepare, "VENV", venv)
    monkeypatch.setattr(prepare, "PYTHON", venv / "bin/python")
    assert not prepare.venv_works(), "one without pip is of no use"
    library = next((venv / "lib").glob("python3*/site-packages"))
    (library / "pip").mkdir()
    (library / "pip/__init__.py").touch()
    assert prepare.venv_works()


def _fake_npm(folder: Path, version: str) -> None:
    folder.mkdir()
    (folder / "npm").write_text(f"#!/bin/sh\necho {version}\n")
    (folder / "npm").chmod(0o755)


def test_an_npm_that_is_too_old_or_broken_is_not_used(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path / "old"))
    _fake_npm(tmp_path / "old", "6.14.0")
    assert prepare.usable_npm() is None
    monkeypatch.setenv("PATH", f"{tmp_path / 'new'}:/usr/bin:/bin")
    _fake_npm(tmp_path / "new", "10.2.0")
    assert prepare.usable_npm() == str(tmp_path / "new/npm")


def test_without_npm_node_comes_as_a_python_package(sandbox, tmp_path, monkeypatch):
    monkeypatch.setattr(prepare, "usable_npm", lambda: None)
    npm, extra = prepare.find_npm()
    assert npm == str(tmp_path / ".venv/bin/npm")
    assert extra["PATH"].startswith(str(tmp_path / ".venv/bin") + os.pathsep)
    assert sandbox[0][-1] == prepare.NODE_WHEEL


def test_the_callers_certificates_reach_npm(monkeypatch):
    monkeypatch.setattr(prepare, "usable_npm", lambda: "/usr/bin/npm")
    monkeypatch.setenv("NODE_EXTRA_CA_CERTS", "/my/ca.pem")
    assert "NODE_EXTRA_CA_CERTS" not in prepare.find_npm()[1], "what the caller set is inherited as it stands"


def test_missing_system_packages_are_named_with_the_command(monkeypatch):
    monkeypatch.setattr(system, "may_install", lambda: False)
    pieces = (system.Package("libpango-1.0-0", "生成 PDF", lambda: False), system.Package("redis-server", "测试", lambda: True))
    monkeypatch.setattr(system, "PACKAGES", {"app": pieces, "tests": pieces})
    with pytest.raises(system.Missing) as refused:
        system.provide("app")
    assert "apt-get install -y --no-install-recommends libpango-1.0-0\n" in str(refused.value)
    assert "redis-server" not in str(refused.value)


def test_the_app_does_without_what_is_only_better_but_tests_do_not(monkeypatch, capsys):
    monkeypatch.setattr(system, "may_install", lambda: False)
    pieces = (system.Package("libharfbuzz-subset0", "缩小字体", lambda: False, needed=False),)
    monkeypatch.setattr(system, "PACKAGES", {"app": pieces, "tests": pieces})
    system.provide("app")
    assert "libharfbuzz-subset0" in capsys.readouterr().out
    with pytest.raises(system.Missing):
        system.provide("tests")


def test_root_installs_and_looks_again(monkeypatch):
    installed: list[str] = []
    monkeypatch.setattr(system, "may_install", lambda: True)
    monkeypatch.setattr(system, "apt_install", lambda packages: installed.extend(package.name for package in packages))
    piece = system.Package("poppler-utils", "检查 PDF", lambda: "poppler-utils" in installed)
    monkeypatch.setattr(system, "PACKAGES", {"tests": (piece,)})
    system.provide("tests")
    assert installed == ["poppler-utils"]


def test_an_unknown_task_is_refused(capsys):
    assert prepare.main(["everything"]) == 2
    assert "用法" in capsys.readouterr().err


def test_help_lists_every_target():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE).group(1).split())
    shown = subprocess.run(["make", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert targets == set(re.findall(r"make ([a-z-]+)", shown))
    assert {"run", "test", "check", "report", "bench", "fmt", "clean", "help"} <= targets
