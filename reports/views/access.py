"""Who may write what: the guards that the screens of reports share."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from inspections.models import Campaign
from reports.models import Report


def campaign_to_write(request: HttpRequest, code: str) -> Campaign:
    """The campaign for whoever may report on it. Strangers get 404, readers who may not write 403."""
    campaign = get_object_or_404(Campaign.objects.visible_to(request.user).select_related("organizer"), code=code)
    if not campaign.is_manageable_by(request.user):
        raise PermissionDenied("只有主办组织的办公室工作人员可以起草督查报告。")
    return campaign


def report_to_write(request: HttpRequest, pk: int) -> Report:
    """The report for whoever may write it, whatever its status. Strangers get 404, readers who may not write 403."""
    report = get_object_or_404(Report.objects.visible_to(request.user).select_related("campaign__organizer"), pk=pk)
    if not report.campaign.is_manageable_by(request.user):
        raise PermissionDenied("只有主办组织的办公室工作人员可以修改督查报告。")
    return report
