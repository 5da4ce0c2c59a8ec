"""Time-based codes (RFC 6238) and recovery codes: how they are made, kept and compared. No database here.

The algorithm is django-otp's. Its models are not used: they keep secrets and recovery codes in the clear (docs/decisions).
"""

from __future__ import annotations

import base64
import binascii
import io
import secrets
import time
from hmac import compare_digest
from urllib.parse import quote, urlencode

import qrcode
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django_otp.oath import hotp

from units.wording import FULL_WIDTH

PERIOD = 30
"""Seconds for which a code stands."""
DIGITS = 6
TOLERANCE = 1
"""Steps that a clock may be ahead or behind."""
ISSUER = "督查通"
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Of recovery codes: without characters that are mistaken for each other on paper."""
RECOVERY_CODES = 10
HALF = 5
"""Letters before and after the hyphen: 49 bits, and each comparison costs a slow hash."""


def new_secret() -> str:
    """Return a new secret of 160 bits (RFC 4226 §4), as people type it into an authenticator."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def is_secret(text: str) -> bool:
    """Whether ``text`` is a secret as ``new_secret`` makes them."""
    try:
        return len(base64.b32decode(text)) == 20  # noqa: PLR2004
    except (binascii.Error, ValueError):
        return False


def step_now() -> int:
    """Return the number of the present time step."""
    return int(time.time()) // PERIOD


def code_at(secret: str, step: int) -> str:
    """Return the code of ``secret`` for a time step."""
    return f"{hotp(base64.b32decode(secret), step, DIGITS):0{DIGITS}d}"


def step_of(secret: str, typed: str) -> int | None:
    """Return for which time step around now ``typed`` is the code, ``None`` when for none."""
    now = step_now()
    steps = range(now - TOLERANCE, now + TOLERANCE + 1)
    return next((step for step in steps if compare_digest(code_at(secret, step).encode(), typed.encode())), None)


def tidy_code(typed: str) -> str:
    """Return a code as it was meant: capitals, ordinary digits, without spaces and hyphens."""
    plain = typed.translate(FULL_WIDTH).upper()
    return "".join(letter for letter in plain if letter.isalnum())


def is_recovery_code(tidied: str) -> bool:
    """Whether a tidied code has the form of a recovery code: anything else costs no slow comparison."""
    return len(tidied) == 2 * HALF and set(tidied) <= set(LETTERS)


def new_recovery_codes() -> list[str]:
    """Return ten new recovery codes, as they are printed."""
    return ["-".join("".join(secrets.choice(LETTERS) for _ in range(HALF)) for _ in range(2)) for _ in range(RECOVERY_CODES)]


def seal(secret: str) -> str:
    """Return ``secret`` as it is kept: who reads only the database makes no codes with it."""
    return _box().encrypt(secret.encode()).decode()


def opened(sealed: str) -> str | None:
    """Return the secret again; ``None`` when the server's key has been changed since."""
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None


def _box() -> Fernet:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"units.factors").derive(settings.SECRET_KEY.encode())
    return Fernet(base64.urlsafe_b64encode(key))


def grouped(secret: str) -> list[str]:
    """Return a secret in groups of four, to be typed."""
    return [secret[start : start + 4] for start in range(0, len(secret), 4)]


def address_for(secret: str, username: str) -> str:
    """Return the ``otpauth`` address that authenticators read from a picture."""
    words = urlencode({"secret": secret, "issuer": ISSUER, "algorithm": "SHA1", "digits": DIGITS, "period": PERIOD}, quote_via=quote)
    return f"otpauth://totp/{quote(f'{ISSUER}:{username}')}?{words}"


def picture_of(text: str) -> str:
    """Return a QR code as a ``data:`` address: it has no address of its own from which it could be fetched or kept."""
    file = io.BytesIO()
    qrcode.make(text, box_size=6, border=3).save(file)
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"
