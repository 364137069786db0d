"""What libraries tell by themselves: nothing older is shown from then on. Told twice, or late, it does no harm."""

import logging
import uuid
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from discovery_accounts.config.settings import RateLimit
from discovery_accounts.connectors.api import HearsNews, LibraryError, News, NewsKind, NotGenuine
from discovery_accounts.domain.cards import LinkState
from discovery_accounts.models import LibraryCard, Link
from discovery_accounts.services import answers, events
from discovery_accounts.services.house import House
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.row_locks import lock_card
from discovery_accounts.services.throttles import Throttles

log = logging.getLogger(__name__)

_TOLD = RateLimit(1, 900)
"""How often it is written down that somebody told forged news."""

_OF_THE_RECORD = {NewsKind.PATRON, NewsKind.GONE}
"""What the next look asks the library for. That somebody is gone is believed then, from the library itself:
signatures may have no time in them, so a message can be an old one."""


class LibraryNews:
    def __init__(self, house: House) -> None:
        self._house = house

    def challenge(self, library: str, params: Mapping[str, str]) -> Mapping[str, str] | None:
        """What to answer to the library's question whether this is the address. Raises ``Problem`` ``not_found``
        for a library that tells nothing here."""
        return self._ear(library).challenge(params)

    def hear(self, library: str, headers: Mapping[str, str], body: bytes) -> bool:
        """Take in what is told; whether it was genuine. Header names in lower case. Raises as ``challenge``."""
        told = self._ear(library).news(headers, body)
        if isinstance(told, NotGenuine):
            self._write_down_forged(library)
            return False
        for news in told:
            self._take_in(library, news)
        return True

    def _ear(self, library: str) -> HearsNews:
        try:
            return self._house.gateway.knows(library, HearsNews)
        except LibraryError:
            raise Problem(Code.NOT_FOUND) from None

    def _take_in(self, library: str, news: News) -> None:
        """About somebody whose card is in no account it tells us nothing."""
        with self._house.database.writing() as session:
            query = select(LibraryCard.id).where(
                LibraryCard.library == library, LibraryCard.patron_id == news.patron_id
            )
            card_id = session.scalars(query).one_or_none()
            if card_id is None:
                return
            lock_card(session, card_id)
            card = session.get_one(LibraryCard, card_id)
            links = self._links(session, card_id)
            answers.renew_keys(session, self._house, links)
            if news.kind in _OF_THE_RECORD:
                card.read_at = None
            events.record(
                session,
                events.NEWS_HEARD,
                self._house.now(),
                library=library,
                card_id=card_id,
                kind=news.kind.value,
            )
        answers.forget(self._house, links)

    @staticmethod
    def _links(session: Session, card_id: uuid.UUID) -> list[uuid.UUID]:
        query = select(Link.id).where(Link.card_id == card_id, Link.state != LinkState.ENDED.value)
        return list(session.scalars(query))

    def _write_down_forged(self, library: str) -> None:
        """Once in a while: whoever floods us must not fill the audit."""
        try:
            Throttles(self._house).count_asking("forged_news", _TOLD, library)
        except Problem:
            return
        with self._house.database.writing() as session:
            events.record(session, events.NEWS_REFUSED, self._house.now(), library=library)
