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

    def remember(self, session: Session, token: str | None, card: LibraryCard | None) -> str:
        """Note that a browser signed in with a card; its token, new when it had none we know."""
        now = self._house.now()
        hashed = token_hash(token) if token else None
        known = (
            session.scalars(select(KnownBrowser).where(KnownBrowser.token_hash == hashed)).all()
            if hashed
            else []
        )
        if token is None or not known:
            token = new_token()
            hashed, known = token_hash(token), []
        assert hashed is not None
        if card is not None:
            row = next((one for one in known if one.card_id == card.id), None)
            if row is None:
                session.add(KnownBrowser(token_hash=hashed, card_id=card.id, last_used_at=now))
            else:
                row.last_used_at = now
        return token

    def purge(self, now: datetime, limit: int, *, dry_run: bool = False) -> Purged:
        """Forget browsers not seen for 180 days."""
        old = KnownBrowser.last_used_at < now - REMEMBER
        return purge(self._house, KnownBrowser.id, old, limit, dry_run)
