"""Reading a backup back: everything is checked against the manifest before the first row is touched."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import connections, transaction
from django.db.migrations.recorder import MigrationRecorder

from jobs.backups import rows
from jobs.backups.sealing import Key, SealedReader
from jobs.backups.writing import BLOCK, FORMAT, MANIFEST, Tell
from jobs.errors import Refused

Restored = Callable[[], None]
_BEFORE: list[Restored] = []
_AFTERWARDS: list[Restored] = []


def before_restore(function: Restored) -> Restored:
    """Register what has to be opened before rows can be replaced, such as a table on which the database grants no deletion."""
    if function not in _BEFORE:
        _BEFORE.append(function)
    return function


def on_restored(function: Restored) -> Restored:
    """Register what has to be made again from restored rows, such as an index of words that no model holds."""
    if function not in _AFTERWARDS:
        _AFTERWARDS.append(function)
    return function


@dataclass(frozen=True)
class Backup:
    """A backup that was found complete and unchanged."""

    folder: Path
    manifest: dict[str, Any]
    files: dict[str, str]
    missing: list[str]
    key: Key | None

    @contextmanager
    def open(self, part: str) -> Iterator[IO[bytes]]:
        """Open one of its files, decrypted."""
        with (self.folder / part).open("rb") as file:
            yield io.BufferedReader(SealedReader(file, self.key), BLOCK) if self.key else file


def check(folder: Path, *, passphrase: str = "") -> Backup:
    """Return the backup in ``folder`` after comparing every file with its hash. Raises ``Refused`` with what is wrong."""
    manifest = _manifest(folder)
    listed = manifest["sha256"]
    wanted = [f"rows/{label}.jsonl.gz" for label in manifest["rows"]] + ["names.json"] * bool(manifest["encrypted"])
    _require_listed(listed, wanted, "备份不完整，清单中缺少数据表的校验值。请换用另一份备份。")
    _require_listed(listed, manifest["files"], "备份清单中有不合法的文件名，请换用另一份备份。")
    for part, expected in listed.items():
        path = folder / part
        if folder.resolve() not in path.resolve().parents:
            raise Refused("备份清单中有不合法的文件名，请换用另一份备份。")
        if not path.is_file():
            raise Refused(f"备份不完整，缺少文件 {part}。请换用另一份备份。")
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != expected:
                raise Refused(f"备份中的文件 {part} 与清单的校验值不符，已损坏或被改动。请换用另一份备份。")
    if not manifest["encrypted"]:
        return Backup(folder, manifest, manifest["files"], manifest["missing"], None)
    if not passphrase:
        raise Refused("这份备份是加密的，请用 --passphrase-file 指定存放口令的文件。")
    backup = Backup(folder, manifest, {}, [], Key(passphrase))
    with backup.open("names.json") as part:
        names = json.loads(part.read())
    _require_listed(listed, names["files"], "备份清单中有不合法的文件名，请换用另一份备份。")
    return Backup(folder, manifest, names["files"], names["missing"], backup.key)


def _require_listed(listed: dict[str, str], parts: Iterable[str], refusal: str) -> None:
    """Nothing is read that was not compared with its hash: a name outside the list could be that of any file of the machine."""
    if any(part not in listed for part in parts):
        raise Refused(refusal)


SHAPE = {"sha256": dict, "rows": dict, "files": dict, "missing": list, "migrations": list, "encrypted": bool}


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((folder / MANIFEST).read_text())
    except FileNotFoundError as error:
        raise Refused(f"“{folder}”不是备份：其中没有 {MANIFEST}。请指定备份所在的文件夹。") from error
    except (ValueError, OSError) as error:
        raise Refused(f"备份清单 {MANIFEST} 不能读取（{error}）。请换用另一份备份。") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise Refused("备份的格式不是当前程序所能读的。请用制作备份时的程序版本恢复，再升级。")
    if not all(isinstance(manifest.get(name), kind) for name, kind in SHAPE.items()):
        raise Refused(f"备份清单 {MANIFEST} 不能读取（内容残缺）。请换用另一份备份。")
    return manifest


def restore(
    backup: Backup, *, replace: bool = False, database_only: bool = False, using: str = "default", tell: Tell = lambda _text: None
) -> None:
    """Make the database and the files what they were when ``backup`` was made.

    Raises ``Refused`` when somebody has an account here already and ``replace`` was not said, or when the database was made by another
    version. The rows come back in one transaction: all of them or none.
    """
    _require_same_tables(backup, using)
    if not replace and get_user_model()._base_manager.using(using).exists():
        raise Refused("目标数据库中已有用户。确认要用备份取代现有的全部数据时，请加 --replace。")
    if not database_only:
        _restore_files(backup, tell)
    connection = connections[using]
    with transaction.atomic(using=using):
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for function in _BEFORE:
            function()
        rows.empty(using=using)
        for model in rows.tables():
            _restore_table(backup, model, using)
        rows.set_counters(using=using)
        for function in _AFTERWARDS:
            function()
    ContentType.objects.clear_cache()
    tell(f"数据库：{len(backup.manifest['rows'])} 张表，{sum(backup.manifest['rows'].values())} 行")


def _require_same_tables(backup: Backup, using: str) -> None:
    here = {tuple(key) for key in MigrationRecorder(connections[using]).applied_migrations()}
    there = {tuple(key) for key in backup.manifest["migrations"]}
    if here != there:
        newer = "备份来自更新的程序版本，请先升级程序。" if there - here else "备份来自较早的程序版本，请用那个版本恢复，再升级。"
        raise Refused(f"备份与目标数据库的结构版本不同。{newer}")


def _restore_table(backup: Backup, model: type[Any], using: str) -> None:
    label = model._meta.label_lower
    expected = backup.manifest["rows"].get(label)
    if expected is None:
        raise Refused(f"备份中没有“{model._meta.verbose_name}”，与当前程序版本不符。")
    try:
        with backup.open(f"rows/{label}.jsonl.gz") as raw, gzip.GzipFile(fileobj=raw) as packed:
            count = rows.load(model, io.TextIOWrapper(packed, encoding="utf-8"), using=using)
    except (EOFError, zlib.error, UnicodeDecodeError) as error:
        raise Refused(f"备份中的“{model._meta.verbose_name}”已损坏。请换用另一份备份。") from error
    if count != expected:
        raise Refused(f"备份中的“{model._meta.verbose_name}”应有 {expected} 行，实有 {count} 行。请换用另一份备份。")


def _restore_files(backup: Backup, tell: Tell) -> None:
    for part, name in backup.files.items():
        try:
            with backup.open(part) as source:
                default_storage.delete(name)
                kept = default_storage.save(name, File(source, name=name))
        except SuspiciousFileOperation as error:
            raise Refused("备份清单中有不合法的文件名，请换用另一份备份。") from error
        if kept != name:
            raise Refused(f"文件 {name} 无法按原名放回，请检查存储设置后重试。")
    tell(f"文件：{len(backup.files)} 个" + (f"；制作备份时已缺 {len(backup.missing)} 个" if backup.missing else ""))
