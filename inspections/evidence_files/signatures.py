"""A signature drawn with a finger: only ink and its shape are kept, made anew as a small grey PNG."""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from inspections.evidence_files.errors import Unfit

MAGIC = b"\x89PNG\r\n\x1a\n"
MAX_PIXELS = 6_000_000
"""The drawing area of a phone with three device pixels to each of the page's, turned sideways, and some room."""
MAX_SIDE = 1000
MARGIN = 12
LEAST_INK = 40
"""Dark pixels after scaling: less than a dot of the pen is no signature."""
DARK = 160


def clean_signature(source: bytes, *, max_bytes: int) -> bytes:
    """Return the signature in ``source`` as a grey PNG on white, cropped to the ink. Raises ``Unfit`` with the reason.

    What is transparent counts as white.
    """
    if not source:
        raise Unfit("没有签名，请单位代表签名后再上传。")
    if len(source) > max_bytes:
        raise Unfit("签名图片过大，请清除后重新签名。")
    if not source.startswith(MAGIC):
        raise Unfit("签名图片的格式不正确，请清除后重新签名。")
    picture = _decoded(source)
    ink = ImageOps.invert(picture).point(lambda value: 255 if value > 255 - DARK else 0)
    box = ink.getbbox()
    if box is None or sum(ink.histogram()[128:]) < LEAST_INK:
        raise Unfit("签名是空白的，请单位代表签名后再上传。")
    left, top, right, bottom = box
    wide, high = picture.size
    cropped = picture.crop((max(left - MARGIN, 0), max(top - MARGIN, 0), min(right + MARGIN, wide), min(bottom + MARGIN, high)))
    target = io.BytesIO()
    cropped.save(target, "PNG", optimize=True)
    return target.getvalue()


def _decoded(source: bytes) -> Image.Image:
    """Return the picture in grey on white, at most ``MAX_SIDE`` long."""
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(source), formats=("PNG",))
        if picture.size[0] * picture.size[1] > MAX_PIXELS:
            raise Unfit("签名图片的尺寸过大，请清除后重新签名。")
        drawn = picture.convert("RGBA")
    except (Image.DecompressionBombError, UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise Unfit("签名图片不完整或已损坏，请清除后重新签名。") from error
    ground = Image.new("RGB", drawn.size, "white")
    ground.paste(drawn, mask=drawn.getchannel("A"))
    grey = ground.convert("L")
    grey.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    return grey
