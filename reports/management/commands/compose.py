"""``manage.py compose``: a campaign's report as PDF, Word document and JSON, without the web site."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from inspections.models import Campaign
from jobs.errors import Refused
from reports.actions import draft_report
from reports.assembly import document_of_draft
from reports.composing import DraftReport
from reports.composing.draft import plain
from reports.composing.variants import LISTS
from reports.models import ReportTemplate
from reports.naming import safe_stem
from reports.rendering.document import Document, to_json
from reports.rendering.docx import render_docx
from reports.rendering.pdf import render_pdf
from reports.rendering.result import RenderError
from reports.rendering.xlsx import render_xlsx
from units.models import PartyOrganization


class Command(BaseCommand):
    """Compose a report from a campaign's facts and write .pdf, .docx and .json; nothing is stored in the database."""

    help = "由一次督查活动的数据起草报告，写出 PDF、Word 文档和含依据的 JSON；清单另写成 Excel 工作簿。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which campaign, by which template, to which folder."""
        parser.add_argument("campaign", metavar="CAMPAIGN_CODE", help="督查活动编码，如 2026-2")
        parser.add_argument("--template", default="four-part", help="报告样式的标识（默认 four-part）")
        parser.add_argument("--organization", default="", metavar="CODE", help="组织编码；样式针对单个组织时必填")
        parser.add_argument("--out", default=".", metavar="DIR", help="输出目录（默认当前目录），不存在时新建")
        parser.add_argument("--signed-on", default="", metavar="YYYY-MM-DD", help="成文日期（默认今天）")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write the files and print their paths. Raises ``CommandError`` with a Chinese sentence."""
        campaign = _campaign(options["campaign"])
        template = _template(options["template"])
        organization = _organization(options["organization"])
        values = {"signed_on": _day(options["signed_on"])}
        try:
            draft = draft_report(campaign, template, organization=organization, values=values)
            document = document_of_draft(draft)
            files = {"pdf": render_pdf(document, draft=True), "docx": render_docx(document, draft=True)}
        except (Refused, RenderError) as error:
            raise CommandError(str(error)) from error
        stem = safe_stem("-".join(part for part in (campaign.code, template.key, organization.code if organization else "") if part))
        contents = {suffix: result.content for suffix, result in files.items()}
        contents["json"] = _json(draft, document)
        if template.document == LISTS:
            contents["xlsx"] = render_xlsx(document).content
        for path in _write(Path(options["out"]), stem, contents):
            self.stdout.write(str(path))
        for warning in dict.fromkeys(warning for result in files.values() for warning in result.warnings):
            self.stderr.write(f"提示：{warning}")


def _campaign(code: str) -> Campaign:
    campaign = Campaign.objects.select_related("organizer", "checklist").filter(code=code).first()
    if campaign is None:
        known = "、".join(Campaign.objects.values_list("code", flat=True)[:10])
        raise CommandError(f"没有编码为“{code}”的督查活动。" + (f"可用的编码：{known}。" if known else "请先新建督查活动。"))
    return campaign


def _template(key: str) -> ReportTemplate:
    template = ReportTemplate.objects.published().prefetch_related("sections").filter(key=key).first()
    if template is None:
        # The annotation of by_family is not known to the types.
        known = "、".join(ReportTemplate.objects.published().by_family().order_by("first").values_list("key", flat=True))  # type: ignore[misc]
        raise CommandError(f"没有标识为“{key}”的报告样式。可用的样式：{known or '无，请先执行数据库升级'}。")
    return template


def _organization(code: str) -> PartyOrganization | None:
    if not code:
        return None
    organization = PartyOrganization.objects.filter(code=code).first()
    if organization is None:
        raise CommandError(f"没有编码为“{code}”的组织，请在组织目录中核对编码。")
    return organization


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise CommandError(f"成文日期“{text}”不是有效日期，请按 2026-11-20 的样式填写。") from error


def _json(draft: DraftReport, document: Document) -> bytes:
    """The document, and beside it each paragraph with its sources, fingerprint and arithmetic."""
    data = {"document": to_json(document), "sections": plain(draft.sections)}
    return json.dumps(data, ensure_ascii=False, indent=2).encode()


def _write(folder: Path, stem: str, contents: dict[str, bytes]) -> list[Path]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        paths = []
        for suffix, content in contents.items():
            path = folder / f"{stem}.{suffix}"
            path.write_bytes(content)
            paths.append(path)
    except OSError as error:
        raise CommandError(f"无法写入“{folder}”：{error.strerror}。请换一个有写入权限的目录。") from error
    return paths
