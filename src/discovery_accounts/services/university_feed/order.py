"""What the job ``sync-patrons`` is given, and what it tells of its run."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from discovery_accounts.services.house import House
from discovery_accounts.services.progress import Progress, untold
from discovery_accounts.services.university_feed import telling
from discovery_accounts.services.university_feed.directory import directories, directory_feed
from discovery_accounts.services.university_feed.rows import (
    Feed,
    Row,
    UnreadableFeed,
    file_feed,
    unknown_columns,
)
from discovery_accounts.services.university_feed.sync import BROKEN, ENDED, UNCHANGED, PatronSync, Synced

SYNCED = (telling.CHANGED, telling.SAME, UNCHANGED, ENDED)
"""What a run does, in the order of a report."""


@dataclass(frozen=True, slots=True)
class Told:
    """``failed`` is why nothing was done, or not everything."""

    did: dict[str, int] = field(default_factory=dict)
    left: int = 0
    kept: dict[str, int] = field(default_factory=dict)
    failed: str | None = None


def carry_out(
    house: House,
    given: str | None,
    now: datetime,
    limit: int,
    *,
    sure: bool,
    dry_run: bool,
    progress: Progress = untold,
) -> Told:
    """``given`` is a file, ``LOGIN=FILE`` for one that may tell of that login's people only, or the name of a login
    with a directory; left out, all of those in turn."""
    names = directories(house) if given is None else (given,)
    told = Told()
    for name in names:
        told = _together(told, _one(house, name, now, limit, sure, dry_run, progress))
    return told


def _one(
    house: House, given: str, now: datetime, limit: int, sure: bool, dry_run: bool, progress: Progress
) -> Told:
    try:
        feed, passed_over = _opened(house, given)
        synced = PatronSync(house, progress).run(feed, now, limit, sure=sure, dry_run=dry_run)
    except UnreadableFeed as problem:
        return Told(failed=f"the feed can't be used: {problem}")
    kept = {**dict(synced.kept), **dict(_lines(synced))}
    if passed_over:
        kept[f"columns passed over: {', '.join(passed_over)}"] = len(passed_over)
    return Told(dict(synced.did), synced.left, kept, _stopped(synced))


def _opened(house: House, given: str) -> tuple[Feed, tuple[str, ...]]:
    if given in directories(house):
        return directory_feed(house, given), ()
    login, equals, rest = given.partition("=")
    bound = bool(equals) and any(one.name == login and one.library for one in house.settings.logins)
    path = Path(rest if bound else given)
    feed = _bound(file_feed(path), login) if bound else file_feed(path)
    return feed, tuple(name[:40] for name in unknown_columns(path) if name.isprintable())


def _bound(feed: Feed, login: str) -> Feed:
    """The feed as one of ``login`` alone: whoever writes a university's file has no say about another one's people."""
    return lambda: (_of(row, login) for row in feed())


def _of(row: Row, login: str) -> Row:
    who = row.who if row.person is None else row.person.who
    if who is None:
        return row
    if who.login not in (None, login):
        return Row(row.number, broken=f"of another login than {login}")
    who = replace(who, login=login)
    if row.person is None:
        return replace(row, who=who)
    return replace(row, person=replace(row.person, who=who))


def _lines(synced: Synced) -> Iterator[tuple[str, int]]:
    for number, reason in synced.broken.items():
        yield f"line {number}: {reason}", 1
    if (more := synced.kept[BROKEN] - len(synced.broken)) > 0:
        yield "more broken lines", more


def _stopped(synced: Synced) -> str | None:
    if synced.stopped is None:
        return None
    some, of = synced.stopped
    return f"nothing was done: {some} of {of} people would end by this feed. If that is right: --yes"


def _together(one: Told, other: Told) -> Told:
    return Told(
        _added(one.did, other.did),
        one.left + other.left,
        _added(one.kept, other.kept),
        other.failed or one.failed,
    )


def _added(one: dict[str, int], other: dict[str, int]) -> dict[str, int]:
    return {name: one.get(name, 0) + other.get(name, 0) for name in (*one, *other)}
