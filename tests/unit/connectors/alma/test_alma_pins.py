"""Another password, by the old one or after the person was proved in another way."""

import asyncio

import pytest

from discovery_accounts.connectors.api import (
    LibraryError,
    NotAPatron,
    PatronRef,
    PinChanged,
    PinFault,
    PinUnfit,
    Rejected,
    Verified,
    WrongPatron,
)
from discovery_accounts.connectors.transport import HttpAnswer
from discovery_accounts.testing.replay import Recorded, json_answer

GOOD, EXTERNAL = PatronRef("u1001", "HK10001"), PatronRef("u1007", "HK10007")
PATH = "/almaws/v1/users/u57"
USER = {
    "primary_id": "u57", "last_name": "Reader", "record_type": {"value": "PUBLIC"}, "password": "",
    "account_type": {"value": "INTERNAL"}, "pin_number": "4554", "user_role": [{}], "force_password_change": "",
}  # fmt: skip
NEW = "canary new one"


def setting(alma, pin_field="password", answer=None, before=USER, pin=NEW):
    """What comes of it, and the requests."""
    connector, transport = alma(
        Recorded("GET", PATH, json_answer(before)),
        Recorded("PUT", PATH, answer or json_answer(before)),
        pin_field=pin_field,
    )
    return asyncio.run(connector.set_pin("u57", pin)), transport.requests


def opens(alma, patron, pin):
    return alma.ask(lambda c: c.check_pin(patron, pin)) == Verified(patron.patron_id)


def test_a_right_old_pin_makes_the_new_one_the_pin(live):
    alma = live()
    assert alma.ask(lambda c: c.change_pin(GOOD, "1234", NEW)) == PinChanged()
    assert [call.method for call in alma.library.calls] == ["POST", "GET", "PUT"]
    assert opens(alma, GOOD, NEW)
    assert not opens(alma, GOOD, "1234")


def test_a_wrong_old_pin_changes_nothing_and_is_sent_once(live):
    alma = live()
    assert alma.ask(lambda c: c.change_pin(GOOD, "4321", NEW)) == Rejected()
    assert alma.acts == []
    assert len(alma.calls("POST")) == 1
    assert opens(alma, GOOD, "1234")


def test_a_forgotten_pin_is_replaced(live):
    alma = live()
    assert alma.ask(lambda c: c.set_pin("u1001", NEW)) == PinChanged()
    assert opens(alma, GOOD, NEW)


@pytest.mark.parametrize(
    ("field", "pin", "written"),
    [
        ("password", NEW, {"password": NEW, "pin_number": "4554"}),
        ("pin_number", "1357", {"pin_number": "1357"}),
        ("both", "13572468", {"password": "13572468", "pin_number": "13572468"}),
    ],
)
def test_it_is_written_where_the_settings_say(alma, field, pin, written):
    done, requests = setting(alma, field, pin=pin)
    assert done == PinChanged()
    body = requests[-1].json
    assert {name: body[name] for name in ("password", "pin_number") if name in body} == written
    assert "user_role" not in body
    assert pin not in repr(requests)


@pytest.mark.parametrize(
    ("field", "pin", "fault"),
    [
        ("password", "seven77", PinFault.TOO_SHORT),
        ("password", "x" * 73, PinFault.TOO_LONG),
        ("password", " canary new", PinFault.BLANKS),
        ("password", "", PinFault.TOO_SHORT),
        ("password", "with\x00nothing", PinFault.LIBRARY_SAYS_NO),
        ("pin_number", "12345", PinFault.TOO_LONG),
        ("pin_number", "123a", PinFault.NOT_DIGITS),
        ("pin_number", "١٢٣٤", PinFault.NOT_DIGITS),
        ("both", "canary-1", PinFault.NOT_DIGITS),
    ],
)
def test_what_can_not_be_a_pin_costs_no_call(live, field, pin, fault):
    alma = live(pin_field=field)
    assert alma.ask(lambda c: c.set_pin("u1001", pin)) == PinUnfit(fault)
    assert alma.ask(lambda c: c.change_pin(GOOD, "1234", pin)) == PinUnfit(fault)
    assert alma.calls() == []


@pytest.mark.parametrize("field", ["password", "pin_number", "both"])
def test_the_rules_are_those_that_are_checked(live, field):
    rules = live(pin_field=field).connector.pin_rules
    assert rules.min_length <= rules.max_length
    assert rules.digits_only is (field != "password")


def test_what_alma_finds_too_simple_is_told_so(live):
    alma = live()
    assert alma.ask(lambda c: c.change_pin(GOOD, "1234", "my-password")) == PinUnfit(PinFault.TOO_SIMPLE)
    assert opens(alma, GOOD, "1234")


@pytest.mark.parametrize("kind", ["EXTERNAL", "INTEXTAUTH"])
def test_where_the_password_is_kept_elsewhere_none_is_written(alma, kind):
    done, requests = setting(alma, before=USER | {"account_type": {"value": kind}})
    assert done == PinUnfit(PinFault.LIBRARY_SAYS_NO)
    assert [sent.method for sent in requests] == ["GET"]


def test_a_person_of_the_university_has_no_pin_to_change(live):
    alma = live()
    answer = alma.ask(lambda c: c.change_pin(EXTERNAL, "7890", NEW))
    assert answer == PinUnfit(PinFault.LIBRARY_SAYS_NO)
    assert alma.acts == []


def test_nobody_gets_no_pin(live):
    alma = live()
    assert alma.ask(lambda c: c.set_pin("nobody", NEW)) == NotAPatron()
    assert alma.ask(lambda c: c.change_pin(PatronRef("nobody", "HK99999"), "1234", NEW)) == Rejected()
    alma.library.clear_calls()
    assert alma.ask(lambda c: c.set_pin("../u1001", NEW)) == NotAPatron()
    assert alma.calls() == []


def test_a_record_of_somebody_else_gets_no_pin(alma):
    connector, transport = alma(Recorded("GET", PATH, json_answer(USER | {"primary_id": "u58"})))
    with pytest.raises(WrongPatron):
        asyncio.run(connector.set_pin("u57", NEW))
    assert [sent.method for sent in transport.requests] == ["GET"]


@pytest.mark.parametrize("fault", ["error_500", "cut_connection", "garbage", "html", "wrong_key"])
@pytest.mark.parametrize("by_old", [True, False])
def test_a_failure_says_nothing_of_the_pin_and_is_not_repeated(live, fault, by_old):
    alma = live()
    alma.library.set_fault(fault, method="PUT")
    with pytest.raises(LibraryError) as raised:
        alma.ask(lambda c: c.change_pin(GOOD, "1234", NEW) if by_old else c.set_pin("u1001", NEW))
    assert raised.value.sent
    assert NEW not in str(raised.value) + repr(raised.value)
    assert alma.acts == ["PUT"]


def test_an_error_that_is_not_known_is_a_failure(alma, error):
    with pytest.raises(LibraryError):
        setting(alma, answer=error("401860"))
    with pytest.raises(LibraryError):
        setting(alma, answer=HttpAnswer(404))
