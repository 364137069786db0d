"""Koha's JSON turned into the house's records."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from discovery_accounts.connectors.api import Loan, PatronRecord, Verified, WrongPatron
from discovery_accounts.connectors.koha.fields import KohaFields
from discovery_accounts.connectors.koha.reasons import renewal_reason
from discovery_accounts.connectors.paging import LoanRow
from discovery_accounts.connectors.people import birth_date, standing_of
from discovery_accounts.domain.money import Money, money
from discovery_accounts.domain.standing import Block, BlockCode

# The flags of a patron that keep them from borrowing, beside the end of the membership.
_FLAGS = (
    ("restricted", BlockCode.RESTRICTED),
    ("patron_card_lost", BlockCode.CARD_LOST),
    ("incorrect_address", BlockCode.ADDRESS_UNKNOWN),
)


def read_verified(value: object) -> Verified:
    """Whose PIN was right. The number is the library's own, also when a user name was typed."""
    fields = KohaFields(value, "validation")
    return Verified(fields.identifier("patron_id"), fields.text("cardnumber"))


@dataclass(frozen=True, slots=True)
class Terms:
    """What a library makes of what somebody owes and has not returned."""

    currency: str
    fees_block_above: float | None = None
    overdues_block: bool = False

    def owed(self, fields: KohaFields) -> Money | None:
        """What the record says is owed, if it does."""
        return fields.amount("account_balance", self.currency)

    def blocks(self, fields: KohaFields) -> list[Block]:
        """What follows from it."""
        owed, most = self.owed(fields), self.fees_block_above
        found = []
        if owed is not None and most is not None and owed > money(most, self.currency):
            found.append(Block(BlockCode.FEES))
        if self.overdues_block and (fields.number("overdues_count") or 0) > 0:
            found.append(Block(BlockCode.OVERDUES))
        return found


def read_patron(
    value: object, patron_id: str, today: Callable[[], date], terms: Terms | None = None
) -> PatronRecord:
    """A patron record; ``today`` is the library's day. Raises ``WrongPatron`` when it is somebody else's."""
    fields = KohaFields(value, "patron")
    if fields.identifier("patron_id") != patron_id:
        raise WrongPatron("a patron record of somebody else")
    return read_found(fields, today, terms)


def read_found(fields: KohaFields, today: Callable[[], date], terms: Terms | None = None) -> PatronRecord:
    """The patron whose record that is; with ``terms``, what they owe and what follows from that."""
    blocks = [Block(code) for name, code in _FLAGS if fields.flag(name)]
    if terms is not None:
        blocks += terms.blocks(fields)
    expires_on = fields.day("expiry_date")
    expired = fields.flag("expired")
    if expired is None:  # not told by older versions
        expired = expires_on is not None and expires_on < today()
    standing, reasons = standing_of(blocks, expired)
    return PatronRecord(
        fields.identifier("patron_id"),
        fields.text("cardnumber"),
        standing,
        reasons,
        expires_on,
        fields.text("email") or fields.text("secondary_email"),
        fields.text("firstname"),
        fields.text("surname"),
        fields.text("phone") or fields.text("mobile"),
        None if terms is None else terms.owed(fields),
        birth_date(fields.raw("date_of_birth"), today()),
    )


def read_checkout(value: object, zone: ZoneInfo) -> LoanRow:
    """A loan, whose it is and whether it is still out.

    The owner is ``None`` for a returned loan whose history was made anonymous: Koha answers for
    returned loans at the same address.
    """
    fields = KohaFields(value, "checkout")
    owner = fields.number("patron_id")
    item = fields.inner("item")
    biblio = item.inner("biblio")
    biblio_id = fields.number("biblio_id") or item.number("biblio_id") or biblio.number("biblio_id")
    renewable = fields.flag("renewable")
    because = renewal_reason(fields.words("renewability_blocks")) if renewable is False else None
    loan = Loan(
        loan_id=fields.identifier("checkout_id"),
        title=title_of(fields) or title_of(biblio),
        due_at=fields.needed_moment("due_date", zone),
        author=fields.text("author") or biblio.text("author"),
        barcode=fields.text("external_id") or item.text("external_id"),
        record_id=str(biblio_id) if biblio_id is not None else None,
        checked_out_at=fields.moment("checkout_date", zone),
        renewals=fields.number("renewals_count"),
        renewable=renewable,
        not_renewable_because=because,
    )
    return LoanRow(loan, None if owner is None else str(owner), fields.text("checkin_date") is None)


def with_renewability(loan: Loan, value: object) -> Loan:
    """The loan with what Koha says about renewing it."""
    fields = KohaFields(value, "allows_renewal")
    allowed = fields.flag("allows_renewal")
    if allowed is None:
        raise fields.fault("allows_renewal", "there")
    because = None if allowed else renewal_reason(fields.words("error"))
    return replace(loan, renewable=allowed, not_renewable_because=because)


def title_of(fields: KohaFields) -> str | None:
    """Title, subtitle and part in the order of a catalogue entry."""
    title = fields.title("title")
    if title is None:
        return None
    subtitle = fields.title("subtitle")
    parts = [part for name in ("part_number", "part_name") if (part := fields.title(name))]
    return (f"{title} : {subtitle}" if subtitle else title) + "".join(f". {part}" for part in parts)
