"""Renewing the time of a card."""

from datetime import timedelta

from discovery_accounts.connectors.api import (
    CardNotRenewed,
    CardRenewed,
    CardTerms,
    NotAPatron,
    NotCardRenewable,
    PatronRef,
    Rejected,
)
from discovery_accounts.connectors.memory.people import Person
from discovery_accounts.connectors.memory.verbs import Verbs

EARLIEST_DAYS = 60
_YEARS_OF_DAYS = 730


class MembershipVerbs(Verbs):
    """``RenewsCards``."""

    card_renewal_needs_pin = False

    async def card_terms(
        self,
        patron: PatronRef,
        pin: str | None,  # noqa: ARG002 - this library does not ask for it
    ) -> CardTerms | NotAPatron | Rejected:
        async with self.library.gate.reading("terms"):
            person = self.person(patron.patron_id)
            if person is None:
                return NotAPatron()
            because = self._kept_back(person)
            return CardTerms(because is None, because, expires_on=person.expires_on)

    async def renew_card(
        self,
        patron: PatronRef,
        pin: str | None,  # noqa: ARG002 - this library does not ask for it
    ) -> CardRenewed | CardNotRenewed | NotAPatron | Rejected:
        async with self.library.gate.reading("terms"):
            person = self.person(patron.patron_id)
        if person is None:
            return NotAPatron()
        async with self.library.gate.acting("membership"):
            if because := self._kept_back(person):
                return CardNotRenewed(because)
            person.expires_on = self.library.today() + timedelta(days=_YEARS_OF_DAYS)
            return CardRenewed(person.expires_on)

    def _kept_back(self, person: Person) -> NotCardRenewable | None:
        earliest = person.expires_on - timedelta(days=EARLIEST_DAYS)
        checks = (
            (bool(person.blocks), NotCardRenewable.BLOCKED),
            (person.owed(self.library.currency) > self.nothing(), NotCardRenewable.FEES),
            (self.library.today() < earliest, NotCardRenewable.TOO_EARLY),
        )
        return next((because for hindered, because in checks if hindered), None)
