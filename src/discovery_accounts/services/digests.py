"""Digests: one mail for all cards and alerts of an account, about what it was not told of yet (rules 2.4;
checklist A1 to A4).

What is told, the mail and the time of the next one are written in one transaction: a worker that dies before
has told nothing, one that dies after has told everything once.
"""

import time
import uuid
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from discovery_accounts.domain.digest import OF_CARD, News
from discovery_accounts.models import Account, Digest, Reminder
from discovery_accounts.services import outbox
from discovery_accounts.services.accounts import may_write_to
from discovery_accounts.services.alert_digests import AlertDigestReport
from discovery_accounts.services.alerts import telling
from discovery_accounts.services.digest_letters import Reader, note_reminded, of_alerts, of_cards
from discovery_accounts.services.digest_news import AT_ONCE, Gathered, Line, NewsReader, Places
from discovery_accounts.services.digest_plan import Claim, count_due, still_mine, take
from discovery_accounts.services.digest_rows import free_untold, mark_due, stop_hash
from discovery_accounts.services.house import House
from discovery_accounts.services.row_locks import lock_links

_BATCH = 32

NO_ADDRESS = "no e-mail address"
QUIET = "quiet hours"
TAKEN_OVER = "switched off meanwhile, or taken over"


@dataclass(frozen=True, slots=True)
class DigestReport:
    """``composed`` mails, ``told`` things in them, ``silent`` accounts with nothing new, ``unasked`` cards that
    could not be read; ``kept`` why digests were not written, ``left`` those that are still due."""

    composed: int = 0
    told: int = 0
    silent: int = 0
    unasked: int = 0
    left: int = 0
    kept: Mapping[str, int] = field(default_factory=dict)

    def counts(self) -> Mapping[str, int]:
        return {
            "composed": self.composed,
            "told": self.told,
            "silent": self.silent,
            "unasked": self.unasked,
        }

    def with_alerts(self, alerts: AlertDigestReport) -> "DigestReport":
        """And what was written of alerts alone."""
        return replace(
            self,
            composed=self.composed + alerts.composed,
            told=self.told + alerts.told,
            left=self.left + alerts.left,
            kept=Counter(self.kept) + Counter(alerts.kept),
        )


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What became of one digest; ``unasked`` are libraries that did not answer."""

    did: Mapping[str, int] = field(default_factory=dict)
    kept: tuple[str, ...] = ()
    unasked: frozenset[str] = frozenset()


class Digests:
    def __init__(self, house: House) -> None:
        self._house = house
        self._reader = NewsReader(house, Places(AT_ONCE))

    def due(self, now: datetime) -> int:
        return count_due(self._house, now)

    def compose(self, now: datetime, limit: int, *, seconds: float) -> DigestReport:
        """Write the digests that are due, at most ``limit``, for at most about ``seconds``: what is left is for
        the next run. Several runs at once write no digest twice."""
        ends = time.monotonic() + seconds
        free_untold(self._house, now)
        telling.free_untold(self._house, now)
        silent: set[str] = set()
        did: Counter[str] = Counter()
        kept: Counter[str] = Counter()
        done = 0
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="digest") as pool:
            while done < limit and time.monotonic() < ends:
                # the first few find out which libraries answer
                batch = _BATCH if done else AT_ONCE
                claims = take(self._house, now, min(batch, limit - done), silent)
                if not claims:
                    break
                done += len(claims)
                for one in pool.map(partial(self._one, now), claims):
                    did.update(one.did)
                    kept.update(one.kept)
                    silent |= one.unasked & self._left_alone()
        return DigestReport(
            did["composed"], did["told"], did["silent"], did["unasked"], self.due(now), dict(kept)
        )

    def _left_alone(self) -> set[str]:
        return {name for name, state in self._house.gateway.states().items() if state.breaker == "open"}

    def _one(self, now: datetime, claim: Claim) -> "_Outcome":
        if claim.times.is_quiet(now):
            self._put_off(claim, claim.times.quiet_ends(now))
            return _Outcome(kept=(QUIET,))
        if self._address(claim.account_id) is None:
            self._put_off(claim, claim.times.next_after(now))
            return _Outcome(kept=(NO_ADDRESS,))
        gathered = self._reader.gather(claim.account_id, claim.links, titles=claim.titles, now=now)
        unasked = [line.card.library for line in gathered.lines if line.news is News.UNASKED]
        new = self._new(gathered)
        told = self._commit(claim, replace(gathered, lines=self._reader.ask_renewability(new)), now)
        if told is None:
            return _Outcome({"unasked": len(unasked)}, (TAKEN_OVER,), frozenset(unasked))
        word = "composed" if told else "silent"
        did = {word: 1, "told": told, "unasked": len(unasked)}
        return _Outcome(did, unasked=frozenset(unasked))

    def _put_off(self, claim: Claim, until: datetime) -> None:
        with self._house.database.writing() as session:
            lock_links(session, claim.links.values())
            digest = still_mine(session, claim)
            if digest is not None:
                self._next(session, digest, claim, until)

    def _address(self, account_id: uuid.UUID) -> str | None:
        with self._house.database.reading() as session:
            return may_write_to(session.get_one(Account, account_id))

    def _new(self, gathered: Gathered) -> tuple[Line, ...]:
        """What was not told yet, and cards that could not be asked: they are told of beside other news."""
        with self._house.database.reading() as session:
            untold = _untold(session, gathered)
        return tuple(line for line in gathered.lines if line in untold or line.news is News.UNASKED)

    def _commit(self, claim: Claim, gathered: Gathered, now: datetime) -> int | None:
        """How many things are told; ``None`` when the claim is lost."""
        with self._house.database.writing() as session:
            lock_links(session, claim.links.values())
            digest = still_mine(session, claim)
            if digest is None:
                return None
            account = session.get_one(Account, claim.account_id)
            address = may_write_to(account)
            self._forget_of_cards(session, gathered.read)
            lines = _untold(session, gathered)
            told = 0
            if address is not None:
                reader = Reader(account.id, address, account.language)
                told = self._write(session, digest, reader, gathered, lines, now)
            self._next(session, digest, claim, claim.times.next_after(now))
            return told

    def _write(
        self,
        session: Session,
        digest: Digest,
        reader: Reader,
        gathered: Gathered,
        lines: Sequence[Line],
        now: datetime,
    ) -> int:
        """One mail of what cards and alerts have to tell; how many things those are."""
        house = self._house
        news = telling.take(session, [reader.account_id], now).get(reader.account_id, ())
        if not lines and not news:
            return 0
        told = [*lines, *(line for line in gathered.lines if line.news is News.UNASKED and line not in lines)]
        digest.stop_hash = stop_hash(house, digest.account_id)
        letter = of_cards(house, reader, told, news, now) if lines else of_alerts(house, reader, news, now)
        message_id = outbox.write(session, house, letter, now)
        if lines:
            note_reminded(session, told, message_id, now)
        if message_id is not None:
            telling.note_told(session, [(message_id, news)], now)
        return len(lines) + len(news)

    def _forget_of_cards(self, session: Session, read: Collection[uuid.UUID]) -> None:
        """A card that can be read again is told of again when it can't."""
        session.execute(
            delete(Reminder).where(
                Reminder.link_id.in_(read), Reminder.kind.in_([news.value for news in OF_CARD])
            )
        )

    @staticmethod
    def _next(session: Session, digest: Digest, claim: Claim, due_at: datetime) -> None:
        digest.due_at, digest.claimed_at = due_at, None
        if claim.links:
            mark_due(session, digest.account_id, due_at, only=claim.links.values())


def _untold(session: Session, gathered: Gathered) -> list[Line]:
    facts = [line.facts[0] for line in gathered.lines]
    told: set[str] = set()
    for start in range(0, len(facts), 500):
        some = facts[start : start + 500]
        told.update(session.scalars(select(Reminder.fact).where(Reminder.fact.in_(some))))
    return [line for line in gathered.lines if line.facts[0] not in told]
