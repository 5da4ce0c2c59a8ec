"""Addresses of the assignment page, of findings and evidence."""

from django.urls import path

from inspections.views import (
    assignment_page,
    confirmations,
    evidence,
    finding_bulk,
    finding_list,
    finding_merges,
    findings,
    rescue,
    results,
)

urlpatterns = [
    path("assignments/<uuid:pk>/", assignment_page.assignment_detail, name="assignment_detail"),
    path("assignments/<uuid:pk>/notes/", assignment_page.assignment_notes, name="assignment_notes"),
    path("assignments/<uuid:pk>/conclude/", assignment_page.assignment_conclude, name="assignment_conclude"),
    path("assignments/<uuid:pk>/reopen/", assignment_page.assignment_reopen, name="assignment_reopen"),
    path("assignments/<uuid:pk>/signature/", confirmations.confirmation_signature, name="confirmation_signature"),
    path("assignments/<uuid:pk>/items/<int:item_pk>/", results.result_row, name="result_row"),
    path("assignments/<uuid:pk>/items/<int:item_pk>/save/", results.result_save, name="result_save"),
    path("assignments/<uuid:pk>/standards/", findings.standard_pick, name="standard_pick"),
    path("assignments/<uuid:pk>/findings/new/", findings.finding_create, name="finding_create"),
    path("rescue/", rescue.rescue_import, name="rescue_import"),
    path("findings/", finding_list.finding_list, name="finding_list"),
    path("findings/export/", finding_list.finding_export, name="finding_export"),
    path("findings/organizations/", finding_list.organization_options, name="organization_options"),
    path("findings/withdraw/", finding_bulk.finding_withdraw_many, name="finding_withdraw_many"),
    path("findings/merge/", finding_merges.finding_merge, name="finding_merge"),
    path("findings/merges/<uuid:pk>/undo/", finding_merges.merge_undo, name="merge_undo"),
    path("findings/<uuid:pk>/timeline/", findings.finding_timeline, name="finding_timeline"),
    path("findings/<uuid:pk>/similar/", finding_merges.finding_similar, name="finding_similar"),
    path("findings/<uuid:pk>/", findings.finding_detail, name="finding_detail"),
    path("findings/<uuid:pk>/edit/", findings.finding_update, name="finding_update"),
    path("findings/<uuid:pk>/withdraw/", findings.finding_withdraw, name="finding_withdraw"),
    path("findings/<uuid:pk>/evidence/", evidence.evidence_add, name="evidence_add"),
    path("evidence/<uuid:pk>/", evidence.evidence_download, name="evidence_download"),
    path("evidence/<uuid:pk>/caption/", evidence.evidence_caption, name="evidence_caption"),
    path("evidence/<uuid:pk>/remove/", evidence.evidence_remove, name="evidence_remove"),
]
