"""Opening a file that somebody sent: what it is is told by its content, what it may cost is bounded before anything is understood.

Nothing in the file is carried out, no address in it is followed. Pictures and embedded files are never unpacked.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import Any

from inspections.documents.lines import Source
from inspections.documents.reading import Unreadable, read_lines
from inspections.evidence_files.documents import WORD_MAIN, fetches_template

MOST_ENTRIES = 5_000
MOST_PART = 16 * 2**20
"""Characters of one part of a Word file. A report of a hundred pages has about two million; a tree of one takes some ten times as much."""
MOST_PARTS = 32 * 2**20
MOST_TEXT = 4 * 2**20
_CHUNK = 2**20
_BROKEN = "Word 文档已损坏，无法打开。请在 Word 或 WPS 里打开原文件，另存为 .docx 后再上传。"
_TOO_LARGE = "文档解开后过大，疑似异常文件，没有读取。请删去大量图片或空白内容，另存为新的 .docx 后再上传。"
_MACROS = "文档里含有宏或控件，系统没有运行它，也没有保存。请在 Word 或 WPS 里另存为不含宏的 .docx 后再上传。"
_LOCKED = "文档加了打开密码，无法读取。请在 Word 或 WPS 里取消密码，保存后再上传。"
_OLD = "这是旧版 .doc（或 .wps）文件，只改扩展名不会变成 .docx。请在 Word 或 WPS 里打开，选“另存为”，类型选 .docx，再上传。"
_OUTSIDE = "文档引用了外部模板，打开时会连接外部地址，没有读取。请把内容复制到新建的空白文档里，另存为 .docx 后再上传。"
_RTF = "这是 RTF 文件。请在 Word 或 WPS 里打开，另存为 .docx 后再上传。"
_PDF = "这是 PDF 文件，读不出段落和数字。请上传起草时用的 Word 文档（.docx）。"
_PAGE = "这是网页文件，不是 Word 文档。请在 Word 或 WPS 里打开，另存为 .docx 后再上传。"
_PICTURE = "这是图片，读不出文字。请上传起草时用的 Word 文档（.docx）；扫描件请先识别成文字。"
_OTHER = "认不出这个文件。请上传 Word 文档（.docx）或文本文件（.txt）。"


def opened(name: str, stream: Any) -> Source:
    """Return the lines of a file in a bounded amount of memory. Raises ``Unreadable`` with what to do about it."""
    stream.seek(0)
    head = stream.read(4096)
    if head.startswith(b"PK\x03\x04"):
        return read_lines("材料.docx", _slim(stream))
    if not head:
        raise Unreadable("文件是空的，请重新选择。")
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(_LOCKED if _contains(stream, "EncryptedPackage".encode("utf-16-le")) else _OLD)
    for magic, answer in (
        (b"{\\rtf", _RTF),
        (b"%PDF", _PDF),
        (b"\xff\xd8\xff", _PICTURE),
        (b"\x89PNG", _PICTURE),
        (b"PK\x05\x06", _BROKEN),
    ):
        if head.startswith(magic):
            raise Unreadable(answer)
    if re.match(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html|\?xml|\?mso)", head, re.IGNORECASE):
        raise Unreadable(_PAGE)
    if name.lower().endswith((".docx", ".docm", ".doc", ".wps")):
        raise Unreadable(_BROKEN)
    if not name.lower().endswith(".txt"):
        raise Unreadable(_OTHER)
    stream.seek(0)
    text = stream.read(MOST_TEXT + 1)
    if len(text) > MOST_TEXT:
        raise Unreadable("文本文件超过 4 MB，不像一份材料。请只保留正文后再上传。")
    return read_lines("材料.txt", text)


def _contains(stream: Any, words: bytes) -> bool:
    """Whether ``words`` occur anywhere, read piece by piece."""
    stream.seek(0)
    tail = b""
    while piece := stream.read(_CHUNK):
        if words in tail + piece:
            return True
        tail = piece[-len(words) :]
    return False


def _slim(stream: Any) -> bytes:
    """Return the Word file with its text parts only: everything else keeps its name and loses its content."""
    stream.seek(0)
    target = io.BytesIO()
    left = MOST_PARTS
    try:
        with zipfile.ZipFile(stream) as archive, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as slim:
            _check_names(archive)
            seen = set()
            for entry in archive.infolist():
                if entry.filename in seen or entry.is_dir():
                    continue
                seen.add(entry.filename)
                content = _part(archive, entry, min(MOST_PART, left)) if entry.filename.lower().endswith((".xml", ".rels")) else b""
                left -= len(content)
                if entry.filename.lower().endswith(".rels") and fetches_template(content):
                    raise Unreadable(_OUTSIDE)
                if entry.filename == "[Content_Types].xml":
                    _check_kind(content)
                slim.writestr(entry.filename, content)
    except RuntimeError as error:  # zipfile's word for an encrypted archive
        raise Unreadable(_LOCKED) from error
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError) as error:
        raise Unreadable(_BROKEN) from error
    return target.getvalue()


def _check_names(archive: zipfile.ZipFile) -> None:
    names = [name.lower() for name in archive.namelist()]
    if len(names) > MOST_ENTRIES:
        raise Unreadable(_TOO_LARGE)
    if any("vbaproject" in name or "/activex/" in name for name in names):
        raise Unreadable(_MACROS)
    if "[content_types].xml" not in names or "word/document.xml" not in names:
        raise Unreadable("这是压缩包或其他 Office 文件，不是 Word 文档。请上传 Word 文档（.docx）。")


def _check_kind(types: bytes) -> None:
    if b"macroEnabled" in types:
        raise Unreadable(_MACROS)
    if WORD_MAIN not in types:
        raise Unreadable("这不是普通的 Word 文档（可能是模板或其他 Office 文件）。请另存为 .docx 后再上传。")


def _part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    """Unpack one part, but never more than ``most``: the size that an archive states may be a lie."""
    pieces, size = [], 0
    with archive.open(entry) as part:
        while piece := part.read(_CHUNK):
            size += len(piece)
            if size > most:
                raise Unreadable(_TOO_LARGE)
            pieces.append(piece)
    return b"".join(pieces)
