"""Asking a server for the metadata of one entity, when somebody wants to sign in by it (the MDQ protocol)."""

import tempfile
import threading
from datetime import datetime, timedelta
from hashlib import sha1
from pathlib import Path

from discovery_accounts.login.saml.metadata import Entity, MetadataRefused
from discovery_accounts.login.saml.metadata_entities import single
from discovery_accounts.login.saml.metadata_signature import read_certificates, verify
from discovery_accounts.services.kept_metadata import KeptMetadata
from discovery_accounts.services.metadata_fetch import AT_SIGN_IN, MetadataUnreachable, fetch
from discovery_accounts.services.metadata_sources import MetadataSource

_LEAST, _USUAL, _MOST = timedelta(minutes=10), timedelta(hours=6), timedelta(hours=24)
_VALID = timedelta(days=7)  # what says of no end is not believed for ever
_UNKNOWN = timedelta(minutes=1)
_PAUSE = timedelta(seconds=20)
_REMEMBERED = 1000


class MetadataQueries:
    """One a process. It does not ask for what it was just told is unknown, and leaves a server that does
    not answer alone for a while."""

    def __init__(self, kept: KeptMetadata) -> None:
        self._kept = kept
        self._lock = threading.Lock()
        self._unknown: dict[tuple[str, str], datetime] = {}
        self._paused: dict[str, datetime] = {}

    def ask(self, source: MetadataSource, entity_id: str, now: datetime) -> Entity | None:
        """The entity, verified and kept; ``None`` when the server does not know it.

        Raises ``MetadataUnreachable``, ``MetadataRefused``.
        """
        if not self._may_ask(source, entity_id, now):
            return None
        try:
            entity = _asked(source, entity_id, now)
        except (MetadataRefused, MetadataUnreachable) as failure:
            if failure.code == "http_404":
                self._note_unknown(source, entity_id, now)
                self._kept.remove_one(source, entity_id)
                return None
            if isinstance(failure, MetadataUnreachable):
                with self._lock:
                    self._paused[source.login] = now + _PAUSE
            self._kept.failed(source, str(failure), now)
            raise
        asked_again = now + min(max(entity.lasts or _USUAL, _LEAST), _MOST)
        self._kept.keep_one(source, entity, asked_again, now)
        return entity

    def _may_ask(self, source: MetadataSource, entity_id: str, now: datetime) -> bool:
        with self._lock:
            if self._paused.get(source.login, now) > now:
                raise MetadataUnreachable("paused", "it did not answer a moment ago")
            return self._unknown.get((source.login, entity_id), now) <= now

    def _note_unknown(self, source: MetadataSource, entity_id: str, now: datetime) -> None:
        with self._lock:
            if len(self._unknown) >= _REMEMBERED:
                self._unknown.clear()
            self._unknown[source.login, entity_id] = now + _UNKNOWN


def _asked(source: MetadataSource, entity_id: str, now: datetime) -> Entity:
    if source.certificate is None:
        raise MetadataRefused("certificate", "metadata from a server needs metadata_certificate")
    # the name of the entity as every such server understands it; nothing is protected by this hash
    name = sha1(entity_id.encode(), usedforsecurity=False).hexdigest()
    with tempfile.TemporaryDirectory(prefix="accounts-metadata-") as folder:
        path = Path(folder) / "entity.xml"
        url = f"{source.address}/entities/%7Bsha1%7D{name}"
        fetch(url, path, development=source.development, patience=AT_SIGN_IN)
        verify(path, read_certificates(source.certificate))
        entity = single(path, now)
    if entity.entity_id != entity_id:
        raise MetadataRefused("other_entity", "the server answered with another entity")
    if entity.valid_until is None:
        return Entity(
            entity.entity_id,
            entity.xml,
            entity.names,
            entity.scopes,
            entity.hidden,
            now + _VALID,
            entity.lasts,
        )
    return entity
