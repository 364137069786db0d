"""Renewing a membership, and for whom a user borrows."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest

from discovery_accounts.connectors.alma.membership import months_after
from discovery_accounts.connectors.api import (
    Capability,
    CardNotRenewed,
    CardRenewed,
    CardTerms,
    Family,
    LibraryError,
    NotAPatron,
    NotCardRenewable,
    PatronRef,
    Relative,
    UnexpectedAnswer,
    WrongPatron,
)
from discovery_accounts.testing.replay import Recorded, json_answer

PATH = "/almaws/v1/users/u57"
NOBODYS = PatronRef("u1003", "HK10003")


def today():
    return datetime.now(UTC).date()


def user(**fields):
    return {
        "primary_id": "u57",
        "account_type": {"value": "INTERNAL"},
        "status": {"value": "ACTIVE"},
        "expiry_date": f"{today() + timedelta(30)}Z",
        "fees": {"value": "0.0"},
    } | fields


def terms(alma, **fields):
    connector, transport = alma(Recorded("GET", PATH, json_answer(user(**fields))), card_renewal_months=12)
    told = asyncio.run(connector.card_terms(PatronRef("u57", "HK57"), None))
    kept = asyncio.run(connector.renew_card(PatronRef("u57", "HK57"), None)) if not told.renewable else None
    assert all(sent.method == "GET" for sent in transport.requests)
    assert told.renewable or kept == CardNotRenewed(told.because)
    return told


def test_a_card_that_ends_soon_is_renewed_from_its_end(live):
    alma = live(card_renewal_months="36")
    alma.library.desk.end_in("u1003", 20)
    ends = today() + timedelta(20)
    assert alma.ask(lambda c: c.card_terms(NOBODYS, None)) == CardTerms(True, expires_on=ends)
    assert alma.acts == []
    assert alma.ask(lambda c: c.renew_card(NOBODYS, None)) == CardRenewed(months_after(ends, 36))
    assert alma.acts == ["PUT"]
    assert alma.ask(lambda c: c.read_patron("u1003")).expires_on == months_after(ends, 36)
    assert not alma.connector.card_renewal_needs_pin


def test_a_card_that_has_ended_is_renewed_from_today(live):
    alma = live(card_renewal_months="1")
    alma.library.expire("u1003")
    assert alma.ask(lambda c: c.renew_card(NOBODYS, None)) == CardRenewed(months_after(today(), 1))


@pytest.mark.parametrize(
    ("fields", "because"),
    [
        ({"expiry_date": f"{today() + timedelta(65)}Z"}, NotCardRenewable.TOO_EARLY),
        ({"status": {"value": "INACTIVE"}}, NotCardRenewable.BLOCKED),
        ({"user_block": [{"block_status": "ACTIVE", "block_description": {}}]}, NotCardRenewable.BLOCKED),
        ({"fees": {"value": "0.01"}}, NotCardRenewable.FEES),
        ({"account_type": {"value": "EXTERNAL"}}, NotCardRenewable.AT_THE_DESK),
        ({"expiry_date": None}, NotCardRenewable.AT_THE_DESK),
    ],
)
def test_a_card_that_can_not_be_renewed_has_its_reason_and_nothing_is_written(alma, fields, because):
    assert terms(alma, **fields).because is because


def test_a_credit_keeps_nobody(alma):
    assert terms(alma, fees={"value": "-5"}).renewable


def test_without_the_sum_of_fees_no_card_is_renewed(alma):
    with pytest.raises(UnexpectedAnswer, match="fees"):
        terms(alma, fees=None)


def test_a_day_that_alma_did_not_write_is_not_called_renewed(alma):
    same = json_answer(user())
    connector, _ = alma(Recorded("GET", PATH, same), Recorded("PUT", PATH, same), card_renewal_months=12)
    answer = asyncio.run(connector.renew_card(PatronRef("u57", "HK57"), None))
    assert answer == CardNotRenewed(NotCardRenewable.LIBRARY_SAYS_NO)


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [
        (date(2030, 1, 31), 1, date(2030, 2, 28)),
        (date(2031, 12, 31), 2, date(2032, 2, 29)),
        (date(2032, 2, 29), 12, date(2033, 2, 28)),
        (date(2030, 12, 5), 1, date(2031, 1, 5)),
        (date(2030, 5, 5), 36, date(2033, 5, 5)),
    ],
)
def test_months_end_where_the_calendar_does(day, months, after):
    assert months_after(day, months) == after


@pytest.mark.parametrize("fault", ["error_500", "cut_connection", "garbage", "wrong_key"])
def test_a_renewal_that_fails_is_a_failure_and_sent_once(live, fault):
    alma = live(card_renewal_months="12")
    alma.library.desk.end_in("u1003", 20)
    alma.library.set_fault(fault, method="PUT")
    with pytest.raises(LibraryError) as raised:
        alma.ask(lambda c: c.renew_card(NOBODYS, None))
    assert raised.value.sent
    assert alma.acts == ["PUT"]


def test_nobodys_card_is_not_renewed(live):
    alma = live(card_renewal_months="12")
    nobody = PatronRef("nobody", "HK99999")
    assert alma.ask(lambda c: c.card_terms(nobody, None)) == NotAPatron()
    assert alma.ask(lambda c: c.renew_card(nobody, None)) == NotAPatron()


def test_for_whom_a_user_borrows_is_told(live):
    alma = live()
    family = alma.ask(lambda c: c.read_family("u1001"))
    child = next(patron for patron in alma.library.patrons if patron.patron_id == "u1002")
    name = f"{child.given_name} {child.family_name}"
    assert family == Family(None, (Relative("u1002", None, name, "proxy"),))
    assert alma.ask(lambda c: c.read_family("u1002")) == Family(None, ())
    assert alma.ask(lambda c: c.read_family("nobody")) == NotAPatron()


def test_a_family_of_somebody_else_is_a_wrong_patron(alma):
    connector, _ = alma(Recorded("GET", PATH, json_answer(user(primary_id="u58"))))
    with pytest.raises(WrongPatron):
        asyncio.run(connector.read_family("u57"))


def test_where_another_identifier_is_permanent_relatives_can_not_be_named(live):
    alma = live(permanent_id="INST_ID")
    assert "permanent_id" in alma.connector.absent[Capability.READ_FAMILY]
