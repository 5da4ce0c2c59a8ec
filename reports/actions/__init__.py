"""The verbs of reports, one module per part; the ones that make and unmake a report are named here."""

from reports.actions.recomposing import recompose_report
from reports.actions.reports import compose_report, delete_report, draft_report, interleaved, update_report

__all__ = ["compose_report", "delete_report", "draft_report", "interleaved", "recompose_report", "update_report"]
