"""The patron of a person who signed in by their organisation: found in the library, or made there (rules 4.5).

Only after the person's yes, only the fields that it was about, and never by e-mail address: by a
permanent id that library and organisation share, exactly one match or none.
"""

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from discovery_accounts.config.settings import LoginSettings
from discovery_accounts.connectors.api import Capability, LibraryError, NotMade, PatronDetails, PatronRecord
from discovery_accounts.domain.cards import EndedBy, LinkProof, LinkState
from discovery_accounts.domain.person import Person
from discovery_accounts.login.claim import Claim
from discovery_accounts.models import Account, LibraryCard, Link, TransferConsent
from discovery_accounts.services import events
from discovery_accounts.services.card_rows import find_or_make, take_over
from discovery_accounts.services.entering import find_identity
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


def makes_patrons(house: House, login: LoginSettings) -> bool:
    """Whether somebody who is not found becomes a patron: the settings say so, and the library can."""
    wanted = login.make_patrons and login.library in house.libraries
    return wanted and Capability.MAKE_PATRONS in house.gateway.capabilities(str(login.library))


class Transfers:
    def __init__(self, house: House) -> None:
        self._house = house

    def carry_out(self, account_id: uuid.UUID, login: LoginSettings, claim: Claim) -> Transferred:
        """Find or make the patron and give the account its card. Never raises for a library's failure."""
        if login.library is None or login.library not in self._house.libraries:
            return Transferred.NOTHING if login.library is None else Transferred.LATER
        agreed = self._agreed(account_id, login, claim)
        if agreed is None or self._has_card(account_id, login.library):
            return Transferred.NOTHING
        try:
            patron = self._find(login, login.library, claim)
            if patron.outcome is Transferred.NOT_FOUND:
                patron = self._make(login, login.library, claim, agreed)
        except NotMade:  # a namesake, or something the library misses: its desk can tell
            patron = _Patron(Transferred.NOT_MADE)
        except LibraryError as error:
            events.report_if_wrong_patron(self._house, error, library=login.library, account_id=account_id)
            patron = _Patron(Transferred.LATER)
        return self._write_down(account_id, login.library, patron)

    def needs_yes(self, login: LoginSettings, claim: Claim) -> bool:
        """Whether a claim that opens an account would transfer what its person never agreed to: the way was
        added to an account that was there, or its settings name a library only since."""
        if login.library is None or login.library not in self._house.libraries:
            return False
        with self._house.database.reading() as session:
            found = find_identity(session, claim)
            account_id = found.account_id if found is not None else None
        if account_id is None or self._agreed(account_id, login, claim) is not None:
            return False
        return not self._has_card(account_id, login.library)

    def _agreed(self, account_id: uuid.UUID, login: LoginSettings, claim: Claim) -> frozenset[str] | None:
        """The fields that the person agreed to have transferred; ``None`` without a consent in force."""
        with self._house.database.reading() as session:
            identity = find_identity(session, claim)
            if identity is None or identity.account_id != account_id:
                return None
            query = select(TransferConsent.fields).where(
                TransferConsent.identity_id == identity.id,
                TransferConsent.library == login.library,
                TransferConsent.withdrawn_at.is_(None),
            )
            given = session.scalars(query).all()
        return frozenset(name for fields in given for name in fields) if given else None

    def _has_card(self, account_id: uuid.UUID, library: str) -> bool:
        """Also one that was removed, or waits for its holder's yes since: it does not come back by itself. One
        whose holder this account was until another holder ended it does, for the patron is this one."""
        ended_by_another = and_(Link.holder, Link.ended_by == EndedBy.HOLDER.value)
        waits = and_(Link.state == LinkState.PENDING.value, Link.ended_by.is_not(None))
        query = (
            select(Link.id)
            .join(LibraryCard, LibraryCard.id == Link.card_id)
            .where(Link.account_id == account_id, LibraryCard.library == library)
            .where(Link.holder | (Link.state == LinkState.ENDED.value) | waits)
            .where(Link.ended_by.is_(None) | ~ended_by_another)
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

    def _make(self, login: LoginSettings, library: str, claim: Claim, agreed: frozenset[str]) -> _Patron:
        if not makes_patrons(self._house, login):
            return _Patron(Transferred.NOT_FOUND)
        told = claim.person.as_mapping()
        person = Person.from_mapping({name: told[name] for name in told if name in agreed})
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

    def _write_down(self, account_id: uuid.UUID, library: str, patron: _Patron) -> Transferred:
        now = self._house.now()
        with self._house.database.writing() as session:
            if patron.outcome is Transferred.MADE and self._is_somebodys(session, library, patron.record):
                events.record(session, events.WRONG_PATRON, now, library=library, account_id=account_id)
                patron = _Patron(Transferred.NOT_MADE)
            card = self._card(session, library, patron.record, now) if patron.record else None
            account = session.get(Account, account_id, with_for_update=NO_KEY)
            if account is None:  # joined to another one meanwhile, whose next sign-in finds the patron
                return patron.outcome
            if card is not None:
                hold(session, self._house, account, card, LinkProof.FEDERATION, make=True)
            events.record(
                session,
                events.TRANSFERRED,
                now,
                library=library,
                account_id=account.id,
                card_id=card.id if card is not None else None,
                outcome=patron.outcome.value,
            )
            return patron.outcome

    @staticmethod
    def _is_somebodys(session: Session, library: str, record: PatronRecord | None) -> bool:
        """Whether somebody has signed in with the card of a patron who is said to be new. One made before for
        the same person has no such holder: its answer was lost, or their account was ended (checklist P9)."""
        query = (
            select(Link.id)
            .join(LibraryCard, LibraryCard.id == Link.card_id)
            .where(
                LibraryCard.library == library, LibraryCard.patron_id == (record.patron_id if record else "")
            )
            .where(Link.holder, Link.proof != LinkProof.FEDERATION.value)
        )
        return session.execute(query.limit(1)).first() is not None

    def _card(self, session: Session, library: str, record: PatronRecord, now: datetime) -> LibraryCard:
        number = record.card_number or record.patron_id
        card = find_or_make(session, self._house, library, record.patron_id, number)
        take_over(self._house, card, record, now)
        return card
