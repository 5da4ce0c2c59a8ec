"""Addresses of the app."""

app_name = "inspections"
urlpatterns: list = []
