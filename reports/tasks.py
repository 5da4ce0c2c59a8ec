"""Background jobs of reports; Celery's autodiscovery imports this module, which registers them."""

from celery import shared_task

from reports import bulk, drafting, lettering, rechecking
from reports.actions import searching

__all__ = ["bulk", "drafting", "index_reports", "lettering", "rechecking"]


@shared_task
def index_reports() -> None:
    """Write the search index of reports whose words have changed since the last time."""
    searching.index_due()
