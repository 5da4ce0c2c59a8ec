"""Files for the tests of evidence, made here so that the repository holds none."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
GPS_LATITUDE, GPS_LONGITUDE = (30.0, 15.0, 7.0), (120.0, 9.0, 3.0)


def upload(content: bytes, name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def picture(size=(60, 40), mode="RGB", colour="navy") -> Image.Image:
    return Image.new(mode, size, colour)


def jpeg(size=(60, 40), *, orientation: int = 0, secrets: bool = False, **options) -> bytes:
    """A JPEG whose left half is red; ``secrets`` puts a place, a device and a comment into it."""
    image = picture(size, colour="blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    if orientation:
        exif[0x0112] = orientation
    if secrets:
        exif[0x010F] = "SecretPhone"
        gps = exif.get_ifd(0x8825)
        gps.update({1: "N", 2: GPS_LATITUDE, 3: "E", 4: GPS_LONGITUDE})
        options |= {"comment": b"SecretComment", "xmp": b"<x:xmpmeta>SecretXmp</x:xmpmeta>"}
    target = io.BytesIO()
    image.save(target, "JPEG", exif=exif, quality=95, **options)
    return target.getvalue()


def png(size=(60, 40), mode="RGBA") -> bytes:
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Comment", "SecretText")
    target = io.BytesIO()
    picture(size, mode, colour=0 if mode in {"L", "I;16"} else "navy").save(target, "PNG", pnginfo=info)
    return target.getvalue()


def png_claiming(width: int, height: int) -> bytes:
    """A tiny file that claims to hold a huge picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


def pdf(extra: bytes = b"") -> bytes:
    return b"%PDF-1.4\n1 0 obj<</Type/Catalog" + extra + b">>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


def archive(parts: dict[str, bytes | str]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in parts.items():
            book.writestr(name, content)
    return target.getvalue()


def docx(more: dict[str, bytes | str] | None = None, *, types: str = TYPES) -> bytes:
    return archive({"[Content_Types].xml": types, "word/document.xml": "<w:document/>", **(more or {})})
