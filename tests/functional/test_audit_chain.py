"""The chain of the audit: who changes it in the database is found out, and who is erased can't be read in it."""

import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, select, update

from discovery_accounts.cli import main
from discovery_accounts.jobs.runner import run_job
from discovery_accounts.models import Account, AuditMark, Event, EventSeal, LibraryCard, PersonKey
from discovery_accounts.services import events as words
from discovery_accounts.services.audit_chain.digest import START
from discovery_accounts.services.audit_chain.purging import purge_events
from discovery_accounts.services.audit_chain.sealing import seal
from discovery_accounts.services.audit_chain.verifying import Fault, verify
from discovery_accounts.services.card_rows import number_binding
from discovery_accounts.services.rotation import Rotation
from discovery_accounts.vault.keyring import KeyRing
from tests.factories.portal import Portal
from tests.factories.rows import count, dump, rows
from tests.factories.together import together
from tests.fixtures.databases import ON_SQLITE

CANARY = "7Q5-CANARY"


def some_events(portal: Portal) -> tuple[uuid.UUID, uuid.UUID]:
    """Twelve sealed events of two people, of a card and of nobody; their accounts."""
    now, people = portal.clock(), (uuid.uuid4(), uuid.uuid4())
    with portal.house.database.writing() as session:
        session.add_all(Account(id=one, created_at=now, last_sign_in_at=now) for one in people)
        card_id = uuid.uuid4()
        number = portal.house.vault.seal("4711", number_binding("lumme", card_id))
        card = LibraryCard(
            id=card_id,
            library="lumme",
            patron_id="4711",
            number_sealed=number.ciphertext,
            number_key_id=number.key_id,
            number_lookup="4711",
            number_last4="4711",
            created_at=now,
        )
        session.add(card)
        session.flush()
        for step in range(12):
            account = (*people, None)[step % 3]
            words.record(
                session,
                words.LINK_LOOKED,
                now + timedelta(seconds=step),
                library="lumme" if step % 2 else None,
                account_id=account,
                card_id=card.id if step % 4 == 0 else None,
                code=f"{CANARY}-{step}",
            )
    assert seal(portal.house, 100).sealed == 12
    return people


def seals(portal: Portal) -> list[EventSeal]:
    return sorted(rows(portal.house, EventSeal), key=lambda row: row.sequence)


def change(portal: Portal, *statements: object) -> None:
    """What somebody does who can write in the database, and knows how it is made."""
    with portal.house.database.writing() as session:
        for statement in statements:
            session.execute(statement)  # type: ignore[call-overload]


def place(portal: Portal) -> tuple[int, Fault] | None:
    found = verify(portal.house).broken
    return None if found is None else (found.sequence, found.fault)


def test_what_nobody_touched_holds(portal: Portal) -> None:
    some_events(portal)
    report = verify(portal.house)
    assert (report.broken, report.checked, report.unreadable, report.last) == (None, 12, 0, 12)
    chain = seals(portal)
    assert chain[0].previous == START
    assert [row.previous for row in chain[1:]] == [row.digest for row in chain[:-1]]


def test_a_portal_where_people_did_things_holds(portal: Portal) -> None:
    browser = portal.signed_in_browser()
    browser.get("/loans")
    client = portal.signed_in_client("lumme", "child")
    client.link("lumme", portal.patron("lumme"))
    assert run_job(portal.house, "seal-audit").done.did["sealed"] == count(portal.house, Event)
    assert place(portal) is None
    portal.signed_in_browser()
    assert verify(portal.house).sealed >= 1, "a verify seals what waits"


def event_of(portal: Portal, sequence: int) -> uuid.UUID:
    return next(row.event_id for row in seals(portal) if row.sequence == sequence)


TAMPERING: dict[str, tuple[Callable[[uuid.UUID, uuid.UUID], list[object]], tuple[int, Fault]]] = {
    "a word": (
        lambda e, _: [update(Event).where(Event.id == e).values(word="link.made")],
        (5, Fault.CHANGED),
    ),
    "a library": (lambda e, _: [update(Event).where(Event.id == e).values(library="x")], (5, Fault.CHANGED)),
    "a time": (
        lambda e, _: [update(Event).where(Event.id == e).values(at=datetime(2026, 1, 1, tzinfo=UTC))],
        (5, Fault.CHANGED),
    ),
    "what is sealed": (
        lambda _e, _: [update(EventSeal).where(EventSeal.sequence == 5).values(sealed=b"x" * 60)],
        (5, Fault.CHANGED),
    ),
    "a detail": (
        lambda e, _: [update(Event).where(Event.id == e).values(detail={"code": "other"})],
        (5, Fault.CHANGED),
    ),
    "a card": (lambda e, _: [update(Event).where(Event.id == e).values(card_id=None)], (5, Fault.DIFFERS)),
    "somebody else's": (
        lambda e, other: [update(Event).where(Event.id == e).values(account_id=other)],
        (5, Fault.DIFFERS),
    ),
    "nobody's": (
        lambda e, _: [update(Event).where(Event.id == e).values(account_id=None)],
        (5, Fault.ACCOUNT_REMOVED),
    ),
    "an event gone": (lambda e, _: [delete(Event).where(Event.id == e)], (5, Fault.EVENT_GONE)),
    "a seal gone": (lambda _e, _: [delete(EventSeal).where(EventSeal.sequence == 5)], (5, Fault.MISSING)),
    "both gone": (
        lambda e, _: [delete(EventSeal).where(EventSeal.sequence == 5), delete(Event).where(Event.id == e)],
        (5, Fault.MISSING),
    ),
    "a digest": (
        lambda _e, _: [update(EventSeal).where(EventSeal.sequence == 5).values(digest="0" * 64)],
        (5, Fault.CHANGED),
    ),
    "one before": (
        lambda _e, _: [update(EventSeal).where(EventSeal.sequence == 5).values(previous="0" * 64)],
        (5, Fault.ORDER),
    ),
    "the first gone": (lambda _e, _: [delete(EventSeal).where(EventSeal.sequence == 1)], (1, Fault.MISSING)),
    "the end gone": (
        lambda _e, _: [
            delete(Event).where(Event.sequence > 10),
            delete(EventSeal).where(EventSeal.sequence > 10),
        ],
        (11, Fault.MISSING),
    ),
    "the end gone and the mark set back": (
        lambda _e, _: [
            delete(Event).where(Event.sequence > 10),
            delete(EventSeal).where(EventSeal.sequence > 10),
            update(AuditMark).values(
                last=10,
                last_digest=select(EventSeal.digest).where(EventSeal.sequence == 10).scalar_subquery(),
            ),
        ],
        (0, Fault.MARK),
    ),
    "the beginning gone": (
        lambda _e, _: [delete(EventSeal).where(EventSeal.sequence < 4), update(AuditMark).values(first=3)],
        (0, Fault.MARK),
    ),
    "the mark gone": (lambda _e, _: [delete(AuditMark)], (0, Fault.MARK)),
    "keys gone": (lambda _e, _: [delete(PersonKey)], (1, Fault.DIFFERS)),
    "a number of seals": (lambda _e, _: [update(PersonKey).values(seals=3)], (1, Fault.DIFFERS)),
    "everything of the chain gone": (
        lambda _e, _: [delete(AuditMark), delete(EventSeal), delete(PersonKey)],
        (1, Fault.INSERTED),
    ),
}


@pytest.mark.parametrize("what", sorted(TAMPERING))
def test_every_change_behind_our_back_is_told_with_its_place(portal: Portal, what: str) -> None:
    some_events(portal)
    tamper, told = TAMPERING[what]
    chosen = event_of(portal, 5)  # the second person's, and about the card
    other = next(row.account_id for row in rows(portal.house, Event) if row.sequence == 1)
    change(portal, *tamper(chosen, other))
    assert place(portal) == told


def test_seals_in_another_order_are_told(portal: Portal) -> None:
    some_events(portal)
    four, five = (next(row for row in seals(portal) if row.sequence == number) for number in (4, 5))
    values = [(row.event_id, row.digest, row.previous, row.sealed) for row in (five, four)]
    change(portal, delete(EventSeal).where(EventSeal.sequence.in_([4, 5])))
    with portal.house.database.writing() as session:
        for number, (event_id, digest, previous, sealed) in zip((4, 5), values, strict=True):
            session.add(
                EventSeal(sequence=number, event_id=event_id, digest=digest, previous=previous, sealed=sealed)
            )
    assert place(portal) == (4, Fault.ORDER)


def test_a_seal_put_in_is_told(portal: Portal) -> None:
    some_events(portal)
    last = seals(portal)[-1]
    with portal.house.database.writing() as session:
        forged = Event(id=uuid.uuid4(), at=portal.clock(), word=words.SIGNED_IN, sequence=13)
        session.add(forged)
        session.add(
            EventSeal(
                sequence=13, event_id=forged.id, digest="a" * 64, previous=last.digest, sealed=b"x" * 40
            )
        )
    assert place(portal) == (13, Fault.INSERTED)


def test_an_event_put_in_as_if_it_were_sealed_is_told(portal: Portal) -> None:
    some_events(portal)
    with portal.house.database.writing() as session:
        session.add(Event(id=uuid.uuid4(), at=portal.clock(), word=words.SIGNED_IN, sequence=7))
    assert place(portal) == (7, Fault.INSERTED)


def test_who_is_erased_is_unreadable_and_the_chain_holds(portal: Portal) -> None:
    one, _other = some_events(portal)
    change(portal, delete(Account).where(Account.id == one))
    report = verify(portal.house)
    assert (report.broken, report.checked, report.unreadable) == (None, 12, 4)
    assert count(portal.house, PersonKey) == 1
    assert str(one).encode() not in dump(portal.house)
    assert one.hex.encode() not in dump(portal.house)


@ON_SQLITE
def test_what_was_done_to_somebody_who_is_erased_can_t_be_changed_afterwards(portal: Portal) -> None:
    one, _other = some_events(portal)
    change(portal, delete(Account).where(Account.id == one))
    change(portal, update(Event).where(Event.sequence == 4).values(detail={"code": "other"}))
    assert place(portal) == (4, Fault.CHANGED)


def test_what_is_sealed_is_not_readable_in_the_seals(portal: Portal) -> None:
    some_events(portal)
    assert all(CANARY.encode() not in row.sealed for row in rows(portal.house, EventSeal))


def test_a_card_that_is_gone_breaks_nothing(portal: Portal) -> None:
    some_events(portal)
    change(portal, delete(LibraryCard))
    assert place(portal) is None


@ON_SQLITE
def test_an_account_that_took_another_in_reads_both(portal: Portal) -> None:
    one, other = some_events(portal)
    change(
        portal,
        update(Event).where(Event.account_id == one).values(account_id=other),
        update(PersonKey).where(PersonKey.account_id == one).values(account_id=other),
        delete(Account).where(Account.id == one),
    )
    report = verify(portal.house)
    assert (report.broken, report.unreadable) == (None, 0)
    with portal.house.database.writing() as session:
        words.record(session, words.SIGNED_OUT, portal.clock(), account_id=other)
    assert place(portal) is None


def test_retention_takes_the_beginning_and_the_rest_holds(portal: Portal) -> None:
    some_events(portal)
    portal.clock.advance(days=700)
    with portal.house.database.writing() as session:
        words.record(session, words.SIGNED_OUT, portal.clock())
    assert verify(portal.house).last == 13
    portal.clock.advance(days=31)
    assert purge_events(portal.house, portal.clock(), 100, dry_run=True).done == 12
    purged = purge_events(portal.house, portal.clock(), 5)
    assert (purged.done, purged.left) == (5, 7)
    report = verify(portal.house)
    assert (report.broken, report.first, report.checked) == (None, 5, 8)
    assert purge_events(portal.house, portal.clock(), 100).done == 7
    report = verify(portal.house)
    assert (report.broken, report.first, report.checked) == (None, 12, 1)
    change(portal, delete(EventSeal), delete(Event))
    assert place(portal) == (13, Fault.MISSING)


@ON_SQLITE
def test_an_event_made_to_look_old_is_not_taken_away_by_retention(portal: Portal) -> None:
    some_events(portal)
    old = portal.clock() - timedelta(days=5000)
    change(portal, update(Event).where(Event.sequence <= 3).values(at=old))
    assert purge_events(portal.house, portal.clock(), 100).done == 0
    assert place(portal) == (1, Fault.CHANGED)


def test_two_who_seal_at_once_make_one_chain(portal: Portal) -> None:
    now = portal.clock()
    with portal.house.database.writing() as session:
        for step in range(300):
            words.record(session, words.LINK_LOOKED, now + timedelta(seconds=step), number=step)
    together(4, lambda _: seal(portal.house, 100))
    seal(portal.house, 1000)
    report = verify(portal.house)
    assert (report.broken, report.checked) == (None, 300)
    assert [row.sequence for row in seals(portal)] == list(range(1, 301))


def test_people_who_go_while_it_is_sealed_and_verified_break_nothing(portal: Portal) -> None:
    now, people = portal.clock(), [uuid.uuid4() for _ in range(24)]
    with portal.house.database.writing() as session:
        session.add_all(Account(id=one, created_at=now, last_sign_in_at=now) for one in people)
        session.flush()
        for step in range(240):
            words.record(session, words.LINK_LOOKED, now, account_id=people[step % 24], number=step)

    def work(number: int) -> object:
        if number == 0:
            return [seal(portal.house, 20) for _ in range(12)]
        if number == 1:
            return [place(portal) for _ in range(3)]
        for one in people[number * 4 : number * 4 + 4]:
            change(portal, delete(Account).where(Account.id == one))
        return None

    found = together(5, work)
    assert found[1] == [None] * 3
    report = verify(portal.house)
    assert (report.broken, report.checked) == (None, 240)
    assert count(portal.house, PersonKey) == 12, "those of who stayed"


@ON_SQLITE
def test_keys_rotate_and_the_chain_holds(portal: Portal) -> None:
    some_events(portal)
    old = portal.house.vault.current_key_id
    ring = KeyRing.open(portal.folder / "keys.json")
    ring.rotate()
    assert Rotation(portal.house).reseal().unreadable == 0
    ring.drop(old)
    assert place(portal) is None


def command(portal: Portal, *arguments: str) -> tuple[int, str]:
    ran = CliRunner().invoke(main, ["--config", portal.ini(), "audit", *arguments])
    return ran.exit_code, ran.output


@ON_SQLITE
def test_the_command_says_whether_it_holds(portal: Portal) -> None:
    some_events(portal)
    status, said = command(portal, "verify")
    assert (status, "12 seals checked, 1 to 12" in said) == (0, True)
    assert json.loads(command(portal, "verify", "--json")[1])["holds"] is True
    change(portal, delete(EventSeal).where(EventSeal.sequence == 3))
    status, said = command(portal, "verify")
    assert (status, "sequence 3" in said) == (1, True)


@ON_SQLITE
def test_the_export_has_a_line_for_each_event_of_the_time_asked(portal: Portal) -> None:
    some_events(portal)
    times = {row.sequence: row.at.isoformat() for row in rows(portal.house, Event)}
    since, until = times[4], times[6]
    _, said = command(portal, "export", "--since", since, "--until", until)
    lines = [json.loads(line) for line in said.splitlines()]
    assert [line["sequence"] for line in lines] == [4, 5, 6]
    assert [line["detail"]["code"] for line in lines] == [f"{CANARY}-{step}" for step in (3, 4, 5)]
    assert command(portal, "export", "--since", until, "--until", since)[0] == 2
    [exported] = [row for row in rows(portal.house, Event) if row.word == words.AUDIT_EXPORTED]
    assert exported.detail == {"by": "since until"}
