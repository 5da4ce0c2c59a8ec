"""Addresses of the pre-issue check and the word list."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
