"""Patrons of a SIP2 library: whose PIN it is, and what the record says."""

from collections.abc import Callable
from datetime import UTC, date, datetime

from discovery_accounts.connectors.api import (
    NotAPatron,
    PatronRecord,
    PatronRef,
    Rejected,
    UnexpectedAnswer,
    Verification,
    Verified,
    WrongPatron,
)
from discovery_accounts.connectors.people import birth_date, possible_card, possible_pin, standing_of
from discovery_accounts.connectors.sip2 import fields as f
from discovery_accounts.connectors.sip2.asking import Desk, is_patron
from discovery_accounts.connectors.sip2.message import Answer
from discovery_accounts.connectors.sip2.reading import last_day, readable_amount
from discovery_accounts.connectors.sip2.reasons import blocks
from discovery_accounts.connectors.sip2.settings import Sip2Settings
from discovery_accounts.domain.standing import Block, BlockCode


class Patrons:
    """PIN checks and patron records. ``now`` gives the time, for memberships that end today."""

    def __init__(
        self, desk: Desk, settings: Sip2Settings, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._desk = desk
        self._settings = settings
        self._now = now

    async def verify(self, card_number: str, pin: str) -> Verification:
        """One call, or none for what can't be sent as it is (checklist P3).

        Only ``BL`` and ``CQ``, both with Y, are a yes; a server that leaves one out says nothing
        (checklist P4). With a wrong PIN the server tells the whole record: it is dropped here.
        """
        if not (possible_card(card_number) and possible_pin(pin) and self._desk.sendable(card_number, pin)):
            return Rejected()
        status_only = self._settings.dialect.verify_with == "23"
        answer = await self._desk.person(card_number, pin, status_only=status_only)
        if not is_patron(answer):
            return Rejected()
        right = answer.flag(f.VALID_PIN)
        if right is None:
            raise UnexpectedAnswer(f"message {answer.kind} does not say whether the PIN is right (CQ)")
        if not right:
            return Rejected()
        return Verified(answer.needed(self._settings.patron_id_field), answer.needed(f.PATRON))

    async def check(self, patron: PatronRef, pin: str) -> Verification:
        """A stored PIN, by the number it is stored with. Raises ``WrongPatron``."""
        verdict = await self.verify(patron.card_number, pin)
        if isinstance(verdict, Verified) and verdict.patron_id != patron.patron_id:
            raise WrongPatron("a PIN check answered for somebody else")
        return verdict

    async def read(self, patron_id: str) -> PatronRecord | NotAPatron:
        """The record, in one call, which is the first to be left out when the server is busy. Raises
        ``WrongPatron``."""
        answer = await self._desk.record(patron_id, optional=True)
        return answer if isinstance(answer, NotAPatron) else self._record(patron_id, answer)

    def _record(self, patron_id: str, answer: Answer) -> PatronRecord:
        dialect, zone = self._settings.dialect, self._settings.timezone
        ends = last_day(map(answer.first, dialect.expiry), ("%Y%m%d", *dialect.dates), zone)
        standing, reasons = standing_of(*_ended(answer.fixed["status"], ends, self._today()))
        family, given = _names(answer.first(f.NAME))
        owed = answer.only(f.AMOUNT)
        return PatronRecord(
            patron_id=patron_id,
            card_number=answer.needed(f.PATRON),
            standing=standing,
            blocks=reasons,
            expires_on=ends,
            email=answer.first(f.EMAIL),
            given_names=given,
            family_name=family,
            phone=answer.first(f.PHONE),
            owed=readable_amount(owed, currency(answer, self._settings)),
            born_on=self._born_on(answer),
        )

    def _born_on(self, answer: Answer) -> date | None:
        """Told once, in eight digits: with a ``|`` in a name anybody could add another one."""
        field = self._settings.dialect.birth
        told = set(answer.all(field)) if field else set()
        days = [birth_date(one, self._today()) for one in told if len(one) == len("YYYYMMDD")]
        return days[0] if len(days) == len(told) == 1 else None

    def _today(self) -> date:
        return self._now().astimezone(self._settings.timezone).date()


def currency(answer: Answer, settings: Sip2Settings) -> str:
    """What the amounts of an answer are in."""
    told = answer.only(f.CURRENCY) or ""
    return (
        told if len(told) == 3 and told.isascii() and told.isalpha() and told.isupper() else settings.currency
    )


def _ended(flags: str, ends: date | None, today: date) -> tuple[tuple[Block, ...], bool]:
    """The reasons, and whether the membership has ended: then that is why borrowing is denied."""
    expired = ends is not None and ends < today
    found = blocks(flags)
    if expired and found == (Block(BlockCode.RESTRICTED),):
        found = ()
    return found, expired


def _names(name: str | None) -> tuple[str | None, str | None]:
    """Family and given names of "Family, Given"; of anything else nobody can say which is which."""
    family, comma, given = (name or "").partition(",")
    return (family.strip() or None, given.strip() or None) if comma else (None, None)
