"""Words of providers that are good once, in the database: the Protocol ``login.memory.Replays``."""

from datetime import datetime

from sqlalchemy.dialects import postgresql, sqlite

from discovery_accounts.models import Replay
from discovery_accounts.models.database import Database
from discovery_accounts.services.house import House
from discovery_accounts.services.purging import Purged, purge
from discovery_accounts.services.tokens import token_hash


class StoredReplays:
    """Shared by every process of the portal."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def first_time(self, kind: str, word: str, until: datetime) -> bool:
        with self._database.writing() as session:
            dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
            insert = dialect.insert(Replay).values(kind=kind, word_hash=token_hash(word), until=until)
            done = session.execute(insert.on_conflict_do_nothing().returning(Replay.kind))
            return done.first() is not None


def purge_replays(house: House, now: datetime, limit: int, *, dry_run: bool = False) -> Purged:
    """Remove words whose time is over: nothing that carries them would be taken any more."""
    return purge(house, Replay.word_hash, Replay.until <= now, limit, dry_run)
