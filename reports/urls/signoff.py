"""Addresses of sign-off, numbers and verification."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
