"""What a mail service tells of mail that came back: JSON, signed with a secret that both know."""

import hashlib
import hmac
import json
from datetime import datetime
from enum import StrEnum
from typing import Any

from discovery_accounts.domain.bounce import BounceKind
from discovery_accounts.services.bounces import Bounce, Bounces
from discovery_accounts.services.house import House

MOST_BYTES = 10_000


class Taken(StrEnum):
    """``OFF``: there is no secret, so nobody is listened to. What is said twice changes nothing, so a signed body that
    somebody sends again does no harm."""

    YES = "yes"
    OFF = "off"
    NOT_GENUINE = "not_genuine"
    NOT_READ = "not_read"


def hear_bounce(house: House, body: bytes, signature: str, now: datetime) -> Taken:
    """``signature`` is HMAC-SHA256 over the body, in hex; ``sha256=`` may stand before it."""
    secret = house.settings.bounce_secret
    if secret is None:
        return Taken.OFF
    ours = hmac.new(secret.reveal().encode(), body, hashlib.sha256).hexdigest()
    theirs = signature.strip().lower().removeprefix("sha256=")
    if not hmac.compare_digest(ours.encode(), theirs.encode("utf-8", "surrogatepass")):
        return Taken.NOT_GENUINE
    bounce = _read(body)
    if bounce is None:
        return Taken.NOT_READ
    Bounces(house).hear(bounce, now)
    return Taken.YES


def _read(body: bytes) -> Bounce | None:
    try:
        told: Any = json.loads(body)
        return Bounce(_text(told["message_id"]), BounceKind(_text(told["kind"])))
    except (ValueError, LookupError, TypeError, RecursionError):
        return None


def _text(given: Any) -> str:
    if not isinstance(given, str):
        raise TypeError
    return given
