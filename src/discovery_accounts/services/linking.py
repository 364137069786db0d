"""Linking one more card to an account, by its number and PIN (rules 2.1, 3.0, 3.3)."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from discovery_accounts.config.settings import RateLimit
from discovery_accounts.connectors.api import (
    LibraryError,
    LoginBlocked,
    NoPinHere,
    NotAPatron,
    PatronRecord,
    PatronRef,
    Verification,
    Verified,
    WrongPatron,
)
from discovery_accounts.connectors.gateway import CardRequest, SignInAnswer, Want
from discovery_accounts.domain.actor import Actor
from discovery_accounts.domain.card_number import check_pin
from discovery_accounts.domain.cards import SCOPES_BY_PIN, LinkProof, Relation, Scope
from discovery_accounts.domain.labels import clean_label
from discovery_accounts.domain.linking import check_scopes
from discovery_accounts.models import Account, LibraryCard
from discovery_accounts.services import events
from discovery_accounts.services.card_numbers import typed_number
from discovery_accounts.services.card_rows import find_or_make
from discovery_accounts.services.house import House
from discovery_accounts.services.known_browsers import KnownBrowsers
from discovery_accounts.services.new_links import NewLinks, Terms
from discovery_accounts.services.pins import keep_pin
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.row_locks import NO_KEY
from discovery_accounts.services.sessions import require_fresh
from discovery_accounts.services.throttles import Attempt, Counted, Throttles

SAME_CARD = RateLimit(10, 24 * 3600)
"""How often one account may add the same card: its holder is written to each time (rules 3.3)."""


@dataclass(frozen=True, slots=True)
class NewCard:
    """What a person typed. ``relation`` left out: one's own for the first card, else one looked after.
    ``until`` is the first moment at which the link is over, where it has an end."""

    library: str
    card_number: str = field(repr=False)
    pin: str = field(repr=False)
    label: str | None = field(default=None, repr=False)
    relation: Relation | None = None
    scopes: Collection[Scope] = SCOPES_BY_PIN
    until: datetime | None = None


class Linking:
    def __init__(self, house: House) -> None:
        self._house = house
        self._throttles = Throttles(house)

    def link(
        self, actor: Actor, new: NewCard, *, address: str | None = None, known_token: str | None = None
    ) -> uuid.UUID:
        """Link a card; its id. Raises ``BadShape`` and ``Problem``: ``fresh_sign_in_required``,
        ``pin_rejected`` (also for an unknown card), ``card_already_linked``, ``linking_not_allowed``,
        ``no_pin_here``, ``library_unavailable``, ``too_many_attempts``, ``card_locked``."""
        number, pin = typed_number(self._house, new.library, new.card_number), check_pin(new.pin)
        label = clean_label(new.label) if new.label is not None else None
        check_scopes(new.scopes)
        library = self._house.library(new.library)
        require_fresh(self._house, actor)
        known = KnownBrowsers(self._house).hash_if_known(known_token, library.name, number)
        counted = self._throttles.begin(Attempt(library.name, number, address, actor.account_id, known))
        answer = self._ask(actor, library.name, number, pin, counted)
        verified = answer.verification
        if not isinstance(verified, Verified):
            raise self._refused(actor, library.name, verified)
        self._throttles.succeeded(counted)
        same = f"{actor.account_id}:{library.name}:{verified.patron_id}"
        self._throttles.count_asking("links", SAME_CARD, same)
        record = self._record(answer, library.name, PatronRef(verified.patron_id, number))
        proved = _Proved(verified, verified.card_number or number, pin, record)
        try:
            return self._store(actor, new, label, proved)
        except IntegrityError:
            # the same card from two windows at the same moment: look again, then it is linked already
            return self._store(actor, new, label, proved)
        except Problem as problem:
            if problem.code is Code.LINKING_NOT_ALLOWED:
                # for the card's holder: somebody who knows the PIN was refused (checklist D1)
                self._note_refusal(actor, library.name, problem.detail or problem.code.value, verified)
            raise

    def _ask(self, actor: Actor, library: str, number: str, pin: str, counted: Counted) -> SignInAnswer:
        deadline = self._house.settings.act_deadline
        try:
            answer = self._house.gateway.sign_in(library, number, pin, deadline=deadline)
            if not isinstance(answer.patron, WrongPatron):
                return answer
            failure: LibraryError = answer.patron
        except LibraryError as error:
            failure = error
        self._throttles.unanswered(counted, failure)
        events.report_if_wrong_patron(self._house, failure, library=library, account_id=actor.account_id)
        raise Problem(Code.LIBRARY_UNAVAILABLE) from None

    def _record(self, answer: SignInAnswer, library: str, patron: PatronRef) -> PatronRecord | None:
        """The patron's record. Its address on file is needed, for a holder is told of every link (rules 3.3); so a
        record that was left out is asked for once more."""
        if isinstance(answer.patron, PatronRecord):
            return answer.patron
        if isinstance(answer.patron, NotAPatron):
            return None
        request = CardRequest("record", library, patron, None, frozenset({Want.PATRON}))
        deadline = self._house.settings.act_deadline
        record = self._house.gateway.read_cards([request], deadline=deadline)["record"].patron
        if not isinstance(record, PatronRecord):
            raise Problem(Code.LIBRARY_UNAVAILABLE)
        return record

    def _refused(self, actor: Actor, library: str, verification: Verification) -> Problem:
        # An external user's PIN can't be checked anywhere; told here, because the asker is signed in.
        code = Code.NO_PIN_HERE if isinstance(verification, NoPinHere) else Code.PIN_REJECTED
        reason = "locked" if isinstance(verification, LoginBlocked) else code.value
        self._note_refusal(actor, library, reason)
        return Problem(code, field="pin")

    def _note_refusal(
        self, actor: Actor, library: str, reason: str, verified: Verified | None = None
    ) -> None:
        """``verified`` where the card was proved: then it stands in the card's log."""
        patron_id = verified.patron_id if verified else None
        card = select(LibraryCard.id).where(
            LibraryCard.library == library, LibraryCard.patron_id == patron_id
        )
        with self._house.database.writing() as session:
            events.record(
                session,
                events.LINK_REFUSED,
                self._house.now(),
                library=library,
                account_id=actor.account_id,
                card_id=session.scalar(card) if verified else None,
                reason=reason,
            )

    def _store(self, actor: Actor, new: NewCard, label: str | None, proved: "_Proved") -> uuid.UUID:
        with self._house.database.writing() as session:
            card = find_or_make(session, self._house, new.library, proved.verified.patron_id, proved.number)
            account = session.get_one(Account, actor.account_id, with_for_update=NO_KEY)
            terms = Terms(LinkProof.PIN, new.scopes, new.relation, label, new.until)
            link = NewLinks(self._house).make(session, account, card, terms, proved.record)
            keep_pin(session, self._house, link, card.library, proved.pin, actor.session_id)
            return card.id


@dataclass(frozen=True, slots=True)
class _Proved:
    """What the library said yes to. ``number`` is the card's present one."""

    verified: Verified
    number: str = field(repr=False)
    pin: str = field(repr=False)
    record: PatronRecord | None = field(repr=False)
