"""Mails of what alerts found, for accounts that get no digest of their cards at this time.

Who gets one hears of the alerts in that (``digests``). One transaction writes the mails of a batch of accounts and
notes what they tell.
"""

import time
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from discovery_accounts.models import Account, Digest
from discovery_accounts.services import outbox
from discovery_accounts.services.accounts import may_write_to
from discovery_accounts.services.alerts import telling
from discovery_accounts.services.digest_letters import Reader, of_alerts
from discovery_accounts.services.digest_rows import times_of
from discovery_accounts.services.house import House

BATCH = 100
_SOON = timedelta(hours=1)
"""News wait so long for a digest of cards: both are due at the same hour, spread over its minutes."""

NO_ADDRESS = "alerts without an e-mail address"
QUIET = "quiet hours"
WITH_DIGEST = "alerts that wait for a digest of cards"


@dataclass(frozen=True, slots=True)
class AlertDigestReport:
    """``composed`` mails, of ``told`` alerts; ``kept`` why accounts got none, ``left`` is 1 where the run did not get
    to all."""

    composed: int = 0
    told: int = 0
    left: int = 0
    kept: Mapping[str, int] = field(default_factory=dict)


class AlertDigests:
    def __init__(self, house: House) -> None:
        self._house = house

    def due(self, now: datetime, limit: int) -> int:
        """How many accounts have something to be told now, counted up to ``limit``."""
        with self._house.database.reading() as session:
            return len(telling.accounts_due(session, now, None, limit))

    def compose(self, now: datetime, limit: int, *, seconds: float) -> AlertDigestReport:
        """Write the mails that are due, at most ``limit``, for at most about ``seconds``. Several runs at once tell
        nothing twice."""
        ends = time.monotonic() + seconds
        telling.free_untold(self._house, now)
        did: Counter[str] = Counter()
        kept: Counter[str] = Counter()
        after: uuid.UUID | None = None
        while did["composed"] < limit and time.monotonic() < ends:
            with self._house.database.writing() as session:
                some = telling.accounts_due(session, now, after, min(BATCH, limit - did["composed"]))
                if some:
                    after = some[-1]
                    self._write(session, some, now, did, kept)
            if not some:
                break
        with self._house.database.reading() as session:
            left = len(telling.accounts_due(session, now, after, 1))
            if without := telling.count_without_address(session, now):
                kept[NO_ADDRESS] = without
        return AlertDigestReport(did["composed"], did["told"], left, dict(kept))

    def _write(
        self,
        session: Session,
        account_ids: Sequence[uuid.UUID],
        now: datetime,
        did: Counter[str],
        kept: Counter[str],
    ) -> None:
        digests = _digests(session, account_ids)
        free = []
        for account_id in account_ids:
            because = _waits(digests.get(account_id), now)
            if because is None:
                free.append(account_id)
            else:
                kept[because] += 1
        found = telling.take(session, free, now)
        query = select(Account).where(Account.id.in_(list(found)))
        readers = [
            Reader(account.id, address, account.language)
            for account in session.scalars(query)
            if (address := may_write_to(account)) is not None
        ]
        written = [of_alerts(self._house, reader, found[reader.account_id], now) for reader in readers]
        ids = outbox.write_all(session, self._house, written, now)
        told = [(row_id, found[one.account_id]) for row_id, one in zip(ids, readers, strict=True)]
        telling.note_told(session, told, now)
        did["composed"] += len(told)
        did["told"] += sum(len(parts) for _, parts in told)


def _digests(session: Session, account_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Digest]:
    query = select(Digest).where(Digest.account_id.in_(account_ids))
    return {digest.account_id: digest for digest in session.scalars(query)}


def _waits(digest: Digest | None, now: datetime) -> str | None:
    """Why an account's news wait, or ``None``."""
    if digest is None:
        return None
    if times_of(digest).is_quiet(now):
        return QUIET
    soon = digest.wanted and digest.due_at is not None and digest.due_at <= now + _SOON
    return WITH_DIGEST if soon else None
