"""A token and a subscription, and which addresses are about them; what a stranger may do there; conditions and forms."""

from __future__ import annotations

from datetime import date
from typing import Any

from inspections.models import Finding
from tests.addresses_ledger import Ledger
from units.actions.tokens import create_token
from units.actions.webhooks import create_webhook
from units.models import User

STRANGER_INTEGRATION: dict[str, object] = {
    **dict.fromkeys(["units:token_list", "units:token_create", "units:webhook_list", "units:webhook_create"], "own"),
    **dict.fromkeys(["units:token_revoke", *(f"units:webhook_{act}" for act in ("update", "renew", "try", "delete"))], 404),
    # A session is no token: what a token reads is looked at in tests/test_integration.py.
    **{f"api:read_{name}": 401 for name in ("organizations", "campaigns", "findings", "rectifications", "reports", "tallies")},
    **{f"api:read_{name}": 401 for name in ("organization", "campaign", "finding", "rectification", "report")},
}
WITHOUT_FIELDS_INTEGRATION = {"units:token_revoke", *(f"units:webhook_{act}" for act in ("renew", "try", "delete"))}


class Integration:
    """A token for the district of ``finding``, and where another system is told of events there."""

    def __init__(self, finding: Finding, ledger: Ledger, report: int, by: User) -> None:
        self.finding, self.ledger, self.report = finding, ledger, report
        organizer = finding.campaign.organizer
        self.token, self.secret = create_token(organizer, by=by, name="云岭综合平台", expires_on=date(2099, 1, 1))
        address = "https://hooks.example.cn/in?key=0002"
        self.webhook = create_webhook(organizer, by=by, name="云岭接收端", address=address, events=["report.issued"])

    def routes(self) -> dict[str, dict[str, Any]]:
        """Return the arguments of addresses by the beginning of their route."""
        return {
            "tokens/<int:pk>": {"pk": self.token.pk},
            "webhooks/<int:pk>": {"pk": self.webhook.pk},
            "organizations/<int:": {"organization_id": self.finding.organization_id},
            "campaigns/<int:": {"campaign_id": self.finding.campaign_id},
            "findings/<uuid": {"finding_id": self.finding.pk},
            "rectifications/<uuid": {"rectification_id": self.ledger.row.pk},
            "reports/<int:": {"report_id": self.report},
        }


def samples_integration(organization: int) -> dict[str, dict[str, object]]:
    """For every address that takes a form: fields with which it would do its work."""
    webhook = {"name": "接收端", "address": "https://hooks.example.cn/in", "events": "report.issued", "is_enabled": "on"}
    return {
        "units:token_create": {"name": "平台", "organization": organization, "expires_on": "2027-06-30"},
        "units:webhook_create": {**webhook, "organization": organization},
        "units:webhook_update": webhook,
    }
