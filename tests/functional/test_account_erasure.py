"""Erasing leaves nothing personal of an account, and nothing of anybody else is touched (rules 1.5, 1.6)."""

import uuid
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Boolean, Column, Table, select

from discovery_accounts.domain.account_ending import Because
from discovery_accounts.models import Account, Base, Erasure, KnownBrowser, LibraryCard, Link, Review
from discovery_accounts.services.alerts.queries import purge_queries
from discovery_accounts.services.endings import hooks
from discovery_accounts.services.endings.erasing import erase
from discovery_accounts.services.house import House
from tests.factories.everything import fill
from tests.factories.portal import Client, Portal
from tests.factories.reviewers import RECORD, be_called, people
from tests.factories.reviewers import write as review
from tests.factories.rows import count, dump, rows, write
from tests.fixtures.databases import ON_SQLITE

STAYS = {"audit retention", "grant"}
"""What has a retention of its own: when something happened, and whose work it was."""
NOT_OF_ACCOUNTS = {
    "departed_patron",
    "email_sign_in",
    "login_step",
    "pin_recovery",
    "throttle",
    "event_seal",
}
"""Forgotten by themselves within minutes or hours; the sealed audit, whose keys go with the account; and what is there
only where time has ended the account."""

UNNAMED = (
    "card_reopening",
    "session_handle",
    "link_letter",
    "holder_code",
    "message_subject",
    "step_up",
    "person_key",
)
"""What nobody's archive tells: codes under way, keys, and what belongs to a session or a letter."""


def personal(table: Table) -> list[Column[Any]]:
    return [column for column in table.columns if column.info.get("personal_until", "") not in {"", *STAYS}]


def account_of(client: Client) -> uuid.UUID:
    return uuid.UUID(client.call("GET", "/account", status=200).json["id"])


def erase_all(portal: Portal, *account_ids: uuid.UUID, reviews: str = "delete") -> None:
    with portal.house.database.writing() as session:
        erase(session, portal.house, account_ids, portal.clock(), Because.ASKED, reviews)


def left_of(house: House, written: dict[str, dict[str, Any]]) -> list[str]:
    """The personal columns in which something of this person stands still."""
    with house.database.reading() as session:
        return [
            str(column)
            for name, row in written.items()
            for column in personal(Base.metadata.tables[name])
            if row.get(column.name) is not None and not isinstance(column.type, Boolean)
            if row[column.name] in session.scalars(select(column)).all()
        ]


def test_nothing_personal_is_left_in_any_table(portal: Portal) -> None:
    mine, theirs = fill(portal.house, 10_000, UNNAMED), fill(portal.house, 23_457, UNNAMED)
    write(portal.house, "UPDATE library_card SET linking_blocked_at = NULL")
    covered = {name for name in mine if personal(Base.metadata.tables[name])}
    tables = {table.name for table in Base.metadata.sorted_tables if personal(table)}
    assert tables - covered == NOT_OF_ACCOUNTS
    before = left_of(portal.house, theirs), found_in(dump(portal.house), theirs)
    assert left_of(portal.house, mine)
    assert found_in(dump(portal.house), mine) == before[1]
    erase_all(portal, mine["account"]["id"])
    assert (left_of(portal.house, theirs), found_in(dump(portal.house), theirs)) == before
    purge_queries(portal.house, 1000)  # what nobody asks any more, with the next run of purge-sessions
    assert left_of(portal.house, mine) == []
    assert found_in(dump(portal.house), mine) == []


@ON_SQLITE
def test_nothing_is_left_in_the_bytes_of_the_file(portal: Portal) -> None:
    mine = fill(portal.house, 10_000, UNNAMED)
    write(portal.house, "UPDATE library_card SET linking_blocked_at = NULL")
    assert found_in(bytes_of(portal), mine)
    erase_all(portal, mine["account"]["id"])
    purge_queries(portal.house, 1000)
    assert found_in(bytes_of(portal), mine) == []


def bytes_of(portal: Portal) -> bytes:
    """The database's file, with what its log had."""
    with portal.house.database.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    return b"".join(path.read_bytes() for path in sorted(portal.folder.glob("accounts.db*")))


def found_in(stored: bytes, written: dict[str, dict[str, Any]]) -> list[str]:
    """The columns of whose values, or of whose ids, something can be found in these bytes."""
    found = []
    for name, row in written.items():
        table = Base.metadata.tables[name]
        if not personal(table):
            continue
        columns = {*personal(table), *(() if lasting(table) else table.primary_key.columns)}
        found += [
            f"{name}.{one.name}" for one in columns if any(x in stored for x in needles(row.get(one.name)))
        ]
    return sorted(found)


def lasting(table: Table) -> bool:
    """Whether rows stay, with what has a retention of its own."""
    return any(column.info.get("personal_until") in STAYS for column in table.columns)


def needles(value: Any) -> list[bytes]:
    """As which a value may stand in a database; none where it is too short to be anybody's."""
    if isinstance(value, uuid.UUID):
        return [value.hex.encode(), str(value).encode(), value.bytes]
    if isinstance(value, list):
        return [needle for one in value for needle in needles(one)]
    if isinstance(value, bytes):
        return [value] if len(value) >= 12 else []
    text = value.encode() if isinstance(value, str) else b""
    return [text] if len(text) >= 7 and b"-" in text else []


def test_others_links_stay_and_a_card_that_nobody_has_goes(portal: Portal) -> None:
    carer = portal.signed_in_client("lumme", "good")
    carer.link("lumme", portal.patron("lumme", "child"))
    holder = portal.signed_in_client("lumme", "child")
    erase_all(portal, account_of(holder))
    cards = carer.call("GET", "/cards", status=200).json["cards"]
    assert len(cards) == 2
    assert carer.call("GET", "/loans?refresh=1", status=200).json["cards"][1]["state"] == "fresh"
    assert count(portal.house, Account) == 1
    erase_all(portal, account_of(carer))
    assert count(portal.house, Account) == count(portal.house, Link) == count(portal.house, LibraryCard) == 0


@ON_SQLITE
def test_a_card_that_staff_forbade_to_link_is_remembered(portal: Portal) -> None:
    client = portal.signed_in_client()
    write(portal.house, "UPDATE library_card SET linking_blocked_at = created_at")
    erase_all(portal, account_of(client))
    assert count(portal.house, LibraryCard) == 1


@pytest.mark.parametrize(("choice", "left"), [("keep_anonymous", ["Good."]), ("delete", [])])
def test_reviews_stay_nameless_or_go_as_the_person_chose(
    portal: Portal, choice: str, left: list[str]
) -> None:
    ada, bob = people(portal, 2)
    be_called(ada, "Ada Nimelä")
    review(ada, "Good.", stars=5, signed=True)
    review(bob, "Bad.")
    erase_all(portal, account_of(ada), reviews=choice)
    told = bob.call("GET", f"{RECORD}/reviews", status=200).json["reviews"]
    assert sorted(one["text"] for one in told) == sorted(["Bad.", *left])
    assert all(one["name"] is None for one in told)
    assert all(row.account_id is None for row in rows(portal.house, Review, text="Good."))
    assert b"Nimel" not in dump(portal.house)


@ON_SQLITE
def test_each_account_of_a_batch_has_a_choice_of_its_own(portal: Portal) -> None:
    ada, bob, eve = people(portal, 3)
    for client, text in ((ada, "A."), (bob, "B."), (eve, "E.")):
        review(client, text)
    choices = {account_of(ada): "delete", account_of(bob): "keep_anonymous"}
    with portal.house.database.writing() as session:
        ids = [account_of(one) for one in (ada, bob, eve)]
        gone = erase(session, portal.house, ids, portal.clock(), Because.TIME, choices)
    assert gone == 3
    assert sorted(row.text for row in rows(portal.house, Review)) == ["B.", "E."]
    [record] = rows(portal.house, Erasure)
    assert (record.because, record.counts) == ("time", {"accounts": 3, "cards": 3})


@ON_SQLITE
def test_what_others_registered_is_done_before_the_rows_go(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Any] = []

    def note(session: Any, _house: House, account_ids: Any, now: datetime) -> None:
        seen.append((list(account_ids), now, session.get(Account, account_ids[0]) is not None))

    monkeypatch.setattr(hooks, "before_erasure", (*hooks.before_erasure, note))
    mine = account_of(portal.signed_in_client())
    with portal.house.database.writing() as session:
        erase(session, portal.house, [mine], (now := portal.clock()), Because.ASKED, "delete")
    assert seen == [([mine], now, True)]


def test_erasing_is_of_all_or_of_nothing(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = account_of(portal.signed_in_client())

    def fail(*_given: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("discovery_accounts.services.endings.erasing.forget_cards", fail)
    with pytest.raises(RuntimeError):
        erase_all(portal, mine)
    assert count(portal.house, Account) == count(portal.house, Link) == 1
    assert count(portal.house, Erasure) == 0


@ON_SQLITE
def test_browsers_of_whoever_holds_the_card_now_stay_known(portal: Portal) -> None:
    """Of two who hold a card neither has the other's browsers forgotten; nor has who held it once."""
    mine = fill(portal.house, 10_000)
    once, also = fill(portal.house, 20_000), fill(portal.house, 30_000)
    card = mine["library_card"]["id"]
    with portal.house.database.writing() as session:
        for other, state in ((once, "ended"), (also, "active")):
            link = session.get_one(Link, other["link"]["id"])
            link.card_id, link.state = card, state
    for person, left in ((once, 1), (also, 1), (mine, 0)):
        with portal.house.database.writing() as session:
            held = session.scalars(select(LibraryCard).where(LibraryCard.id == card)).one()
            held.linking_blocked_at = portal.clock()
        erase_all(portal, person["account"]["id"])
        assert count(portal.house, KnownBrowser, card_id=card) == left
