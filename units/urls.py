"""Addresses of the app."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path

from units.views import accounts

app_name = "units"


def _later(_request: HttpRequest, **_parts: object) -> HttpResponse:
    raise Http404


urlpatterns = [
    path("login/", accounts.login, name="login"),
    path("logout/", accounts.logout, name="logout"),
    path("password/", accounts.password_change, name="password_change"),
    path("organizations/", _later, name="organization_list"),
    path("organizations/new/", _later, name="organization_create"),
    path("organizations/import/", _later, name="organization_import"),
    path("organizations/<int:pk>/", _later, name="organization_detail"),
    path("organizations/<int:pk>/edit/", _later, name="organization_update"),
    path("organizations/<int:pk>/move/", _later, name="organization_move"),
    path("organizations/<int:pk>/dissolve/", _later, name="organization_dissolve"),
    path("organizations/<int:pk>/restore/", _later, name="organization_restore"),
    path("categories/", _later, name="category_list"),
    path("tags/", _later, name="tag_list"),
    path("users/", _later, name="user_list"),
    path("users/new/", _later, name="user_create"),
    path("users/<int:pk>/", _later, name="user_update"),
    path("users/<int:pk>/password/", _later, name="user_reset_password"),
    path("activity/", _later, name="activity_list"),
]
