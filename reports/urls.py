"""Addresses of reports; the dashboard's are included."""

from importlib import import_module
from importlib.util import find_spec

app_name = "reports"
urlpatterns: list = []
if find_spec("reports.dashboard.urls") if find_spec("reports.dashboard") else None:
    urlpatterns += import_module("reports.dashboard.urls").urlpatterns
