"""Addresses of the list, composing, the preview, the files and the bulk documents."""

from django.urls import path

from reports.views import bulk, bulk_verbs
from reports.views import reports as views

urlpatterns = [
    path("list/", views.report_list, name="report_list"),
    path("list/bulk/", bulk_verbs.report_bulk, name="report_bulk"),
    path("campaign/<slug:code>/compose/", views.report_create, name="report_create"),
    path("campaign/<slug:code>/feedback/", bulk.bulk_create, name="bulk_create"),
    path("<int:pk>/", views.report_detail, name="report_detail"),
    path("<int:pk>/update/", views.report_update, name="report_update"),
    path("<int:pk>/refresh/", views.report_refresh, name="report_refresh"),
    path("<int:pk>/delete/", views.report_delete, name="report_delete"),
    path("<int:pk>/download/<slug:file_format>/", views.report_download, name="report_download"),
]
