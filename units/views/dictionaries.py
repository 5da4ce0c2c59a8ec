"""Categories and tags: one page each, with the same manners."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jobs.errors import Refused
from units.actions import dictionaries as actions
from units.forms.dictionaries import CategoryForm, TagForm
from units.models import OrganizationCategory, OrganizationTag


@dataclass(frozen=True)
class Dictionary:
    """What differs between the two."""

    model: type[Model]
    form: type[forms.ModelForm]
    name: str
    note: str


CATEGORY = Dictionary(
    OrganizationCategory, CategoryForm, "category", "督查报告按单位类别分节，督查方式也按类别确定。每个组织最多属于一个类别。"
)
TAG = Dictionary(OrganizationTag, TagForm, "tag", "标签跨类别标记组织，例如联席会议成员单位。一个组织可以有多个标签。")


def _list(request: HttpRequest, dictionary: Dictionary) -> HttpResponse:
    words = dictionary.model._default_manager.annotate(used=Count("organizations")).order_by(*dictionary.model._meta.ordering)
    context = {"dictionary": dictionary, "label": dictionary.model._meta.verbose_name, "words": words}
    return render(request, "units/dictionaries/list.html", {**context, "may_write": request.user.keeps_dictionaries})


def _edit(request: HttpRequest, dictionary: Dictionary, pk: int | None = None) -> HttpResponse:
    _require_keeper(request)
    word = get_object_or_404(dictionary.model, pk=pk) if pk else None
    form = dictionary.form(request.POST or None, instance=word)
    if request.method == "POST" and form.is_valid():
        if word:
            actions.update_word(form.instance, by=request.user, **form.cleaned_data)
        else:
            actions.create_word(form.instance, by=request.user)
        messages.success(request, "已保存。")
        return redirect(f"units:{dictionary.name}_list")
    context = {"dictionary": dictionary, "label": dictionary.model._meta.verbose_name, "form": form, "word": word}
    return render(request, "units/dictionaries/form.html", context)


def _delete(request: HttpRequest, dictionary: Dictionary, pk: int) -> HttpResponse:
    _require_keeper(request)
    word = get_object_or_404(dictionary.model, pk=pk)
    try:
        actions.delete_word(word, by=request.user)
        messages.success(request, f"已删除“{word}”。")
    except Refused as error:
        messages.error(request, str(error))
    return redirect(f"units:{dictionary.name}_list")


def _require_keeper(request: HttpRequest) -> None:
    if not request.user.keeps_dictionaries:
        raise PermissionDenied("单位类别和标签由系统管理员和最上级组织的办公室统一维护，您的账号只能查看。")


@require_GET
def category_list(request: HttpRequest) -> HttpResponse:
    """All categories."""
    return _list(request, CATEGORY)


@require_http_methods(["GET", "POST"])
def category_create(request: HttpRequest) -> HttpResponse:
    """Add a category."""
    return _edit(request, CATEGORY)


@require_http_methods(["GET", "POST"])
def category_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a category."""
    return _edit(request, CATEGORY, pk)


@require_POST
def category_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete an unused category."""
    return _delete(request, CATEGORY, pk)


@require_GET
def tag_list(request: HttpRequest) -> HttpResponse:
    """All tags."""
    return _list(request, TAG)


@require_http_methods(["GET", "POST"])
def tag_create(request: HttpRequest) -> HttpResponse:
    """Add a tag."""
    return _edit(request, TAG)


@require_http_methods(["GET", "POST"])
def tag_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a tag."""
    return _edit(request, TAG, pk)


@require_POST
def tag_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete an unused tag."""
    return _delete(request, TAG, pk)
