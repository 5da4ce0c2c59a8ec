"""Where files and rows are kept, as settings say: refused in words where they make no sense."""

from __future__ import annotations

import json
from datetime import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

ADDRESSING = ("path", "virtual")


def file_store(
    folder: Path, *, bucket: str, endpoint: str, keys: tuple[str, str], region: str, addressing: str, ca_file: str
) -> dict[str, Any]:
    """Return Django's entry for the default store: the bucket when one is named, else ``folder``.

    Raises ``ImproperlyConfigured`` in words where something is missing: a site that quietly kept files in a folder of one of its
    containers would lose them.
    """
    if not bucket:
        return {"BACKEND": "jobs.whole_files.WholeFiles", "OPTIONS": {"location": str(folder)}}
    if not all(keys):
        message = "使用对象存储（S3_BUCKET）时，还须设置 S3_ACCESS_KEY 和 S3_SECRET_KEY。"
        raise ImproperlyConfigured(message)
    if endpoint and urlsplit(endpoint).scheme not in {"http", "https"}:
        message = "S3_ENDPOINT 应以 https:// 或 http:// 开头，例如 https://oss.example.cn。"
        raise ImproperlyConfigured(message)
    if addressing not in ADDRESSING:
        message = "S3_ADDRESSING 只能是 path 或 virtual。"
        raise ImproperlyConfigured(message)
    if find_spec("storages") is None or find_spec("boto3") is None:
        message = "使用对象存储须先安装附加依赖包：.venv/bin/pip install -r requirements-s3.txt"
        raise ImproperlyConfigured(message)
    options = {"bucket_name": bucket, "endpoint_url": endpoint or None, "region_name": region, "access_key": keys[0], "secret_key": keys[1]}
    return {"BACKEND": "jobs.object_store.PrivateStore", "OPTIONS": {**options, "addressing": addressing, "ca_file": ca_file}}


def check_time(text: str) -> time | None:
    """Return from when on files are checked, ``None`` for ``off``. Raises ``ImproperlyConfigured`` for anything but that and ``HH:MM``."""
    if text.lower() == "off":
        return None
    try:
        return time.fromisoformat(text)
    except ValueError as error:
        message = "VERIFY_FILES_TIME 应为 24 小时制的时间，例如 02:00；不自动核对则填 off。"
        raise ImproperlyConfigured(message) from error


def database_options(text: str) -> dict[str, Any]:
    """Return the options for a database's driver. Raises ``ImproperlyConfigured`` for anything but a JSON object."""
    try:
        options = json.loads(text)
    except ValueError:
        options = None
    if not isinstance(options, dict):
        message = 'DATABASE_OPTIONS 应为 JSON 对象，例如 {"sslmode": "verify-full"}。'
        raise ImproperlyConfigured(message)
    return options
