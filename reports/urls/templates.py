"""Addresses of report templates."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
