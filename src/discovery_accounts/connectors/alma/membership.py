"""Renewing a membership, by the rules in the settings, and the people for whom a user borrows."""

from calendar import monthrange
from datetime import date, timedelta

from discovery_accounts.connectors.alma.errors import Fault
from discovery_accounts.connectors.alma.fields import AlmaFields
from discovery_accounts.connectors.alma.patrons import Patrons
from discovery_accounts.connectors.alma.settings import AlmaSettings
from discovery_accounts.connectors.alma.swapping import Swapping, Whole, nobody
from discovery_accounts.connectors.api import (
    CardNotRenewed,
    CardRenewed,
    CardTerms,
    Family,
    NotAPatron,
    NotCardRenewable,
    PatronRecord,
    Relative,
    UnexpectedAnswer,
)
from discovery_accounts.domain.standing import BlockCode


class Membership:
    """Reads and moves the last day."""

    def __init__(self, swapping: Swapping, patrons: Patrons, settings: AlmaSettings) -> None:
        self._swapping = swapping
        self._patrons = patrons
        self._settings = settings

    async def terms(self, patron_id: str) -> CardTerms | NotAPatron:
        """One call."""
        whole = await self._read(patron_id)
        if isinstance(whole, NotAPatron):
            return whole
        record = self._patrons.record(whole.user, patron_id)
        because = self._hindrance(whole, record)
        return CardTerms(because is None, because, expires_on=record.expires_on)

    async def renew(self, patron_id: str) -> CardRenewed | CardNotRenewed | NotAPatron:
        """Two calls: reading and writing the whole record."""
        whole = await self._read(patron_id)
        if isinstance(whole, NotAPatron):
            return whole
        record = self._patrons.record(whole.user, patron_id)
        if (because := self._hindrance(whole, record)) is not None:
            return CardNotRenewed(because)
        today = self._patrons.today
        until = months_after(max(record.expires_on or today, today), self._settings.card_renewal_months or 0)
        after = await self._swapping.write(whole, whole.body() | {"expiry_date": f"{until.isoformat()}Z"})
        if isinstance(after, Fault):
            return nobody(after, "renewing a membership")
        told = self._patrons.record(after.user, patron_id).expires_on
        if told != until:
            return CardNotRenewed(NotCardRenewable.LIBRARY_SAYS_NO)
        return CardRenewed(until)

    async def family(self, patron_id: str) -> Family | NotAPatron:
        """One call. Alma tells for whom a user may borrow, and not who may borrow for a user."""
        whole = await self._swapping.read(patron_id, "reading a user")
        if isinstance(whole, NotAPatron):
            return whole
        rows = AlmaFields(whole.json, "user").rows("proxy_for_user")
        return Family(
            guarantees=tuple(
                Relative(row.needed("primary_id"), family_name=row.text("full_name"), relation="proxy")
                for row in rows
            )
        )

    async def _read(self, patron_id: str) -> Whole | NotAPatron:
        return await self._swapping.read(patron_id, "reading a user to renew", expand="fees")

    def _hindrance(self, whole: Whole, record: PatronRecord) -> NotCardRenewable | None:
        """Why not, by what is worst. The last day of people of the university comes with its transfers."""
        if record.owed is None:
            raise UnexpectedAnswer("user.fees is not told")
        if any(block.code is not BlockCode.CARD_EXPIRED for block in record.blocks):
            return NotCardRenewable.BLOCKED
        if record.owed.amount_minor > 0:
            return NotCardRenewable.FEES
        if _is_external(whole.user.account_type) or record.expires_on is None:
            return NotCardRenewable.AT_THE_DESK
        early = timedelta(days=self._settings.card_renewal_early_days)
        return NotCardRenewable.TOO_EARLY if record.expires_on - early > self._patrons.today else None


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _is_external(account_type: str | None) -> bool:
    return (account_type or "").upper() == "EXTERNAL"
