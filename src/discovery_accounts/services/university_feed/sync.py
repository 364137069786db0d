"""``sync-patrons``: a university's feed compared with what was told before, and only the difference told (rules 5).

The feed is read twice: first to see what is wrong with it and how many people would end by it, then to do it. Each
person is a transaction of their own after the library was told, so a run that was killed goes on where it was. Who is
not in a feed any more is not valid any more; but only where every row could be read, for a broken one may be theirs,
and only of the organisations that the feed tells of: one university says nothing about the people of another.
"""

import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy import case, select, update

from discovery_accounts.domain.cards import LinkProof, LinkState, Relation
from discovery_accounts.domain.feed_person import FeedPerson, Who
from discovery_accounts.models import FeedPatron, LibraryCard, Link
from discovery_accounts.services.house import House
from discovery_accounts.services.progress import Progress, untold
from discovery_accounts.services.university_feed import keeping, telling
from discovery_accounts.services.university_feed.maintained import day_in
from discovery_accounts.services.university_feed.people import Agreed, People, Several, Source
from discovery_accounts.services.university_feed.rows import Feed, Row

MOST_ENDINGS = 0.05
"""Share of an organisation's valid people that a feed may end without being asked about."""
_SIDE_BY_SIDE = 8
_AT_ONCE = 500
MOST_BROKEN = 50
"""Broken lines that are kept, to be told one by one."""
NOT_OURS, UNCHANGED, ENDED, BROKEN = "no_transfer", "unchanged", "ended", "broken"


@dataclass(frozen=True, slots=True)
class Synced:
    """What was done (in a dry run: would be) by word, and what was not, by reason. ``broken`` are the first lines that
    were passed over, and why; ``kept`` has how many there are. ``stopped``: so many of so many would have ended, and
    nothing was done."""

    did: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)
    broken: Mapping[int, str] = field(default_factory=dict)
    left: int = 0
    stopped: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class _Plan:
    """Whom the rows are about: the line of each, who is ended, the first of ``all_broken`` rows by line; ``valid`` is
    how many people there are of each organisation."""

    lines: dict[uuid.UUID, int]
    ending: tuple[Agreed, ...]
    missing: tuple[Agreed, ...]
    valid: Counter[Source]
    broken: dict[int, str]
    all_broken: int
    not_ours: int
    unnamed: bool


class PatronSync:
    """``progress`` counts the rows that the feed has of people we know."""

    def __init__(self, house: House, progress: Progress = untold) -> None:
        self._house = house
        self._progress = progress

    def run(
        self, feed: Feed, now: datetime, limit: int, *, sure: bool = False, dry_run: bool = False
    ) -> Synced:
        """Tell at most ``limit`` changed people's data. Raises ``UnreadableFeed``, and nothing was done then."""
        people = People(self._house)
        plan = _plan(feed, people, self._days(now))
        kept = Counter({NOT_OURS: plan.not_ours, BROKEN: plan.all_broken})
        if plan.unnamed and plan.missing:
            kept["missing, but a broken row may be theirs"] = len(plan.missing)
            plan = replace(plan, missing=())
        endings = len(plan.ending) + len(plan.missing)
        stopped = _too_many(plan)
        if stopped is not None and not sure:
            return Synced(kept=+kept, broken=plan.broken, stopped=stopped)
        done = Synced(kept=kept, broken=plan.broken)
        left = self._tell_all(feed, people, plan, now, limit, done, dry_run)
        done.did[ENDED] += endings
        if not dry_run:
            keeping.end(self._house, plan.missing, now)
        return replace(done, did=+done.did, kept=+done.kept, left=left)

    def _days(self, now: datetime) -> Mapping[str, date]:
        """Which day it is at each library."""
        return {name: day_in(self._house, name, now) for name in self._house.libraries}

    def _tell_all(
        self, feed: Feed, people: People, plan: _Plan, now: datetime, limit: int, done: Synced, dry_run: bool
    ) -> int:
        """How many changed people the budget did not reach."""
        left = told = through = 0
        seen: list[uuid.UUID] = []
        today = self._days(now)
        for batch in _batches(_rows(feed, people, plan)):
            cards = self._cards([one for one, _person in batch])
            changed = []
            for one, person in batch:
                card = cards.get((one.account_id, one.library))
                values = _agreed_to(one, person) if _goes_on(person, today[one.library]) else {}
                change = keeping.change(self._house, one, person, values, card)
                if not change.is_new:
                    done.did[UNCHANGED] += 1
                    seen.append(change.feed_id)
                elif told >= limit:
                    left += 1
                else:
                    told += 1
                    changed.append(change)
            through += len(batch)
            if dry_run:
                done.did[telling.CHANGED] += len(changed)
            else:
                self._carry_out(changed, now, done, (through, len(plan.lines)))
            self._progress(through, len(plan.lines))
        if not dry_run:
            self._note_seen(seen, now)
        return left

    def _carry_out(
        self, changes: list[keeping.Change], now: datetime, done: Synced, reached: tuple[int, int]
    ) -> None:
        """``reached`` is how far the run will be with the last of them, and of how much."""
        left = len(changes)
        with ThreadPoolExecutor(_SIDE_BY_SIDE) as pool:
            for change, told in zip(changes, pool.map(self._tell, changes), strict=True):
                keeping.write(self._house, change, told, now)
                left -= 1
                self._progress(reached[0] - left, reached[1])
                if told is None:
                    done.did["kept_for_later"] += 1
                    continue
                counts = done.did if told.outcome in {telling.CHANGED, telling.SAME} else done.kept
                counts[told.outcome] += 1
                for name in told.refused:
                    done.kept[f"the library does not take: {name}"] += 1

    def _tell(self, change: keeping.Change) -> telling.Told | None:
        """``None`` for whom has no card in the library yet: it is told once there is one."""
        if change.card is None:
            return None
        return telling.tell(self._house, change.one.library, change.card.patron_id, change.values)

    def _cards(self, some: list[Agreed]) -> dict[tuple[uuid.UUID, str], keeping.Card]:
        """Of each the card by their university, else their own: one may hold a child's, too."""
        nearest = ((Link.proof == LinkProof.FEDERATION.value, 2), (Link.relation == Relation.OWN.value, 1))
        query = (
            select(Link.account_id, LibraryCard.library, LibraryCard.id, LibraryCard.patron_id)
            .join(LibraryCard, LibraryCard.id == Link.card_id)
            .where(
                Link.account_id.in_({one.account_id for one in some}),
                Link.holder,
                Link.state == LinkState.ACTIVE.value,
                LibraryCard.gone_at.is_(None),
            )
            .order_by(case(*nearest, else_=0), Link.since.desc())  # the last one stays
        )
        with self._house.database.reading() as session:
            return {
                (account_id, library): keeping.Card(card_id, patron_id)
                for account_id, library, card_id, patron_id in session.execute(query)
            }

    def _note_seen(self, seen: list[uuid.UUID], now: datetime) -> None:
        for start in range(0, len(seen), _AT_ONCE):
            with self._house.database.writing() as session:
                session.execute(
                    update(FeedPatron)
                    .where(FeedPatron.id.in_(seen[start : start + _AT_ONCE]))
                    .values(seen_at=now)
                    .execution_options(synchronize_session=False)
                )


def _plan(feed: Feed, people: People, today: Mapping[str, date]) -> _Plan:
    lines: dict[uuid.UUID, int] = {}
    broken: dict[int, str] = {}
    ending: list[Agreed] = []
    all_broken, not_ours, unnamed = 0, 0, False
    seen: set[uuid.UUID] = set()
    told_of = {people.only_source}
    for row in feed():
        who, one, reason = _whose(people, row)
        earlier = lines.get(one.identity_id) if one is not None and row.person is not None else None
        if earlier is not None:
            reason = f"the same person as in line {earlier}"
        if reason is not None:
            all_broken += 1
            if len(broken) < MOST_BROKEN:
                broken[row.number] = reason
        unnamed = unnamed or who is None
        if one is None:
            not_ours += who is not None and row.person is not None
            continue
        seen.add(one.identity_id)
        told_of.add(one.source)
        if row.person is None or earlier is not None:
            continue
        lines[one.identity_id] = row.number
        if one.is_valid(today[one.library]) and not _goes_on(row.person, today[one.library]):
            ending.append(one)
    valid = [one for one in people.everybody if one.is_valid(today[one.library])]
    missing = [
        one
        for one in valid
        if one.feed_id is not None and one.identity_id not in seen and one.source in told_of
    ]
    counted = Counter(one.source for one in valid)
    return _Plan(lines, tuple(ending), tuple(missing), counted, broken, all_broken, not_ours, unnamed)


def _whose(people: People, row: Row) -> tuple[Who | None, Agreed | None, str | None]:
    """Whom a row names, who of ours they are, and why it is broken."""
    who = row.person.who if row.person is not None else row.who
    try:
        return who, people.find(who) if who is not None else None, row.broken
    except Several:
        return None, None, "may name several people: tell `login` and `issuer`, too"


def _goes_on(person: FeedPerson, today: date) -> bool:
    """Of whose account is over the university maintains nothing more: what they put right since is not undone."""
    return person.valid_until is None or person.valid_until >= today


def _too_many(plan: _Plan) -> tuple[int, int] | None:
    """How many would end of how many, of the first organisation of which these are too many."""
    ending = Counter(one.source for one in (*plan.ending, *plan.missing))
    over = (
        (count, plan.valid[source])
        for source, count in sorted(ending.items())
        if count > MOST_ENDINGS * plan.valid[source]
    )
    return next(over, None)


def _rows(feed: Feed, people: People, plan: _Plan) -> Iterator[tuple[Agreed, FeedPerson]]:
    """The rows that the plan chose."""
    for row in feed():
        one = _found(people, row.person.who) if row.person is not None else None
        if one is not None and row.person is not None and plan.lines.get(one.identity_id) == row.number:
            yield one, row.person


def _found(people: People, who: Who) -> Agreed | None:
    try:
        return people.find(who)
    except Several:
        return None


def _batches(
    rows: Iterator[tuple[Agreed, FeedPerson]],
) -> Iterator[list[tuple[Agreed, FeedPerson]]]:
    batch: list[tuple[Agreed, FeedPerson]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def _agreed_to(one: Agreed, person: FeedPerson) -> dict[str, str]:
    """What the library may be told: the fields that the consent names (rules 4.5)."""
    return {name: getattr(person, name) for name in person.told if name in one.fields}
