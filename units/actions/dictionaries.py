"""The verbs on the two dictionaries that all organizations share: categories and tags."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError

from jobs.errors import Refused
from units.actions.activity import changes_between, record
from units.models import OrganizationCategory, OrganizationTag, User

Word = OrganizationCategory | OrganizationTag


def _labels(word: Word) -> dict[str, str]:
    return {field.name: str(field.verbose_name) for field in word._meta.concrete_fields if field.name != "id"}


@transaction.atomic
def create_word(word: Word, *, by: User) -> Word:
    """Add an unsaved category or tag."""
    word.save(force_insert=True)
    record(by, f"units.{word._meta.model_name}_create", f"新增{word._meta.verbose_name}“{word}”", word)
    return word


@transaction.atomic
def update_word(word: Word, *, by: User, **fields: Any) -> Word:
    """Change a category or tag."""
    labels = _labels(word)
    before = type(word).objects.filter(pk=word.pk).values(*labels).get()
    for name, value in fields.items():
        setattr(word, name, value)
    word.save(update_fields=list(fields))
    after = {name: getattr(word, name) for name in labels}
    changes = changes_between(before, after, labels)
    record(by, f"units.{word._meta.model_name}_update", f"修改{word._meta.verbose_name}“{word}”", word, changes=changes)
    return word


@transaction.atomic
def delete_word(word: Word, *, by: User) -> None:
    """Delete a category or tag. Raises ``Refused`` while anything uses it, and says how much."""
    name = f"{word._meta.verbose_name}“{word}”"
    used = word.organizations.count()
    if used:
        message = f"{name}正在被 {used} 个组织使用，不能删除。请先修改这些组织，或改用重命名。"
        raise Refused(message)
    record(by, f"units.{word._meta.model_name}_delete", f"删除{name}", word)
    try:
        word.delete()
    except ProtectedError as error:
        users = Counter(str(one._meta.verbose_name) for one in error.protected_objects)
        shown = "、".join(f"{count} 条{kind}" for kind, count in users.items())
        message = f"{name}还被{shown}记录引用，不能删除，但可以重命名。"
        raise Refused(message) from error
