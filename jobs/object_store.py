"""Files in a private bucket of an S3-compatible store, in place of a folder. Chosen by settings (``S3_BUCKET``); nobody imports this otherwise.

A file goes out through a view that asks who may see it, whatever store it lies in: there are no addresses into the bucket.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import File
from storages.backends.s3 import S3File, S3Storage

from jobs.errors import StoreAwayError

P = ParamSpec("P")
R = TypeVar("R")
CONNECT_SECONDS, READ_SECONDS, ATTEMPTS = 5, 60, 3
PAGE = 1000
"""Names per question; stores give no more."""
MEMORY_BYTES = 4 * 1024 * 1024
"""What is read of a larger file goes through a temporary file."""


def _telling(function: Callable[P, R]) -> Callable[P, R]:
    """Turn the errors of the client into the one that the application knows."""

    @wraps(function)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except (BotoCoreError, ClientError) as error:
            raise StoreAwayError(str(error)) from error

    return wrapped


class PrivateFile(S3File):
    """One stored file; its content is fetched when it is first read."""

    @_telling
    def _get_file(self) -> Any:
        return super()._get_file()

    file = property(_get_file, S3File._set_file)


class PrivateStore(S3Storage):
    """A bucket that only we can read. Raises ``StoreAwayError`` where the store does not answer, ``FileNotFoundError`` as a folder does."""

    def __init__(self, *, ca_file: str = "", addressing: str = "path", **settings: Any) -> None:
        config = Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            retries={"max_attempts": ATTEMPTS, "mode": "standard"},
            s3={"addressing_style": addressing},
            signature_version="s3v4",
            # Checksums of a newer kind are refused by many stores that are otherwise compatible; we keep our own SHA-256.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        settings |= {"client_config": config, "verify": ca_file or None, "default_acl": None, "querystring_auth": True}
        super().__init__(**settings, file_overwrite=False, max_memory_size=MEMORY_BYTES, object_parameters={})

    def url(self, name: str, *_args: Any, **_options: Any) -> str:
        """Refuse: an address into the bucket would go round every check of rights."""
        message = f"files have no address of their own: {name}"
        raise NotImplementedError(message)

    @_telling
    def _open(self, name: str, mode: str = "rb") -> File:
        return PrivateFile(self._full(name), mode, self) if "r" in mode and self._there(name) else super()._open(name, mode)

    def _full(self, name: str) -> str:
        return str(self._normalize_name(name))

    def _there(self, name: str) -> bool:
        if not self.exists(name):
            raise FileNotFoundError(name)
        return True

    @_telling
    def _save(self, name: str, content: File) -> str:
        return str(super()._save(name, content))

    @_telling
    def delete(self, name: str) -> None:
        """Delete a file; that there is none is no error."""
        super().delete(name)

    @_telling
    def exists(self, name: str) -> bool:
        """Say whether there is such a file."""
        return bool(super().exists(name))

    @_telling
    def size(self, name: str) -> int:
        """Return the size of a file in bytes."""
        return int(super().size(name))

    @_telling
    def get_modified_time(self, name: str) -> datetime:
        """Return when a file was stored."""
        return super().get_modified_time(name)

    @_telling
    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        """Return the folders and the files directly below ``path``."""
        return super().listdir(path)

    def names_after(self, last: str) -> Iterator[str]:
        """Yield the names of all files behind ``last`` in the order of their names, a page at a time: a bucket may hold millions."""
        prefix = f"{self.location.strip('/')}/" if self.location.strip("/") else ""
        start: dict[str, str] = {"StartAfter": prefix + last} if last else {}
        while True:
            page = self._page(prefix, start)
            for entry in page.get("Contents", ()):
                yield entry["Key"][len(prefix) :]
            if not page.get("IsTruncated"):
                return
            start = {"ContinuationToken": page["NextContinuationToken"]}

    @_telling
    def _page(self, prefix: str, start: dict[str, str]) -> dict[str, Any]:
        client = self.connection.meta.client
        return client.list_objects_v2(Bucket=self.bucket_name, Prefix=prefix, MaxKeys=PAGE, **start)
