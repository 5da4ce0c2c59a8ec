"""What the office types about reports, one module per part."""

from reports.forms.bulk import BulkForm
from reports.forms.reports import ReportCreateForm, ReportFilterForm, ReportUpdateForm

__all__ = ["BulkForm", "ReportCreateForm", "ReportFilterForm", "ReportUpdateForm"]
