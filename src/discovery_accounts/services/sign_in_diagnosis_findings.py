"""What staff are told of why a patron can't sign in: codes, times and last digits; never a name or a PIN."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from discovery_accounts.connectors.api import CheckState


class Look(StrEnum):
    """Where was looked, in this order."""

    SHAPE = "shape"
    LOGIN = "login"
    LIBRARY = "library"
    COUNTERS = "counters"
    RECORD = "record"
    STANDING = "standing"
    ACCOUNT = "account"
    LINK = "link"
    STORED_PIN = "stored_pin"
    PIN = "pin"


class Reason(StrEnum):
    """Why staff look; written down with each look. Not free text: that would hold what the audit must not."""

    AT_DESK = "at_desk"
    CALLED = "called"
    WROTE = "wrote"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Finding:
    """One look. ``code`` has words in ``web``; ``values`` are for them: times, dates, last digits, codes."""

    look: Look
    state: CheckState
    code: str
    values: Mapping[str, object] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Ids:
    """What helps IT to find the same patron in logs and at the library; nothing for the help desk."""

    account_id: uuid.UUID | None = None
    card_id: uuid.UUID | None = None
    patron_id: str | None = field(default=None, repr=False)


def fine(look: Look, code: str, **values: object) -> Finding:
    """Not what keeps the patron out."""
    return Finding(look, CheckState.PASSED, f"{look}.{code}", values)


def odd(look: Look, code: str, **values: object) -> Finding:
    """Worth knowing, though it keeps nobody from signing in by itself."""
    return Finding(look, CheckState.WARNED, f"{look}.{code}", values)


def wrong(look: Look, code: str, **values: object) -> Finding:
    """This keeps the patron out."""
    return Finding(look, CheckState.FAILED, f"{look}.{code}", values)


def unseen(look: Look, code: str, **values: object) -> Finding:
    """Not looked at, or there was nothing to look at."""
    return Finding(look, CheckState.SKIPPED, f"{look}.{code}", values)
