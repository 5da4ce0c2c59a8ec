"""Encryption of backup files with a passphrase: AES-256-GCM over chunks, so that a file of any size is written in constant memory.

Layout: magic, salt, then per chunk its length (4 bytes) and ciphertext. The nonce counts the chunks and its last byte marks the final one:
chunks cannot be swapped, left out or cut off at the end without the reader noticing.
"""

from __future__ import annotations

import hashlib
import io
import os
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from jobs.errors import Refused

MAGIC = b"DUCHATONG-SEALED-1\n"
SALT_BYTES = 16
CHUNK_BYTES = 1024 * 1024
TAG_BYTES = 16
# OWASP's advice for scrypt at rest: 64 MB per guess, a fraction of a second for who knows the passphrase.
SCRYPT = {"n": 2**16, "r": 8, "p": 1, "maxmem": 128 * 1024 * 1024, "dklen": 32}
WRONG = "口令不对，或者备份文件已损坏。请核对口令；口令无误则说明文件被改动过，请换用另一份备份。"


class Key:
    """A passphrase with the keys already derived from it: deriving is slow on purpose, and a backup has thousands of files."""

    def __init__(self, passphrase: str) -> None:
        """Keep ``passphrase``; one salt serves all files that this object writes."""
        self._passphrase = passphrase.encode()
        self._derived: dict[bytes, bytes] = {}
        self.salt = os.urandom(SALT_BYTES)

    def derive(self, salt: bytes) -> bytes:
        """Return the 32-byte key for ``salt``."""
        if salt not in self._derived:
            self._derived[salt] = hashlib.scrypt(self._passphrase, salt=salt, **SCRYPT)
        return self._derived[salt]


def _nonce(file_id: bytes, number: int, *, last: bool) -> bytes:
    return file_id + number.to_bytes(4, "big") + bytes([last])


class SealedWriter(io.RawIOBase):
    """A binary file for writing whose content is encrypted on its way to ``target``."""

    def __init__(self, target: IO[bytes], key: Key) -> None:
        """Write the header at once. ``target`` stays open when this is closed."""
        super().__init__()
        self._target = target
        # Files of one backup share the salt, so each needs nonces of its own: seven random bytes beside the chunk's number.
        self._file_id = os.urandom(7)
        self._cipher = AESGCM(key.derive(key.salt))
        self._pending = bytearray()
        self._number = 0
        target.write(MAGIC + key.salt + self._file_id)

    def writable(self) -> bool:
        """Say that this file is for writing."""
        return True

    def write(self, data: object) -> int:
        """Take in bytes; whole chunks go out."""
        taken = bytes(data)  # type: ignore[call-overload]
        self._pending += taken
        while len(self._pending) > CHUNK_BYTES:
            self._emit(bytes(self._pending[:CHUNK_BYTES]), last=False)
            del self._pending[:CHUNK_BYTES]
        return len(taken)

    def close(self) -> None:
        """Write the last chunk, which may be empty; it carries the mark of the end."""
        if not self.closed:
            self._emit(bytes(self._pending), last=True)
        super().close()

    def _emit(self, chunk: bytes, *, last: bool) -> None:
        sealed = self._cipher.encrypt(_nonce(self._file_id, self._number, last=last), chunk, MAGIC)
        self._target.write(len(sealed).to_bytes(4, "big") + sealed)
        self._number += 1


class SealedReader(io.RawIOBase):
    """The content of a file that ``SealedWriter`` wrote. Raises ``Refused`` for a wrong passphrase and for any change of the file."""

    def __init__(self, source: IO[bytes], key: Key) -> None:
        """Read the header."""
        super().__init__()
        if source.read(len(MAGIC)) != MAGIC:
            raise Refused(WRONG)
        self._source = source
        salt, self._file_id = source.read(SALT_BYTES), source.read(7)
        self._cipher = AESGCM(key.derive(salt))
        self._pending = b""
        self._number = 0
        self._ended = False

    def readable(self) -> bool:
        """Say that this file is for reading."""
        return True

    def readinto(self, buffer: object) -> int:
        """Fill ``buffer`` from the next chunk; 0 at the end."""
        while not self._pending and not self._ended:
            self._pending = self._next()
        view = memoryview(buffer)  # type: ignore[arg-type]
        count = min(len(view), len(self._pending))
        view[:count] = self._pending[:count]
        self._pending = self._pending[count:]
        return count

    def _next(self) -> bytes:
        size = int.from_bytes(self._source.read(4), "big")
        if not TAG_BYTES <= size <= CHUNK_BYTES + TAG_BYTES:
            raise Refused(WRONG)
        sealed = self._source.read(size)
        # Only the final chunk opens with the mark of the end: a file cut off between two chunks is noticed here.
        for last in (False, True):
            try:
                opened = self._cipher.decrypt(_nonce(self._file_id, self._number, last=last), sealed, MAGIC)
            except InvalidTag:
                continue
            self._number += 1
            self._ended = last
            return opened
        raise Refused(WRONG)


def is_sealed(source: IO[bytes]) -> bool:
    """Whether ``source``, at its beginning, holds a sealed file. Leaves it at its beginning."""
    found = source.read(len(MAGIC)) == MAGIC
    source.seek(0)
    return found
