"""What a renderer gives back, and what it says when it cannot."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RenderResult:
    """A finished file.

    ``pages`` is 0 for formats whose pages the reader's program makes (.docx). ``fonts`` names the real fonts that the file is set in, for
    the record of a rendition. ``warnings`` are Chinese sentences for the person who asked for the file.
    """

    content: bytes
    pages: int
    fonts: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


class RenderError(Exception):
    """A document cannot be turned into a file; ``str()`` is a Chinese sentence that says what to do."""


class MissingGlyphError(RenderError):
    """No font has a character. ``char`` is it; ``where`` names the paragraph."""

    def __init__(self, char: str, where: str, context: str) -> None:
        """Build the sentence from the character, the place (``正文第3段``) and the words around it."""
        self.char = char
        self.where = where
        super().__init__(
            f"{where}“{context}”中的“{char}”字（U+{ord(char):04X}）在所有可用字体中都没有，无法成稿。"
            "请改用其他写法，或请系统管理员把含有该字的字体文件放入字体目录的 site 文件夹后重试。"
        )


class OverTimeError(RenderError):
    """A document takes longer than one document may."""

    def __init__(self, seconds: float) -> None:
        """Build the sentence from the limit."""
        super().__init__(
            f"这份文稿生成超过 {seconds:g} 秒，已停止，其他文稿不受影响。内容可能过长，请核对该单位的发现和表格后重新执行；"
            "确需这样长的，请系统管理员调高成稿时限。"
        )


class OverMemoryError(RenderError):
    """A document takes more memory than one document may."""

    def __init__(self, megabytes: int = 0) -> None:
        """Build the sentence from the limit, where it is known."""
        limit = f"（{megabytes} MB）" if megabytes else ""
        super().__init__(
            f"这份文稿占用的内存超过上限{limit}，已停止，其他文稿不受影响。内容可能过长，请核对该单位的发现和表格后重新执行；"
            "确需这样长的，请系统管理员调高成稿内存上限。"
        )
