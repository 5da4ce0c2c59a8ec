"""Addresses of reports, one list per part; the dashboard's are included."""

from importlib import import_module
from importlib.util import find_spec

from reports.urls import archive, checks, deliveries, editor, reports, signoff, templates

app_name = "reports"
urlpatterns = [
    *reports.urlpatterns,
    *editor.urlpatterns,
    *signoff.urlpatterns,
    *checks.urlpatterns,
    *archive.urlpatterns,
    *templates.urlpatterns,
    *deliveries.urlpatterns,
]
if find_spec("reports.dashboard.urls"):
    urlpatterns += import_module("reports.dashboard.urls").urlpatterns
