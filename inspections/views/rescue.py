"""The office takes in the file of a phone that cannot send."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from inspections.actions import rescue
from inspections.forms.rescue import RescueForm
from inspections.rescue_file import PassphraseRefused
from jobs.errors import Refused
from jobs.models import Job
from units.uploads import SizeLimit, limit_upload

RECENT = 10


@csrf_exempt
@require_http_methods(["GET", "POST"])
def rescue_import(request: HttpRequest) -> HttpResponse:
    """Choose the file; a job stores its records and says of each what became of it."""
    if not request.user.office_paths:
        raise PermissionDenied("手机上未上传的记录由主办组织的办公室导入，您的账号不能导入。")
    return _upload(request, limit_upload(request, settings.RESCUE_MAX_BYTES))


@csrf_protect
def _upload(request: HttpRequest, guard: SizeLimit) -> HttpResponse:
    """The upload itself; the CSRF check comes only now because it reads the form, and with it the file."""
    form = RescueForm(request.POST or None, request.FILES or None, is_too_large=guard.is_too_large)
    if request.method == "POST" and form.is_valid():
        here = reverse("inspections:rescue_import")
        try:
            job = rescue.take_in(form.cleaned_data["file"], passphrase=form.cleaned_data["passphrase"], by=request.user, back_url=here)
            return redirect("jobs:job_detail", pk=job.pk)
        except PassphraseRefused as error:
            form.add_error("passphrase", str(error))
        except Refused as error:
            form.add_error("file", str(error))
    recent = Job.objects.visible_to(request.user).filter(kind=rescue.KIND)[:RECENT]
    return render(request, "inspections/findings/rescue.html", {"form": form, "recent": recent}, status=422 if form.errors else 200)
