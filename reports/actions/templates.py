"""The verbs of report templates: revise, copy, change a draft, publish, retire. A published version never changes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from jobs.errors import InvalidTransition, Refused
from reports.models import ReportTemplate, TemplateSection
from units.actions.activity import record

if TYPE_CHECKING:
    from units.models import User

FIELDS = ("name", "title_pattern", "settings")
SECTION_FIELDS = ("kind", "heading", "settings")
Status = ReportTemplate.Status


def _log(verb: str, summary: str, template: ReportTemplate, *, by: User) -> None:
    record(by, f"reports.template_{verb}", summary, template)


def sections_of(template: ReportTemplate) -> list[dict[str, Any]]:
    """Return the sections of a template as plain values, in order."""
    return [{name: getattr(row, name) for name in SECTION_FIELDS} for row in template.sections.all()]


def _write_sections(template: ReportTemplate, sections: Sequence[Mapping[str, Any]]) -> None:
    template.sections.all().delete()
    TemplateSection.objects.bulk_create(TemplateSection(template=template, order=order, **row) for order, row in enumerate(sections))


def _copied(template: ReportTemplate, *, key: str, name: str, version: int) -> ReportTemplate:
    copy = ReportTemplate.objects.create(
        key=key,
        version=version,
        status=Status.DRAFT,
        name=name,
        subject=template.subject,
        title_pattern=template.title_pattern,
        settings=template.settings,
    )
    _write_sections(copy, sections_of(template))
    return copy


@transaction.atomic
def revise_template(template: ReportTemplate, *, by: User) -> ReportTemplate:
    """Return a draft of the next version; the one that is open already, if there is one. Reports keep the version they were made from."""
    family = ReportTemplate.objects.select_for_update().filter(key=template.key)
    draft = family.filter(status=Status.DRAFT).first()
    if draft is not None:
        return draft
    newest = family.aggregate(newest=Max("version"))["newest"]
    draft = _copied(template, key=template.key, name=template.name, version=newest + 1)
    _log("revise", f"修订报告样式“{template.name}”（第{draft.version}版）", draft, by=by)
    return draft


@transaction.atomic
def copy_template(template: ReportTemplate, *, name: str, by: User) -> ReportTemplate:
    """Return a draft of a new template with the sections and settings of ``template``. Raises ``Refused`` when the name is taken."""
    if ReportTemplate.objects.exclude(status=Status.RETIRED).filter(name=name).exists():
        raise Refused(f"已经有名为“{name}”的报告样式，请换一个名称。")
    copy = _copied(template, key=_free_key(template.key), name=name, version=1)
    _log("copy", f"以“{template.name}”为底本新建报告样式“{name}”", copy, by=by)
    return copy


def _free_key(key: str) -> str:
    """Return the key with the next free number behind it: ``four-part-2``."""
    stem = re.sub(r"-\d+$", "", key)[:34]
    taken = set(ReportTemplate.objects.filter(key__startswith=stem).values_list("key", flat=True))
    return next(free for number in range(2, len(taken) + 3) if (free := f"{stem}-{number}") not in taken)


@transaction.atomic
def update_template(
    template: ReportTemplate, *, revision: int, values: Mapping[str, Any], sections: Sequence[Mapping[str, Any]], by: User
) -> ReportTemplate:
    """Write a draft's name, title, settings and sections; ``revision`` is the one the editor had read.

    Raises ``InvalidTransition`` when it was changed meanwhile or is no draft any more, ``Refused`` without any section.
    """
    if not sections:
        raise Refused("样式至少要有一个部分，请先添加部分再保存。")
    drafts = ReportTemplate.objects.filter(pk=template.pk, status=Status.DRAFT, revision=revision)
    if not drafts.update(revision=F("revision") + 1, **{name: values[name] for name in FIELDS}):
        raise InvalidTransition("这个样式刚被他人修改或已经发布。您填写的内容还在页面上，请核对后再保存。")
    _write_sections(template, sections)
    template.refresh_from_db()
    _log("update", f"修改报告样式“{template.name}”（第{template.version}版草稿）", template, by=by)
    return template


@transaction.atomic
def publish_template(template: ReportTemplate, *, by: User) -> ReportTemplate:
    """Offer a draft for new reports; the version before it retires. Raises ``InvalidTransition`` for what is no draft."""
    # The old one goes first: one published version per key is a constraint.
    ReportTemplate.objects.filter(key=template.key, status=Status.PUBLISHED).update(status=Status.RETIRED)
    drafts = ReportTemplate.objects.filter(pk=template.pk, status=Status.DRAFT)
    if not drafts.update(status=Status.PUBLISHED, published_at=timezone.now()):
        raise InvalidTransition("这个样式已经发布或已停用，请刷新页面。")
    template.refresh_from_db()
    _log("publish", f"发布报告样式“{template.name}”（第{template.version}版）", template, by=by)
    return template


@transaction.atomic
def retire_template(template: ReportTemplate, *, by: User) -> ReportTemplate:
    """Offer a template no longer; reports made from it stay. Raises ``InvalidTransition`` for what is not published."""
    if not ReportTemplate.objects.filter(pk=template.pk, status=Status.PUBLISHED).update(status=Status.RETIRED):
        raise InvalidTransition("只有已发布的样式可以停用，请刷新页面。")
    template.refresh_from_db()
    _log("retire", f"停用报告样式“{template.name}”", template, by=by)
    return template


@transaction.atomic
def restore_template(template: ReportTemplate, *, by: User) -> ReportTemplate:
    """Offer a retired version again. Raises ``InvalidTransition`` when it is not retired, ``Refused`` when another version is in use."""
    if ReportTemplate.objects.filter(key=template.key, status=Status.PUBLISHED).exists():
        raise Refused("这个样式已有使用中的版本。如需换回旧版，请先停用使用中的版本。")
    if not ReportTemplate.objects.filter(pk=template.pk, status=Status.RETIRED).update(status=Status.PUBLISHED):
        raise InvalidTransition("只有已停用的样式可以重新启用，请刷新页面。")
    template.refresh_from_db()
    _log("restore", f"重新启用报告样式“{template.name}”（第{template.version}版）", template, by=by)
    return template


@transaction.atomic
def discard_template(template: ReportTemplate, *, by: User) -> None:
    """Throw a draft away. Raises ``InvalidTransition`` for what is no draft, since reports may rest on it."""
    _log("discard", f"删除报告样式“{template.name}”（第{template.version}版草稿）", template, by=by)
    deleted, _ = ReportTemplate.objects.filter(pk=template.pk, status=Status.DRAFT).delete()
    if not deleted:
        raise InvalidTransition("只有草稿可以删除，已发布过的样式请停用。请刷新页面。")
