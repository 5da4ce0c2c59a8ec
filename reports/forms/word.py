"""A Word file that comes back."""

from __future__ import annotations

from typing import Any

from django import forms

from inspections.documents.reading import MOST_BYTES
from reports.forms.fields import form_helper


class WordReturnForm(forms.Form):
    """The .docx that was edited outside."""

    file = forms.FileField(
        label="外部修改稿",
        help_text="从本系统下载、在 Word 或 WPS 里修改过的 .docx。修改会逐处列出，由您决定是否采纳。",
        widget=forms.ClearableFileInput(attrs={"accept": ".docx"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = form_helper("file")

    def clean_file(self) -> Any:
        """Refuse what is too large before it is read."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError("文件超过 20 MB。请删去文档里的图片后再上传。")
        return file
