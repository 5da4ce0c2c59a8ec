"""Background jobs of reports; Celery's autodiscovery imports this module, which registers them."""

from reports import bulk, drafting, lettering, rechecking

__all__ = ["bulk", "drafting", "lettering", "rechecking"]
