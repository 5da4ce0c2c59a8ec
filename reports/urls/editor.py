"""Addresses of the editor."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
