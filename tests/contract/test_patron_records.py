"""Patron records kept at simulated libraries: what the settings and the library itself make of it."""

from dataclasses import replace

import pytest

from discovery_accounts.connectors.api import (
    Capability,
    ChangeRefused,
    LibraryError,
    NotMade,
    NotRemoved,
    PatronDetails,
    PatronRecord,
    Removed,
    TimedOut,
)
from discovery_accounts.testing.connector_world import PatronKind
from discovery_accounts.testing.contract_base import ContractBase
from discovery_accounts.testing.contract_keeping import ADA, changing, making, removing

ask, outcome = ContractBase().ask, ContractBase().outcome
PEOPLE = {"koha": "/patrons", "alma": "/users"}
BOTH = pytest.mark.parametrize("kind", ["koha", "alma"])


def made_of(world):
    return [patron.patron_id for patron in world.library.patrons if patron.kind == "made"]


def capabilities(world):
    async def look(connector):
        return connector.capabilities, connector.absent

    return ask(world, look)


@BOTH
def test_a_patron_made_too_slowly_is_found_at_the_next_try(simulated, kind):
    world = simulated(kind)
    world._timeout = 0.5
    world.library.set_fault("slow_drip", path_contains=PEOPLE[kind], method="POST")
    failed = outcome(world, making(ADA))
    assert isinstance(failed, TimedOut)
    assert failed.sent
    (patron_id,) = made_of(world)
    world.library.clear_faults()
    world._timeout = 5.0
    assert ask(world, making(ADA)).patron_id == patron_id
    assert made_of(world) == [patron_id]


@BOTH
@pytest.mark.parametrize("fault", ["hang", "error_500", "error_503", "cut_connection", "garbage", "html"])
def test_whatever_happens_to_a_new_patron_there_is_one_in_the_end(simulated, kind, fault):
    world = simulated(kind)
    world._timeout = 0.5
    world.library.set_fault(fault, path_contains=PEOPLE[kind], method="POST")
    assert isinstance(outcome(world, making(ADA)), LibraryError)
    for _ in range(2):  # it may have been made by then
        outcome(world, making(ADA))
    world.library.clear_faults()
    world._timeout = 5.0
    assert [ask(world, making(ADA)).patron_id] == made_of(world)


@pytest.mark.parametrize(
    ("kind", "options", "named"),
    [
        ("koha", {"new_patron_category": "NONE"}, "new_patron_category"),
        ("koha", {"new_patron_library": "NONE"}, "new_patron_library"),
        ("alma", {"new_user_group": "NONE"}, "new_user_group"),
        ("alma", {"identity_code_type": "NONE"}, "settings"),
    ],
)
def test_a_setting_that_the_library_does_not_know_is_named_and_nobody_made(simulated, kind, options, named):
    world = simulated(kind, options)
    details = PatronDetails(family_name="Reader", identity_code="1")
    failed = outcome(world, making(details))
    assert isinstance(failed, NotMade)
    assert named in failed.detail
    assert made_of(world) == []


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("koha", {"new_patron_category": ""}),
        ("koha", {"new_patron_library": ""}),
        ("alma", {"new_user_group": ""}),
        ("alma", {"new_account_type": ""}),
        ("alma", {"new_account_type": "external"}),
    ],
)
def test_a_setting_that_is_missing_takes_the_capability_away(simulated, kind, options):
    able, absent = capabilities(simulated(kind, options))
    assert Capability.MAKE_PATRONS not in able
    assert absent[Capability.MAKE_PATRONS].strip()


def test_an_external_user_is_made_and_the_librarys_part_can_be_changed(simulated):
    world = simulated("alma", {"new_account_type": "external", "new_external_id": "SIS"})
    made = ask(world, making(ADA))
    changed = ask(world, changing(made.patron_id, PatronDetails(email="new@made.example", language="sv")))
    assert isinstance(changed, PatronRecord)
    assert changed.email == "new@made.example"
    refused = ask(world, changing(made.patron_id, PatronDetails(family_name="Other", email="x@made.example")))
    assert refused == ChangeRefused(("family_name",))
    read = ask(world, lambda connector: connector.read_patron(made.patron_id))
    assert replace(read, owed=None) == replace(changed, owed=None)


def test_what_the_university_keeps_of_its_people_stays(simulated):
    world = simulated("alma")
    external = next(patron for patron in world.library.patrons if patron.kind == "external")
    changes = PatronDetails(email="new@lib.example", phone="+4712345678")
    assert ask(world, changing(external.patron_id, changes)) == ChangeRefused(("email",))
    assert world.library.count("PUT") == 0


@BOTH
def test_who_shares_an_address_is_told_apart_by_nobody(simulated, kind):
    world = simulated(kind)
    found = ask(world, lambda connector: connector.find_by_email(f"family@{kind}.example"))
    assert len(found) == 2


def test_a_shared_attribute_is_two_patrons(simulated):
    world = simulated("koha")
    for value, count in (("family@university.example", 2), ("reader1@university.example", 1), ("reader", 0)):
        found = ask(world, lambda connector, v=value: connector.find_patrons("attribute:EPPN", v))
        assert len(found) == count


def test_an_attribute_that_must_be_one_patrons_is_not_taken(simulated):
    world = simulated("koha", {"identity_attribute": "HETU"})
    people = [world.patron(kind).patron_id for kind in (PatronKind.GOOD, PatronKind.ANOTHER)]
    code = PatronDetails(identity_code="010190-999R")
    assert isinstance(ask(world, changing(people[0], code)), PatronRecord)
    assert ask(world, changing(people[1], code)) == ChangeRefused(("identity_code",))
    with pytest.raises(NotMade) as failed:
        ask(world, making(PatronDetails(family_name="Reader", identity_code="010190-999R")))
    assert failed.value.fields == ("identity_code",)
    read = ask(world, lambda c: c.read_patron(people[0]))
    assert ask(world, changing(people[0], code)) == replace(read, owed=None)


def test_a_guarantor_stays(simulated):
    world = simulated("koha")
    patron = world.patron(PatronKind.NO_LOANS)
    world.library.set_guarantees(patron.patron_id, 1)
    assert ask(world, removing(patron.patron_id)) == NotRemoved("guarantor")
    world.library.set_guarantees(patron.patron_id, 0)
    assert ask(world, removing(patron.patron_id)) == Removed()


@BOTH
def test_calls(simulated, kind):
    world = simulated(kind)
    many, none = world.patron(PatronKind.MANY_LOANS), world.patron(PatronKind.NO_LOANS)
    field, value = world.give_shared_id(many, "many@university.example")

    def calls_of(question):
        world.library.clear_calls()
        ask(world, question)
        return world.library.count() - world.library.count(path_contains="/oauth/token")

    calls = {
        "find": calls_of(lambda connector: connector.find_patrons(field, value)),
        "email": calls_of(lambda connector: connector.find_by_email("nobody@lib.example")),
        "make": calls_of(making(ADA)),
        "change": calls_of(changing(many.patron_id, PatronDetails(phone="1"))),
        "refuse": calls_of(removing(many.patron_id)),
        "remove": calls_of(removing(none.patron_id)),
    }
    koha = {"find": 1, "email": 1, "make": 2, "change": 2, "refuse": 1, "remove": 1}
    alma = {"find": 2, "email": 1, "make": 2, "change": 2, "refuse": 1, "remove": 2}
    assert calls == (koha if kind == "koha" else alma)


def test_no_address_of_kohas_holds_anything_of_a_person(simulated):
    world = simulated("koha")
    made = ask(world, making(ADA))
    ask(world, lambda connector: connector.find_by_email(ADA.email))
    ask(world, changing(made.patron_id, PatronDetails(phone="+358409999999")))
    ask(world, removing(made.patron_id))
    for call in world.seen():
        assert not any(word in call.target for word in ("ada", "Canary", "%40", "+3584"))
