"""Writing a backup: a folder with the rows of each table, the files they name, and a manifest with a hash of everything."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connections, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from jobs.backups import rows
from jobs.backups.sealing import Key, SealedWriter
from jobs.errors import Refused

MANIFEST = "manifest.json"
FORMAT = 1
BLOCK = 1024 * 1024
Tell = Callable[[str], None]


@dataclass
class Written:
    """What a backup holds: rows per table, files, and files that rows name but the store does not have."""

    tables: dict[str, int] = field(default_factory=dict)
    files: int = 0
    bytes: int = 0
    missing: list[str] = field(default_factory=list)


class _Hashing(io.RawIOBase):
    """Passes bytes on and keeps their SHA-256."""

    def __init__(self, target: IO[bytes]) -> None:
        super().__init__()
        self._target = target
        self.digest = hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.digest.update(data)
        return self._target.write(data)


def write(
    folder: Path, *, passphrase: str = "", with_files: bool = True, using: str = "default", tell: Tell = lambda _text: None
) -> Written:
    """Write a backup into ``folder``, which must not exist or be empty; it appears there whole or not at all.

    All rows are those of one moment, while others go on writing. With ``passphrase`` everything but the manifest is encrypted. Raises
    ``Refused`` when the folder holds something, ``OSError`` when the disk refuses.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refused(f"“{folder}”不是空文件夹。请另指定一个，以免混入或覆盖原有内容。")
    draft = folder.with_name(f".{folder.name}.partial-{os.getpid()}")
    draft.mkdir(parents=True, mode=0o700)
    try:
        written = _Writer(draft, Key(passphrase) if passphrase else None, using, tell).write(with_files=with_files)
        if folder.exists():
            folder.rmdir()
        draft.replace(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return written


class _Writer:
    def __init__(self, folder: Path, key: Key | None, using: str, tell: Tell) -> None:
        self.folder, self.key, self.using, self.tell = folder, key, using, tell
        self.written = Written()
        self.hashes: dict[str, str] = {}

    def write(self, *, with_files: bool) -> Written:
        names: set[str] = set()
        with one_moment(self.using):
            migrations = MigrationRecorder(connections[self.using]).applied_migrations()
            for model in rows.tables():
                self._table(model)
                if with_files:
                    names.update(self._names(model))
        self.tell(f"数据库：{len(self.written.tables)} 张表，{sum(self.written.tables.values())} 行")
        stored: dict[str, str] = {}
        for position, name in enumerate(sorted(names)):
            self._file(name, f"files/{position:08d}", stored)
        self.tell(f"文件：{self.written.files} 个，{self.written.bytes} 字节")
        self._manifest(sorted(map(list, migrations)), stored, with_files=with_files)
        return self.written

    def _table(self, model: type[Any]) -> None:
        label = model._meta.label_lower
        with (
            self._part(f"rows/{label}.jsonl.gz") as raw,
            gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=5, mtime=0) as packed,
            io.TextIOWrapper(packed, encoding="utf-8", newline="\n") as text,
        ):
            self.written.tables[label] = rows.dump(model, text, using=self.using)

    def _names(self, model: type[Any]) -> Iterator[str]:
        for file_field in rows.file_fields(model):
            values = model._base_manager.using(self.using).exclude(**{file_field.name: ""}).values_list(file_field.name, flat=True)
            yield from (name for name in values.iterator() if name)

    def _file(self, name: str, part: str, stored: dict[str, str]) -> None:
        try:
            source = default_storage.open(name, "rb")
        except FileNotFoundError:
            self.written.missing.append(name)
            return
        with source, self._part(part) as target:
            while block := source.read(BLOCK):
                target.write(block)
                self.written.bytes += len(block)
        stored[part] = name
        self.written.files += 1

    @contextmanager
    def _part(self, name: str) -> Iterator[Any]:
        """Open one file of the backup for writing; what lies on the disk is hashed, so that it can be checked without the passphrase."""
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        with path.open("wb") as file:
            hashing = _Hashing(file)
            if self.key:
                with SealedWriter(hashing, self.key) as sealed:  # type: ignore[arg-type]
                    yield sealed
            else:
                yield hashing
            file.flush()
            os.fsync(file.fileno())
        self.hashes[name] = hashing.digest.hexdigest()

    def _manifest(self, migrations: list[list[str]], stored: dict[str, str], *, with_files: bool) -> None:
        content = {
            "format": FORMAT,
            "version": settings.VERSION,
            "made_at": timezone.now().isoformat(),
            "encrypted": self.key is not None,
            "with_files": with_files,
            "migrations": migrations,
            "rows": self.written.tables,
            "files": {} if self.key else stored,
            "missing": [] if self.key else self.written.missing,
            "sha256": self.hashes,
        }
        if self.key:
            # Names of stored files are neutral, yet who holds an encrypted backup should learn nothing from it but sizes.
            with self._part("names.json") as part:
                part.write(json.dumps({"files": stored, "missing": self.written.missing}).encode())
            content["sha256"] = self.hashes
        path = self.folder / MANIFEST
        path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n")
        path.chmod(0o600)


@contextmanager
def one_moment(using: str) -> Iterator[None]:
    """Let all reads inside see the database of one moment, without keeping others from writing."""
    connection = connections[using]
    if connection.in_atomic_block:  # a test's transaction: what it wrote is seen, nobody else writes
        yield
        return
    if connection.vendor == "sqlite":
        # Our transactions begin as writers (docs/decisions/0002); a backup of minutes must be a reader, whose snapshot WAL keeps.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("ROLLBACK")
        return
    with transaction.atomic(using=using):
        # Of another database it is not known how to ask for one moment: its own default has to serve (docs/domestic-platforms.md).
        if connection.vendor != "postgresql":
            yield
            return
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
