"""What may come in as evidence: types by content, pictures made anew, documents looked into."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageFile

from inspections.evidence_files import FileRefused, accept, thumbnail
from inspections.evidence_files.accepting import shown_name
from tests.inspections.findings import files

MB = 2**20


def taken(content: bytes, name: str):
    return accept(files.upload(content, name), max_bytes=20 * MB)


def opened(accepted) -> Image.Image:
    return Image.open(io.BytesIO(accepted.content))


@pytest.mark.parametrize(
    ("content", "name", "content_type"),
    [
        (files.jpeg(), "照片.jpg", "image/jpeg"),
        (files.png(), "截图.PNG", "image/png"),
        (files.pdf(), "扫描件.pdf", "application/pdf"),
        (files.docx(), "记录.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ],
)
def test_the_four_kinds_are_accepted(content, name, content_type):
    assert taken(content, name).content_type == content_type


def test_type_is_told_by_content_and_the_name_corrected():
    accepted = taken(files.jpeg(), "其实是照片.png")
    assert (accepted.content_type, accepted.name) == ("image/jpeg", "其实是照片.jpg")


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"MZ\x90\x00" + b"\0" * 100, "照片.jpg", "不是可以接受的类型"),
        (b"<html><script>alert(1)</script></html>", "扫描件.pdf", "不是可以接受的类型"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "图.png", "不是可以接受的类型"),
        (b"GIF89a" + b"\0" * 50, "动图.jpg", "不是可以接受的类型"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 50, "IMG_1.HEIC", "HEIC"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 50, "旧.doc", "旧版 Office"),
        (b"", "空.jpg", "文件是空的"),
        (b"\xff\xd8\xff\xe0 not a picture", "坏.jpg", "损坏"),
        (files.jpeg((800, 800))[:2000], "半张.jpg", "损坏"),
        (b"%PDF-1.4\nbroken", "断.pdf", "不完整"),
        (b"PK\x03\x04broken", "断.docx", "损坏"),
    ],
)
def test_others_are_refused_with_name_and_reason(content, name, said, monkeypatch):
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)  # as WeasyPrint leaves it
    with pytest.raises(FileRefused) as refused:
        taken(content, name)
    assert refused.value.name == name
    assert said in refused.value.reason


def test_21_megabytes_are_refused_and_20_are_not_by_size():
    with pytest.raises(FileRefused, match=r"21\.0 MB，超过了 20 MB 的上限"):
        taken(files.pdf() + b"\0" * (21 * MB), "大.pdf")
    body = files.pdf()
    assert len(taken(body[:9] + b"%" + b"x" * (20 * MB - len(body) - 2) + b"\n" + body[9:], "正好.pdf").content) == 20 * MB


def test_metadata_of_a_photo_is_gone():
    source = files.jpeg(secrets=True, orientation=1)
    assert b"SecretPhone" in source
    assert Image.open(io.BytesIO(source)).getexif().get_ifd(0x8825), "the test's own picture has no place in it"
    accepted = taken(source, "a.jpg")
    kept = opened(accepted)
    assert dict(kept.getexif()) == {}
    assert kept.getexif().get_ifd(0x8825) == {}
    assert {"exif", "comment", "xmp", "icc_profile"}.isdisjoint(kept.info)
    assert b"Secret" not in accepted.content


def test_text_in_a_png_is_gone():
    source = files.png()
    assert b"SecretText" in source
    assert b"SecretText" not in taken(source, "a.png").content


@pytest.mark.parametrize(
    ("orientation", "size", "red_at"),
    [(1, (60, 40), (5, 20)), (3, (60, 40), (55, 20)), (6, (40, 60), (20, 5)), (8, (40, 60), (20, 55))],
)
def test_a_photo_is_turned_upright(orientation, size, red_at):
    kept = opened(taken(files.jpeg(orientation=orientation), "a.jpg"))
    assert kept.size == size
    red, _green, blue = kept.getpixel(red_at)
    assert red > 200
    assert blue < 60


def test_a_large_photo_is_scaled_down():
    kept = opened(taken(files.jpeg((5200, 1300)), "a.jpg"))
    assert kept.size == (2560, 640)


@pytest.mark.parametrize("mode", ["RGBA", "P", "L", "1", "I;16", "LA"])
def test_every_kind_of_png_is_kept_as_a_plain_one(mode):
    source = io.BytesIO()
    Image.new(mode, (20, 20)).save(source, "PNG")
    kept = opened(taken(source.getvalue(), "a.png"))
    assert (kept.format, kept.size) == ("PNG", (20, 20))
    assert kept.mode in {"RGB", "RGBA", "L"}


def test_a_cmyk_photo_becomes_one_that_browsers_show():
    source = io.BytesIO()
    Image.new("CMYK", (20, 20)).save(source, "JPEG")
    assert opened(taken(source.getvalue(), "a.jpg")).mode == "RGB"


@pytest.mark.parametrize("side", [8_000, 30_000, 2**31 - 1])
def test_a_picture_that_claims_to_be_huge_is_refused(side):
    with pytest.raises(FileRefused, match=r"尺寸过大|损坏"):
        taken(files.png_claiming(side, side), "bomb.png")


def test_a_polyglot_loses_its_other_half():
    source = files.jpeg() + files.archive({"evil.js": "alert(1)"}) + b"<script>alert(1)</script>"
    content = taken(source, "a.jpg").content
    assert b"script" not in content
    assert b"evil" not in content


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (files.pdf() + files.archive({"a.txt": "x"}) + b"%%EOF", "压缩包"),
        (files.pdf(b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>"), "脚本"),
        (files.pdf(b"/A<</S/Launch/F(cmd.exe)>>"), "脚本"),
    ],
)
def test_a_pdf_that_is_more_than_a_pdf_is_refused(content, said):
    with pytest.raises(FileRefused, match=said):
        taken(content, "a.pdf")


REMOTE = '<Relationships><Relationship Id="r1" Type="http://x/attachedTemplate" Target="{}" TargetMode="External"/></Relationships>'


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (files.docx({"word/vbaProject.bin": b"\0"}), "宏"),
        (files.docx(types=files.TYPES.replace("document.main+xml", "document.macroEnabled.main+xml")), "宏"),
        (files.docx({"word/activeX/activeX1.xml": "<x/>"}), "宏或控件"),
        (files.archive({"a.txt": "x"}), "不是 Word 文档"),
        (files.archive({"[Content_Types].xml": files.TYPES.replace("wordprocessingml.document", "spreadsheetml.sheet")}), "不是 Word 文档"),
        (files.docx({"../../etc/passwd": "x"}), "结构异常"),
        (files.docx({"word/_rels/settings.xml.rels": REMOTE.format("https://evil.example/t.dotm")}), "网络上的模板"),
        (files.docx({"word/media/a.bin": b"\0" * (201 * MB)}), "解开后过大"),
        (files.docx({f"word/{n}.xml": "" for n in range(5_001)}), "解开后过大"),
    ],
)
def test_a_zip_that_is_no_harmless_word_document_is_refused(content, said):
    with pytest.raises(FileRefused, match=said):
        taken(content, "a.docx")


def test_a_word_document_with_its_template_on_the_own_disk_is_accepted():
    relation = REMOTE.format(r"file:///C:\Users\a\Normal.dotm")
    assert taken(files.docx({"word/_rels/settings.xml.rels": relation}), "a.docx")


def test_an_archive_that_lies_about_its_size_is_refused():
    honest = files.docx({"word/media/a.bin": b"\0" * MB})
    lying = honest.replace((MB).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lying != honest
    with pytest.raises(FileRefused, match="损坏"):
        taken(lying, "a.docx")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd.jpg", "passwd.jpg"),
        ("C:\\photos\\现场.jpg", "现场.jpg"),
        ("a\u202egpj.exe.jpg", "agpj.exe.jpg"),
        ('bad"name\r\n<x>.pdf', "bad_name_x_.pdf"),
        ("", "未命名文件"),
        ("长" * 300 + ".jpg", "长" * 96 + ".jpg"),
    ],
)
def test_names_are_shown_without_tricks(name, shown):
    assert shown_name(name) == shown


def test_the_thumbnail_is_small():
    small = Image.open(io.BytesIO(thumbnail(taken(files.png((2000, 1000)), "a.png").content)))
    assert (small.format, small.size) == ("JPEG", (320, 160))
