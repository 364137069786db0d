"""Fees, payments and past loans."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest

from discovery_accounts.connectors.alma.fees import FEE_KINDS
from discovery_accounts.connectors.api import (
    Fee,
    HistoryPage,
    LibraryError,
    NotAPatron,
    Payment,
    UnexpectedAnswer,
    WrongPatron,
)
from discovery_accounts.domain.fees import FeeKind
from discovery_accounts.domain.money import Money
from discovery_accounts.testing.replay import Recorded, json_answer

GOOD, NOBODYS = "u1001", "u1003"
FEES = "/almaws/v1/users/u57/fees"
LOANS = "/almaws/v1/users/u57/loans"
READINGS = {
    "fees": lambda c, who: c.list_fees(who),
    "payments": lambda c, who: c.list_payments(who),
    "history": lambda c, who: c.list_history(who, 0),
}
each_reading = pytest.mark.parametrize("reading", list(READINGS))


def row(number=7, **fields):
    return {
        "id": str(number),
        "type": {"value": "OVERDUEFINE", "desc": "Overdue fine"},
        "status": {"value": "ACTIVE"},
        "user_primary_id": {"value": "u57"},
        "balance": 12.5,
        "original_amount": 20,
        "creation_time": "2030-01-10T23:30:00Z",
        "title": "Sult",
    } | fields


def by_status(currency="NOK", **lists):
    """What Alma has, by status."""

    def answer(request):
        rows = lists.get(request.params["status"], ())
        told = {"fee": list(rows)} if rows else {}
        return json_answer(told | {"total_record_count": len(rows), "currency": currency})

    return Recorded("GET", FEES, answer)


def fees(connector):
    return asyncio.run(connector.list_fees("u57"))


def test_open_and_disputed_fees_are_told_in_the_currency_of_the_answer(alma):
    connector, transport = alma(
        by_status(ACTIVE=[row()], INDISPUTE=[row(8, status={"value": "INDISPUTE"}, balance="3")])
    )
    first, second = fees(connector)
    assert first == Fee(
        "7",
        FeeKind.OVERDUE,
        Money(2000, "NOK"),
        Money(1250, "NOK"),
        date(2030, 1, 11),
        "Sult",
        "Overdue fine",
    )
    assert (second.outstanding, second.disputed) == (Money(300, "NOK"), True)
    assert {sent.params["status"] for sent in transport.requests} == {"ACTIVE", "INDISPUTE"}
    assert all(sent.safe for sent in transport.requests)


@pytest.mark.parametrize("currency", [None, "", "Kr.", "١٢٣"])
def test_without_a_currency_it_is_the_librarys(alma, currency):
    connector, _ = alma(by_status(currency, ACTIVE=[row()]), currency="SEK")
    assert fees(connector)[0].outstanding == Money(1250, "SEK")


def test_a_credit_is_below_zero_and_an_older_time_counts_milliseconds(alma):
    credit = row(type={"value": "CREDIT", "desc": "Credit"}, balance=-50, original_amount=-50)
    connector, _ = alma(by_status(ACTIVE=[credit | {"creation_time": 1413879432450, "title": None}]))
    (fee,) = fees(connector)
    assert (fee.kind, fee.outstanding, fee.charged_on) == (
        FeeKind.OTHER,
        Money(-5000, "NOK"),
        date(2014, 10, 21),
    )
    assert fee.description == "Credit"


@pytest.mark.parametrize("code", [*FEE_KINDS, "LOCKERKEY", None])
def test_a_type_of_fee_is_a_code_of_the_house(alma, code):
    connector, _ = alma(by_status(ACTIVE=[row(type={"value": code, "desc": "Locker"})]))
    (fee,) = fees(connector)
    assert fee.kind is FEE_KINDS.get(code, FeeKind.OTHER)


@pytest.mark.parametrize(
    "fields", [{"balance": None}, {"balance": "much"}, {"balance": "NaN"}, {"id": None}, {"type": "FINE"}]
)
def test_a_line_that_can_not_be_read_is_no_line_left_out(alma, fields):
    connector, _ = alma(by_status(ACTIVE=[row(), row(8, **fields)]))
    with pytest.raises(UnexpectedAnswer):
        fees(connector)


@pytest.mark.parametrize("owners", [("u58",), ("u57", "u58")])
def test_somebody_elses_fees_are_a_wrong_patron(alma, owners):
    rows = [row(number, user_primary_id={"value": owner}) for number, owner in enumerate(owners)]
    for status in ("ACTIVE", "INDISPUTE"):
        connector, _ = alma(by_status(**{status: rows}))
        with pytest.raises(WrongPatron):
            fees(connector)


def test_payments_are_told_of_closed_and_open_fees_newest_first(alma):
    def paid(number, amount, day, kind="PAYMENT"):
        return {
            "transaction_id": number,
            "type": {"value": kind},
            "amount": amount,
            "transaction_time": f"{day}T10:00:00Z",
            "payment_method": {"value": "CASH", "desc": "Cash"},
        }

    closed = row(
        6, balance=0, transaction=[paid("t1", 20, "2030-01-02"), paid("t2", 5, "2030-01-03", "WAIVE")]
    )
    opened = row(7, transaction=[paid(None, 7.5, "2030-02-01")])
    connector, _ = alma(by_status(CLOSED=[closed], ACTIVE=[opened]))
    history = asyncio.run(connector.list_payments("u57"))
    assert [fee.fee_id for fee in history.paid] == ["6"]
    assert history.payments == (
        Payment("7-0", Money(750, "NOK"), date(2030, 2, 1), "Cash"),
        Payment("t1", Money(2000, "NOK"), date(2030, 1, 2), "Cash"),
    )


def test_the_sum_of_the_record_is_the_sum_of_the_list(live):
    alma = live()
    alma.library.set_fees(GOOD, 10.05)
    record, listed = alma.ask(lambda c: c.read_patron(GOOD)), alma.ask(lambda c: c.list_fees(GOOD))
    assert record.owed == Money(sum(fee.outstanding.amount_minor for fee in listed), "EUR")
    assert alma.connector.tells_owed


def test_past_loans_come_newest_first_in_pages(live):
    alma = live()
    alma.library.desk.add_past_loans(NOBODYS, 60)
    first = alma.ask(lambda c: c.list_history(NOBODYS, 0))
    second = alma.ask(lambda c: c.list_history(NOBODYS, first.next))
    assert (first.total, first.next, len(first.loans)) == (60, 50, 50)
    assert (second.next, len(second.loans)) == (None, 10)
    returned = [loan.returned_at for loan in (*first.loans, *second.loans)]
    assert returned == sorted(returned, reverse=True)
    assert len({loan.loan_id for loan in (*first.loans, *second.loans)}) == 60
    assert first.loans[0].title
    assert datetime.now(UTC) - first.loans[0].returned_at < timedelta(days=3)
    assert len(alma.library.calls) == 2
    assert alma.ask(lambda c: c.list_history(NOBODYS, 100)) == HistoryPage((), 60, None)


def test_past_loans_of_somebody_else_are_a_wrong_patron(alma):
    rows = [{"loan_id": "1", "user_id": "u58", "title": "Sult"}]
    connector, _ = alma(Recorded("GET", LOANS, json_answer({"item_loan": rows, "total_record_count": 1})))
    with pytest.raises(WrongPatron):
        asyncio.run(connector.list_history("u57", 0))


@each_reading
def test_nobody_has_nothing(live, reading):
    alma = live()
    assert alma.ask(lambda c: READINGS[reading](c, "nobody")) == NotAPatron()
    alma.library.clear_calls()
    assert alma.ask(lambda c: READINGS[reading](c, "../u1001")) == NotAPatron()
    assert alma.calls() == []


@each_reading
@pytest.mark.parametrize(
    "fault", ["error_500", "error_503", "cut_connection", "garbage", "html", "wrong_key", "other_patron"]
)
def test_trouble_is_never_an_empty_list(live, reading, fault):
    alma = live()
    alma.library.set_fault(fault)
    with pytest.raises(LibraryError):
        alma.ask(lambda c: READINGS[reading](c, GOOD))
    assert alma.acts == []
