"""Opening the editor of a report and saving one of its paragraphs, in a small and in a large campaign: the same pages, fifty times the findings."""

from __future__ import annotations

import statistics
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from benchmarks.reports import data

PAGES = 30
SMALL, LARGE = 100, 5000
"""Findings of the two campaigns, about."""
ROUNDS = 10


@dataclass
class Measured:
    """One act in one campaign: CPU milliseconds of each round, and the database queries of the last."""

    spent: list[float] = field(default_factory=list)
    queries: int = 0

    @property
    def cost(self) -> float:
        """CPU milliseconds in the quickest quarter of the rounds."""
        return statistics.quantiles(self.spent, n=4, method="inclusive")[0] if len(self.spent) > 1 else self.spent[0]


@dataclass
class Desk:
    """The editor of one campaign's report."""

    findings: int
    report: Any
    pages: int
    opening: Measured = field(default_factory=Measured)
    saving: Measured = field(default_factory=Measured)


def thirty_pages(campaign: Any, user: Any) -> tuple[Any, int]:
    """Compose the report of ``campaign`` and bring its text to thirty pages, without annexes, whose length is that of the campaign.

    Its own paragraphs with their sources come first, and then come again under new names until the pages are full.
    """
    from reports.actions import compose_report  # noqa: PLC0415 - models are ready only now
    from reports.assembly import document_of  # noqa: PLC0415
    from reports.models import Paragraph, ReportTemplate  # noqa: PLC0415
    from reports.rendering.pdf import render_pdf  # noqa: PLC0415

    report = compose_report(campaign, ReportTemplate.objects.published().get(key="four-part"), by=user)
    report.sections.filter(kind="annex").delete()
    report.refresh_from_db()
    body = list(Paragraph.objects.filter(section__report=report, kind=Paragraph.Kind.BODY).order_by("section__order", "order"))
    order = max(row.order for row in body)
    pages = render_pdf(document_of(report)).pages
    while pages < PAGES:
        for row in body:
            order += 1
            again = Paragraph(**{**_values(row), "uid": uuid.uuid4(), "order": order, "key": f"{row.key}+{order}"[:80]})
            again.save(force_insert=True)
            if order % 5 == 0 and (pages := render_pdf(document_of(report)).pages) >= PAGES:
                break
    return report, pages


def _values(row: Any) -> dict[str, Any]:
    names = (field.attname for field in row._meta.concrete_fields if not field.primary_key)
    return {name: getattr(row, name) for name in names}


def measured(act: Callable[[], Any], into: Measured) -> None:
    """Do ``act`` once and note what it cost."""
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    start = time.process_time()
    answer = act()
    into.spent.append((time.process_time() - start) * 1000)
    assert answer.status_code == 200, answer.content[:500]  # noqa: PLR2004
    if not into.queries:
        with CaptureQueriesContext(connection) as seen:
            act()
        into.queries = len(seen)


def desks(campaigns: list[Any], user: Any, rounds: int = ROUNDS) -> list[Desk]:
    """Open and save by turns in each of the campaigns."""
    from django.conf import settings  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.urls import reverse  # noqa: PLC0415

    from reports.models import Paragraph  # noqa: PLC0415

    # Names of static files come from a list that a bench without a web server does not have.
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    made = [Desk(campaign.findings.count(), *thirty_pages(campaign, user)) for campaign in campaigns]

    def save(desk: Desk, turn: int) -> Callable[[], Any]:
        def act() -> Any:
            # Only what the page has: reading the ids that a paragraph rests on is nothing that a save does.
            rows = Paragraph.objects.filter(section__report=desk.report, kind="body").order_by("-order")
            uid, revision, drafted = rows.values_list("uid", "revision", "drafted_text")[0]
            address = reverse("reports:paragraph_save", args=[desk.report.pk, uid])
            return client.post(address, {"text": f"{drafted}第{turn}次核对，{revision}。", "revision": revision})

        return act

    for turn in range(rounds + 1):
        for desk in made:
            if turn == 1:  # everything once, unmeasured: templates read, caches filled
                desk.opening, desk.saving = Measured(), Measured()
            measured(lambda desk=desk: client.get(reverse("reports:report_edit", args=[desk.report.pk])), desk.opening)
            measured(save(desk, turn), desk.saving)
    return made


def bench(user: Any, sizes: tuple[int, int] = (SMALL, LARGE)) -> list[tuple[str, float, float]]:
    """Measure in campaigns of both sizes, print the table, and return what was to be reached."""
    made = desks([data.many_units(size // data.FINDINGS_EACH, f"editor-{size}") for size in sizes], user)
    table(made)
    return goals(made)


def table(made: list[Desk]) -> None:
    """Print what was measured in Markdown."""
    print("\n### The editor of a report of thirty pages\n")
    print(
        "| findings in the campaign | pages | opening, CPU ms | queries | saving a paragraph, CPU ms | queries |\n|---:|---:|---:|---:|---:|---:|"
    )
    for desk in made:
        opening, saving = desk.opening, desk.saving
        print(f"| {desk.findings} | {desk.pages} | {opening.cost:.1f} | {opening.queries} | {saving.cost:.1f} | {saving.queries} |")


def goals(made: list[Desk]) -> list[tuple[str, float, float]]:
    """Return what was to be reached: name, measured, the most it may be. The queries are the promise, the times bear it out."""
    small, large = made
    return [
        ("opening the editor, 5,000 findings ÷ 100, queries", large.opening.queries / small.opening.queries, 1.0),
        ("saving a paragraph, 5,000 findings ÷ 100, queries", large.saving.queries / small.saving.queries, 1.0),
        ("opening the editor, 5,000 findings ÷ 100, time", large.opening.cost / small.opening.cost, 1.25),
        ("saving a paragraph, 5,000 findings ÷ 100, time", large.saving.cost / small.saving.cost, 1.25),
    ]
