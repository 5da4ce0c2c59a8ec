"""Addresses of the app, grouped as its screens are."""

from inspections.urls import campaigns, checklists, findings

app_name = "inspections"
urlpatterns = [*campaigns.urlpatterns, *checklists.urlpatterns, *findings.urlpatterns]
