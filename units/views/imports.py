"""Import and export of the directory as spreadsheets."""

from django.http import Http404


def _later(request, **_):
    raise Http404


organization_export = organization_import = organization_import_template = organization_import_check = _later
organization_import_faults = organization_import_confirm = organization_import_discard = _later
