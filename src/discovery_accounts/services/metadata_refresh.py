"""Reading metadata anew: a whole federation's list, or one provider's file.

Whatever goes wrong, what was read before stays as long as it is valid, and the reason is kept beside it.
"""

import logging
import tempfile
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from discovery_accounts.config.settings import LoginSettings
from discovery_accounts.login.saml.metadata import MetadataRefused
from discovery_accounts.login.saml.metadata_entities import document_valid_until, entities, single
from discovery_accounts.login.saml.metadata_signature import read_certificates, verify
from discovery_accounts.models import ProviderSource
from discovery_accounts.services.house import House
from discovery_accounts.services.kept_metadata import Document, KeptMetadata
from discovery_accounts.services.metadata_fetch import MetadataUnreachable, copy, fetch
from discovery_accounts.services.metadata_sources import (
    Kind,
    MetadataSource,
    metadata_source,
    metadata_sources,
)
from discovery_accounts.telemetry.log import event

log = logging.getLogger(__name__)

AGAIN_AFTER = timedelta(minutes=50)
"""A list that was read so lately is left alone, whoever asks; one that could not be read is not."""

_HURRY_AGAIN = timedelta(minutes=1)
_BLOCK = 1024 * 1024


@dataclass
class Readings:
    """What one run came to; ``failed`` counts codes."""

    read: int = 0
    unchanged: int = 0
    forgotten: int = 0
    left: int = 0
    failed: dict[str, int] = field(default_factory=dict)


def refresh_due(house: House, now: datetime, limit: int, *, dry_run: bool = False) -> Readings:
    """Read every source that is due, at most ``limit``."""
    kept = KeptMetadata(house.database)
    readings = Readings()
    due = [
        source
        for source in metadata_sources(house.settings).values()
        if _is_due(source, kept.state(source), now)
    ]
    readings.left = max(0, len(due) - limit)
    for source in due[:limit]:
        if dry_run:
            readings.read += 1
        elif source.kind is Kind.MDQ:
            readings.forgotten += kept.remove_over(source, now)
        else:
            _count(readings, refresh(kept, source, now))
    return readings


def refresh(kept: KeptMetadata, source: MetadataSource, now: datetime) -> str:
    """Read a source: ``read``, ``unchanged``, or the code of what went wrong. Raises nothing for the latter."""
    try:
        changed = _read(kept, source, now)
    except (MetadataRefused, MetadataUnreachable) as failure:
        kept.failed(source, str(failure), now)
        event(log, "metadata.not_read", level=logging.WARNING, login=source.login, code=failure.code)
        return failure.code
    if changed is None:
        kept.unchanged(source, now)
        return "unchanged"
    event(log, "metadata.read", login=source.login, entities=changed)
    return "read"


def hurry_if_needed(house: House, login: LoginSettings) -> None:
    """Somebody waits for a list that was never read: have the job do it soon, but not every second."""
    source = metadata_source(house.settings, login)
    if source is None:
        return
    state = KeptMetadata(house.database).state(source)
    if state is None or state.tried_at <= house.now() - _HURRY_AGAIN:
        house.hurry.ask("refresh-metadata")


def _count(readings: Readings, outcome: str) -> None:
    if outcome == "read":
        readings.read += 1
    elif outcome == "unchanged":
        readings.unchanged += 1
    else:
        readings.failed[outcome] = readings.failed.get(outcome, 0) + 1


def _is_due(source: MetadataSource, state: ProviderSource | None, now: datetime) -> bool:
    """A file is looked at each time: that costs nothing."""
    if state is None or state.failure is not None or source.kind is not Kind.URL:
        return True
    return state.tried_at <= now - AGAIN_AFTER


def _read(kept: KeptMetadata, source: MetadataSource, now: datetime) -> int | None:
    """How many entities were taken, ``None`` when the document is the one there was."""
    state = kept.state(source)
    trusted = _trusted(source)
    with tempfile.TemporaryDirectory(prefix="accounts-metadata-") as folder:
        path = Path(folder) / "metadata.xml"
        # with another certificate pinned everything is got and verified anew
        same_trust = state is not None and state.read_at is not None and state.trusted == trusted
        version = state.etag if state is not None and same_trust else None
        if source.kind is Kind.FILE:
            copy(Path(source.address), path)
        else:
            got = fetch(source.address, path, development=source.development, version=version)
            if got is None:
                _check_validity(state, now)
                return None
            version = got.version
        digest = _digest(path)
        if state is not None and same_trust and state.digest == digest:
            _check_validity(state, now)
            return None
        return _take(kept, source, path, Document(digest, trusted, version, document_valid_until(path)), now)


def _take(kept: KeptMetadata, source: MetadataSource, path: Path, document: Document, now: datetime) -> int:
    if source.certificate is not None:
        verify(path, read_certificates(source.certificate))
        return kept.replace(source, entities(path, now), document, now)
    if not source.pinned:
        raise MetadataRefused("certificate", "metadata from a server needs metadata_certificate")
    return kept.replace(source, [single(path, now)], document, now)


def _check_validity(state: ProviderSource | None, now: datetime) -> None:
    """The document is unchanged; whether it is valid still must be asked again."""
    if state is not None and state.valid_until is not None and state.valid_until <= now:
        raise MetadataRefused("expired")


def _trusted(source: MetadataSource) -> str:
    if source.certificate is None:
        return ""
    return sha256(
        b"".join(one.tbs_certificate_bytes for one in read_certificates(source.certificate))
    ).hexdigest()


def _digest(path: Path) -> str:
    found = sha256()
    with path.open("rb") as file:
        while some := file.read(_BLOCK):
            found.update(some)
    return found.hexdigest()
