"""The people of a simulated library are the same every time."""

from dataclasses import fields
from datetime import UTC, datetime

import pytest

from discovery_accounts.simulator.population import INACTIVE_BARCODE, populate
from discovery_accounts.simulator.records import LibraryKind, SimulatedPatron
from discovery_accounts.simulator.store import Store, UnknownPatronError

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("kind", ["koha", "alma"])
def test_the_same_seed_gives_the_same_library(kind: LibraryKind) -> None:
    assert populate(kind, 7, 30, NOW) == populate(kind, 7, 30, NOW)
    assert populate(kind, 7, 30, NOW).loans != populate(kind, 8, 30, NOW).loans


@pytest.mark.parametrize("kind", ["koha", "alma"])
def test_a_small_library_is_the_beginning_of_a_large_one(kind: LibraryKind) -> None:
    small, large = populate(kind, 1, 9, NOW), populate(kind, 1, 60, NOW)
    assert large.patrons[:9] == small.patrons
    assert large.loans[: len(small.loans)] == small.loans


def test_named_patrons_keep_card_pin_and_story_whatever_the_seed() -> None:
    expected = [
        ("21270000001", "1234", "good"),
        ("21270000002", "2345", "child"),
        ("21270000003", "3456", "no_loans"),
        ("21270000004", "4567", "many_loans"),
        ("21270000005", "5678", "blocked"),
        ("21270000006", "6789", "expired"),
    ]
    for seed in (1, 99):
        people = populate("koha", seed, 8, NOW).patrons
        assert [(p.card_number, p.pin, p.kind) for p in people[:6]] == expected


def test_the_stories_are_told_by_the_loans() -> None:
    store = Store("koha", 1, 8)
    assert [p.loans for p in store.simulated_patrons()[:6]] == [6, 4, 0, 230, 3, 2]
    days = [round((loan.due_at - datetime.now(UTC).timestamp()) / 86400) for loan in store.loans("101")]
    assert days[0] < 0
    assert 1 <= days[1] <= 3
    assert [loan.reserved for loan in store.loans("101")] == [False, False, True, False, False, False]
    assert store.loans("101")[3].renewals == 5


def test_alma_has_an_external_account_and_an_inactive_card_number() -> None:
    people = populate("alma", 1, 8, NOW)
    assert [p.card_number for p in people.patrons][:2] == ["HK10001", "HK10002"]
    assert people.patrons[6].external
    old = [(i.patron_id, i.active) for i in people.identifiers if i.value == INACTIVE_BARCODE]
    assert old == [("u1008", False)]


def test_no_representation_shows_card_number_or_pin() -> None:
    store = Store("koha", 1, 3)
    shown = repr(store.simulated_patrons()) + repr(store.every_patron())
    assert "21270000001" not in shown
    assert "1234" not in shown
    assert [f.name for f in fields(SimulatedPatron)] == [
        "patron_id",
        "card_number",
        "pin",
        "given_name",
        "family_name",
        "email",
        "birth_date",
        "loans",
        "kind",
    ]


def test_changes_raise_for_an_unknown_patron() -> None:
    store = Store("koha", 1, 3)
    for change in (store.renew_card, store.delete_patron, store.block, store.expire):
        with pytest.raises(UnknownPatronError):
            change("nobody")
    with pytest.raises(UnknownPatronError):
        store.add_loans("nobody", 1)


def test_a_library_in_a_file_is_found_again(tmp_path) -> None:
    path = str(tmp_path / "library.sqlite")
    Store("koha", 1, 3, path).change_pin("101", "9999")
    again = Store("koha", 1, 3, path)
    patron = again.patron("101")
    assert patron is not None
    assert patron.pin == "9999"
    again.add_loans("103", 2)
    assert len(again.loans("103")) == 2
