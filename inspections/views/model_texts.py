"""Screens of the library of model texts and superior material."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inspections.actions import model_texts as actions
from inspections.forms.submissions import ModelTextForm
from inspections.models import ModelText
from jobs.errors import Refused


def _require_office(request: HttpRequest) -> None:
    if not request.user.office_paths:
        raise PermissionDenied("范文库由办公室维护，您的账号不能使用。")


@require_GET
def model_text_list(request: HttpRequest) -> HttpResponse:
    """The library."""
    _require_office(request)
    rows = ModelText.objects.visible_to(request.user).select_related("organizer", "added_by").defer("text")
    return render(request, "inspections/submissions/model_texts.html", {"page": Paginator(rows, 50).get_page(request.GET.get("page"))})


@require_http_methods(["GET", "POST"])
def model_text_create(request: HttpRequest) -> HttpResponse:
    """Take a text in, pasted or from a file."""
    _require_office(request)
    form = ModelTextForm(request.POST or None, request.FILES or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        file = data.pop("file")
        organizer = data.pop("organizer")
        try:
            if file and not data["text"].strip():
                data["text"] = actions.text_in(file)
            actions.add_model_text(organizer, by=request.user, **data)
        except Refused as error:
            form.add_error("file" if file else "text", str(error))
        else:
            messages.success(request, "已收入。以后提交的材料会与它比对；已提交的可在材料页点“重新比对”。")
            return redirect("inspections:model_text_list")
    return render(request, "inspections/submissions/model_text_form.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
def model_text_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One text."""
    _require_office(request)
    row = get_object_or_404(ModelText.objects.visible_to(request.user).select_related("organizer", "added_by"), pk=pk)
    return render(request, "inspections/submissions/model_text.html", {"row": row})


@require_POST
def model_text_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a text out of the library."""
    _require_office(request)
    row = get_object_or_404(ModelText.objects.visible_to(request.user).select_related("organizer"), pk=pk)
    try:
        actions.delete_model_text(row, by=request.user)
        messages.success(request, "已删除。")
    except Refused as error:
        messages.error(request, str(error))
    return redirect("inspections:model_text_list")
