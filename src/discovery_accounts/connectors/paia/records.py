"""PAIA's records turned into the house's."""

from datetime import date
from hashlib import sha256
from zoneinfo import ZoneInfo

from discovery_accounts.connectors.api import (
    Fee,
    Hold,
    Loan,
    PatronProfile,
    PatronRecord,
    PickupLocation,
)
from discovery_accounts.connectors.paia.documents import Document, Status
from discovery_accounts.connectors.paia.fields import PaiaFields
from discovery_accounts.connectors.paia.ids import Prefixes
from discovery_accounts.connectors.people import standing_of
from discovery_accounts.domain.fees import FeeKind
from discovery_accounts.domain.holds import HoldReason, HoldState
from discovery_accounts.domain.money import totals
from discovery_accounts.domain.renewal import NotRenewable
from discovery_accounts.domain.standing import Block, BlockCode

_INACTIVE = 1
# Account states: the reasons, and whether the membership has ended. Any further state means "inactive".
_STATES: dict[int, tuple[tuple[BlockCode, ...], bool]] = {
    0: ((), False),
    _INACTIVE: ((BlockCode.INACTIVE,), False),
    2: ((), True),
    3: ((BlockCode.FEES,), False),
    4: ((BlockCode.FEES,), True),
}
# Why who is in that state gets nothing more; a server that refuses a request says so in words for people only.
_NO_HOLDS = {
    2: HoldReason.CARD_EXPIRED,
    3: HoldReason.FEES,
    4: HoldReason.CARD_EXPIRED,
}
_HOLDS = {
    Status.RESERVED: HoldState.WAITING,
    Status.ORDERED: HoldState.IN_PROCESSING,
    Status.PROVIDED: HoldState.READY,
}
_SERVICE = "http://purl.org/ontology/dso#"
# Services that caused a fee, by the Document Service Ontology. Its "Loan" may be a rental or a late return.
_FEES = {f"{_SERVICE}Interloan": FeeKind.INTERLIBRARY, f"{_SERVICE}Reservation": FeeKind.HOLD}
TOTAL = "total"
"""The id of the one fee that stands for all."""


def read_patron(patron_id: str, fields: PaiaFields, zone: ZoneInfo, today: date) -> PatronRecord:
    """The record. PAIA tells no card number; ``today`` is the library's day, for servers that tell no state."""
    expires_on = fields.calendar_day("expires", zone)
    state = fields.whole("status")
    codes, expired = _STATES.get(state or 0, _STATES[_INACTIVE])
    if state is None:
        expired = expires_on is not None and expires_on < today
    standing, blocks = standing_of([Block(code) for code in codes], expired)
    family, given = _names(fields.needed("name"))
    return PatronRecord(
        patron_id,
        None,
        standing,
        blocks,
        expires_on,
        fields.text("email"),
        given,
        family,
    )


def against_holds(fields: PaiaFields) -> HoldReason | None:
    """Why this patron can have no hold now, as far as the account's state tells."""
    state = fields.whole("status") or 0
    return _NO_HOLDS.get(state, HoldReason.CARD_BLOCKED) if state else None


def read_profile(patron_id: str, fields: PaiaFields, zone: ZoneInfo) -> PatronProfile:
    """The same for the holder's own eyes. An address is one text; a whole name stands as the family name."""
    name = fields.needed("name")
    family, given = _names(name)
    note = fields.text("note")
    return PatronProfile(
        patron_id,
        given,
        family or name,
        fields.text("email"),
        street=" ".join((fields.text("address") or "").split()) or None,
        expires_on=fields.calendar_day("expires", zone),
        messages=(note,) if note else None,
    )


def read_loan(document: Document, zone: ZoneInfo, prefixes: Prefixes) -> Loan:
    """A document that is held. What ``about`` tells is one text, made for showing."""
    fields = document.fields
    renewable = fields.flag("canrenew")
    return Loan(
        loan_id=document.key,
        title=fields.title("about"),
        due_at=fields.needed_moment("endtime" if fields.has("endtime") else "duedate", zone),
        record_id=prefixes.record_id(fields.text("edition")),
        checked_out_at=fields.moment("starttime", zone),
        renewals=fields.whole("renewals"),
        renewable=renewable,
        not_renewable_because=NotRenewable.LIBRARY_SAYS_NO if renewable is False else None,
    )


def read_hold(document: Document, zone: ZoneInfo, prefixes: Prefixes) -> Hold:
    """A document that is reserved, ordered or provided. ``queue`` is how many wait, and no position."""
    fields = document.fields
    assert document.status is not None
    state = _HOLDS[document.status]
    ready = state is HoldState.READY
    place, name = fields.text("storageid"), fields.text("storage")
    return Hold(
        hold_id=document.key,
        title=fields.title("about"),
        state=state,
        record_id=prefixes.record_id(fields.text("edition")),
        item_id=prefixes.item_id(fields.text("item")),
        pickup=PickupLocation(place or name or "", name) if place or name else None,
        placed_on=None if ready else fields.calendar_day("starttime", zone),
        ready_until=fields.calendar_day("endtime" if fields.has("endtime") else "duedate", zone)
        if ready
        else None,
        can_cancel=fields.flag("cancancel"),
        can_change_pickup=False,
        can_suspend=False,
    )


def read_fees(fields: PaiaFields, zone: ZoneInfo) -> tuple[Fee, ...]:
    """What is open. Lines that don't make up the sum become one fee of it. A line has no id of its own: it is
    known by all that it says, and equal lines by their number."""
    owed = fields.money("amount")
    fees: list[Fee] = []
    seen: dict[str, int] = {}
    for row in fields.rows("fee"):
        amount = row.money("amount")
        if amount is None:
            raise row.fault("amount", "there")
        told = [row.text(name) or "" for name in ("amount", "date", "about", "item", "edition", "feeid")]
        mark = sha256("\n".join(told).encode()).hexdigest()[:16]
        seen[mark] = seen.get(mark, 0) + 1
        fees.append(
            Fee(
                f"{mark}-{seen[mark]}",
                _FEES.get(row.text("feeid") or "", FeeKind.OTHER),
                amount,
                amount,
                row.calendar_day("date", zone),
                description=row.text("about") or row.text("feetype"),
            )
        )
    found = totals([fee.outstanding for fee in fees])
    if owed is not None and found != (owed,) and (found or owed.amount_minor):
        words = "; ".join(fee.description for fee in fees if fee.description)
        fees = [Fee(TOTAL, FeeKind.OTHER, owed, owed, description=words or None)]
    return tuple(fee for fee in fees if fee.outstanding.amount_minor)


def _names(name: str) -> tuple[str | None, str | None]:
    """Family and given names of "Family, Given"; of anything else nobody can say which is which."""
    family, comma, given = name.partition(",")
    return (family.strip() or None, given.strip() or None) if comma else (None, None)
