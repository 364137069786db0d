"""Alma's representation of a loan, and the reasons why it can't be renewed."""

from datetime import UTC, date, datetime
from typing import Any

from discovery_accounts.simulator.alma.numbering import mms_id
from discovery_accounts.simulator.records import Biblio, Loan, Patron
from discovery_accounts.simulator.store import hindrance

Json = dict[str, Any]

_REASONS = {
    "on_reserve": "Item is requested by another patron.",
    "too_many": "Maximum number of renewals was reached.",
    "restriction": "Patron has blocks.",
    "expired": "Patron's card has expired.",
}


def moment(seconds: int | None) -> str | None:
    """Seconds since 1970 as `2026-03-01T21:59:00Z`."""
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def refusal(patron: Patron, loan: Loan) -> str | None:
    """Why a loan can't be renewed, as Alma's text, or `None`."""
    reason = hindrance(patron, loan)
    if reason is None and date.fromisoformat(patron.expires_on) < datetime.now(UTC).date():
        reason = "expired"
    return _REASONS[reason] if reason is not None else None


def item_loan(loan: Loan, work: Biblio, patron: Patron, renewable: bool = False) -> Json:
    """A loan; `renewable` adds whether it can be renewed now."""
    returned = loan.returned_at is not None
    desk = {"value": "DEFAULT_CIRC_DESK", "desc": "Circulation desk"}
    record: Json = {
        "loan_id": str(loan.loan_id),
        "circ_desk": desk,
        "return_circ_desk": desk if returned else {"value": None, "desc": None},
        "library": {"value": "MAIN", "desc": "Main library"},
        "user_id": patron.patron_id,
        "item_barcode": loan.barcode,
        "due_date": moment(loan.due_at),
        "loan_status": "COMPLETE" if returned else "ACTIVE",
        "loan_date": moment(loan.taken_at),
        "return_date": moment(loan.returned_at),
        "returned_by": {"value": None, "desc": None},
        "process_status": "RENEW" if loan.renewals else "NORMAL",
        "mms_id": mms_id(loan.biblio_id),
        "holding_id": f"22{loan.biblio_id:06d}0000121",
        "item_id": str(loan.item_id),
        "title": work.title,
        "author": work.author,
        "description": None,
        "publication_year": str(work.year),
        "location_code": {"value": "OPEN", "name": "Open shelves"},
        "item_policy": {"value": "28", "description": "Four weeks"},
        "call_number": f"820 {work.author[:3].upper()}",
        "loan_fine": 0.0,
        "request_id": {"value": None, "desc": None},
        "last_renew_date": moment(loan.renewed_at),
        "last_renew_status": {
            "value": "RENEWED" if loan.renewals else None,
            "desc": "Renewed successfully" if loan.renewals else None,
        },
    }
    if renewable:
        record["renewable"] = not returned and refusal(patron, loan) is None
    return record
