"""Addresses of the whole site."""

from django.contrib.auth.decorators import login_required
from django.urls import include, path
from django.views.generic import RedirectView

from config.api import urls as api_urls
from config.api_page import api_reference
from config.metrics import metrics
from jobs.views import healthz

handler400 = "config.errors.bad_request"
handler403 = "config.errors.permission_denied"
handler404 = "config.errors.not_found"
handler500 = "config.errors.server_error"

urlpatterns = [
    path("", login_required(RedirectView.as_view(pattern_name="reports:home")), name="home"),
    path("healthz", healthz, name="healthz"),
    path("metrics", metrics, name="metrics"),
    path("api/v1/", api_urls()),
    path("docs/api/", api_reference, name="api_reference"),
    path("jobs/", include("jobs.urls")),
    path("units/", include("units.urls")),
    path("inspections/", include("inspections.urls")),
    path("", include("inspections.field.urls")),
    path("reports/", include("reports.urls")),
]
