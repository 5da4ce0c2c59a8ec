"""Background jobs of reports; Celery's autodiscovery imports this module, which registers them."""

from importlib.util import find_spec

if all(find_spec(f"reports.{name}") for name in ("assembly", "actions", "composing", "facts")) and find_spec("reports.rendering.docx"):
    from reports import bulk, drafting  # noqa: F401
