"""Many accounts at once: created from a list with a sheet of one-time passwords, and closed when nobody has used them for long."""

from __future__ import annotations

import io

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods

from jobs.errors import Refused
from units.actions import people as actions
from units.forms.people_file import GrantFileForm, PeopleFileForm, write_template
from units.models import User
from units.models.user import UNUSED_AFTER
from units.spreadsheets import XLSX
from units.typed import key_of
from units.uploads import SizeLimit, limit_upload
from units.views.guards import require_administrator, require_either, require_security
from units.views.users import PAGE


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def user_import(request: HttpRequest) -> HttpResponse:
    """Upload a list; the answer is what is wrong with it, or the sheet of one-time passwords, shown once."""
    require_administrator(request)
    return _upload(request, limit_upload(request, settings.IMPORT_MAX_BYTES))


@csrf_protect
def _upload(request: HttpRequest, guard: SizeLimit) -> HttpResponse:
    """The upload itself; the CSRF check comes only now because it reads the form, and with it the file."""
    form = PeopleFileForm(request.POST or None, request.FILES or None, is_too_large=guard.is_too_large)
    if request.method == "POST" and form.is_valid() and not form.faults:
        try:
            made = actions.create_people(form.people, by=request.user)
            waiting = 0 if request.user.keeps_security else sum(bool(person["role"]) for person in form.people)
        except Refused as error:
            form.add_error("file", str(error))
        else:
            return render(
                request, "units/users/sheet.html", {"made": made, "address": request.build_absolute_uri("/"), "to_appoint": waiting}
            )
    return render(request, "units/users/import.html", {"form": form})


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def appointment_import(request: HttpRequest) -> HttpResponse:
    """Upload the list with which accounts were created, and give their owners the roles that it names."""
    require_security(request)
    return _grant(request, limit_upload(request, settings.IMPORT_MAX_BYTES))


@csrf_protect
def _grant(request: HttpRequest, guard: SizeLimit) -> HttpResponse:
    form = GrantFileForm(request.POST or None, request.FILES or None, is_too_large=guard.is_too_large)
    if request.method == "POST" and form.is_valid() and not form.faults:
        try:
            done, left = actions.appoint_people(form.people, by=request.user)
        except Refused as error:
            form.add_error("file", str(error))
        else:
            messages.success(request, f"已任职 {done} 人。" + (f"另有 {left} 人已有同样的任职，没有变动。" if left else ""))
            return redirect("units:user_list")
    return render(request, "units/users/grant.html", {"form": form})


@require_GET
def user_import_template(request: HttpRequest) -> FileResponse:
    """The list to be filled in."""
    require_either(request)
    file = io.BytesIO()
    write_template(file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename="人员导入模板.xlsx", content_type=XLSX)


@require_http_methods(["GET", "POST"])
def user_unused(request: HttpRequest) -> HttpResponse:
    """Accounts that nobody has used for long, to be closed together."""
    require_security(request)
    if request.method == "POST":
        keys = [key for text in request.POST.getlist("user") if (key := key_of(text)) is not None]
        done, left = actions.deactivate_unused(keys[: 2 * PAGE], by=request.user)
        if done:
            messages.success(request, f"已停用 {done} 个账号。")
        for reason in left:
            messages.warning(request, reason)
        if not keys:
            messages.error(request, "请先勾选要停用的账号。")
        return redirect("units:user_unused")
    found = User.objects.visible_to(request.user).unused().select_related("organization").order_by("last_login", "username")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return render(request, "units/users/unused.html", {"page": page, "days": UNUSED_AFTER.days})
