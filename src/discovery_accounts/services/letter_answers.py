"""Deciding about a link by the one-time link of a mail: whoever reads the address on file needs no account
here (rules 3.3, 3.4). Looking changes nothing; an answer uses the letter up."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from discovery_accounts.domain.cards import LinkState, Scope, read_scopes
from discovery_accounts.models import LibraryCard, Link, LinkLetter
from discovery_accounts.services import answers, deciding
from discovery_accounts.services.house import House
from discovery_accounts.services.hurry import SEND_MAIL
from discovery_accounts.services.link_states import state_now
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.row_locks import lock_card
from discovery_accounts.services.tokens import token_hash
from discovery_accounts.services.viewer_list import Viewer, viewers_of


class Word(StrEnum):
    """What a letter can be answered with."""

    APPROVE = "approve"
    END = "end"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Answer:
    """``scopes`` count with ``APPROVE`` and never give more than was asked for; ``silent`` and ``refuse``, that
    nobody may link the card from now on, with ``END``. ``REFUSE`` alone leaves the link as it is."""

    word: Word
    scopes: Collection[Scope] = ()
    silent: bool = False
    refuse: bool = False


@dataclass(frozen=True, slots=True)
class LinkTold:
    """What a letter is about. ``allowed``: whether the card may be linked at all."""

    library: str
    viewer: Viewer
    allowed: bool


class LetterAnswers:
    """All raise ``Problem`` ``link_expired`` for a word that is unknown, used, or older than 14 days, and where
    the link has ended meanwhile."""

    def __init__(self, house: House) -> None:
        self._house = house

    def look(self, token: str) -> LinkTold:
        """What happened, for the page that asks."""
        with self._house.database.reading() as session:
            _letter, link = self._find(session, token)
            [viewer] = viewers_of(session, self._house, link.card, None, only=link.id)
            return LinkTold(link.card.library, viewer, link.card.linking_refused_at is None)

    def answer(self, token: str, answer: Answer) -> None:
        """Do what was answered. Raises ``BadShape`` where no scope is left, ``Problem`` also
        ``linking_not_allowed``."""
        with self._house.database.reading() as session:
            _letter, link = self._find(session, token)
            card_id, link_id = link.card_id, link.id
        with self._house.database.writing() as session:
            lock_card(session, card_id)
            letter, link = self._find(session, token, lock=True)
            letter.used_at = self._house.now()
            self._do(session, link, answer)
        answers.forget(self._house, [link_id])
        self._house.hurry.ask(SEND_MAIL)

    def _do(self, session: Session, link: Link, answer: Answer) -> None:
        if answer.word is Word.APPROVE:
            asked = read_scopes(link.scopes)
            chosen = None if link.holder else [scope for scope in answer.scopes if scope in asked]
            deciding.approve(session, self._house, link, chosen, None)
        if answer.word is Word.REFUSE or answer.refuse:
            card = session.get_one(LibraryCard, link.card_id)
            deciding.allow_linking(session, self._house, card, None, allowed=False)
        if answer.word is Word.END:
            session.flush()
            deciding.end(session, self._house, [link], None, silent=answer.silent)

    def _find(self, session: Session, token: str, *, lock: bool = False) -> tuple[LinkLetter, Link]:
        letters = select(LinkLetter).where(
            LinkLetter.token_hash == token_hash(token),
            LinkLetter.used_at.is_(None),
            LinkLetter.expires_at > self._house.now(),
        )
        links = select(Link).join(LinkLetter, LinkLetter.link_id == Link.id)
        links = links.where(LinkLetter.token_hash == token_hash(token))
        if lock:
            links = links.with_for_update(of=Link, key_share=True)
            letters = letters.with_for_update()
        link = session.scalars(links).one_or_none()
        letter = session.scalars(letters).one_or_none()
        if link is None or letter is None or state_now(link, self._house.now()) is LinkState.ENDED:
            raise Problem(Code.LINK_EXPIRED)
        return letter, link
