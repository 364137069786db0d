"""Ending an account because its person wants it, at once (rules 1.5, 1.6, 4.7, 6.3); or staff do it for them."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from discovery_accounts.domain.account_ending import Because, Reviews
from discovery_accounts.domain.actor import Actor
from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.cards import LinkState
from discovery_accounts.models import (
    Account,
    Alert,
    FavouriteItem,
    FavouriteList,
    LibraryCard,
    Link,
    Review,
)
from discovery_accounts.services import answers, letters_ending, outbox
from discovery_accounts.services.accounts import may_write_to
from discovery_accounts.services.endings.erasing import erase, links_of
from discovery_accounts.services.house import House
from discovery_accounts.services.hurry import SEND_MAIL
from discovery_accounts.services.link_states import not_over
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.reviews.ending import IS_EMPTY
from discovery_accounts.services.row_locks import lock_cards_of
from discovery_accounts.services.step_up import require_certainty


class EraseReason(StrEnum):
    """Why staff erase an account. Not free text: that would hold what the audit must not."""

    PERSON_ASKED = "person_asked"
    MISUSE = "misuse"
    MISTAKE = "mistake"


@dataclass(frozen=True, slots=True)
class WhatGoes:
    """What an account has, in numbers; ``libraries`` are the names in the settings of those whose cards are the
    person's own: there they remain a borrower."""

    cards: int
    lists: int
    items: int
    alerts: int
    reviews: int
    libraries: tuple[str, ...]


class AskedEndings:
    def __init__(self, house: House) -> None:
        self._house = house

    def what_goes(self, actor: Actor) -> WhatGoes:
        """What ``end`` would erase."""
        return self.what_is_in(actor.account_id)

    def what_is_in(self, mine: uuid.UUID) -> WhatGoes:
        """What that account has."""
        lists = select(FavouriteList.id).where(
            FavouriteList.account_id == mine, FavouriteList.removed_at.is_(None)
        )
        items = FavouriteItem.list_id.in_(lists) & FavouriteItem.removed_at.is_(None)
        with self._house.database.reading() as session:
            return WhatGoes(
                _count(session, Link.id, (Link.account_id == mine) & _HAS),
                _count(session, FavouriteList.id, FavouriteList.id.in_(lists)),
                _count(session, FavouriteItem.id, items),
                _count(session, Alert.id, Alert.account_id == mine),
                _count(session, Review.id, (Review.account_id == mine) & ~IS_EMPTY),
                self._libraries(session, mine),
            )

    def end(self, actor: Actor, reviews: str, language: str) -> tuple[str, ...]:
        """Erase the account, at once and for good; the names of the libraries where the person remains a borrower.
        The receipt goes to the account's address. Raises ``BadShape`` about ``reviews``, ``Problem``:
        ``fresh_sign_in_required``, ``step_up_required``, ``not_found`` where it is gone already."""
        choice = check_reviews(reviews)
        require_certainty(self._house, actor)
        return self._end(actor.account_id, choice, language, {"by": "owner"})

    def end_by_staff(self, account_id: uuid.UUID, reviews: str, reason: str, **where: str) -> tuple[str, ...]:
        """The same for somebody who asked staff for it. ``where`` goes into the audit: at a desk the ``library``, and
        who of the ``staff``. Raises ``BadShape`` about ``reviews`` and ``reason``, ``Problem`` ``not_found``."""
        choice = check_reviews(reviews)
        if reason not in list(EraseReason):
            raise BadShape("reason", "unknown")
        return self._end(account_id, choice, None, {"by": "staff", "reason": reason, **where})

    def _end(
        self, account_id: uuid.UUID, reviews: Reviews, language: str | None, detail: dict[str, str]
    ) -> tuple[str, ...]:
        now = self._house.now()
        with self._house.database.writing() as session:
            links = links_of(session, [account_id])
            lock_cards_of(session, links)
            account = session.get(Account, account_id, with_for_update=True)
            if account is None:
                raise Problem(Code.NOT_FOUND)
            libraries = self._libraries(session, account_id)
            self._write_receipt(session, account, libraries, reviews, language)
            session.flush()
            session.expunge(account)
            erase(session, self._house, [account_id], now, Because.ASKED, reviews.value, **detail)
        answers.forget(self._house, links)
        self._house.hurry.ask(SEND_MAIL)
        return libraries

    def _write_receipt(
        self,
        session: Session,
        account: Account,
        libraries: Sequence[str],
        reviews: Reviews,
        language: str | None,
    ) -> None:
        """As nobody's mail: the account's own go with it."""
        address = may_write_to(account)
        if address is None:
            return
        language = language or account.language or self._house.settings.languages[0]
        words = letters_ending.erased(language, titles(self._house, libraries, language), reviews)
        letter = outbox.Letter(letters_ending.ERASED, address, words.subject, words.text)
        outbox.write(session, self._house, letter)

    def _libraries(self, session: Session, account_id: uuid.UUID) -> tuple[str, ...]:
        """Not of a link that waits for a yes: whose card that is, is its question."""
        own = (Link.account_id == account_id, Link.holder, Link.state == LinkState.ACTIVE.value)
        query = (
            select(LibraryCard.library)
            .join(Link, Link.card_id == LibraryCard.id)
            .where(*own, *not_over(self._house.now()), LibraryCard.gone_at.is_(None))
            .distinct()
            .order_by(LibraryCard.library)
        )
        return tuple(session.scalars(query))


def check_reviews(typed: str) -> Reviews:
    """What becomes of the reviews. Raises ``BadShape``."""
    if typed not in list(Reviews):
        raise BadShape("reviews", "unknown" if typed else "missing")
    return Reviews(typed)


def titles(house: House, libraries: Sequence[str], language: str) -> list[str]:
    """Libraries as people know them; one that left the settings by its name there."""
    known = house.libraries
    return [known[name].title(language) if name in known else name for name in libraries]


_HAS = Link.state != LinkState.ENDED.value


def _count(session: Session, key: object, where: object) -> int:
    query = select(func.count(key)).where(where)  # type: ignore[arg-type]  # a column and a condition
    return session.scalar(query) or 0
