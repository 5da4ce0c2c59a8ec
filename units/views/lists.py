"""What every list offers: its columns, saved views, a file of it."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jobs.errors import Refused
from units.actions import lists as actions
from units.exporting import export, page_of
from units.forms.lists import ViewForm
from units.lists import ListKind, conditions, kind_of, views_for
from units.models import SavedView


@require_http_methods(["GET", "POST"])
def list_export(request: HttpRequest, key: str) -> HttpResponse | FileResponse:
    """Take a list out as a file, with the conditions in the address and the chosen columns."""
    return export(request, kind_of(key))


def _back(kind: ListKind, query: QueryDict) -> HttpResponse:
    try:
        return redirect(page_of(kind, query))
    except NoReverseMatch as error:
        raise Http404 from error


@require_POST
def list_columns(request: HttpRequest, key: str) -> HttpResponse:
    """Choose the columns of a list; ``reset`` goes back to those of the beginning."""
    kind = kind_of(key)
    face, label, _first = kind.face(request.GET)
    known = [column.key for column in kind.columns]
    wanted = [] if "reset" in request.POST else [name for name in known if name in request.POST.getlist("column")]
    if not wanted and "reset" not in request.POST:
        messages.error(request, "至少选择一列。")
        return _back(kind, request.GET)
    actions.choose_columns(face, label, wanted, by=request.user)
    messages.success(request, "已恢复默认的列。" if "reset" in request.POST else "已按所选的列显示，导出时也用这些列。")
    return _back(kind, request.GET)


@require_POST
def view_save(request: HttpRequest, key: str) -> HttpResponse:
    """Keep the conditions of the address under a name."""
    kind = kind_of(key)
    form = ViewForm(request.POST)
    query = conditions(request.GET)
    if not form.is_valid():
        messages.error(request, "；".join(text for errors in form.errors.values() for text in errors))
    elif not query:
        messages.error(request, "还没有设筛选条件。请先筛选，再保存为视图。")
    else:
        try:
            actions.save_view(kind.key, kind.label, query=query.urlencode(), by=request.user, **form.cleaned_data)
            messages.success(request, f"已保存视图“{form.cleaned_data['name']}”。")
        except Refused as error:
            messages.error(request, str(error))
    return _back(kind, request.GET)


@require_GET
def view_list(request: HttpRequest, key: str) -> HttpResponse:
    """The saved views of a list: rename, share, delete."""
    kind = kind_of(key)
    return render(request, "units/lists/views.html", _page(request, kind))


def _page(request: HttpRequest, kind: ListKind, refused: SavedView | None = None, refusal: str = "") -> dict[str, object]:
    views = views_for(kind, request.user)
    place = request.GET.get("place") or request.POST.get("place", "")
    query = QueryDict(mutable=True)
    query["place"] = place
    try:
        page = page_of(kind, query)
    except NoReverseMatch as error:
        raise Http404 from error
    return {
        "kind": kind,
        "page_url": page,
        "place": place,
        "own": [(view, refused is not None and view.pk == refused.pk) for view in views if view.user_id == request.user.pk],
        "shared": [view for view in views if view.user_id != request.user.pk],
        "refusal": refusal,
        "typed": request.POST if refused else None,
        "office": actions.office_of(request.user),
    }


def _own(request: HttpRequest, pk: int) -> SavedView:
    return get_object_or_404(SavedView.objects.filter(user=request.user), pk=pk)


@require_POST
def view_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename an own view, share it, or open the list with it."""
    view = _own(request, pk)
    form = ViewForm(request.POST)
    refusal = "" if form.is_valid() else "；".join(text for errors in form.errors.values() for text in errors)
    if not refusal:
        try:
            actions.update_view(view, form.cleaned_data["name"], by=request.user, **_marks(form))
        except Refused as error:
            refusal = str(error)
    if refusal:
        return render(request, "units/lists/views.html", _page(request, kind_of(view.list_key), view, refusal), status=422)
    messages.success(request, "已保存。")
    return _to_views(request, view.list_key)


def _marks(form: ViewForm) -> dict[str, bool]:
    return {name: form.cleaned_data[name] for name in ("is_default", "is_shared")}


def _to_views(request: HttpRequest, key: str) -> HttpResponse:
    place = QueryDict(mutable=True)
    if request.POST.get("place"):
        place["place"] = request.POST["place"]
    to = redirect("units:view_list", key)
    to["Location"] += f"?{place.urlencode()}" if place else ""
    return to


@require_POST
def view_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget an own view."""
    view = _own(request, pk)
    actions.delete_view(view, by=request.user)
    messages.success(request, f"已删除视图“{view.name}”。")
    return _to_views(request, view.list_key)
