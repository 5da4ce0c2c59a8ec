"""Documents are kept as they came, once their structure shows that they are what they claim and carry nothing that acts."""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from inspections.evidence_files.errors import Unfit

MAX_UNPACKED = 200 * 2**20
MAX_ENTRIES = 5_000
CHUNK = 2**20
WORD_MAIN = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
TAIL = 2048
ACTIVE_PDF = re.compile(rb"/(?:JavaScript|Launch|RichMedia)\b")
"""Long names only: a short one such as /JS turns up by chance in the compressed pages of a large scan."""


def check_pdf(source: bytes) -> bytes:
    """Return ``source`` unchanged when it is a whole PDF and nothing besides. Raises ``Unfit``.

    A PDF that is an archive at the same time, or that openly carries scripts or programs, is refused.
    """
    if b"%%EOF" not in source[-TAIL:] or b"startxref" not in source:
        raise Unfit("PDF 文件不完整或已损坏，请重新导出后再上传。")
    if zipfile.is_zipfile(io.BytesIO(source)):
        raise Unfit("PDF 文件里夹带了压缩包，不能上传。请重新导出一份干净的 PDF。")
    if ACTIVE_PDF.search(source):
        raise Unfit("PDF 文件里含有脚本或可执行的动作，不能上传。请用“打印为 PDF”重新生成后再上传。")
    return source


def check_docx(source: bytes) -> bytes:
    """Return ``source`` unchanged when it is a Word document without macros and of sane size. Raises ``Unfit``."""
    try:
        with zipfile.ZipFile(io.BytesIO(source)) as archive:
            _check_sizes(archive)
            _check_parts(archive)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError, RuntimeError) as error:
        raise Unfit("Word 文档已损坏或加了密码，无法打开。请在 Word 里另存为 .docx 后再上传。") from error
    return source


def _check_sizes(archive: zipfile.ZipFile) -> None:
    """Unpack every part in pieces and count, since the sizes an archive states may be lies; this checks the checksums too."""
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise Unfit("Word 文档解开后过大，疑似异常文件，不能上传。请压缩文档里的图片后重试。")
    unpacked = 0
    for entry in entries:
        if entry.filename.startswith(("/", "\\")) or ".." in re.split(r"[\\/]", entry.filename):
            raise Unfit("文件结构异常，不是正常的 Word 文档，不能上传。")
        with archive.open(entry) as part:
            while piece := part.read(CHUNK):
                unpacked += len(piece)
                if unpacked > MAX_UNPACKED:
                    raise Unfit("Word 文档解开后过大，疑似异常文件，不能上传。请压缩文档里的图片后重试。")


def _check_parts(archive: zipfile.ZipFile) -> None:
    """Look for what a Word document must have and must not have."""
    names = set(archive.namelist())
    types = archive.read("[Content_Types].xml") if "[Content_Types].xml" in names else b""
    lowered = {name.lower() for name in names}
    if b"macroEnabled" in types or any("vbaproject" in name or "/activex/" in name for name in lowered):
        raise Unfit("Word 文档里含有宏或控件，不能上传。请另存为不含宏的 .docx 后再上传。")
    if WORD_MAIN not in types or "word/document.xml" not in lowered:
        raise Unfit("这是压缩包或其他 Office 文件，不是 Word 文档。只接受 .docx、PDF 和 JPG、PNG 图片。")
    for name in names:
        if name.endswith(".rels") and fetches_template(archive.read(name)):
            raise Unfit("Word 文档引用了网络上的模板，打开时会连接外部地址，不能上传。请另存为新文档后再上传。")


def fetches_template(relations: bytes) -> bool:
    """Whether the document loads a template or frame from elsewhere when opened (a usual way to smuggle macros in)."""
    for relation in re.findall(rb"<Relationship\b[^>]*>", relations):
        outside = re.search(rb"""Target=["'](?:https?:|ftp:|\\\\|file:(?://[^/]|/{4,}))""", relation, re.IGNORECASE)
        if outside and re.search(rb"attachedTemplate|/oleObject|/frame|/subDocument", relation):
            return True
    return False
