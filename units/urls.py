"""Addresses of the app."""

from django.urls import path

from units.views import accounts, activity, dictionaries, imports, organizations, users

app_name = "units"
urlpatterns = [
    path("login/", accounts.login, name="login"),
    path("logout/", accounts.logout, name="logout"),
    path("password/", accounts.password_change, name="password_change"),
    path("organizations/", organizations.organization_list, name="organization_list"),
    path("organizations/search/", organizations.organization_search, name="organization_search"),
    path("organizations/new/", organizations.organization_create, name="organization_create"),
    path("organizations/export/", imports.organization_export, name="organization_export"),
    path("organizations/import/", imports.organization_import, name="organization_import"),
    path("organizations/import/template/", imports.organization_import_template, name="organization_import_template"),
    path("organizations/import/<uuid:pk>/", imports.organization_import_check, name="organization_import_check"),
    path("organizations/import/<uuid:pk>/faults/", imports.organization_import_faults, name="organization_import_faults"),
    path("organizations/import/<uuid:pk>/confirm/", imports.organization_import_confirm, name="organization_import_confirm"),
    path("organizations/import/<uuid:pk>/discard/", imports.organization_import_discard, name="organization_import_discard"),
    path("organizations/<int:pk>/", organizations.organization_detail, name="organization_detail"),
    path("organizations/<int:pk>/branch/", organizations.organization_branch, name="organization_branch"),
    path("organizations/<int:pk>/edit/", organizations.organization_update, name="organization_update"),
    path("organizations/<int:pk>/move/", organizations.organization_move, name="organization_move"),
    path("organizations/<int:pk>/dissolve/", organizations.organization_dissolve, name="organization_dissolve"),
    path("organizations/<int:pk>/restore/", organizations.organization_restore, name="organization_restore"),
    path("categories/", dictionaries.category_list, name="category_list"),
    path("categories/new/", dictionaries.category_create, name="category_create"),
    path("categories/<int:pk>/", dictionaries.category_update, name="category_update"),
    path("categories/<int:pk>/delete/", dictionaries.category_delete, name="category_delete"),
    path("tags/", dictionaries.tag_list, name="tag_list"),
    path("tags/new/", dictionaries.tag_create, name="tag_create"),
    path("tags/<int:pk>/", dictionaries.tag_update, name="tag_update"),
    path("tags/<int:pk>/delete/", dictionaries.tag_delete, name="tag_delete"),
    path("users/", users.user_list, name="user_list"),
    path("users/new/", users.user_create, name="user_create"),
    path("users/<int:pk>/", users.user_update, name="user_update"),
    path("users/<int:pk>/appoint/", users.user_appoint, name="user_appoint"),
    path("users/<int:pk>/password/", users.user_reset_password, name="user_reset_password"),
    path("users/<int:pk>/deactivate/", users.user_deactivate, name="user_deactivate"),
    path("users/<int:pk>/activate/", users.user_activate, name="user_activate"),
    path("appointments/<int:pk>/end/", users.appointment_end, name="appointment_end"),
    path("activity/", activity.activity_list, name="activity_list"),
    path("activity/export/", activity.activity_export, name="activity_export"),
]
