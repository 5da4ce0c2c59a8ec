"""Addresses of campaigns."""

from django.urls import URLPattern, path

from inspections.views import campaign_grouping, campaign_methods, campaign_scope, campaign_split, campaign_teams, campaign_units, campaigns

ONE = "campaigns/<slug:code>/"

urlpatterns: list[URLPattern] = [
    path("campaigns/", campaigns.campaign_list, name="campaign_list"),
    path("campaigns/new/", campaigns.campaign_create, name="campaign_create"),
    path(ONE, campaigns.campaign_detail, name="campaign_detail"),
    path(f"{ONE}edit/", campaigns.campaign_update, name="campaign_update"),
    path(f"{ONE}delete/", campaigns.campaign_delete, name="campaign_delete"),
    path(f"{ONE}grouping/", campaign_grouping.campaign_grouping, name="campaign_grouping"),
    path(f"{ONE}grouping/apart/", campaign_grouping.group_keep_apart, name="group_keep_apart"),
    path(f"{ONE}grouping/<int:pk>/again/", campaign_grouping.group_suggest_again, name="group_suggest_again"),
    path(f"{ONE}finish/", campaigns.campaign_finish, name="campaign_finish"),
    path(f"{ONE}reopen/", campaigns.campaign_reopen, name="campaign_reopen"),
    path(f"{ONE}scope/", campaign_scope.campaign_scope, name="campaign_scope"),
    path(f"{ONE}scope/preview/", campaign_scope.campaign_scope_preview, name="campaign_scope_preview"),
    path(f"{ONE}scope/organizations/", campaign_scope.campaign_organizations, name="campaign_organizations"),
    path(f"{ONE}scope/<uuid:pk>/remove/", campaign_scope.campaign_unit_remove, name="campaign_unit_remove"),
    path(f"{ONE}methods/", campaign_methods.campaign_methods, name="campaign_methods"),
    path(f"{ONE}methods/<uuid:pk>/", campaign_methods.campaign_method_unit, name="campaign_method_unit"),
    path(f"{ONE}start/", campaign_methods.campaign_start, name="campaign_start"),
    path(f"{ONE}teams/", campaign_teams.campaign_teams, name="campaign_teams"),
    path(f"{ONE}teams/new/", campaign_teams.team_create, name="team_create"),
    path(f"{ONE}teams/<int:pk>/rename/", campaign_teams.team_rename, name="team_rename"),
    path(f"{ONE}teams/<int:pk>/delete/", campaign_teams.team_delete, name="team_delete"),
    path(f"{ONE}teams/<int:pk>/people/", campaign_teams.member_search, name="member_search"),
    path(f"{ONE}teams/<int:pk>/members/", campaign_teams.member_add, name="member_add"),
    path(f"{ONE}members/<int:pk>/lead/", campaign_teams.member_lead, name="member_lead"),
    path(f"{ONE}members/<int:pk>/remove/", campaign_teams.member_remove, name="member_remove"),
    path(f"{ONE}members/<int:pk>/homes/", campaign_teams.member_home_search, name="member_home_search"),
    path(f"{ONE}members/<int:pk>/home/", campaign_teams.member_home, name="member_home"),
    path(f"{ONE}split/", campaign_split.campaign_split, name="campaign_split"),
    path(f"{ONE}split/propose/", campaign_split.campaign_split_propose, name="campaign_split_propose"),
    path(f"{ONE}split/bulk/", campaign_split.campaign_split_bulk, name="campaign_split_bulk"),
    path(f"{ONE}split/<uuid:pk>/", campaign_split.campaign_split_unit, name="campaign_split_unit"),
    path("assignments/", campaign_units.assignment_list, name="assignment_list"),
]
