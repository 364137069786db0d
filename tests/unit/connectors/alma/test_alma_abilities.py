"""What an institution can do, what it can't and why, and what the self-test asks."""

import asyncio

import pytest

from discovery_accounts.connectors.api import Capability, LibraryError, Refused
from discovery_accounts.connectors.registry import PROTOCOLS
from discovery_accounts.testing.replay import Recorded, json_answer

FULL = {
    "new_user_group": "ADULT",
    "new_account_type": "internal",
    "card_renewal_months": "12",
    "webhook_secret": "a secret",
}
NEVER = {
    Capability.SUSPEND_HOLDS,
    Capability.SWITCH_HISTORY,
    Capability.DELETE_HISTORY,
    Capability.KEEP_MESSAGING,
    Capability.LIST_NOTICES,
}


def test_all_but_what_alma_has_no_call_for_works(live):
    connector = live(**FULL).connector
    assert connector.capabilities == frozenset(Capability) - NEVER
    assert set(connector.absent) == NEVER
    assert all(isinstance(connector, PROTOCOLS[able]) for able in connector.capabilities)


@pytest.mark.parametrize(
    ("key", "value", "able"),
    [
        ("card_renewal_months", "", Capability.RENEW_CARD),
        ("webhook_secret", "", Capability.HEAR_NEWS),
        ("editable", "", Capability.CHANGE_CONTACT),
        ("new_user_group", "", Capability.MAKE_PATRONS),
        ("permanent_id", "INST_ID", Capability.READ_FAMILY),
    ],
)
def test_what_the_settings_leave_out_names_the_key(live, key, value, able):
    assert key in live(**FULL | {key: value}).connector.absent[able]


def test_the_key_is_tested_without_reading_anybody(live):
    alma = live()
    told = alma.ask(lambda c: c.check_credentials())
    assert "calls left today" in told
    assert alma.library.api_key not in told
    assert alma.calls() == ["/almaws/v1/users/operation/test"]


@pytest.mark.parametrize("left", ["many", "", "١٢"])
def test_a_strange_number_of_calls_left_is_not_told(alma, left):
    answer = json_answer({"status": "success"}, x_exl_api_remaining=left)
    connector, _ = alma(Recorded("GET", "/almaws/v1/users/operation/test", answer))
    assert "calls left" not in asyncio.run(connector.check_credentials())


@pytest.mark.parametrize("fault", ["wrong_key", "error_500", "html", "garbage", "daily_threshold"])
def test_a_bad_key_and_a_bad_answer_are_no_good_key(live, fault):
    alma = live()
    alma.library.set_fault(fault)
    with pytest.raises(Refused if fault == "wrong_key" else LibraryError):
        alma.ask(lambda c: c.check_credentials())


def test_areas_that_the_key_does_not_open_are_named(live):
    alma = live()
    assert alma.ask(lambda c: c.check_rights()) == ()
    alma.library.set_fault("wrong_key", path_contains="/bibs/")
    (area,) = alma.ask(lambda c: c.check_rights())
    assert "Bibs" in area
    alma.library.set_fault("wrong_key", path_contains="/conf/")
    assert len(alma.ask(lambda c: c.check_rights())) == 2
    assert all("/users/" not in path for path in alma.calls())
