"""Staff look up a card, to see whether it is or may be linked: counts and states, never a name (checklist D4).

What they then do to it is done by a ticket from that look, sealed and good for half an hour: so nobody acts on
a card that they did not look up, for a reason that is written down.
"""

import base64
import binascii
import json
import uuid
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select

from discovery_accounts.config.settings import RateLimit
from discovery_accounts.connectors.api import PatronRecord
from discovery_accounts.domain.card_number import BadShape, last_four
from discovery_accounts.domain.cards import LinkState, Scope, read_scopes
from discovery_accounts.models import LibraryCard, Link
from discovery_accounts.services import events
from discovery_accounts.services import sign_in_diagnosis_library as there
from discovery_accounts.services.audit import AuditReason
from discovery_accounts.services.card_numbers import typed_number
from discovery_accounts.services.card_rows import find_or_make
from discovery_accounts.services.house import House
from discovery_accounts.services.link_states import not_over, state_now
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.sign_in_diagnosis_account import Known, known_by_number, known_by_patron
from discovery_accounts.services.throttles import Throttles
from discovery_accounts.vault.vault import CannotUnseal, Sealed

TEN_IN_A_QUARTER = RateLimit(10, 900)
TICKET_LASTS = timedelta(minutes=30)
COMMAND_LINE = "command line"


@dataclass(frozen=True, slots=True)
class Desk:
    """Who acts: the id of a member of staff, or the command line; and the ``libraries`` it is their business
    for, ``None`` for all of them and what belongs to none."""

    staff: str
    libraries: frozenset[str] | None = None

    def covers(self, library: str) -> bool:
        return self.libraries is None or library in self.libraries


WHOLE_PORTAL = Desk(COMMAND_LINE)
"""Who runs commands has everything at hand anyway."""


@dataclass(frozen=True, slots=True)
class Sight:
    """A card as staff see it. ``links`` are those of others that show it, ``waiting`` those that wait for a yes;
    ``scopes`` by how many of the former may do what. ``known``: whether there is a row of it here."""

    library: str
    last4: str
    known: bool
    held: bool
    blocked_at: datetime | None
    refused_at: datetime | None
    links: int = 0
    waiting: int = 0
    scopes: Mapping[Scope, int] = field(default_factory=dict)
    account_blocked: bool = False


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a look was about: a card here, or a patron of whom nothing is kept yet. ``account_id`` is whose account
    the card opens, or who holds it by their organisation (``Known``)."""

    library: str
    card_id: uuid.UUID | None
    account_id: uuid.UUID | None
    patron_id: str = field(repr=False)
    number: str = field(repr=False)


class LinkingDesk:
    def __init__(self, house: House) -> None:
        self._house = house

    def find(
        self, desk: Desk, library: str, card_number: str, reason: str, *, place: str = "linking"
    ) -> tuple[Sight, Ticket]:
        """Look a card up by its number; ``place`` is a code of what for.

        Raises ``BadShape`` about ``reason`` or ``card_number``, ``Problem``
        ``unknown_library``, ``library_unavailable`` where nothing is known and the library does not answer, and
        ``too_many_attempts`` at the eleventh look in a quarter of an hour."""
        if reason not in set(AuditReason):
            raise BadShape("reason", "missing")
        if not desk.covers(library):
            raise Problem(Code.UNKNOWN_LIBRARY, field="library")
        number = typed_number(self._house, library, card_number)
        if desk.staff != COMMAND_LINE:
            Throttles(self._house).count_asking("linking desk", TEN_IN_A_QUARTER, desk.staff)
        known = Known()
        try:
            known, record = self._known(library, number)
        finally:  # whatever happens, that somebody looked is known
            self._write_down(desk, library, known, reason, place)
        card, account = known.card, known.account
        patron_id = card.patron_id if card else record.patron_id if record else ""
        ticket = Ticket(
            library, card.id if card else None, account.id if account else None, patron_id, number
        )
        return self._sight(known, library, number), ticket

    def look_again(self, ticket: Ticket) -> Sight:
        """The card as it is after an act; the look for it is written down already."""
        known = known_by_patron(self._house, ticket.library, ticket.patron_id)
        return self._sight(known, ticket.library, ticket.number)

    def card_of(self, ticket: Ticket, *, make: bool = False) -> uuid.UUID:
        """The row of the card. ``make`` one where there is none: a card can be blocked before anybody used it
        here. Raises ``Problem`` ``not_found``."""
        known = known_by_patron(self._house, ticket.library, ticket.patron_id).card
        if known is not None:
            return known.id
        if not make:
            raise Problem(Code.NOT_FOUND)
        with self._house.database.writing() as session:
            return find_or_make(session, self._house, ticket.library, ticket.patron_id, ticket.number).id

    def write_ticket(self, desk: Desk, ticket: Ticket, place: str = "linking") -> str:
        """The ticket as text for a form, of use to this member of staff alone, and for what the card was looked up
        for: ``place``, as of ``find``."""
        content = json.dumps(
            [
                self._house.now().isoformat(),
                ticket.library,
                ticket.card_id.hex if ticket.card_id else None,
                ticket.account_id.hex if ticket.account_id else None,
                ticket.patron_id,
                ticket.number,
            ]
        )
        sealed = self._house.vault.seal(content, ("linking desk", place, desk.staff))
        return f"{sealed.key_id}.{base64.urlsafe_b64encode(sealed.ciphertext).decode()}"

    def read_ticket(self, desk: Desk, text: str, place: str = "linking") -> Ticket:
        """Raises ``Problem`` ``link_expired`` for one that is too old, of somebody else or another ``place``, or
        none."""
        key_id, _, ciphertext = text.partition(".")
        try:
            sealed = Sealed(base64.urlsafe_b64decode(ciphertext), key_id)
            content = self._house.vault.unseal_text(sealed, ("linking desk", place, desk.staff))
        except (CannotUnseal, binascii.Error, ValueError):
            raise Problem(Code.LINK_EXPIRED) from None
        written, library, card, account, patron_id, number = json.loads(content)
        over = self._house.now() - datetime.fromisoformat(written) > TICKET_LASTS
        if over or not desk.covers(library):
            raise Problem(Code.LINK_EXPIRED)
        return Ticket(library, _id(card), _id(account), patron_id, number)

    def _known(self, library: str, number: str) -> tuple[Known, PatronRecord | None]:
        """What we have of the card that has this number now; the library says which one that is, where it can."""
        known = known_by_number(self._house, library, number)
        patron_id = known.card.patron_id if known.card else None
        heard = there.record(self._house, library, number, patron_id)
        if heard.record is not None and heard.record.patron_id != patron_id:
            known = known_by_patron(self._house, library, heard.record.patron_id)
        if known.card is None and heard.record is None:
            code = heard.finding.code.partition(".")[2]
            if code == "no_answer":
                raise Problem(Code.LIBRARY_UNAVAILABLE, field="library")
            raise BadShape("card_number", {"several": "several", "none": "nobodys"}.get(code, "not_known"))
        return known, heard.record

    def _sight(self, known: Known, library: str, number: str) -> Sight:
        card, now = known.card, self._house.now()
        if card is None:
            return Sight(library, last_four(number), False, False, None, None)
        with self._house.database.reading() as session:
            links = session.scalars(select(Link).where(Link.card_id == card.id, *not_over(now))).all()
            row = session.get_one(LibraryCard, card.id)
        others = [link for link in links if not link.holder]
        live = [link for link in others if state_now(link, now) is LinkState.ACTIVE]
        return Sight(
            library,
            row.number_last4,
            True,
            any(link.holder for link in links),
            row.linking_blocked_at,
            row.linking_refused_at,
            len(live),
            len(others) - len(live),
            _counts(live),
            known.account is not None and known.account.linking_blocked_at is not None,
        )

    def _write_down(self, desk: Desk, library: str, known: Known, reason: str, place: str) -> None:
        with self._house.database.writing() as session:
            events.record(
                session,
                events.STAFF_LOOKED,
                self._house.now(),
                library=library,
                account_id=known.account.id if known.account else None,
                card_id=known.card.id if known.card else None,
                staff=desk.staff,
                place=place,
                reason=reason,
            )


def _counts(links: Collection[Link]) -> Mapping[Scope, int]:
    counted = Counter(scope for link in links for scope in read_scopes(link.scopes))
    return {scope: counted[scope] for scope in Scope if counted[scope]}


def _id(text: str | None) -> uuid.UUID | None:
    return uuid.UUID(text) if text else None
