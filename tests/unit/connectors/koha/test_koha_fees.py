"""What is owed, what was paid, and titles without a call for each line."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest

from discovery_accounts.connectors.api import Fee, LibraryError, NotAPatron, Payment, WrongPatron
from discovery_accounts.connectors.koha.fees import KINDS
from discovery_accounts.domain.fees import FeeKind
from discovery_accounts.domain.money import Money
from discovery_accounts.simulator.desk.records import Fee as DeskFee
from discovery_accounts.testing.replay import Recorded, json_answer

GOOD, BLOCKED = "101", "105"
EDITIONS = pytest.mark.parametrize(
    "edition", [{}, {"generation": "23.11"}, {"plugin": True}], ids=["25.11", "23.11", "plugin"]
)
LINE = {"account_line_id": 9, "patron_id": 57, "amount": 2.4, "amount_outstanding": 2.4, "date": "2030-01-31"}
ACCOUNT = "/v1/patrons/57/account"
FAULTS = ["hang", "cut_connection", "garbage", "html", "error_500", "wrong_key", "too_many"]


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


def account(*debits, given=()):
    sides = {"outstanding_debits": {"lines": list(debits)}, "outstanding_credits": {"lines": list(given)}}
    return Recorded("GET", ACCOUNT, json_answer({"balance": 0} | sides))


@EDITIONS
def test_everything_open_is_told_credits_too(live, edition):
    koha = live(**edition)
    today = datetime.now(UTC).date()
    assert koha.ask(lambda c: c.list_fees(BLOCKED)) == (
        Fee(
            "204",
            FeeKind.LOST,
            eur(2450),
            eur(2450),
            today - timedelta(30),
            "Punainen viiva",
            "Lost item",
        ),
        Fee("205", FeeKind.OTHER, eur(-150), eur(-150), today - timedelta(10), None, "Credit"),
    )
    assert koha.ask(lambda c: c.list_fees("999")) == NotAPatron()


@EDITIONS
def test_the_sum_of_the_lines_is_what_the_record_says_is_owed(live, edition):
    koha = live(**edition)
    for patron in (GOOD, BLOCKED, "103"):
        fees = koha.ask(lambda c, who=patron: c.list_fees(who))
        owed = koha.ask(lambda c, who=patron: c.read_patron(who)).owed
        assert sum(fee.outstanding.amount_minor for fee in fees) == owed.amount_minor


def test_many_lines_take_two_calls(live):
    koha = live()
    for number in range(30):
        day = datetime.now(UTC).date().isoformat()
        koha.library.desk.keep(DeskFee(2000 + number, GOOD, "overdue", 10, 10, day, 301 + number))
    fees = koha.ask(lambda c: c.list_fees(GOOD))
    assert len(fees) == 31
    assert all(fee.title for fee in fees)
    assert len(koha.calls()) == 2


def test_nothing_open_takes_one_call(live):
    koha = live()
    assert koha.ask(lambda c: c.list_fees("103")) == ()
    assert len(koha.calls()) == 1


@pytest.mark.parametrize("fault", ["error_500", "garbage", "html", "cut_connection", "wrong_key"])
def test_lines_without_titles_are_better_than_none(live, fault):
    koha = live()
    koha.library.set_fault(fault, path_contains="/items")
    [fee] = koha.ask(lambda c: c.list_fees(GOOD))
    assert (fee.title, fee.description) == (None, "Overdue")


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({"debit_type": "OVERDUE"}, FeeKind.OVERDUE),
        ({"debit_type": "RESERVE_EXPIRED"}, FeeKind.HOLD),
        ({"debit_type": "ACCOUNT_RENEW"}, FeeKind.MEMBERSHIP),
        ({"debit_type": "NEW_CARD"}, FeeKind.CARD),
        ({"debit_type": "RENT_DAILY"}, FeeKind.RENTAL),
        ({"debit_type": "COFFEE"}, FeeKind.OTHER),
        ({"debit_type": None, "credit_type": "LOST_FOUND"}, FeeKind.LOST),
        ({}, FeeKind.OTHER),
    ],
)
def test_what_koha_charges_for_in_our_words(koha, said, kind):
    connector, _ = koha(account(LINE | said))
    [fee] = asyncio.run(connector.list_fees("57"))
    assert fee.kind is kind
    assert (fee.charged_on, fee.amount) == (date(2030, 1, 31), eur(240))
    assert set(KINDS.values()) <= set(FeeKind)


def test_a_list_of_debits_alone_has_another_word_for_the_kind(koha):
    debit = {name: value for name, value in LINE.items() if name != "debit_type"} | {"type": "RESERVE"}
    connector, transport = koha(
        Recorded("GET", f"{ACCOUNT}/debits", json_answer([debit])),
        Recorded("GET", f"{ACCOUNT}/credits", json_answer([])),
    )
    [paid] = asyncio.run(connector.list_payments("57")).paid
    assert paid.kind is FeeKind.HOLD
    asked = {request.path.rpartition("/")[2]: request.params["q"] for request in transport.requests[1:]}
    assert asked == {"debits": '{"amount_outstanding": 0}', "credits": '{"type": "PAYMENT"}'}


def test_amounts_are_in_the_librarys_currency_and_never_a_float(koha):
    connector, _ = koha(account(LINE | {"amount": 0.285, "amount_outstanding": 19.99}), currency="NOK")
    [fee] = asyncio.run(connector.list_fees("57"))
    assert (fee.amount, fee.outstanding) == (Money(29, "NOK"), Money(1999, "NOK"))


def test_a_line_of_somebody_else_is_a_wrong_patron(live, koha):
    connector, _ = koha(account(LINE, given=[LINE | {"patron_id": 58}]))
    with pytest.raises(WrongPatron):
        asyncio.run(connector.list_fees("57"))
    library = live()
    library.library.set_fault("other_patron")
    for question in (lambda c: c.list_fees(GOOD), lambda c: c.list_payments(GOOD)):
        with pytest.raises(WrongPatron):
            library.ask(question)


@EDITIONS
def test_what_was_paid(live, edition):
    koha = live(**edition)
    today = datetime.now(UTC).date()
    past = koha.ask(lambda c: c.list_payments(GOOD))
    assert past.payments == (Payment("301", eur(100), today - timedelta(45), "CARD"),)
    [paid] = past.paid
    assert (paid.fee_id, paid.kind, paid.amount, paid.outstanding) == ("202", FeeKind.HOLD, eur(100), eur(0))
    assert paid.title
    assert len(koha.calls()) == 3
    assert koha.ask(lambda c: c.list_payments("999")) == NotAPatron()


def test_a_payment_that_was_taken_back_is_none(koha):
    credit = {"account_line_id": 3, "patron_id": 57, "amount": -1, "amount_outstanding": 0}
    connector, transport = koha(
        Recorded("GET", f"{ACCOUNT}/debits", json_answer([])),
        Recorded("GET", f"{ACCOUNT}/credits", json_answer([credit | {"status": "VOID"}, credit])),
    )
    past = asyncio.run(connector.list_payments("57"))
    assert (past.paid, past.payments) == ((), (Payment("3", eur(100)),))
    assert {request.params["_order_by"] for request in transport.requests[1:]} == {"-date"}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("path", ["/account", "/account/debits", "/account/credits"])
def test_trouble_is_never_an_empty_account(live, fault, path):
    koha = live(timeout=0.4)
    koha.library.set_fault(fault, path_contains=path)
    question = (lambda c: c.list_fees(GOOD)) if path == "/account" else (lambda c: c.list_payments(GOOD))
    with pytest.raises(LibraryError):
        koha.ask(question)


@pytest.mark.parametrize("patron_id", ["", "../101", "0", "1 OR 1"])
def test_an_id_that_koha_can_not_have_is_not_asked_for(live, patron_id):
    koha = live()
    assert koha.ask(lambda c: c.list_fees(patron_id)) == NotAPatron()
    assert koha.ask(lambda c: c.list_payments(patron_id)) == NotAPatron()
    assert koha.calls() == []


@pytest.mark.parametrize("wrong", [{"amount": "much"}, {"amount": None}, {"amount": True}, {"amount": []}])
def test_an_amount_that_is_none_names_the_field(koha, wrong):
    connector, _ = koha(account(LINE | wrong))
    with pytest.raises(LibraryError, match="amount is not"):
        asyncio.run(connector.list_fees("57"))
