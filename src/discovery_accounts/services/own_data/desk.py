"""At the desk: what is stored about a person who is there, shown, corrected, handed over and erased by staff (rules
9.2). It takes a reason, is written down, and stands on that person's page with the library and the reason."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.labels import clean_label
from discovery_accounts.models import Account
from discovery_accounts.services import events
from discovery_accounts.services.account_cards import cards_of
from discovery_accounts.services.audit import AuditReason
from discovery_accounts.services.endings.asked import AskedEndings, EraseReason
from discovery_accounts.services.house import House
from discovery_accounts.services.linking_desk import Desk, LinkingDesk, Ticket
from discovery_accounts.services.own_data.archive import archive
from discovery_accounts.services.own_data.parts import Reader
from discovery_accounts.services.own_data.summary import COUNTED, READING, Section, sections
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.row_locks import NO_KEY

REASONS = (AuditReason.ASKED, AuditReason.FAULT)
"""Why staff may see so much: nobody's data is shown without them because of a suspicion."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose account was found, for staff to see whether it is the person before them. ``name`` and ``language`` are
    empty where there is none; ``cards`` are those in the account."""

    name: str = field(repr=False)
    language: str
    cards: int


class OwnDataDesk:
    """Who acts is a :class:`Desk`; what was looked up is a :class:`Ticket`, good for half an hour. A card may open the
    account of somebody else, with which its own was joined: whoever does something to it says by ``theirs`` that it is
    that of the person who is here; else ``BadShape`` about ``theirs`` is raised."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._cards = LinkingDesk(house)

    def find(self, desk: Desk, library: str, card_number: str, reason: str, *, present: bool) -> Ticket:
        """Look up the account that a card opens, or whose person holds it by their organisation. ``present``: the
        person is here and has shown who they are.

        Raises ``BadShape`` about ``present``, ``reason`` or ``card_number``, and ``Problem`` as ``LinkingDesk.find``;
        ``not_found`` for a card of which neither is known here."""
        _check(reason)
        if not present:
            raise BadShape("present", "missing")
        ticket = self._cards.find(desk, library, card_number, reason, place="own_data")[1]
        if ticket.account_id is None:
            raise Problem(Code.NOT_FOUND, field="library")
        self._write_down(events.DATA_SHOWN, desk, ticket.account_id, reason, library)
        return ticket

    def sections(self, reader: Reader) -> tuple[Section, ...]:
        """What is shown on the page: of what somebody reads only how much there is."""
        return sections(self._house, reader, counted=COUNTED | READING)

    def hand_over(
        self, desk: Desk, ticket: Ticket, reason: str, language: str, *, theirs: bool
    ) -> Iterator[bytes]:
        """The archive, for the person who is here."""
        _check_theirs(theirs)
        if ticket.account_id is None:
            raise Problem(Code.NOT_FOUND)
        reader = Reader(ticket.account_id, card_id=ticket.card_id)
        return self._export(desk, reader, reason, language, ticket.library)

    def owner(self, account_id: uuid.UUID) -> Owner:
        """Whose account it is; name and language are what a desk can correct. All else is the library's, or is changed
        by whoever reads the mail of the address."""
        with self._house.database.reading() as session:
            account = session.get(Account, account_id)
            cards = len(cards_of(session, account_id, None, self._house.now()))
            if account is None:
                return Owner("", "", 0)
            return Owner(account.name or "", account.language or "", cards)

    def correct(
        self, desk: Desk, ticket: Ticket, reason: str, *, name: str, language: str, theirs: bool
    ) -> None:
        """As the person says; an empty name removes it. Raises ``BadShape`` about ``reason``, ``name``,
        ``language``, ``Problem`` ``not_found``."""
        _check(reason)
        _check_theirs(theirs)
        cleaned = clean_label(name, "name") if name.strip() else None
        if language not in self._house.settings.languages:
            raise BadShape("language", "unknown")
        with self._house.database.writing() as session:
            account = session.get(Account, ticket.account_id, with_for_update=NO_KEY)
            if account is None:
                raise Problem(Code.NOT_FOUND)
            account.name, account.language = cleaned, language
            self._record(session, events.DATA_CORRECTED, desk, account.id, reason, ticket.library)

    def erase(self, desk: Desk, ticket: Ticket, reviews: str, *, sure: bool, theirs: bool) -> tuple[str, ...]:
        """The account, at once and for good; the libraries where the person remains a borrower. ``sure``: they asked
        for it, and know what goes. Raises ``BadShape`` about ``sure`` and ``reviews``, ``Problem`` ``not_found``."""
        _check_theirs(theirs)
        if not sure:
            raise BadShape("sure", "missing")
        if ticket.account_id is None:
            raise Problem(Code.NOT_FOUND)
        reason = EraseReason.PERSON_ASKED.value
        where = {"library": ticket.library, "staff": desk.staff}
        return AskedEndings(self._house).end_by_staff(ticket.account_id, reviews, reason, **where)

    def show(self, desk: Desk, account_id: uuid.UUID, reason: str) -> tuple[Section, ...]:
        """As the page shows it, by the account's id. Raises ``BadShape`` about ``reason``, ``Problem``
        ``not_found``."""
        _check(reason)
        self._write_down(events.DATA_SHOWN, desk, self._known(account_id), reason)
        return self.sections(Reader(account_id))

    def export(self, desk: Desk, account_id: uuid.UUID, reason: str, language: str) -> Iterator[bytes]:
        """The archive, by the account's id. Raises ``BadShape`` about ``reason``, ``Problem`` ``not_found``."""
        return self._export(desk, Reader(account_id), reason, language)

    def _export(
        self, desk: Desk, reader: Reader, reason: str, language: str, library: str | None = None
    ) -> Iterator[bytes]:
        _check(reason)
        self._write_down(events.DATA_HANDED_OVER, desk, self._known(reader.account_id), reason, library)
        return archive(self._house, reader, language)

    def _known(self, account_id: uuid.UUID) -> uuid.UUID:
        with self._house.database.reading() as session:
            if session.get(Account, account_id) is None:
                raise Problem(Code.NOT_FOUND)
        return account_id

    def _write_down(
        self, word: str, desk: Desk, account_id: uuid.UUID, reason: str, library: str | None = None
    ) -> None:
        with self._house.database.writing() as session:
            self._record(session, word, desk, account_id, reason, library)

    def _record(
        self,
        session: Session,
        word: str,
        desk: Desk,
        account_id: uuid.UUID,
        reason: str,
        library: str | None,
    ) -> None:
        events.record(
            session,
            word,
            self._house.now(),
            library=library,
            account_id=account_id,
            staff=desk.staff,
            reason=reason,
        )


def _check(reason: str) -> None:
    if reason not in REASONS:
        raise BadShape("reason", "missing")


def _check_theirs(theirs: bool) -> None:
    if not theirs:
        raise BadShape("theirs", "missing")
