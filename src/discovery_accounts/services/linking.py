"""Linking one more card to an account, by its number and PIN (rules 2.1, 3.0, 3.3)."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass, field, replace
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
        if not isinstance(answer.verification, Verified):
            self._refuse(actor, library.name, answer)
        self._throttles.succeeded(counted)
        patron_id = answer.verification.patron_id
        self._throttles.count_asking("links", SAME_CARD, f"{actor.account_id}:{library.name}:{patron_id}")
        answer = self._with_record(answer, library.name, number)
        try:
            return self._store(actor, new, label, number, pin, answer)
        except IntegrityError:
            # the same card from two windows at the same moment: look again, then it is linked already
            return self._store(actor, new, label, number, pin, answer)
        except Problem as problem:
            if problem.code is Code.LINKING_NOT_ALLOWED:
                self._note_refusal(actor, new.library, answer.verification, problem.detail)
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

    def _with_record(self, answer: SignInAnswer, library: str, number: str) -> SignInAnswer:
        """The answer with the patron's record. Its address on file is needed, for a holder is told of
        every link (rules 3.3); so a record that was left out is asked for once more."""
        verified = answer.verification
        if not isinstance(verified, Verified) or isinstance(answer.patron, PatronRecord | NotAPatron):
            return answer
        request = CardRequest(
            "record", library, PatronRef(verified.patron_id, number), None, frozenset({Want.PATRON})
        )
        deadline = self._house.settings.act_deadline
        record = self._house.gateway.read_cards([request], deadline=deadline)["record"].patron
        if not isinstance(record, PatronRecord):
            raise Problem(Code.LIBRARY_UNAVAILABLE)
        return replace(answer, patron=record)

    def _refuse(self, actor: Actor, library: str, answer: SignInAnswer) -> None:
        # An external user's PIN can't be checked anywhere; told here, because the asker is signed in.
        code = Code.NO_PIN_HERE if isinstance(answer.verification, NoPinHere) else Code.PIN_REJECTED
        reason = "locked" if isinstance(answer.verification, LoginBlocked) else code.value
        with self._house.database.writing() as session:
            events.record(
                session,
                events.LINK_REFUSED,
                self._house.now(),
                library=library,
                account_id=actor.account_id,
                reason=reason,
            )
        raise Problem(code, field="pin")

    def _note_refusal(self, actor: Actor, library: str, verified: Verification, reason: str | None) -> None:
        """For the card's holder: somebody who knows the PIN was refused (checklist D1)."""
        assert isinstance(verified, Verified)
        query = select(LibraryCard.id).where(
            LibraryCard.library == library, LibraryCard.patron_id == verified.patron_id
        )
        with self._house.database.writing() as session:
            events.record(
                session,
                events.LINK_REFUSED,
                self._house.now(),
                library=library,
                account_id=actor.account_id,
                card_id=session.scalar(query),
                reason=reason or Code.LINKING_NOT_ALLOWED.value,
            )

    def _store(
        self,
        actor: Actor,
        new: NewCard,
        label: str | None,
        number: str,
        pin: str,
        answer: SignInAnswer,
    ) -> uuid.UUID:
        verified = answer.verification
        assert isinstance(verified, Verified)
        with self._house.database.writing() as session:
            card = find_or_make(
                session, self._house, new.library, verified.patron_id, verified.card_number or number
            )
            account = session.get_one(Account, actor.account_id, with_for_update=NO_KEY)
            terms = Terms(LinkProof.PIN, new.scopes, new.relation, label, new.until)
            told = answer.patron if isinstance(answer.patron, PatronRecord) else None
            link = NewLinks(self._house).make(session, account, card, terms, told)
            keep_pin(session, self._house, link, card.library, pin, actor.session_id)
            return card.id
