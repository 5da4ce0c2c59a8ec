"""Addresses of received documents, of the letters about what is late, and of confirmation sheets."""

from django.urls import URLPattern, path

from reports.views import confirmation, deliveries, letters

urlpatterns: list[URLPattern] = [
    path("received/", deliveries.delivery_list, name="delivery_list"),
    path("received/<uuid:pk>/", deliveries.delivery_detail, name="delivery_detail"),
    path("received/<uuid:pk>/receive/", deliveries.delivery_receive, name="delivery_receive"),
    path("received/<uuid:pk>/download/<slug:file_format>/", deliveries.delivery_download, name="delivery_download"),
    path("campaign/<slug:code>/letters/", letters.letter_create, name="letter_create"),
    path("confirmation/<uuid:pk>/download/", confirmation.confirmation_sheet, name="confirmation_sheet"),
]
