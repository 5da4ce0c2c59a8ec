"""What the phone's shell consists of: the files a service worker keeps, and one version for all of them.

The shell holds no data of anybody: everything personal comes through the API and lies in the phone's own database.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders

SCRIPTS = "js/field"
OTHERS = (
    "css/tokens.css",
    "css/field.css",
    "img/icon.svg",
    "field.webmanifest",
    "vendor/lit-html/lit-html.js",
    "vendor/lit-html/directive.js",
    "vendor/lit-html/directive-helpers.js",
    "vendor/lit-html/directives/repeat.js",
    "vendor/lit-html/directives/live.js",
    "vendor/idb.js",
    "vendor/signature_pad.js",
)
"""Beside our own modules. The hashes for phones without a secure context are not among them: there is no service worker there."""


def _on_disk(name: str) -> Path:
    """Return where a static file lies: among the sources, or among the gathered files of an image that has no sources."""
    found = finders.find(name)
    return Path(found) if isinstance(found, str) else Path(settings.STATIC_ROOT) / name


def file_names() -> list[str]:
    """Return the static names of all files of the shell, in a steady order."""
    folder = _on_disk(f"{SCRIPTS}/main.js").parent
    modules = (f"{SCRIPTS}/{path.relative_to(folder).as_posix()}" for path in folder.rglob("*.js"))
    # Of gathered files there is a second copy with the hash in its name; modules import each other by the plain name.
    return sorted(name for name in modules if name.count(".") == 1) + list(OTHERS)


def address(name: str) -> str:
    """Return the plain address of a static file: relative imports inside modules lead there, whatever the storage is."""
    return f"{settings.STATIC_URL}{name}"


def _digest(names: list[str]) -> str:
    total = hashlib.sha256()
    for name in names:
        path = _on_disk(name)
        total.update(name.encode())
        total.update(path.read_bytes() if path.is_file() else b"")
    template = Path(settings.BASE_DIR) / "templates" / "inspections" / "field" / "shell.html"
    total.update(template.read_bytes())
    return total.hexdigest()[:16]


@lru_cache(maxsize=1)
def _version_once() -> str:
    return _digest(file_names())


def version() -> str:
    """Return the version of the shell: it changes with any byte of its files, and with it the service worker's cache."""
    return _digest(file_names()) if settings.DEBUG else _version_once()
