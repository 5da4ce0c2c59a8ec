"""Pictures are made anew: turned upright, scaled down, and without anything that came along with them (place, device, time)."""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageCms, ImageFile, ImageOps, UnidentifiedImageError

from inspections.evidence_files.errors import Unfit

MAX_SIDE = 2560
THUMBNAIL_SIDE = 320
MAX_PIXELS = {"JPEG": 210_000_000, "PNG": 50_000_000}
"""Photos of the largest phone cameras are decoded at a fraction of their size; a PNG has to be unpacked whole."""
JPEG_QUALITY = 85


def clean_jpeg(source: bytes) -> bytes:
    """Return a JPEG without metadata, upright, at most ``MAX_SIDE`` pixels long. Raises ``Unfit``."""
    picture = _open(source, "JPEG")
    return _saved(_without_alpha(picture), "JPEG", quality=JPEG_QUALITY, optimize=True, progressive=True)


def clean_png(source: bytes) -> bytes:
    """Return a PNG without metadata, at most ``MAX_SIDE`` pixels long; of a moving one the first picture. Raises ``Unfit``."""
    return _saved(_open(source, "PNG"), "PNG", optimize=True)


def thumbnail(content: bytes) -> bytes:
    """Return a small JPEG of a picture that was accepted before."""
    with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as picture:
        picture.draft("RGB", (THUMBNAIL_SIDE, THUMBNAIL_SIDE))
        small = _without_alpha(picture)
        small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
        return _saved(small, "JPEG", quality=75)


def _open(source: bytes, kind: str) -> Image.Image:
    """Decode a picture into pixels and nothing else."""
    # WeasyPrint, where it is loaded in the same process, tells Pillow to fill what is missing with grey; half a photo is no evidence.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        # Pillow's own guard warns first and stops only at twice its limit; ours is checked before a pixel is unpacked.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(source), formats=(kind,))
    except Image.DecompressionBombError as error:
        raise Unfit(_too_large("超过 1.7 亿像素")) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise Unfit("图片已损坏，无法打开，请重新拍摄或导出后再上传。") from error
    width, height = picture.size
    if width * height > MAX_PIXELS[kind]:
        raise Unfit(_too_large(f"{width}×{height} 像素"))
    try:
        picture.draft("RGB", (MAX_SIDE, MAX_SIDE))
        upright = _in_srgb(ImageOps.exif_transpose(picture))
        upright.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    except (OSError, ValueError, SyntaxError, EOFError, ZeroDivisionError, TypeError) as error:
        raise Unfit("图片不完整或已损坏，请重新拍摄或导出后再上传。") from error
    # A new picture: Pillow would write comments, profiles and text chunks of the old one again.
    clean = Image.new(upright.mode, upright.size)
    clean.paste(upright)
    return clean


def _too_large(what: str) -> str:
    return f"图片尺寸过大（{what}），请缩小后再上传。"


def _in_srgb(picture: Image.Image) -> Image.Image:
    """Return the picture in a mode that browsers and paper show alike; the colour profile is applied, since it is not kept."""
    mode = "RGBA" if "A" in picture.getbands() or "transparency" in picture.info else "L" if picture.mode in {"1", "L"} else "RGB"
    if picture.mode.startswith("I"):
        # Sixteen bits per pixel: convert() would cut off instead of scaling.
        return picture.convert("I").point(lambda value: value / 256).convert("L")
    profile = picture.info.get("icc_profile")
    if profile and picture.mode in {"RGB", "CMYK"}:
        try:
            source = ImageCms.getOpenProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError):
            pass  # an unusual profile: slightly different colours are better than no photo
        else:
            return converted or picture.convert(mode)
    return picture.convert(mode)


def _without_alpha(picture: Image.Image) -> Image.Image:
    """Lay a transparent picture on white."""
    if "A" not in picture.getbands():
        return picture if picture.mode in {"RGB", "L"} else picture.convert("RGB")
    ground = Image.new("RGB", picture.size, "white")
    ground.paste(picture, mask=picture.getchannel("A"))
    return ground


def _saved(picture: Image.Image, kind: str, **options: int | bool) -> bytes:
    target = io.BytesIO()
    picture.save(target, kind, **options)
    return target.getvalue()
