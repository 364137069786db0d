"""The date of birth as libraries tell it: what can't be true is not known, and never a failure."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.contract.test_koha_ilsdi_contract import IlsDiWorld
from tests.contract.test_paia_contract import PaiaWorld

from discovery_accounts.connectors.api import PatronRecord
from discovery_accounts.connectors.memory.connector import MemoryConnector
from discovery_accounts.connectors.memory.library import MemoryLibrary
from discovery_accounts.connectors.people import birth_date
from discovery_accounts.simulator.server import SimulatedLibrary
from discovery_accounts.testing.connector_world import PatronKind
from discovery_accounts.testing.contract_base import ContractBase

ask = ContractBase().ask
TODAY = date(2030, 5, 31)
BORN = date(2022, 12, 24)
TOMORROW = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()
ODD = ["", "0000-00-00", "1900-01-01", TOMORROW, "24.12.2022", "2022-13-01", "no"]


def told_by(world):
    patron = world.patron(PatronKind.GOOD)
    record = ask(world, lambda connector: connector.read_patron(patron.patron_id))
    assert isinstance(record, PatronRecord)
    return record.born_on


def with_birth_date(world, day):
    world.library.set_birth_date(world.patron(PatronKind.GOOD).patron_id, day)
    return world


@pytest.mark.parametrize("day", ["2022-12-24", "2022-12-24Z", "20221224", " 2022-12-24 ", BORN])
def test_a_date_is_read_as_libraries_write_it(day):
    assert birth_date(day, TODAY) == BORN


UNTRUE = ["", "0000-00-00", "1900-01-01", "1910-05-31", "2030-06-01", "9999-12-31", "24.12.2022", "x" * 9999]
STRANGE = [None, 0, -1, 5.0, True, [], {}, "\0", "\u0662\u0660\u0662\u0662-\u0661\u0662-\u0662\u0664"]


@pytest.mark.parametrize("day", [*UNTRUE, *STRANGE])
def test_what_cannot_be_true_is_not_known(day):
    assert birth_date(day, TODAY) is None


def test_who_was_born_today_is_known():
    assert birth_date("2030-05-31", TODAY) == TODAY


@pytest.mark.parametrize("kind", ["koha", "alma"])
def test_koha_and_alma_tell_it(simulated, kind):
    world = simulated(kind)
    assert told_by(with_birth_date(world, "2011-12-24")) == date(2011, 12, 24)
    for odd in ODD:
        assert told_by(with_birth_date(world, odd)) is None, odd


def test_ilsdi_tells_it():
    with SimulatedLibrary("koha", patrons=4) as library:
        world = IlsDiWorld(library, {})
        assert told_by(with_birth_date(world, "2011-12-24")) == date(2011, 12, 24)
        assert told_by(with_birth_date(world, "0000-00-00")) is None


def test_paia_has_none():
    with SimulatedLibrary("koha", patrons=4, paia="patron") as library:
        assert told_by(with_birth_date(PaiaWorld(library, {}), "2011-12-24")) is None


def test_the_library_in_memory_tells_it():
    library = MemoryLibrary(ZoneInfo("Europe/Helsinki"))
    child = next(one for one in library.people.values() if one.kind == "child")
    connector = MemoryConnector(library)
    assert connector.told(child).born_on == child.birth_date
    library.set_birth_date(child.patron_id, library.today() + timedelta(days=1))
    assert connector.told(child).born_on is None
    library.set_birth_date(child.patron_id, None)
    assert connector.told(child).born_on is None


def test_the_pretend_children_are_children_for_years():
    today = datetime.now(UTC).date()
    for kind in ("koha", "alma"):
        with SimulatedLibrary(kind, patrons=4) as library:
            born = {one.kind: date.fromisoformat(one.birth_date) for one in library.patrons}
        assert 3 < today.year - born["child"].year < 12
        assert today.year - born["good"].year > 18
