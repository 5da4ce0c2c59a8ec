"""Addresses of the app, grouped as its screens are."""

from inspections.urls import campaigns, checklists, findings, rectifications, submissions

app_name = "inspections"
urlpatterns = [
    *campaigns.urlpatterns,
    *checklists.urlpatterns,
    *findings.urlpatterns,
    *rectifications.urlpatterns,
    *submissions.urlpatterns,
]
