"""Addresses of the ledger, its rows, extensions and 回头看."""

from django.urls import path

from inspections.views import (
    ledger,
    rechecks,
    rectification_create,
    rectification_mine,
    rectification_office,
    rectification_page,
    rectification_verdicts,
    rectification_work,
)

ROW = "rectifications/<uuid:pk>/"
EXTENSION = "extensions/<uuid:pk>/"

urlpatterns = [
    path("rectifications/", ledger.rectification_list, name="rectification_list"),
    path("rectifications/print/", ledger.rectification_print, name="rectification_print"),
    path("rectifications/export/", ledger.rectification_export, name="rectification_export"),
    path("rectifications/import/", ledger.rectification_import, name="rectification_import"),
    path("rectifications/bulk/", ledger.rectification_bulk, name="rectification_bulk"),
    path("rectifications/mine/", rectification_mine.rectification_mine, name="rectification_mine"),
    path("rectifications/mine/receive/", rectification_mine.rectification_receive_all, name="rectification_receive_all"),
    path(ROW, rectification_page.rectification_detail, name="rectification_detail"),
    path(f"{ROW}receive/", rectification_work.rectification_receive, name="rectification_receive"),
    path(f"{ROW}plan/", rectification_work.rectification_plan, name="rectification_plan"),
    path(f"{ROW}progress/", rectification_work.rectification_progress, name="rectification_progress"),
    path(f"{ROW}proofs/", rectification_work.proof_add, name="proof_add"),
    path(f"{ROW}submit/", rectification_work.rectification_submit, name="rectification_submit"),
    path(f"{ROW}close/", rectification_verdicts.rectification_close, name="rectification_close"),
    path(f"{ROW}return/", rectification_verdicts.rectification_return, name="rectification_return"),
    path(f"{ROW}extension/", rectification_verdicts.extension_ask, name="extension_ask"),
    path(f"{ROW}issue/", rectification_office.rectification_issue, name="rectification_issue"),
    path(f"{ROW}edit/", rectification_office.rectification_update, name="rectification_update"),
    path(f"{ROW}verifier/", rectification_office.rectification_verifier, name="rectification_verifier"),
    path(f"{ROW}remind/", rectification_office.rectification_remind, name="rectification_remind"),
    path(f"{ROW}reopen/", rectification_office.rectification_reopen, name="rectification_reopen"),
    path(f"{ROW}withdraw/", rectification_office.rectification_withdraw, name="rectification_withdraw"),
    path(f"{ROW}transfer/", rectification_office.rectification_transfer, name="rectification_transfer"),
    path(f"{ROW}merge/", rectification_office.rectification_merge, name="rectification_merge"),
    path(f"{ROW}split/", rectification_office.rectification_split, name="rectification_split"),
    path(f"{EXTENSION}endorse/", rectification_verdicts.extension_endorse, name="extension_endorse"),
    path(f"{EXTENSION}approve/", rectification_verdicts.extension_approve, name="extension_approve"),
    path(f"{EXTENSION}refuse/", rectification_verdicts.extension_refuse, name="extension_refuse"),
    path(f"{EXTENSION}withdraw/", rectification_verdicts.extension_withdraw, name="extension_withdraw"),
    path("proofs/<uuid:pk>/", rectification_work.proof_download, name="proof_download"),
    path("proofs/<uuid:pk>/remove/", rectification_work.proof_remove, name="proof_remove"),
    path("findings/<uuid:pk>/put-right/", rectification_work.rectification_put_right, name="rectification_put_right"),
    path("campaigns/<slug:code>/rectifications/new/", rectification_create.rectification_create, name="rectification_create"),
    path("campaigns/<slug:code>/rectifications/issue/", rectification_create.rectification_issue_all, name="rectification_issue_all"),
    path("campaigns/<slug:code>/recheck/", rechecks.recheck_sample, name="recheck_sample"),
    path("assignments/<uuid:pk>/rechecks/<uuid:finding>/", rechecks.recheck_save, name="recheck_save"),
]
