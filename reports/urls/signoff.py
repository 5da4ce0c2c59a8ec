"""Addresses of sign-off, numbers and verification."""

from django.urls import path

from reports.views import numbers, signoff, verification

urlpatterns = [
    path("<int:pk>/signoff/", signoff.signoff_detail, name="signoff_detail"),
    path("<int:pk>/signoff/submit/", signoff.signoff_submit, name="signoff_submit"),
    path("<int:pk>/signoff/withdraw/", signoff.signoff_withdraw, name="signoff_withdraw"),
    path("<int:pk>/signoff/<int:step>/pass/", signoff.signoff_pass, name="signoff_pass"),
    path("<int:pk>/signoff/<int:step>/send-back/", signoff.signoff_send_back, name="signoff_send_back"),
    path("<int:pk>/signoff/<int:step>/issue/", signoff.signoff_issue, name="signoff_issue"),
    path("<int:pk>/layout/", signoff.report_layout, name="report_layout"),
    path("<int:pk>/correct/", signoff.report_correct, name="report_correct"),
    path("numbers/", numbers.series_list, name="series_list"),
    path("numbers/create/", numbers.series_create, name="series_create"),
    path("numbers/<int:pk>/", numbers.series_detail, name="series_detail"),
    path("numbers/<int:pk>/retire/", numbers.series_retire, name="series_retire"),
    path("verify/", verification.rendition_verify, name="rendition_verify"),
]
