"""The phone's shell: small, whole, the same for everybody, and of one version."""

from __future__ import annotations

import gzip
import json
import re

import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse

from inspections.field import shell

IMPORT = re.compile(r"""(?:from|import)\s*\(?["'](\.[^"']+)["']""")
LIMIT = 300 * 1024


def content(name: str) -> bytes:
    found = finders.find(name)
    if not found and name.startswith("vendor/"):
        pytest.skip("front-end packages are not installed here")
    with open(found, "rb") as file:  # noqa: PTH123
        return file.read()


@pytest.fixture
def page(client):
    return client.get(reverse("field:shell"))


def test_the_first_load_is_small(page, client):
    """Everything that the phone fetches before it can show its first screen, compressed as a server sends it."""
    worker = client.get(reverse("field:worker"))
    sizes = {name: len(gzip.compress(content(name))) for name in shell.file_names()}
    total = sum(sizes.values()) + len(gzip.compress(page.content)) + len(gzip.compress(worker.content))
    assert total < LIMIT, sizes
    assert len(sizes) > 30


def test_every_module_that_is_imported_is_kept_for_the_time_without_a_network():
    names = set(shell.file_names())
    spare = {"vendor/hashes/sha2.js"}  # only without a secure context, where there is no service worker
    for name in sorted(one for one in names if one.startswith("js/field/")):
        for target in IMPORT.findall(content(name).decode()):
            parts = [*name.split("/")[:-1]]
            for step in target.split("/"):
                if step == "..":
                    parts.pop()
                elif step != ".":
                    parts.append(step)
            assert "/".join(parts) in names | spare, f"{name} imports {target}"


def test_the_shell_says_nothing_of_anybody(client, zhao, page, db):
    client.force_login(zhao)
    logged_in = client.get(reverse("field:shell"))
    assert logged_in.content == page.content
    assert "赵办" not in logged_in.content.decode()
    assert logged_in["Cache-Control"] == "no-cache"
    assert not logged_in.cookies


def test_the_worker_names_all_files_and_changes_with_each_of_them(client, monkeypatch):
    answer = client.get(reverse("field:worker"))
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cache-Control"] == "no-cache"
    text = answer.content.decode()
    for name in shell.file_names():
        assert json.dumps(f"/static/{name}") in text
    assert f"duchatong-field-{shell.version()}" in text
    names = shell.file_names()
    before = shell._digest(names)
    monkeypatch.setattr(shell, "OTHERS", shell.OTHERS[:-1])
    assert shell._digest(shell.file_names()) != before


def test_page_and_worker_agree_on_the_version(page, client):
    assert f'data-version="{shell.version()}"' in page.content.decode()


def test_no_script_stands_in_the_page(page):
    text = page.content.decode()
    assert "style=" not in text
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"\son[a-z]+=", text)
