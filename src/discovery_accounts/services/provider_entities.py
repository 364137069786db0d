"""Metadata of identity providers for the login by SAML: :class:`~discovery_accounts.login.saml.api.Entities`."""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from discovery_accounts.config.settings import Settings
from discovery_accounts.login.provider import ProviderFailure
from discovery_accounts.login.saml.metadata import MetadataRefused
from discovery_accounts.models.database import Database
from discovery_accounts.services.house import Clock
from discovery_accounts.services.kept_metadata import Kept, KeptMetadata
from discovery_accounts.services.metadata_fetch import MetadataUnreachable
from discovery_accounts.services.metadata_query import MetadataQueries
from discovery_accounts.services.metadata_refresh import refresh
from discovery_accounts.services.metadata_sources import Kind, MetadataSource, metadata_sources

_LASTS = timedelta(minutes=10)
_MOST = 256  # entities in memory, of some kilobytes each
_LONGEST_ID = 1024
_TRY_AGAIN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class _Held:
    xml: bytes = field(repr=False)
    until: datetime


class ProviderEntities:
    """One a process: what was found is held for ten minutes, and never beyond its validity."""

    def __init__(self, settings: Settings, database: Database, clock: Clock) -> None:
        self._sources = metadata_sources(settings)
        self._kept = KeptMetadata(database)
        self._queries = MetadataQueries(self._kept)
        self._clock = clock
        self._held: OrderedDict[tuple[str, str], _Held] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, source: str, entity_id: str) -> bytes | None:
        """The XML of one entity, ``None`` when it is unknown or no longer valid.

        Raises ``ProviderFailure`` when the server that should be asked could not be, or answered with
        what can't be trusted, and nothing valid is kept.
        """
        described = self._sources.get(source)
        if described is None or not 0 < len(entity_id) <= _LONGEST_ID:
            return None
        now = self._clock()
        with self._lock:
            held = self._held.get((source, entity_id))
            if held is not None and held.until > now:
                self._held.move_to_end((source, entity_id))
                return held.xml
        kept = self._kept_now(described, entity_id, now)
        if kept is not None:
            self._hold(source, entity_id, kept, now)
        return kept.xml if kept is not None else None

    def only(self, source: str) -> str | None:
        """The entity id, where the source has exactly one identity provider that is valid."""
        described = self._sources.get(source)
        if described is None or described.kind is Kind.MDQ:
            return None
        now = self._clock()
        self._read_first(described, now)
        return self._kept.only(described, now)

    def _kept_now(self, source: MetadataSource, entity_id: str, now: datetime) -> Kept | None:
        self._read_first(source, now)
        kept = self._kept.entity(source, entity_id, now)
        if source.kind is not Kind.MDQ or (kept is not None and _is_fresh(kept, now)):
            return kept
        try:
            asked = self._queries.ask(source, entity_id, now)
        except (MetadataUnreachable, MetadataRefused) as failure:
            if kept is not None:
                return kept  # valid still, though news could not be had
            code = "metadata_refused" if isinstance(failure, MetadataRefused) else "metadata_unreachable"
            raise ProviderFailure(code, str(failure)) from None
        return Kept(asked.xml, asked.valid_until, None) if asked is not None else None

    def _read_first(self, source: MetadataSource, now: datetime) -> None:
        """A file of one provider is read when it is first needed; a federation's list is for the job."""
        if not source.pinned:
            return
        state = self._kept.state(source)
        if state is None or (state.read_at is None and state.tried_at <= now - _TRY_AGAIN):
            refresh(self._kept, source, now)

    def _hold(self, source: str, entity_id: str, kept: Kept, now: datetime) -> None:
        until = min(now + _LASTS, kept.valid_until) if kept.valid_until is not None else now + _LASTS
        with self._lock:
            self._held[source, entity_id] = _Held(kept.xml, until)
            while len(self._held) > _MOST:
                self._held.popitem(last=False)


def _is_fresh(kept: Kept, now: datetime) -> bool:
    return kept.ask_again_at is not None and kept.ask_again_at > now
