"""Alma's JSON turned into the house's records."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from discovery_accounts.connectors.alma.fields import AlmaFields
from discovery_accounts.connectors.alma.identities import Identity, same
from discovery_accounts.connectors.alma.reasons import BLOCKS
from discovery_accounts.connectors.alma.settings import ANY_IDENTIFIER, PRIMARY_ID
from discovery_accounts.connectors.api import Loan, PatronRecord, UnexpectedAnswer
from discovery_accounts.connectors.paging import LoanRow
from discovery_accounts.connectors.people import birth_date, standing_of
from discovery_accounts.domain.renewal import NotRenewable
from discovery_accounts.domain.standing import Block, BlockCode

_WHOLE = frozenset({"contact_info", "user_identifier"})


@dataclass(frozen=True, slots=True)
class _Identifier:
    id_type: str | None
    value: str = field(repr=False)
    active: bool


class User:
    """A user record, as far as it is needed to know who it is and how they stand."""

    def __init__(self, value: object) -> None:
        self._fields = AlmaFields(value, "user")
        self.primary_id = self._fields.needed("primary_id")
        self.account_type = self._fields.code("account_type")
        #: Whether it is more than the few fields that a list of users may have.
        self.whole = isinstance(value, dict) and not _WHOLE.isdisjoint(value)
        self._identifiers = tuple(
            _Identifier(row.code("id_type"), number, _in_force(row.text("status")))
            for row in self._fields.rows("user_identifier")
            if (number := row.text("value")) is not None
        )

    def holds(self, who: Identity) -> bool | None:
        """Whether that identifier is in force; ``None`` when the user does not have it at all."""
        any_type = who.id_type == ANY_IDENTIFIER
        if (any_type or who.id_type == PRIMARY_ID) and same(self.primary_id, who.value):
            return True
        found = [
            one.active
            for one in self._identifiers
            if (any_type or one.id_type == who.id_type) and same(one.value, who.value)
        ]
        return any(found) if found else None

    def number(self, id_type: str) -> str | None:
        """The identifier of that type that is in force."""
        return next((one.value for one in self._identifiers if one.active and one.id_type == id_type), None)

    def permanent_id(self, id_type: str) -> str:
        """What stays the same for the person, by the library's choice."""
        found = self.primary_id if id_type == PRIMARY_ID else self.number(id_type)
        if found is None:
            raise UnexpectedAnswer(f"user has no active identifier of the type {id_type}")
        return found

    def numbers(self, id_type: str) -> tuple[str, ...]:
        """Every identifier of that type that is in force."""
        if id_type == PRIMARY_ID:
            return (self.primary_id,)
        return tuple(one.value for one in self._identifiers if one.active and one.id_type == id_type)

    @property
    def addresses(self) -> tuple[str, ...]:
        """Every e-mail address on file."""
        return self._contacts("email", "email_address")

    @property
    def notes(self) -> tuple[str, ...]:
        """The texts of all notes."""
        notes = self._fields.rows("user_note")
        return tuple(text for row in notes if (text := row.text("note_text")) is not None)

    def record(
        self, patron_id: str, number_type: str, now: datetime, zone: ZoneInfo, currency: str
    ) -> PatronRecord:
        """The patron for the rest of the house."""
        expires_on = self._fields.day("expiry_date")
        today = now.astimezone(zone).date()
        expired = expires_on is not None and expires_on < today
        standing, blocks = standing_of(tuple(self._blocks(now, zone)), expired)
        number = self.number(number_type)
        return PatronRecord(
            patron_id,
            number,
            standing,
            blocks,
            expires_on,
            next(iter(self.addresses), None),
            self._fields.text("first_name"),
            self._fields.text("last_name"),
            next(iter(self._contacts("phone", "phone_number")), None),
            self._fields.inner("fees").amount("value", currency),
            birth_date(self._fields.raw("birth_date"), today),
        )

    def _blocks(self, now: datetime, zone: ZoneInfo) -> Iterator[Block]:
        if not _in_force(self._fields.code("status")):
            yield Block(BlockCode.INACTIVE)
        for row in self._fields.rows("user_block"):
            ends_at = row.moment("expiry_date", zone)
            if _in_force(row.text("block_status")) and (ends_at is None or ends_at >= now):
                told = row.inner("block_description")
                code = BLOCKS.get((told.text("value") or "").upper(), BlockCode.LIBRARY_SAYS)
                yield Block(code, told.text("desc"))

    def _contacts(self, kind: str, name: str) -> tuple[str, ...]:
        """The preferred one first."""
        rows = self._fields.inner("contact_info").rows(kind)
        rows.sort(key=lambda row: row.flag("preferred") is not True)
        return tuple(value for row in rows if (value := row.text(name)) is not None)


def read_loan(fields: AlmaFields, zone: ZoneInfo) -> LoanRow:
    """One ``item_loan``, its owner by primary id. Whether it can be renewed is there when asked for."""
    title, volume = fields.title("title"), fields.text("description")
    renewable = fields.flag("renewable")
    loan = Loan(
        loan_id=fields.needed("loan_id"),
        title=f"{title}. {volume}" if title and volume else title,
        due_at=fields.needed_moment("due_date", zone),
        author=fields.text("author"),
        barcode=fields.text("item_barcode"),
        record_id=fields.text("mms_id"),
        checked_out_at=fields.moment("loan_date", zone),
        renewable=renewable,
        not_renewable_because=NotRenewable.LIBRARY_SAYS_NO if renewable is False else None,
    )
    returned = (fields.text("loan_status") or "").upper() == "COMPLETE"
    return LoanRow(loan, fields.text("user_id"), not returned)


def _in_force(status: str | None) -> bool:
    """Alma's default is active, and it is written in more than one way."""
    return status is None or status.upper() == "ACTIVE"
