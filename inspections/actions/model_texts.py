"""The verbs on the office's library of model texts and superior material, with which submissions are compared."""

from __future__ import annotations

from django.core.files.base import File
from django.db import transaction

from inspections.documents.material import material_of
from inspections.documents.opening import opened
from inspections.documents.reading import Unreadable
from inspections.models import ModelText
from jobs.errors import Refused
from units.actions.activity import record
from units.models import PartyOrganization, User

LONGEST = 200_000


def text_in(file: File) -> str:
    """Return the words of a Word or text file. Raises ``Refused`` with what to do about it."""
    name = file.name or ""
    try:
        return material_of(opened(name, file), name).text
    except Unreadable as error:
        raise Refused(f"“{name}”没有收入：{error}") from error


@transaction.atomic
def add_model_text(organizer: PartyOrganization, *, by: User, kind: str, title: str, text: str, source: str = "") -> ModelText:
    """Put a text into the library of ``organizer``. Raises ``Refused`` for an empty, an overlong or a known one."""
    text = text.strip()
    if not text:
        raise Refused("请粘贴正文，或者上传文件。")
    if len(text) > LONGEST:
        raise Refused("正文超过 20 万字，请只保留需要比对的部分。")
    if ModelText.objects.filter(organizer=organizer, text=text).exists():
        raise Refused("库里已有内容完全相同的一篇。")
    row = ModelText.objects.create(organizer=organizer, kind=kind, title=title, source=source, text=text, added_by=by)
    record(by, "inspections.model_text_create", f"收入{row.get_kind_display()}“{row.title}”", row, organization=organizer)
    return row


@transaction.atomic
def delete_model_text(row: ModelText, *, by: User) -> None:
    """Take a text out; signals that were found by it keep its passages. Raises ``Refused`` when it is gone already."""
    record(by, "inspections.model_text_delete", f"删除{row.get_kind_display()}“{row.title}”", row, organization=row.organizer)
    if not ModelText.objects.filter(pk=row.pk).delete()[0]:
        raise Refused("这一篇已经被删除，请刷新页面查看。")
