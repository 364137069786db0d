"""Browsers that signed in with a card before have their own count of tries, so that a stranger
who tries PINs of a card does not lock its holder out."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from discovery_accounts.models import KnownBrowser, LibraryCard
from discovery_accounts.services.card_rows import number_lookup
from discovery_accounts.services.house import House
from discovery_accounts.services.purging import Purged, purge
from discovery_accounts.services.tokens import new_token, token_hash

REMEMBER = timedelta(days=180)
MOST_CARDS = 4


class KnownBrowsers:
    def __init__(self, house: House) -> None:
        self._house = house

    def hash_if_known(self, token: str | None, library: str, card_number: str) -> str | None:
        """The hash to count by, when the browser with this token signed in with this card before."""
        if not token:
            return None
        hashed = token_hash(token)
        query = (
            select(KnownBrowser.id)
            .join(LibraryCard, LibraryCard.id == KnownBrowser.card_id)
            .where(
                KnownBrowser.token_hash == hashed,
                KnownBrowser.last_used_at > self._house.now() - REMEMBER,
                LibraryCard.library == library,
                LibraryCard.number_lookup == number_lookup(self._house, library, card_number),
            )
        )
        with self._house.database.reading() as session:
            return hashed if session.execute(query).first() else None

    def remember(self, session: Session, token: str | None, card: LibraryCard) -> str:
        """Note that a browser signed in with a card; its token, a new one each time, so that one which
        somebody planted or copied is worth nothing. A browser of many readers is known by the last few."""
        now = self._house.now()
        known: list[KnownBrowser] = []
        if token is not None:
            query = select(KnownBrowser).where(KnownBrowser.token_hash == token_hash(token))
            known = list(session.scalars(query.order_by(KnownBrowser.last_used_at.desc())))
        new = new_token()
        mine = next((one for one in known if one.card_id == card.id), None)
        others = [one for one in known if one is not mine]
        if mine is None:
            session.add(KnownBrowser(token_hash=token_hash(new), card_id=card.id, last_used_at=now))
        else:
            mine.token_hash, mine.last_used_at = token_hash(new), now
        for one in others[: MOST_CARDS - 1]:
            one.token_hash = token_hash(new)
        for one in others[MOST_CARDS - 1 :]:
            session.delete(one)
        return new

    def purge(self, now: datetime, limit: int, *, dry_run: bool = False) -> Purged:
        """Forget browsers not seen for 180 days."""
        old = KnownBrowser.last_used_at < now - REMEMBER
        return purge(self._house, KnownBrowser.id, old, limit, dry_run)
