"""Form of the upload."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings


class ImportForm(forms.Form):
    """One spreadsheet."""

    file = forms.FileField(
        label="名录文件",
        max_length=200,
        error_messages={
            "required": "请先选择文件。",
            "empty": "文件是空的。请下载导入模板，填好后再上传。",
            "max_length": "文件名太长，请改短后再上传。",
            "missing": "请先选择文件。",
            "invalid": "没有收到文件，请重新选择后上传。",
        },
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv", "data-max-text": ""}),
    )

    def __init__(self, *args: Any, is_too_large: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_too_large = is_too_large
        limit = settings.IMPORT_MAX_BYTES
        self.fields["file"].help_text = f".xlsx 或 CSV 文件，不超过 {limit // 2**20} MB。"
        self.fields["file"].widget.attrs.update({"data-max-bytes": limit, "data-max-text": self.too_large})
        if is_too_large:
            self.fields["file"].required = False

    @property
    def too_large(self) -> str:
        """What is wrong with a large file, and what to do."""
        size = settings.IMPORT_MAX_BYTES // 2**20
        return f"文件超过 {size} MB，没有上传。请删除图片、多余的工作表和空白行，或拆成几个文件分批导入。"

    def clean(self) -> dict[str, Any]:
        """Say when the file was too large to be taken in."""
        cleaned = super().clean() or self.cleaned_data
        file = cleaned.get("file")
        if self.is_too_large or (file and file.size > settings.IMPORT_MAX_BYTES):
            self.add_error("file", self.too_large)
        return cleaned
