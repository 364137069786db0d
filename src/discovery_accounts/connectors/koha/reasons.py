"""Koha's own words for a "no", and the house's codes for them."""

import re
from collections.abc import Iterable

from discovery_accounts.connectors.api import PinFault
from discovery_accounts.connectors.koha.errors import Fault
from discovery_accounts.domain.renewal import NotRenewable as Why

_NOT_AUTHORIZED = re.compile(r"Renewal not authorized \((\w+)\)")

# Core Koha gives these in `error` of allows_renewal and in the text of a refused renewal; the last
# group is the discovery plugin's.
RENEWAL_REASONS: dict[str, Why] = {
    "too_many": Why.TOO_MANY_RENEWALS,
    "too_unseen": Why.TOO_MANY_RENEWALS,
    "on_reserve": Why.ON_HOLD_FOR_ANOTHER,
    "booked": Why.ON_HOLD_FOR_ANOTHER,
    "recalled": Why.RECALLED,
    "too_soon": Why.TOO_SOON,
    "auto_too_soon": Why.RENEWED_AUTOMATICALLY,
    "auto_renew": Why.RENEWED_AUTOMATICALLY,
    "auto_too_much_oweing": Why.FEES,
    "auto_account_expired": Why.CARD_EXPIRED,
    "overdue": Why.OVERDUE,
    "restriction": Why.CARD_BLOCKED,
    "onsite_checkout": Why.REFERENCE_ONLY,
    "cardexpired": Why.CARD_EXPIRED,
    "cardlost": Why.CARD_BLOCKED,
    "gonenoaddress": Why.CARD_BLOCKED,
    "debarred": Why.CARD_BLOCKED,
    "debt": Why.FEES,
}

# What a 400 on a password check means. Core Koha says "Validation failed" for a wrong PIN, an unknown
# card and a locked card alike; "locked" is said by some installations only.
_REJECTED = "validation failed"
_BLOCKED = (("password expired", "pin_expired"), ("expired", "pin_expired"), ("locked", "locked"))
# Koha's rules for choosing a password, said by some when a typed one breaks them: then it is wrong.
_NOT_A_PASSWORD = ("password length", "password is too", "password contains", "invalid password")

# What Koha has against a new password, by a part of its text in small letters. "Used before" comes from
# installations that keep old ones.
_UNFIT = (
    ("shorter than required", PinFault.TOO_SHORT),
    ("too short", PinFault.TOO_SHORT),
    ("too long", PinFault.TOO_LONG),
    ("too weak", PinFault.TOO_SIMPLE),
    ("whitespace", PinFault.BLANKS),
    ("used before", PinFault.USED_BEFORE),
)
_NO_CHANGING = "changing password is forbidden"


def renewal_reason(words: Iterable[str]) -> str:
    """The code for the first of Koha's words that is known, else "the library says no"."""
    known = (RENEWAL_REASONS[word] for word in words if word in RENEWAL_REASONS)
    return next(known, Why.LIBRARY_SAYS_NO)


def refused_renewal(fault: Fault) -> str | None:
    """The code for a refused renewal; ``None`` when the answer is about something else."""
    found = _NOT_AUTHORIZED.search(fault.text)
    if fault.status != 403 or not found:
        return None
    return renewal_reason((fault.code, found[1]))


def refused_pin(fault: Fault) -> str | None:
    """``"rejected"``, a reason of ``LoginBlocked``, or ``None`` when the answer judges no PIN."""
    text = fault.text.lower()
    if fault.status != 400 or not text:
        return None
    if text.startswith((_REJECTED, *_NOT_A_PASSWORD)):
        return "rejected"
    return next((reason for word, reason in _BLOCKED if word in text), None)


def unfit_pin(fault: Fault) -> PinFault | None:
    """What Koha has against a new PIN; ``None`` when the answer is about something else."""
    text = fault.text.lower()
    if (fault.status == 403 and text == _NO_CHANGING) or (fault.status == 400 and text):
        return next((code for part, code in _UNFIT if part in text), PinFault.LIBRARY_SAYS_NO)
    return None
