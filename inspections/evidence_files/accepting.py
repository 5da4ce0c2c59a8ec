"""The one door for evidence: size, type by content, and what each type must not carry."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.core.files.base import File

from inspections.evidence_files import documents, pictures
from inspections.evidence_files.errors import FileRefused, Unfit

KINDS = "只接受 JPG、PNG 图片，PDF 文件和 Word 文档（.docx）。"
NAME_LENGTH = 100


@dataclass(frozen=True)
class Accepted:
    """A file as it will be kept. ``source_sha256`` is of what was sent, by which the same file sent twice is recognized."""

    name: str
    content: bytes
    content_type: str
    sha256: str
    source_sha256: str


@dataclass(frozen=True)
class Type:
    """A kind of file that is accepted: how it begins, and what makes it fit to be kept."""

    magic: bytes
    content_type: str
    suffix: str
    clean: Callable[[bytes], bytes]


TYPES = (
    Type(b"\xff\xd8\xff", "image/jpeg", ".jpg", pictures.clean_jpeg),
    Type(b"\x89PNG\r\n\x1a\n", "image/png", ".png", pictures.clean_png),
    Type(b"%PDF-", "application/pdf", ".pdf", documents.check_pdf),
    Type(b"PK\x03\x04", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx", documents.check_docx),
)


def accept(upload: File, *, max_bytes: int) -> Accepted:
    """Return ``upload`` as it will be kept. Raises ``FileRefused`` with the file's name and the reason."""
    shown = shown_name(upload.name or "")
    if not upload.size:
        raise FileRefused(shown, "文件是空的，请重新选择。")
    if upload.size > max_bytes:
        raise FileRefused(shown, f"文件有 {upload.size / 2**20:.1f} MB，超过了 {max_bytes // 2**20} MB 的上限，请压缩或拆分后再上传。")
    upload.seek(0)
    source = upload.read()
    kind = next((kind for kind in TYPES if source.startswith(kind.magic)), None)
    if kind is None:
        raise FileRefused(shown, _hint(source))
    try:
        content = kind.clean(source)
    except Unfit as error:
        raise FileRefused(shown, str(error)) from error
    return Accepted(
        name=f"{PurePosixPath(shown).stem or '文件'}{kind.suffix}",
        content=content,
        content_type=kind.content_type,
        sha256=hashlib.sha256(content).hexdigest(),
        source_sha256=hashlib.sha256(source).hexdigest(),
    )


def shown_name(name: str) -> str:
    """Return a file's name without folders, control and direction marks, and not too long for the record."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    plain = "".join(character for character in last if unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
    path = PurePosixPath(re.sub(r'[<>:"|?*]', "_", plain).strip(" .") or "未命名文件")
    return path.stem[: NAME_LENGTH - len(path.suffix[:10])] + path.suffix[:10]


def _hint(source: bytes) -> str:
    """Say what to do with the usual wrong files."""
    if source[4:8] == b"ftyp" and source[8:12] in {b"heic", b"heix", b"heif", b"mif1", b"msf1", b"hevc"}:
        return "这是 HEIC 照片。请在手机相机设置里选“兼容性最佳”（JPG）后重拍，或转换成 JPG 再上传。"
    if source.startswith(b"\xd0\xcf\x11\xe0"):
        return "这是旧版 Office 文件。请在 Word 里另存为 .docx 或 PDF 后再上传。"
    return f"文件内容不是可以接受的类型（看内容，不看扩展名）。{KINDS}"
