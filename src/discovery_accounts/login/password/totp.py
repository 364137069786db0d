"""One-time codes of an authenticator app (RFC 6238): six digits, every thirty seconds another."""

import hmac
from datetime import datetime

import pyotp
import segno

INTERVAL = 30  # seconds
DIGITS = 6
AROUND = (0, -1, 1)
"""Steps that are taken besides the present one: clocks differ, and typing takes a while."""


def new_secret() -> str:
    """160 random bits in base 32, as apps want them."""
    return pyotp.random_base32()


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The step of time that the code belongs to; ``None`` when it is none of the present ones. The caller sees
    to it that a step is used once."""
    typed = "".join(code.split())
    if len(typed) != DIGITS or not typed.isascii() or not typed.isdigit():
        return None
    totp, present = pyotp.TOTP(secret, interval=INTERVAL, digits=DIGITS), int(now.timestamp()) // INTERVAL
    fitting = [
        present + offset
        for offset in AROUND
        if hmac.compare_digest(totp.at((present + offset) * INTERVAL), typed)
    ]
    return fitting[0] if fitting else None


def address_for_apps(secret: str, account: str, service: str) -> str:
    """The ``otpauth:`` address that apps read from the picture."""
    return pyotp.TOTP(secret, interval=INTERVAL, digits=DIGITS).provisioning_uri(
        name=account, issuer_name=service
    )


def picture_of(address: str) -> str:
    """The address as a QR code, a ``data:`` URL of an SVG; dark on white with its margin, so that cameras see it."""
    code = segno.make(address, error="m", micro=False)
    return str(code.svg_data_uri(scale=4, border=4, dark="#000", light="#fff", omitsize=False))
