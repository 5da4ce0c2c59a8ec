"""Addresses of the pre-issue check and the word list."""

from django.urls import URLPattern, path

from reports.views import checks

urlpatterns: list[URLPattern] = [
    path("<int:pk>/check/", checks.check_panel, name="check_panel"),
    path("<int:pk>/check/fix/", checks.check_fix, name="check_fix"),
    path("<int:pk>/check/fix-all/", checks.check_fix_all, name="check_fix_all"),
    path("<int:pk>/check/waive/", checks.check_waive, name="check_waive"),
    path("<int:pk>/check/unwaive/", checks.check_unwaive, name="check_unwaive"),
    path("words/", checks.watch_word_list, name="watch_word_list"),
    path("words/<int:pk>/update/", checks.watch_word_update, name="watch_word_update"),
    path("words/<int:pk>/delete/", checks.watch_word_delete, name="watch_word_delete"),
]
