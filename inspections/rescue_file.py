"""The file into which a phone puts what it could not send (docs/api-field.md): read line by line, decrypted, refused in words. No database."""

from __future__ import annotations

import base64
import binascii
import io
import json
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from jobs.errors import Refused

FORMAT, VERSION = "duchatong-field-export", 1
ITERATIONS = range(100_000, 2_000_001)
IV_BYTES, TAG_BYTES, SALT_BYTES = 12, 16, 16
MAX_HEADER = 64 * 1024
MAX_LINES = 50_000
MOST_ZIP_ENTRIES = 50
NOT_OURS = "这不是手机导出的“未上传记录”文件，没有导入。请让填写人在手机的“发件箱”重新导出，把原文件发来。"
DAMAGED = "文件不完整或已损坏，没有导入。请让填写人在手机上重新导出，通过不会压缩、改动文件的方式发来。"
MISTYPED = "文件密码不正确，或者文件已损坏。请向填写人核对导出时设的密码（区分大小写）。"
LOCKED = "这个文件加了密，请填写导出时设的文件密码。"


class PassphraseRefused(Refused):
    """The passphrase is missing or wrong."""


@dataclass(frozen=True)
class Inspector:
    """Whose phone the file comes from."""

    id: int
    username: str
    name: str


class RescueFile:
    """One file, opened. ``lines`` yields its records and photos once; every fault is a ``Refused`` with what to do."""

    def __init__(self, source: IO[bytes], *, passphrase: str, max_bytes: int, max_line: int) -> None:
        self._budget, self._max_line = max_bytes, max_line
        self._source = _unpacked(source, max_bytes)
        header = self._header()
        self.inspector = _inspector(header)
        self._cipher, self._salt = _cipher(header.get("encryption"), passphrase)

    def _header(self) -> dict[str, Any]:
        first = self._line(MAX_HEADER)
        header = _json(first, NOT_OURS)
        if header.get("format") != FORMAT:
            raise Refused(NOT_OURS)
        if header.get("version") != VERSION:
            raise Refused("导出这个文件的手机页面比系统新，请先升级系统再导入。")
        return header

    def _line(self, longest: int) -> bytes:
        try:
            line = self._source.readline(longest + 2)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
            raise Refused(DAMAGED) from error
        self._budget -= len(line)
        if len(line) > longest + 1 or self._budget < 0:
            raise Refused("文件过大，或者不是手机导出的文件，没有导入。" if self._budget < 0 else NOT_OURS)
        return line.rstrip(b"\r\n")

    def lines(self) -> Iterator[dict[str, Any]]:
        """Yield what follows the header: ``record`` and ``photo`` lines. Raises ``Refused`` when the last line is not there."""
        counts = {"record": 0, "photo": 0}
        for number in range(2, MAX_LINES + 2):
            raw = self._line(self._max_line)
            if not raw:
                raise Refused(DAMAGED)
            line = _json(self._opened(raw, number), DAMAGED)
            kind = line.get("type")
            if kind == "end":
                if (line.get("records"), line.get("photos")) != (counts["record"], counts["photo"]):
                    raise Refused(DAMAGED)
                return
            if kind not in counts:
                raise Refused(DAMAGED)
            counts[kind] += 1
            yield line
        raise Refused(f"文件里的记录超过 {MAX_LINES} 条，没有导入。请让填写人分几次导出。")

    def _opened(self, raw: bytes, number: int) -> bytes:
        """Return one line in the clear. The number of the line is part of what is checked: none can be moved or left out unseen."""
        if self._cipher is None:
            return raw
        try:
            sealed = base64.b64decode(raw, validate=True)
            if len(sealed) < IV_BYTES + TAG_BYTES:
                raise Refused(DAMAGED)
            return self._cipher.decrypt(sealed[:IV_BYTES], sealed[IV_BYTES:], f"{self._salt}:{number}".encode())
        except InvalidTag as error:
            # The first line tells the passphrase; when a later one fails, the file was changed.
            raise (PassphraseRefused(MISTYPED) if number == 2 else Refused(DAMAGED)) from error  # noqa: PLR2004
        except binascii.Error as error:
            raise Refused(DAMAGED) from error


def _unpacked(source: IO[bytes], max_bytes: int) -> IO[bytes]:
    """Return the text of the file, out of the archive into which mail and messengers often put it."""
    source.seek(0)
    start = source.read(4)
    source.seek(0)
    if not start:
        raise Refused("文件是空的，请重新选择。")
    if start != b"PK\x03\x04":
        return source
    try:
        archive = zipfile.ZipFile(source)
        files = [entry for entry in archive.infolist() if not entry.is_dir() and not entry.filename.startswith("__MACOSX/")]
        if len(archive.infolist()) > MOST_ZIP_ENTRIES or len(files) != 1:
            raise Refused("压缩包里应当只有一个导出文件，没有导入。请先解压，再选择其中的文件。")
        if files[0].flag_bits & 1:
            raise Refused("压缩包加了密码，不能导入。请先解压，再选择其中的文件。")
        if files[0].file_size > max_bytes:
            raise Refused("压缩包解开后过大，疑似异常文件，没有导入。")
        return io.BufferedReader(archive.open(files[0]))  # type: ignore[type-var]
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError, RuntimeError) as error:
        raise Refused(DAMAGED) from error


def _json(raw: bytes, refusal: str) -> dict[str, Any]:
    try:
        found = json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise Refused(refusal) from error
    if not isinstance(found, dict):
        raise Refused(refusal)
    return found


def _inspector(header: dict[str, Any]) -> Inspector:
    said = header.get("inspector")
    if not isinstance(said, dict) or type(said.get("id")) is not int or not isinstance(said.get("username"), str):
        raise Refused(NOT_OURS)
    if not 0 < said["id"] < 2**63:
        raise Refused(NOT_OURS)
    return Inspector(said["id"], said["username"][:150], str(said.get("name", ""))[:80])


def _cipher(said: Any, passphrase: str) -> tuple[AESGCM | None, str]:
    """Return what opens the lines; nothing for a plain file."""
    if said is None:
        return None, ""
    known = isinstance(said, dict) and said.get("kdf") == "PBKDF2-HMAC-SHA-256" and said.get("cipher") == "AES-256-GCM"
    if (
        not known
        or type(said.get("iterations")) is not int
        or said["iterations"] not in ITERATIONS
        or not isinstance(said.get("salt"), str)
    ):
        raise Refused("系统不认识这个文件的加密方式，没有导入。请让填写人更新手机页面后重新导出。")
    try:
        salt = base64.b64decode(said["salt"], validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refused(NOT_OURS) from error
    if len(salt) != SALT_BYTES:
        raise Refused(NOT_OURS)
    if not passphrase:
        raise PassphraseRefused(LOCKED)
    derived = PBKDF2HMAC(algorithm=hashes.SHA256(), length=32, salt=salt, iterations=said["iterations"])
    return AESGCM(derived.derive(unicodedata.normalize("NFC", passphrase).encode())), said["salt"]
