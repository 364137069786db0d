"""Koha's own words for a hold that can't be placed or changed, and the house's codes for them."""

import re
from collections.abc import Iterable

from discovery_accounts.connectors.koha.errors import Fault
from discovery_accounts.domain.holds import HoldReason as Why

_REASON = re.compile(r"Hold cannot be placed\. Reason: (\w+)")

# What circulation rules say, in the text of a 403; without capitals and underscores, because versions differ
# in those.
_RULES: dict[str, Why] = {
    "toomanyreserves": Why.TOO_MANY_HOLDS,
    "toomanyreservestoday": Why.TOO_MANY_HOLDS,
    "toomanyholdsforthisrecord": Why.TOO_MANY_ON_RECORD,
    "itemalreadyonhold": Why.ALREADY_HELD,
    "alreadyreserved": Why.ALREADY_HELD,
    "alreadypossession": Why.ALREADY_ON_LOAN,
    "agerestricted": Why.AGE_RESTRICTED,
    "notreservable": Why.NOT_FOR_LOAN,
    "damaged": Why.NO_ITEMS,
    "librarynotfound": Why.PICKUP_NOT_ALLOWED,
    "locationnotfound": Why.PICKUP_NOT_ALLOWED,
    "recordnotfound": Why.NO_SUCH_RECORD,
    "librarynotpickuplocation": Why.PICKUP_NOT_ALLOWED,
    "cannotbetransferred": Why.PICKUP_NOT_ALLOWED,
    "branchnotinholdgroup": Why.PICKUP_NOT_ALLOWED,
    "pickupnotinholdgroup": Why.PICKUP_NOT_ALLOWED,
}
# What is against the patron, as the error code of a 409 (newer versions).
_PATRON: dict[str, Why] = {
    "bad_address": Why.ADDRESS_UNKNOWN,
    "card_lost": Why.CARD_LOST,
    "debt_limit": Why.FEES,
    "expired": Why.CARD_EXPIRED,
    "hold_limit": Why.TOO_MANY_HOLDS,
    "restricted": Why.CARD_BLOCKED,
}
# Texts of a 400 or 404, by a part of them in small letters.
_TEXTS: tuple[tuple[str, Why], ...] = (
    ("pickup location", Why.PICKUP_NOT_ALLOWED),
    ("belong to biblio", Why.NO_SUCH_RECORD),
    ("biblio not found", Why.NO_SUCH_RECORD),
    ("biblio_id not found", Why.NO_SUCH_RECORD),
    ("item_id not found", Why.NO_SUCH_RECORD),
    ("found hold cannot", Why.TOO_LATE),
    ("hold date", Why.BAD_DATE),
)
_TOO_LATE = frozenset({"hold_waiting", "hold_in_transit", "hold_in_processing"})

# The discovery plugin's names for what stands against a hold.
_AVAILABILITY: dict[str, Why] = {
    "Biblio::CheckedOut": Why.ALREADY_ON_LOAN,
    "Biblio::NoAvailableItems": Why.NO_ITEMS,
    "Hold::MaximumHoldsForRecordReached": Why.TOO_MANY_ON_RECORD,
    "Hold::MaximumHoldsReached": Why.TOO_MANY_HOLDS,
    "Hold::OnShelfNotAllowed": Why.ON_SHELF,
    "Item::AlreadyHeldForThisPatron": Why.ALREADY_HELD,
    "Item::CannotBeTransferred": Why.PICKUP_NOT_ALLOWED,
    "Item::Damaged": Why.NO_ITEMS,
    "Item::Lost": Why.NO_ITEMS,
    "Item::Withdrawn": Why.NO_ITEMS,
    "Item::NotForLoan": Why.NOT_FOR_LOAN,
    "Item::Restricted": Why.NOT_FOR_LOAN,
    "ItemType::NotForLoan": Why.NOT_FOR_LOAN,
    "Patron::AgeRestricted": Why.AGE_RESTRICTED,
    "Patron::CardExpired": Why.CARD_EXPIRED,
    "Patron::CardLost": Why.CARD_LOST,
    "Patron::Debarred": Why.CARD_BLOCKED,
    "Patron::DebarredOverdue": Why.CARD_BLOCKED,
    "Patron::Debt": Why.FEES,
    "Patron::DebtGuarantees": Why.FEES,
    "Patron::GoneNoAddress": Why.ADDRESS_UNKNOWN,
}
_PATRON_NOT_FOUND = re.compile(r"(patron_id|patron|borrower) not found", re.IGNORECASE)
TABLES = (_RULES, _PATRON, dict(_TEXTS), _AVAILABILITY)


def no_patron(fault: Fault) -> bool:
    """Whether it is the patron who does not exist."""
    return fault.status in (400, 404) and _PATRON_NOT_FOUND.match(fault.text) is not None


def refused_hold(fault: Fault) -> str | None:
    """The code for a hold that is not placed or not changed; ``None`` when the answer is about something
    else. What Koha's own code says and we don't know is "the library says no"."""
    if fault.status not in (400, 403, 404, 409) or not fault.text or fault.permissions:
        return None
    if fault.code in _TOO_LATE:
        return Why.TOO_LATE
    if fault.code in _PATRON:
        return _PATRON[fault.code]
    if (said := _REASON.search(fault.text)) is not None:
        return rule_reason(said[1])
    text = fault.text.lower()
    known = next((code for part, code in _TEXTS if part in text), None)
    if known is None and fault.status == 404:
        return None
    return known or Why.LIBRARY_SAYS_NO


def rule_reason(word: str) -> str:
    """The code for what a circulation rule says against a hold, else "the library says no"."""
    return _RULES.get(word.replace("_", "").lower(), Why.LIBRARY_SAYS_NO)


def availability_reason(words: Iterable[str]) -> str | None:
    """The code for the first of the plugin's names that is known, else "the library says no"; ``None`` for
    no names."""
    told = tuple(words)
    known = next((_AVAILABILITY[word] for word in told if word in _AVAILABILITY), None)
    return known or (Why.LIBRARY_SAYS_NO if told else None)
