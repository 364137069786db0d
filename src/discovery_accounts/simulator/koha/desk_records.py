"""Koha's representations of holds, account lines, shelf copies and libraries, with every field."""

from discovery_accounts.simulator.desk.records import Branch, Fee, Hold, Payment
from discovery_accounts.simulator.koha import records
from discovery_accounts.simulator.koha.times import local_day
from discovery_accounts.simulator.records import Biblio, Loan

Json = records.Json

#: The copy of a work that stands on the shelf has this number more than the work.
SHELF = 10_000_000
_FOUND = {"waiting": None, "ready": "W", "transit": "T", "processing": "P"}
_DEBITS = {
    "overdue": "OVERDUE",
    "lost": "LOST",
    "hold": "RESERVE_EXPIRED",
    "membership": "ACCOUNT",
    "manual": "MANUAL",
}
_LINE_NULLS = (
    "cash_register_id",
    "checkout_id",
    "old_checkout_id",
    "credit_number",
    "credit_type",
    "debit_type",
    "internal_note",
    "item_id",
    "payment_type",
    "payout_type",
    "status",
    "user_id",
)
_LINE: Json = dict.fromkeys(_LINE_NULLS) | {"interface": "intranet", "library_id": records.LIBRARY_ID}
_NO_CREDITS = {"debit_type", "payout_type", "item_id", "checkout_id", "old_checkout_id"}
_LIBRARY_NULLS = (
    "address2",
    "address3",
    "state",
    "phone",
    "fax",
    "email",
    "ill_email",
    "reply_to_email",
    "return_path_email",
    "url",
    "ip",
    "notes",
    "geolocation",
    "marc_org_code",
)


def hold(one: Hold, newest: bool = True) -> Json:
    """A hold without embeds; ``newest`` for the names that newer versions have."""
    ready = one.state == "ready"
    body: Json = {
        "hold_id": one.hold_id,
        "patron_id": int(one.patron_id),
        "hold_date": one.placed_on,
        "biblio_id": one.biblio_id,
        "item_group_id": None,
        "pickup_library_id": one.branch,
        "desk_id": None,
        "cancellation_date": None,
        "cancellation_reason": None,
        "notes": one.note,
        "priority": one.position if one.state == "waiting" else 0,
        "status": _FOUND[one.state],
        "timestamp": local_day(one.placed_on),
        "item_id": one.item_id or (SHELF + one.biblio_id if one.state != "waiting" else None),
        "waiting_date": one.placed_on if ready else None,
        "expiration_date": one.ready_until if ready else one.wanted_until,
        "lowest_priority": False,
        "suspended": one.suspended,
        "suspended_until": local_day(one.suspended_until) if one.suspended_until else None,
        "non_priority": False,
        "item_level": one.item_id is not None,
    }
    if not newest:
        return body | {"item_type": None}
    return body | {"item_type_id": None, "deleted_biblio_id": None, "hold_group_id": None}


def line(fee: Fee) -> Json:
    """A line of the account: what was charged, or below zero a credit that staff gave."""
    kind = {"credit_type": "CREDIT"} if fee.amount < 0 else {"debit_type": _DEBITS[fee.kind]}
    return _LINE | {
        "account_line_id": fee.fee_id,
        "patron_id": int(fee.patron_id),
        "amount": fee.amount / 100,
        "amount_outstanding": fee.outstanding / 100,
        "date": local_day(fee.charged_on),
        "timestamp": local_day(fee.charged_on),
        "description": fee.description or None,
        "item_id": SHELF + fee.biblio_id if fee.biblio_id is not None else None,
        **kind,
    }


def debit(fee: Fee) -> Json:
    """What was charged, in a list of debits alone, whose fields are others."""
    return _of_one_side(line(fee), "debit_type", {"credit_type", "credit_number", "payment_type"})


def credit(fee: Fee) -> Json:
    """A credit that staff gave, in a list of credits alone."""
    return _of_one_side(line(fee), "credit_type", _NO_CREDITS)


def payment(one: Payment) -> Json:
    """Money that came in, which Koha writes below zero, in a list of credits alone."""
    told = _LINE | {
        "account_line_id": one.payment_id,
        "patron_id": int(one.patron_id),
        "amount": -one.amount / 100,
        "amount_outstanding": 0,
        "date": local_day(one.paid_on),
        "timestamp": local_day(one.paid_on),
        "description": None,
        "credit_type": "PAYMENT",
        "payment_type": one.method,
    }
    return _of_one_side(told, "credit_type", _NO_CREDITS)


def _of_one_side(told: Json, kind: str, others: set[str]) -> Json:
    return {name: value for name, value in told.items() if name not in others | {kind}} | {"type": told[kind]}


def shelf_copy(work: Biblio) -> Json:
    """The copy of a work that nobody has."""
    since = 1_600_000_000
    stand_in = Loan(
        0, "0", SHELF + work.biblio_id, f"31279{work.biblio_id:07d}", work.biblio_id, since, since
    )
    return records.item(stand_in, work) | {"checked_out_date": None, "last_checkout_date": None}


def branch(one: Branch, needs_override: bool | None = None) -> Json:
    """A library; `needs_override` only in lists of places of pickup."""
    body: Json = dict.fromkeys(_LIBRARY_NULLS) | {
        "library_id": one.code,
        "name": one.name,
        "address1": "Kirjastokatu 1",
        "postal_code": "00100",
        "city": "Helsinki",
        "country": "Finland",
        "public": True,
        "pickup_location": one.pickup,
        "pickup_items": [],
    }
    return body if needs_override is None else body | {"needs_override": needs_override}
