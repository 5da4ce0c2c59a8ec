"""The verbs on access tokens: make one, take one away; and finding the one that a request bears."""

from __future__ import annotations

import secrets
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from jobs.errors import InvalidTransition
from units.actions.activity import record
from units.models import AccessToken, PartyOrganization, User

MARK = "dct_"
"""How our tokens begin, so that one that was left in a file by mistake can be searched for."""
LONGEST = 100
SHOWN = 8
USE_NOTED_EVERY = timedelta(minutes=1)
"""“Last used” need not be truer than that; each request would otherwise be a write."""


@transaction.atomic
def create_token(organization: PartyOrganization, *, by: User, name: str, expires_on: date) -> tuple[AccessToken, str]:
    """Make a token for the subtree of ``organization``; return it with the secret, which is kept nowhere and shown this once."""
    secret = MARK + secrets.token_urlsafe(32)
    token = AccessToken.objects.create(
        organization=organization,
        name=name,
        prefix=secret[:SHOWN],
        digest=AccessToken.digest_of(secret),
        expires_on=expires_on,
        created_by=by,
    )
    changes = {"可读取的范围": ["", str(organization)], "有效期至": ["", str(expires_on)]}
    record(by, "units.token_create", f"建立访问令牌“{token}”", token, organization=organization, changes=changes)
    return token, secret


@transaction.atomic
def revoke_token(token: AccessToken, *, by: User) -> None:
    """Take a token away at once. Raises ``InvalidTransition`` when somebody has done so."""
    rows = AccessToken.objects.filter(pk=token.pk, revoked_at__isnull=True)
    if not rows.update(revoked_at=timezone.now(), revoked_by=by):
        message = "这个访问令牌已经停用，不需要再停用。"
        raise InvalidTransition(message)
    record(by, "units.token_revoke", f"停用访问令牌“{token}”", token, organization=token.organization)


def token_of(secret: str) -> AccessToken | None:
    """Return the valid token that ``secret`` is; one query, none for what cannot be a token."""
    if not secret.startswith(MARK) or len(secret) > LONGEST:
        return None
    return AccessToken.objects.valid().select_related("organization").filter(digest=AccessToken.digest_of(secret)).first()


def note_use(token: AccessToken, address: str | None) -> None:
    """Note when and from where a token was used last."""
    now = timezone.now()
    if token.used_at is None or token.used_at < now - USE_NOTED_EVERY or token.used_from != address:
        stale = Q(used_at__isnull=True) | Q(used_at__lt=now - timedelta(seconds=1))
        AccessToken.objects.filter(stale, pk=token.pk).update(used_at=now, used_from=address)
