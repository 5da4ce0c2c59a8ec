"""Screens: 事件推送, by which other systems are told of events."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jobs.errors import Refused
from units.actions import webhooks as actions
from units.actions.deliveries import send_test_event
from units.events import event_name
from units.forms.integration import WebhookForm
from units.models import Delivery, Webhook
from units.sending import robots
from units.views.notices import tell_outcome

ONLY_OFFICE = "事件推送由办公室设置。"
LATEST = 30


def _require_office(request: HttpRequest) -> None:
    if not request.user.office_paths:
        raise PermissionDenied(ONLY_OFFICE)


def _webhook(request: HttpRequest, pk: int) -> Webhook:
    webhook = get_object_or_404(Webhook.objects.visible_to(request.user).select_related("organization"), pk=pk)
    if not webhook.is_writable_by(request.user):
        raise PermissionDenied(ONLY_OFFICE)
    return webhook


@require_GET
def webhook_list(request: HttpRequest) -> HttpResponse:
    """The subscriptions in the reader's scope, and what was sent lately."""
    if not request.user.scope_paths:
        raise PermissionDenied(ONLY_OFFICE)
    found = Webhook.objects.visible_to(request.user).select_related("organization")
    sent = Delivery.objects.visible_to(request.user).filter(channel=Delivery.Channel.WEBHOOK).select_related("webhook")[:LATEST]
    for delivery in sent:
        delivery.can_resend = not delivery.is_open and delivery.webhook is not None and delivery.is_resendable_by(request.user)
    shown = [(webhook, "、".join(map(event_name, webhook.events)), webhook.is_writable_by(request.user)) for webhook in found]
    context = {"webhooks": shown, "may_add": bool(request.user.office_paths), "deliveries": sent, "hosts_are_on": robots.are_on()}
    return render(request, "units/webhooks/list.html", context)


@require_http_methods(["GET", "POST"])
def webhook_create(request: HttpRequest) -> HttpResponse:
    """Set one up, and show its key this once."""
    _require_office(request)
    form = WebhookForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        return _key_shown(request, actions.create_webhook(by=request.user, **form.cleaned_data), is_new=True)
    return render(request, "units/webhooks/form.html", {"form": form, "hosts_are_on": robots.are_on()})


def _key_shown(request: HttpRequest, webhook: Webhook, *, is_new: bool) -> HttpResponse:
    answer = render(request, "units/webhooks/key.html", {"webhook": webhook, "is_new": is_new})
    answer["Cache-Control"] = "no-store"
    return answer


@require_http_methods(["GET", "POST"])
def webhook_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one."""
    webhook = _webhook(request, pk)
    form = WebhookForm(request.POST or None, instance=webhook, user=request.user)
    if request.method == "POST" and form.is_valid():
        actions.update_webhook(webhook, by=request.user, **form.cleaned_data)
        messages.success(request, "已保存。")
        return redirect("units:webhook_list")
    # A form that is not valid has left what was typed on the instance.
    shown = _webhook(request, pk)
    return render(request, "units/webhooks/form.html", {"form": form, "webhook": shown, "hosts_are_on": robots.are_on()})


@require_POST
def webhook_renew(request: HttpRequest, pk: int) -> HttpResponse:
    """Give it a new key, and show that this once."""
    return _key_shown(request, actions.renew_secret(_webhook(request, pk), by=request.user), is_new=False)


@require_POST
def webhook_try(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a test event."""
    webhook = _webhook(request, pk)
    try:
        delivery = send_test_event(webhook, by=request.user)
    except Refused as error:
        messages.error(request, str(error))
    else:
        tell_outcome(request, delivery, f"测试事件已送到“{webhook}”，对方已接收。")
    return redirect("units:webhook_list")


@require_POST
def webhook_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one away."""
    webhook = _webhook(request, pk)
    actions.delete_webhook(webhook, by=request.user)
    messages.success(request, f"已删除事件推送“{webhook}”。")
    return redirect("units:webhook_list")
