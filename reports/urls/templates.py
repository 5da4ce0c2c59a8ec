"""Addresses of report templates, and of the tables that some of them make."""

from django.urls import URLPattern, path

from reports.views import tables
from reports.views import templates as views

urlpatterns: list[URLPattern] = [
    path("<int:pk>/tables/", tables.report_tables, name="report_tables"),
    path("templates/", views.template_list, name="template_list"),
    path("templates/<int:pk>/", views.template_detail, name="template_detail"),
    path("templates/<int:pk>/edit/", views.template_edit, name="template_edit"),
    path("templates/<int:pk>/preview/", views.template_preview, name="template_preview"),
    path("templates/<int:pk>/revise/", views.template_revise, name="template_revise"),
    path("templates/<int:pk>/copy/", views.template_copy, name="template_copy"),
    path("templates/<int:pk>/publish/", views.template_publish, name="template_publish"),
    path("templates/<int:pk>/retire/", views.template_retire, name="template_retire"),
    path("templates/<int:pk>/restore/", views.template_restore, name="template_restore"),
    path("templates/<int:pk>/discard/", views.template_discard, name="template_discard"),
]
