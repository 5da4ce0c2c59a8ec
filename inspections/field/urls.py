"""Addresses of the phone's pages: they stand at the root of the site, where a service worker may look after them."""

from django.urls import path

from inspections.field import views

app_name = "field"
urlpatterns = [
    path("field/", views.shell, name="shell"),
    path("sw.js", views.worker, name="worker"),
]
