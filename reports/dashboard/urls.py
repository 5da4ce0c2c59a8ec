"""Addresses of the home page and the leaders' page; part of the name space of reports."""

from django.urls import URLPattern, path

from reports.dashboard import compare, ranking, views, wall

urlpatterns: list[URLPattern] = [
    path("home/", views.home, name="home"),
    path("dashboard/", views.dashboard, name="dashboard"),
    path("dashboard/print/", wall.dashboard_print, name="dashboard_print"),
    path("dashboard/wall/", wall.dashboard_wall, name="dashboard_wall"),
    path("dashboard/compare/", compare.dashboard_compare, name="dashboard_compare"),
    path("dashboard/ranking/", ranking.ranking_settings, name="ranking_settings"),
]
