"""Addresses of old reports."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
