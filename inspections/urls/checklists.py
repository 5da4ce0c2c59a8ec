"""Addresses of checklists and standard wordings."""

from django.urls import URLPattern, path

from inspections.views import checklist_files, checklist_items, checklist_rows, checklists, standards

urlpatterns: list[URLPattern] = [
    path("checklists/", checklists.checklist_list, name="checklist_list"),
    path("checklists/create/", checklists.checklist_create, name="checklist_create"),
    path("checklists/import/", checklist_files.checklist_import, name="checklist_import"),
    path("checklists/import/template/", checklist_files.checklist_import_template, name="checklist_import_template"),
    path("checklists/import/confirm/", checklist_files.checklist_import_confirm, name="checklist_import_confirm"),
    path("checklists/<int:pk>/", checklists.checklist_detail, name="checklist_detail"),
    path("checklists/<int:pk>/copy/", checklists.checklist_copy, name="checklist_copy"),
    path("checklists/<int:pk>/new-version/", checklists.checklist_new_version, name="checklist_new_version"),
    path("checklists/<int:pk>/publish/", checklists.checklist_publish, name="checklist_publish"),
    path("checklists/<int:pk>/delete/", checklists.checklist_delete, name="checklist_delete"),
    path("checklists/<int:pk>/export/", checklist_files.checklist_export, name="checklist_export"),
    path("checklists/<int:pk>/edit/", checklist_rows.checklist_edit, name="checklist_edit"),
    path("checklists/<int:pk>/update/", checklist_rows.checklist_update, name="checklist_update"),
    path("checklists/<int:pk>/themes/add/", checklist_rows.theme_add, name="theme_add"),
    path("checklists/<int:pk>/themes/<int:theme_pk>/", checklist_rows.theme_show, name="theme_show"),
    path("checklists/<int:pk>/themes/<int:theme_pk>/update/", checklist_rows.theme_update, name="theme_update"),
    path("checklists/<int:pk>/themes/<int:theme_pk>/delete/", checklist_rows.theme_delete, name="theme_delete"),
    path("checklists/<int:pk>/themes/<int:theme_pk>/duplicate/", checklist_rows.theme_duplicate, name="theme_duplicate"),
    path("checklists/<int:pk>/themes/<int:theme_pk>/place/", checklist_rows.theme_place, name="theme_place"),
    path("checklists/<int:pk>/items/add/", checklist_items.item_add, name="item_add"),
    path("checklists/<int:pk>/items/restore/", checklist_items.item_restore, name="item_restore"),
    path("checklists/<int:pk>/items/<int:item_pk>/", checklist_items.item_show, name="item_show"),
    path("checklists/<int:pk>/items/<int:item_pk>/update/", checklist_items.item_update, name="item_update"),
    path("checklists/<int:pk>/items/<int:item_pk>/delete/", checklist_items.item_delete, name="item_delete"),
    path("checklists/<int:pk>/items/<int:item_pk>/duplicate/", checklist_items.item_duplicate, name="item_duplicate"),
    path("checklists/<int:pk>/items/<int:item_pk>/place/", checklist_items.item_place, name="item_place"),
    path("standards/", standards.standard_list, name="standard_list"),
    path("standards/create/", standards.standard_create, name="standard_create"),
    path("standards/<int:pk>/", standards.standard_update, name="standard_update"),
    path("standards/<int:pk>/row/", standards.standard_show, name="standard_show"),
    path("standards/<int:pk>/retire/", standards.standard_retire, name="standard_retire"),
    path("standards/<int:pk>/restore/", standards.standard_restore, name="standard_restore"),
    path("standards/<int:pk>/delete/", standards.standard_delete, name="standard_delete"),
]
