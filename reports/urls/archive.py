"""Addresses of old reports."""

from django.urls import URLPattern, path

from reports.views import archive

urlpatterns: list[URLPattern] = [
    path("archive/", archive.archive_list, name="archive_list"),
    path("archive/add/", archive.archive_create, name="archive_create"),
    path("archive/<int:pk>/", archive.archive_detail, name="archive_detail"),
    path("archive/<int:pk>/update/", archive.archive_update, name="archive_update"),
    path("archive/<int:pk>/delete/", archive.archive_delete, name="archive_delete"),
    path("archive/<int:pk>/download/", archive.archive_download, name="archive_download"),
    path("archive/<int:pk>/compare/", archive.archive_compare, name="archive_compare"),
]
