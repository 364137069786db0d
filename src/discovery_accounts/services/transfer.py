"""The patron of a person who signed in by their organisation: found in the library, or made there (rules 4.5).

Only after the person's yes, and never by e-mail address: by a permanent id that library and
organisation share, exactly one match or none.
"""

import uuid
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import select

from discovery_accounts.config.settings import LoginSettings
from discovery_accounts.connectors.api import Capability, LibraryError, NotMade, PatronDetails, PatronRecord
from discovery_accounts.domain.cards import LinkProof, LinkState
from discovery_accounts.login.claim import Claim
from discovery_accounts.models import Account, LibraryCard, Link
from discovery_accounts.services import events
from discovery_accounts.services.card_rows import find_or_make, take_over
from discovery_accounts.services.holding import hold
from discovery_accounts.services.house import House
from discovery_accounts.services.row_locks import NO_KEY


class Transferred(StrEnum):
    """What became of the card. ``NOTHING``: the login has no library, or the account has the card already."""

    NOTHING = "nothing"
    FOUND = "card_found"
    MADE = "card_made"
    NOT_FOUND = "card_not_found"
    SEVERAL = "card_several"
    NOT_MADE = "card_not_made"
    LATER = "card_later"


@dataclass(frozen=True, slots=True)
class _Patron:
    outcome: Transferred
    record: PatronRecord | None = field(default=None, repr=False)


class Transfers:
    def __init__(self, house: House) -> None:
        self._house = house

    def carry_out(self, account_id: uuid.UUID, login: LoginSettings, claim: Claim) -> Transferred:
        """Find or make the patron and give the account its card. Never raises for a library's failure."""
        if login.library is None or login.library not in self._house.libraries:
            return Transferred.NOTHING if login.library is None else Transferred.LATER
        if self._has_card(account_id, login.library):
            return Transferred.NOTHING
        try:
            patron = self._find(login, login.library, claim)
            if patron.outcome is Transferred.NOT_FOUND:
                patron = self._make(login, login.library, claim)
        except NotMade:  # a namesake, or something the library misses: its desk can tell
            patron = _Patron(Transferred.NOT_MADE)
        except LibraryError as error:
            events.report_if_wrong_patron(self._house, error, library=login.library, account_id=account_id)
            patron = _Patron(Transferred.LATER)
        self._write_down(account_id, login.library, patron)
        return patron.outcome

    def _has_card(self, account_id: uuid.UUID, library: str) -> bool:
        """Also one that was removed: it does not come back by itself."""
        query = (
            select(Link.id)
            .join(LibraryCard, LibraryCard.id == Link.card_id)
            .where(Link.account_id == account_id, LibraryCard.library == library)
            .where(Link.holder | (Link.state == LinkState.ENDED.value))
        )
        with self._house.database.reading() as session:
            return session.execute(query).first() is not None

    def _find(self, login: LoginSettings, library: str, claim: Claim) -> _Patron:
        if login.match_on is None or not claim.shared_id:
            return _Patron(Transferred.NOT_FOUND)
        found = self._house.gateway.find_patrons(
            library, login.match_on, claim.shared_id, deadline=self._house.settings.act_deadline
        )
        if len(found) == 1:
            return _Patron(Transferred.FOUND, found[0])
        return _Patron(Transferred.SEVERAL if found else Transferred.NOT_FOUND)

    def _make(self, login: LoginSettings, library: str, claim: Claim) -> _Patron:
        if not login.make_patrons or Capability.MAKE_PATRONS not in self._house.gateway.capabilities(library):
            return _Patron(Transferred.NOT_FOUND)
        person = claim.person
        shared = (login.match_on, claim.shared_id) if login.match_on and claim.shared_id else None
        details = PatronDetails(
            given_names=person.given_names,
            family_name=person.family_name,
            email=person.email,
            phone=person.phone,
            user_name=person.user_name,
            identity_code=person.identity_code,
            shared_id=shared,
        )
        once = self._house.vault.keyed_hash("made patron", claim.login, claim.issuer, claim.subject)
        record = self._house.gateway.make_patron(
            library, details, once, deadline=self._house.settings.act_deadline
        )
        return _Patron(Transferred.MADE, record)

    def _write_down(self, account_id: uuid.UUID, library: str, patron: _Patron) -> None:
        now = self._house.now()
        with self._house.database.writing() as session:
            account = session.get_one(Account, account_id, with_for_update=NO_KEY)
            card_id = None
            if patron.record is not None:
                record = patron.record
                number = record.card_number or record.patron_id
                card = find_or_make(session, self._house, library, record.patron_id, number)
                take_over(self._house, card, record, now)
                hold(session, self._house, account, card, LinkProof.FEDERATION, make=True)
                card_id = card.id
            events.record(
                session,
                events.TRANSFERRED,
                now,
                library=library,
                account_id=account.id,
                card_id=card_id,
                outcome=patron.outcome.value,
            )
