"""A portal with many accounts that end, a mail server of its own, a clock that stands still, and kills; everything
that happens is told the oracle, too, and what the job does is compared."""

import uuid
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import func, select, update

from discovery_accounts.domain.bounce import BounceKind
from discovery_accounts.login.claim import Claim
from discovery_accounts.mail.api import MailDelayed, Mark, Message, RecipientRefused, no_mark
from discovery_accounts.models import Account, AccountWarning, Base, Erasure, Event, FavouriteList, Identity
from discovery_accounts.services.bounces import Bounce, Bounces, Heard
from discovery_accounts.services.endings.expiring import expire_accounts
from discovery_accounts.services.entering import Entering, Visitor
from discovery_accounts.services.house import House
from discovery_accounts.services.outbox_sending import Outbox
from tests.factories import ending_oracle as oracle
from tests.factories.ending_oracle import Reader
from tests.factories.kills import killed

ALL = 100_000
_OF_READER = uuid.UUID(int=7)


@dataclass
class MailServer:
    """``away``: it takes nothing now. It knows nobody of ``unknown`` readers. ``told`` is what it said last, ``took``
    when it was given what has not come back."""

    away: bool = False
    unknown: set[int] = field(default_factory=set)
    told: list[tuple[str, str, str]] = field(default_factory=list)
    took: dict[str, datetime] = field(default_factory=dict)

    def session(self) -> AbstractContextManager["MailServer"]:
        return nullcontext(self)

    def send(self, message: Message, mark: Mark = no_mark) -> None:
        reader, sent = message.recipient.partition("@")[0], message.message_id[1:33]
        if self.away:
            self.told.append((reader, sent, oracle.WAITING))
            raise MailDelayed("connection refused")
        mark()
        if int(reader[1:].partition(".")[0]) in self.unknown:
            self.told.append((reader, sent, oracle.FAILED))
            raise RecipientRefused("refused", 550, "5.1.1")
        self.told.append((reader, sent, oracle.DELIVERED))


@dataclass(frozen=True, slots=True)
class Seen:
    """What stands in the database, by the readers' numbers."""

    accounts: dict[int, tuple[uuid.UUID, datetime | None]]
    warnings: dict[uuid.UUID, tuple[int, int, str, str | None]]


class World:
    """``signed_in`` is when each of ``people`` last did."""

    def __init__(
        self, house: House, people: int, now: datetime, signed_in: Callable[[int], datetime]
    ) -> None:
        self.now, self.server = now, MailServer()
        self.house = replace(house, mailer=self.server, clock=lambda: self.now)
        self.warn_days = house.settings.retention.warn_days
        self.readers = {number: Reader(number, signed_in(number)) for number in range(people)}
        self.history: dict[int, list[str]] = {number: [] for number in self.readers}
        with self.house.database.writing() as session:
            for table in reversed(Base.metadata.sorted_tables):
                session.execute(table.delete())
        self._make(self.readers.values())

    def _make(self, readers: Iterable[Reader]) -> None:
        some = list(readers)
        with self.house.database.writing() as session:
            for one in some:
                at, mine = one.signed_in, account_id(one)
                address = f"r{one.number}.0@library.example"
                session.add(
                    Account(id=mine, created_at=at, last_sign_in_at=at, email=address, email_source="library")
                )
            session.flush()
            for one in some:
                at, mine = one.signed_in, account_id(one)
                session.add(
                    Identity(
                        account_id=mine, login="outside", issuer="uni", subject=f"{one.number}",
                        created_at=at, last_used_at=at,
                    )
                )  # fmt: skip
                session.add(FavouriteList(account_id=mine, name=str(mine), created_at=at, changed_at=at))

    def sign_in(self, number: int) -> None:
        """Within the grace everything is back; after it nothing is."""
        reader = self.readers[number]
        if reader.back(self.now):
            self._make([reader])
        claim = Claim("outside", "uni", f"{number}")
        opened = Entering(self.house).enter(claim, "uni", Visitor("api")).opened
        assert opened.account_id == account_id(reader)
        with self.house.database.reading() as session:
            mine = session.get_one(Account, opened.account_id)
            names = session.scalars(
                select(FavouriteList.name).where(FavouriteList.account_id == mine.id)
            ).all()
            left = session.scalar(
                select(func.count()).where(
                    AccountWarning.account_id == mine.id, AccountWarning.for_sign_in_at == self.now
                )
            )
        assert (mine.ended_at, names, left) == (None, [str(mine.id)], 0)
        self.history[number].append("signed in")

    def change(self, number: int, **values: object) -> None:
        """A change of the account's row, as its page or staff make it."""
        with self.house.database.writing() as session:
            session.execute(
                update(Account).where(Account.id == account_id(self.readers[number])).values(**values)
            )

    def address(self, number: int, new: int | None) -> None:
        reader = self.readers[number]
        reader.address, reader.paused = new, False
        email = None if new is None else f"r{number}.{new}@library.example"
        self.change(number, email=email, email_paused_at=None, email_paused_because=None)

    def protect(self, number: int, *, on: bool) -> None:
        self.readers[number].protected = on
        self.change(
            number, protected_at=self.now if on else None, protected_because="service" if on else None
        )

    def mail(self) -> None:
        """The job that sends mail."""
        self.server.told.clear()
        Outbox(self.house).send(self.now, ALL)
        for name, message, outcome in self.server.told:
            if outcome == oracle.DELIVERED:
                self.server.took[message] = self.now
            number, address = map(int, name[1:].split("."))
            reader = self.readers[number]
            reader.mail(message, outcome, self.now)
            if outcome == oracle.FAILED and reader.address == address:
                reader.paused = True

    def bounce(self, number: int, kind: BounceKind) -> None:
        """The newest warning comes back, if one was delivered lately."""
        reader = self.readers[number]
        for one in reversed(reader.warnings):
            if one.state == oracle.DELIVERED and self.now - one.since < oracle.FORTNIGHT:
                del self.server.took[str(one.message)]
                heard = Bounces(self.house).hear(Bounce(f"<{one.message}@library.example>", kind), self.now)
                assert heard in {Heard.NOTED, Heard.PAUSED}
                one.state, one.since = oracle.FAILED, self.now
                reader.paused = reader.paused or heard is Heard.PAUSED
                return

    def job(self, limit: int = ALL) -> int:
        """The job; it may do nothing but what the oracle says, and all of it where the budget allows. How much."""
        due = {
            one.number: act for one in self.readers.values() if (act := one.next(self.now, self.warn_days))
        }
        before = self.see()
        report = expire_accounts(self.house, self.now, limit)
        done = self._compare(before, due)
        assert len(done) == min(limit, len(due))
        unreached = sum(
            act == oracle.ENDED and self.readers[number].unreached for number, act in done.items()
        )
        counted = Counter(done.values()) + Counter({oracle.NOTED: unreached})
        assert counted == Counter({word: n for word, n in report.did.items() if n})
        assert report.left == len(due) - len(done)
        return len(done)

    def jobs(self) -> None:
        """Until it finds nothing to do: whose time is over and who can't be warned is noted by one run, and ended by
        the next."""
        while self.job():
            pass

    def killed_job(self, where: str, after: int) -> None:
        """Killed at a point: what it did until then was due, too."""
        due = {
            one.number: act for one in self.readers.values() if (act := one.next(self.now, self.warn_days))
        }
        before = self.see()
        with killed(self.house, after, where):
            expire_accounts(self.house, self.now, ALL)
        self._compare(before, due)

    def _compare(self, before: Seen, due: dict[int, str]) -> dict[int, str]:
        after = self.see()
        done: dict[int, str] = {}
        for row, (number, days, state, message) in after.warnings.items():
            if row not in before.warnings:
                act = oracle.WARNED if message is not None else oracle.NOTED
                assert state == (oracle.WAITING if act == oracle.WARNED else oracle.NO_ADDRESS)
                self._did(done, due, number, act, days, message)
        for number, (_mine, ended) in before.accounts.items():
            if number not in after.accounts:
                self._did(done, due, number, oracle.ERASED)
            elif ended is None and after.accounts[number][1] is not None:
                self._did(done, due, number, oracle.ENDED)
        return done

    def _did(
        self, done: dict[int, str], due: dict[int, str], number: int, act: str, days: int | None = None,
        message: str | None = None,
    ) -> None:  # fmt: skip
        assert number not in done, "one act a run"
        assert due.get(number) == act, (self.readers[number], act, self.now)
        done[number] = act
        self._is_fair(self.readers[number], act)
        self.readers[number].did(act, self.now, days, message)
        self.history[number].append(f"{act} {days or ''}{self.now:%F}")

    def _is_fair(self, reader: Reader, act: str) -> None:
        """By what the mail server took alone, whatever the oracle says."""
        if act == oracle.ENDED:
            last = reader.warnings[-1]
            took = self.server.took.get(last.message or "")
            assert (took is not None and took <= self.now - oracle.WEEK) or not reader.reachable
            assert self.now >= oracle.year_after(reader.signed_in)
        if act == oracle.ERASED:
            assert reader.ended is not None
            assert reader.ended <= self.now - oracle.FORTNIGHT

    def see(self) -> Seen:
        accounts, names = {}, {}
        with self.house.database.reading() as session:
            of_account = select(Identity.subject, Account.id, Account.ended_at).join(
                Account, Account.id == Identity.account_id
            )
            for subject, mine, ended in session.execute(of_account):
                accounts[int(subject)] = mine, ended
                names[mine] = int(subject)
            warnings = {
                row.id: (names[row.account_id], row.days, row.state, row.message_id and row.message_id.hex)
                for row in session.scalars(select(AccountWarning))
            }
        return Seen(accounts, warnings)

    def outcome(self) -> object:
        """What came of everybody, and what was written down, without what differs from run to run."""
        seen = self.see()
        with self.house.database.reading() as session:
            words = session.execute(select(Event.word, func.count()).group_by(Event.word)).all()
            erased = sum(counts["accounts"] for counts in session.scalars(select(Erasure.counts)))
        warnings = sorted((number, days, state) for number, days, state, _ in seen.warnings.values())
        counted = {word: count for word, count in words if word != "account.erased"}  # one event a batch
        return seen.accounts, warnings, counted, erased, self.history


def account_id(reader: Reader) -> uuid.UUID:
    return uuid.uuid5(_OF_READER, f"{reader.number} {reader.accounts}")
