"""Form for the file of a phone that cannot send."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings


class RescueForm(forms.Form):
    """The file, and the passphrase when it is encrypted."""

    file = forms.FileField(
        label="导出文件",
        max_length=200,
        error_messages={
            "required": "请先选择文件。",
            "empty": "文件是空的，请让填写人重新导出。",
            "max_length": "文件名太长，请改短后再上传。",
            "missing": "请先选择文件。",
            "invalid": "没有收到文件，请重新选择后上传。",
        },
        widget=forms.ClearableFileInput(attrs={"accept": ".jsonl,.zip", "data-max-text": ""}),
    )
    passphrase = forms.CharField(
        label="文件密码",
        required=False,
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="导出时给文件设了密码的，请向填写人索取（不是打开手机页面的口令）；没有设的，留空。",
    )

    def __init__(self, *args: Any, is_too_large: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_too_large = is_too_large
        limit = settings.RESCUE_MAX_BYTES
        self.fields["file"].help_text = f"手机导出的 .jsonl 文件，或装有它的 .zip，不超过 {limit // 2**20} MB。"
        self.fields["file"].widget.attrs.update({"data-max-bytes": limit, "data-max-text": self.too_large})
        if is_too_large:
            self.fields["file"].required = False

    @property
    def too_large(self) -> str:
        """What is wrong with a large file, and what to do."""
        return f"文件超过 {settings.RESCUE_MAX_BYTES // 2**20} MB，没有上传。请让填写人分几次导出。"

    def clean(self) -> dict[str, Any]:
        """Say when the file was too large to be taken in."""
        cleaned = super().clean() or self.cleaned_data
        file = cleaned.get("file")
        if self.is_too_large or (file and file.size > settings.RESCUE_MAX_BYTES):
            self.add_error("file", self.too_large)
        return cleaned
