"""A throw-away database: the demo district, and a campaign over hundreds of further organizations, each with findings of its own."""

from __future__ import annotations

import io
import itertools
import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FINDINGS_EACH = 8
"""Brings a feedback to three pages."""


FOUND = ("kind", "theme", "item_id", "standard_id", "severity", "cause", "measure", "recorded_by_id", "recorded_at")
ANSWER = ("item_id", "conformity", "number", "is_approximate", "date", "text", "answered_by_id", "answered_at")


def own_database(home: Path) -> None:
    """Point Django to an embedded database in ``home`` and load the demo data. Call before anything of Django is imported."""
    fonts = os.environ.get("DUCHATONG_FONTS") or str(Path(__file__).resolve().parents[2] / "var" / "fonts")
    for name in ("DATABASE_URL", "CELERY_BROKER_URL", "MEDIA_ROOT", "DUCHATONG_PDF_ENGINE", "RENDERING_SECONDS", "RENDERING_MEMORY_MB"):
        os.environ.pop(name, None)
    os.environ.update(DUCHATONG_VAR=str(home), DUCHATONG_FONTS=fonts, DJANGO_SETTINGS_MODULE="config.settings")
    os.environ["RENDERING_DOCUMENTS"] = "1000000"  # memory must stay flat without a new process now and then
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # the browser's driver runs a loop in this thread; nothing else does
    vendor = Path(fonts).parent / "vendor"  # charts are drawn by what the pages use
    if vendor.is_dir() and not (home / "vendor").exists():
        (home / "vendor").symlink_to(vendor)
    import django  # noqa: PLC0415 - only after the environment is set
    from django.core.management import call_command  # noqa: PLC0415

    django.setup()
    if not (home / "duchatong.sqlite3").exists():
        call_command("migrate", interactive=False, verbosity=0)
        call_command("demo", stdout=io.StringIO())


def many_units(count: int, code: str = "bench") -> Any:
    """Return a finished campaign over ``count`` organizations; results and findings are those of the demo, mixed anew for each.

    Campaigns of different ``code`` have organizations of their own.
    """
    from inspections.models import Assignment, Campaign, CheckResult, Finding  # noqa: PLC0415
    from units.actions.organizations import create_organization  # noqa: PLC0415
    from units.models import OrganizationCategory, PartyOrganization  # noqa: PLC0415

    source = Campaign.objects.get(code="2026-2")
    found = Campaign.objects.filter(code=code).first()
    if found:
        return found
    chance = random.Random(1)  # noqa: S311 - the same data on every machine
    done = list(source.assignments.concluded())
    findings = list(source.findings.filter(kind="problem").select_related("theme"))
    results = {
        pk: list(rows)
        for pk, rows in itertools.groupby(CheckResult.objects.filter(assignment__in=done).order_by("assignment"), lambda r: r.assignment_id)
    }
    campaign = Campaign.objects.get(pk=source.pk)
    campaign.pk, campaign.code = None, code
    campaign.save(force_insert=True)
    category, parent = OrganizationCategory.objects.first(), source.organizer
    made_findings: list[Finding] = []
    made_results: list[CheckResult] = []
    for number in range(count):
        unit = create_organization(
            by=None,
            parent=parent,
            name=f"第{number + 1}示例单位党支部",
            code=f"{code}-{number:05d}",
            kind=PartyOrganization.Kind.BRANCH,
            category=category,
        )
        like = done[number % len(done)]
        assignment = Assignment.objects.create(
            campaign=campaign, organization=unit, organization_path=unit.path, category=category, method="on_site",
            activities=["hearing", "document_review"], visit_on=like.visit_on, status=like.status, concluded_at=like.concluded_at,
            concluded_by=like.concluded_by, summary=f"重视程度较高，今年以来开展专题学习{number % 17 + 2}次，工作有载体、有记录。",
        )  # fmt: skip
        made_results.extend(
            CheckResult(assignment=assignment, **{name: getattr(row, name) for name in ANSWER}) for row in results.get(like.pk, [])
        )
        made_findings.extend(_finding(row, assignment, chance) for row in chance.sample(findings, FINDINGS_EACH))
    CheckResult.objects.bulk_create(made_results, batch_size=500)
    Finding.objects.bulk_create(made_findings, batch_size=500)
    return campaign


def _finding(row: Any, assignment: Any, chance: random.Random) -> Any:
    """Return a finding like ``row`` of another organization, in words of its own."""
    values = {name: getattr(row, name) for name in FOUND}
    text = f"{row.text}；查阅台账{chance.randint(2, 60)}份，发现问题{chance.randint(2, 9)}处"[:500]
    place = {name: getattr(assignment, name) for name in ("campaign", "organization", "organization_path")}
    return type(row)(assignment=assignment, **place, **values, text=text)


SLICE = 20


def feedbacks(campaign: Any) -> list[Any]:
    """Return the feedback to each organization of ``campaign`` as a document."""
    return list(in_slices(campaign))


def in_slices(campaign: Any) -> Iterator[Any]:
    """Return them a few at a time, as a worker makes them."""
    from reports.assembly import document_of_draft  # noqa: PLC0415
    from reports.composing import compose_feedback  # noqa: PLC0415
    from reports.facts import organization_facts  # noqa: PLC0415
    from reports.models import ReportTemplate  # noqa: PLC0415

    template = ReportTemplate.objects.published().prefetch_related("sections").get(key="feedback")
    ids = list(campaign.assignments.order_by("organization_path").values_list("organization_id", flat=True))
    for start in range(0, len(ids), SLICE):
        facts = organization_facts(campaign, ids[start : start + SLICE])
        for pk in ids[start : start + SLICE]:
            yield document_of_draft(compose_feedback(facts[pk], template, {}))
