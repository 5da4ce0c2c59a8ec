"""The editing page of a draft: everything on one page, each row stored by itself."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from inspections.actions import checklist_rows as rows
from inspections.actions import checklists as actions
from inspections.actions.checklist_rows import Gone
from inspections.actions.checklists import HEAD_FIELDS, THEME_FIELDS
from inspections.forms.checklists import (
    ChecklistForm,
    ThemeAddForm,
    ThemeDeleteForm,
    ThemeForm,
    ThemePlaceForm,
)
from inspections.models import Checklist, ChecklistTheme
from inspections.views import row_answers
from inspections.views.checklist_access import editable
from inspections.views.checklist_items import count_wordings, prepare_form
from jobs.errors import Refused


@require_GET
def checklist_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The page. ``?open=<item>`` opens that item's row, as the links of the completeness check do."""
    checklist = editable(request, pk)
    if not checklist.is_editable:
        messages.info(request, f"“{checklist}”{checklist.get_status_display()}，内容不能再改。需要修改时请建立新版本。")
        return redirect("inspections:checklist_detail", pk=pk)
    themes = checklist.outline()
    items = [item for theme in themes for item in theme.items.all()]
    count_wordings(items)
    opened = next((item for item in items if str(item.pk) == request.GET.get("open")), None)
    if opened:
        prepare_form(opened)
    for theme in themes:
        theme.form, theme.base = _theme_form(theme), row_answers.base_of(theme, THEME_FIELDS)
    context = {
        "checklist": checklist,
        "themes": themes,
        "head_form": ChecklistForm(instance=checklist, auto_id="head-%s"),
        "head_base": row_answers.base_of(checklist, HEAD_FIELDS),
    }
    return render(request, "inspections/checklists/edit.html", context)


def _theme_form(theme: ChecklistTheme) -> ThemeForm:
    return ThemeForm(instance=theme, auto_id=f"theme-{theme.pk}-%s")


# --- head ------------------------------------------------------------------------------------------------------------------


@require_POST
def checklist_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Store the name and the note of a draft."""
    checklist = editable(request, pk)
    form = ChecklistForm(request.POST, instance=Checklist(pk=checklist.pk), auto_id="head-%s")
    row = row_answers.Row("head", reverse("inspections:checklist_edit", args=[pk]), "")
    if not form.is_valid():
        return row_answers.invalid(request, row, form)
    try:
        found = actions.update_checklist(checklist, base=form.base, values=form.values(), by=request.user)
    except Refused as error:
        return row_answers.refused(request, row, form, error, target=checklist)
    return row_answers.saved(request, row, form, found)


# --- themes ----------------------------------------------------------------------------------------------------------------


def _show_theme(request: HttpRequest, checklist: Checklist, theme: ChecklistTheme) -> HttpResponse:
    theme.form, theme.base = _theme_form(theme), row_answers.base_of(theme, THEME_FIELDS)
    count_wordings(list(theme.items.all()))
    return render(request, "inspections/checklists/_theme.html", {"checklist": checklist, "theme": theme})


@require_POST
def theme_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a theme at the end of the page."""
    checklist = editable(request, pk)
    form = ThemeAddForm(request.POST)
    if not form.is_valid():
        return row_answers.told(request, form.errors["name"][0], tone="bad", status=row_answers.INVALID)
    try:
        theme = rows.add_theme(checklist, name=form.cleaned_data["name"], by=request.user)
    except Refused as error:
        return row_answers.not_done(request, error)
    return _show_theme(request, checklist, theme)


@require_GET
def theme_show(request: HttpRequest, pk: int, theme_pk: int) -> HttpResponse:
    """One theme of the page as it is stored now."""
    checklist = editable(request, pk)
    theme = get_object_or_404(checklist.themes.prefetch_related("items__categories"), pk=theme_pk)
    return _show_theme(request, checklist, theme)


@require_POST
def theme_update(request: HttpRequest, pk: int, theme_pk: int) -> HttpResponse:
    """Store a theme's own fields."""
    checklist = editable(request, pk)
    form = ThemeForm(request.POST, instance=ChecklistTheme(pk=theme_pk))
    reload_url = reverse("inspections:theme_show", args=[pk, theme_pk])
    row = row_answers.Row(f"theme-{theme_pk}", reload_url, f"#theme-{theme_pk}")
    if not form.is_valid():
        return row_answers.invalid(request, row, form)
    try:
        found = rows.update_theme(checklist, theme_pk, base=form.base, values=form.values(), by=request.user)
    except Refused as error:
        return row_answers.refused(request, row, form, error, target=ChecklistTheme(pk=theme_pk))
    return row_answers.saved(request, row, form, found)


@require_POST
def theme_delete(request: HttpRequest, pk: int, theme_pk: int) -> HttpResponse:
    """Delete a theme with its items; the empty answer takes it off the page."""
    checklist = editable(request, pk)
    form = ThemeDeleteForm(request.POST)
    if not form.is_valid():
        return row_answers.unreadable(request)
    try:
        rows.delete_theme(checklist, theme_pk, seen=form.cleaned_data["seen"], by=request.user)
    except Gone:
        return HttpResponse()
    except Refused as error:
        return row_answers.not_done(request, error)
    return HttpResponse()


@require_POST
def theme_duplicate(request: HttpRequest, pk: int, theme_pk: int) -> HttpResponse:
    """Copy a theme with its items; the copy appears behind it."""
    checklist = editable(request, pk)
    try:
        copy = rows.duplicate_theme(checklist, theme_pk, by=request.user)
    except Refused as error:
        return row_answers.not_done(request, error)
    return _show_theme(request, checklist, checklist.themes.prefetch_related("items__categories").get(pk=copy.pk))


@require_POST
def theme_place(request: HttpRequest, pk: int, theme_pk: int) -> HttpResponse:
    """Store a theme's new place."""
    checklist = editable(request, pk)
    form = ThemePlaceForm(request.POST)
    if not form.is_valid():
        return row_answers.unreadable(request)
    try:
        rows.place_theme(checklist, theme_pk, before=form.cleaned_data["before"], by=request.user)
    except Refused as error:
        return row_answers.not_done(request, error)
    return row_answers.told(request, row_answers.with_time("顺序已保存"))
