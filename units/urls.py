"""Addresses of the app."""

app_name = "units"
urlpatterns: list = []
