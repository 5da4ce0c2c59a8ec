"""Addresses of submissions, of the library of model texts and of the burden meter."""

from django.urls import URLPattern, path

from inspections.views import burden, model_texts, submission_bulk, submission_office, submission_review, submissions

ALL = "campaigns/<slug:code>/submissions/"
ONE = "submissions/<uuid:pk>/"

urlpatterns: list[URLPattern] = [
    path(ALL, submission_office.submission_list, name="submission_list"),
    path(f"{ALL}request/", submission_office.submission_request, name="submission_request"),
    path(f"{ALL}request/drop/", submission_office.submission_request_drop, name="submission_request_drop"),
    path(f"{ALL}notify/", submission_office.submission_notify, name="submission_notify"),
    path(f"{ALL}bulk/", submission_bulk.submission_bulk, name="submission_bulk"),
    path(f"{ALL}remind/", submission_office.submission_remind, name="submission_remind"),
    path("campaigns/<slug:code>/burden/", burden.burden_detail, name="burden_detail"),
    path("campaigns/<slug:code>/burden/panel/", burden.burden_panel, name="burden_panel"),
    path("burden/settings/", burden.burden_settings, name="burden_settings"),
    path(ONE, submissions.submission_detail, name="submission_detail"),
    path(f"{ONE}receive/", submissions.submission_receive, name="submission_receive"),
    path(f"{ONE}upload/", submissions.submission_upload, name="submission_upload"),
    path(f"{ONE}file/", submissions.submission_file, name="submission_file"),
    path(f"{ONE}file/drop/", submissions.submission_drop_file, name="submission_drop_file"),
    path(f"{ONE}fill/", submissions.submission_fill, name="submission_fill"),
    path(f"{ONE}metrics/", submissions.metric_confirm, name="metric_confirm"),
    path("submission-metrics/<int:pk>/", submissions.metric_settle, name="metric_settle"),
    path(f"{ONE}hand-in/", submissions.submission_hand_in, name="submission_hand_in"),
    path(f"{ONE}revoke/", submission_review.submission_revoke, name="submission_revoke"),
    path(f"{ONE}take-back/", submissions.submission_take_back, name="submission_take_back"),
    path(f"{ONE}accept/", submission_review.submission_accept, name="submission_accept"),
    path(f"{ONE}return/", submission_review.submission_return, name="submission_return"),
    path(f"{ONE}quote/", submission_review.submission_quote, name="submission_quote"),
    path(f"{ONE}check/", submission_review.submission_check, name="submission_check"),
    path("submission-drafts/<uuid:pk>/confirm/", submission_review.draft_confirm, name="draft_confirm"),
    path("submission-drafts/<uuid:pk>/dismiss/", submission_review.draft_dismiss, name="draft_dismiss"),
    path("model-texts/", model_texts.model_text_list, name="model_text_list"),
    path("model-texts/new/", model_texts.model_text_create, name="model_text_create"),
    path("model-texts/<int:pk>/", model_texts.model_text_detail, name="model_text_detail"),
    path("model-texts/<int:pk>/delete/", model_texts.model_text_delete, name="model_text_delete"),
]
