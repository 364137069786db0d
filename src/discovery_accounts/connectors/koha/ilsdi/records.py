"""ILS-DI's records turned into the house's."""

from datetime import date
from zoneinfo import ZoneInfo

from discovery_accounts.connectors.api import Fee, Hold, Loan, PatronRecord, PickupLocation
from discovery_accounts.connectors.koha.fees import KINDS
from discovery_accounts.connectors.koha.ilsdi.client import Record
from discovery_accounts.connectors.people import birth_date, standing_of
from discovery_accounts.domain.fees import FeeKind
from discovery_accounts.domain.holds import HoldState
from discovery_accounts.domain.money import Money
from discovery_accounts.domain.standing import Block, BlockCode

_FOUND = {"W": HoldState.READY, "T": HoldState.IN_TRANSIT, "P": HoldState.IN_PROCESSING}


def read_patron(fields: Record, currency: str, today: date) -> PatronRecord:
    """The patron of ``GetPatronInfo``; ``today`` is the library's day."""
    until = fields.day("debarred")
    blocks = [Block(BlockCode.RESTRICTED)] if until is not None and until >= today else []
    blocks += [Block(BlockCode.CARD_LOST)] if fields.flag("lost") else []
    blocks += [Block(BlockCode.ADDRESS_UNKNOWN)] if fields.flag("gonenoaddress") else []
    expires_on = fields.day("dateexpiry")
    standing, reasons = standing_of(blocks, expires_on is not None and expires_on < today)
    return PatronRecord(
        str(fields.number("borrowernumber")),
        fields.text("cardnumber"),
        standing,
        reasons,
        expires_on,
        fields.text("email"),
        fields.text("firstname"),
        fields.text("surname"),
        fields.text("phone"),
        fields.amount("charges", currency),
        birth_date(fields.raw("dateofbirth"), today),
    )


def read_loan(fields: Record, zone: ZoneInfo) -> Loan:
    """A loan, known by its item: ILS-DI renews by that."""
    record = fields.number("biblionumber")
    return Loan(
        loan_id=fields.needed("itemnumber"),
        title=fields.title("title"),
        due_at=fields.needed_moment("date_due", zone),
        author=fields.text("author"),
        barcode=fields.text("barcode"),
        record_id=None if record is None else str(record),
        checked_out_at=fields.moment("issuedate", zone),
        renewals=fields.number("renewals"),
    )


def read_hold(fields: Record, zone: ZoneInfo) -> Hold:
    """A hold. What can't be done by ILS-DI is said of each: it can only be cancelled."""
    state = _FOUND.get(fields.text("found") or "", HoldState.WAITING)
    suspended = state is HoldState.WAITING and bool(fields.flag("suspend"))
    code, name = fields.text("branchcode"), fields.text("branchname")
    ends = fields.calendar_day("expirationdate", zone)
    position = fields.number("priority")
    waits = state is HoldState.WAITING
    record, item = fields.number("biblionumber"), fields.number("itemnumber")
    return Hold(
        hold_id=fields.needed("reserve_id"),
        title=fields.title("title"),
        state=HoldState.SUSPENDED if suspended else state,
        record_id=None if record is None else str(record),
        item_id=None if item is None else str(item),
        pickup=PickupLocation(code or name or "", name or code) if code or name else None,
        placed_on=fields.calendar_day("reservedate", zone),
        position=position if position and waits else None,
        ready_until=ends if state is HoldState.READY else None,
        wanted_until=None if state is HoldState.READY else ends,
        suspended_until=fields.calendar_day("suspend_until", zone) if suspended else None,
        can_cancel=waits,
        can_change_pickup=False,
        can_suspend=False,
    )


def read_fee(fields: Record, currency: str, zone: ZoneInfo) -> Fee:
    """A line of an account; the older versions number it within the patron."""
    kind = (fields.text("debit_type_code") or fields.text("accounttype") or "").upper()
    none = Money(0, currency)
    return Fee(
        fee_id=fields.text("accountlines_id") or fields.needed("accountno"),
        kind=KINDS.get(kind, FeeKind.OTHER),
        amount=fields.amount("amount", currency) or none,
        outstanding=fields.amount("amountoutstanding", currency) or none,
        charged_on=fields.calendar_day("date", zone),
        title=fields.title("title"),
        description=fields.text("description"),
    )
