"""Renewing: one's own loans only, each sent once, a result for each."""

import asyncio
from datetime import datetime

import pytest

from discovery_accounts.connectors.api import (
    BreakerOpen,
    NoSuchLoan,
    NotRenewed,
    Overloaded,
    Refused,
    RenewalUnknown,
    Renewed,
    ServerFailure,
    TimedOut,
    Unreachable,
)
from discovery_accounts.connectors.koha.reasons import RENEWAL_REASONS, renewal_reason
from discovery_accounts.domain.renewal import REASONS
from discovery_accounts.testing.replay import Recorded, json_answer

NO_RIGHT = json_answer(
    {
        "error": "Authorization failure. Missing required permission(s).",
        "required_permissions": {"circulate": "circulate_remaining_permissions"},
    },
    403,
)


def post(loan_id, reply, **more):
    return Recorded("POST", f"/v1/checkouts/{loan_id}/renewals", reply, **more)


def test_all_loans_have_a_result_each(koha, zone):
    connector, transport = koha(files=["patron_57"])
    results = asyncio.run(connector.renew_loans("57", None))
    assert results == (
        NotRenewed("901", "on_hold_for_another"),
        Renewed("902", datetime(2030, 7, 30, 23, 59, tzinfo=zone)),
        NoSuchLoan("903"),
    )
    assert (transport.count("GET"), transport.count("POST", "/renewals")) == (1, 3)


def test_one_loan_costs_two_calls(koha):
    connector, transport = koha(files=["patron_57"])
    assert asyncio.run(connector.renew_loans("57", ["901"])) == (NotRenewed("901", "on_hold_for_another"),)
    assert [request.path for request in transport.requests[1:]] == [
        "/v1/checkouts/901",
        "/v1/checkouts/901/renewals",
    ]


def test_several_keep_the_order_asked_and_are_renewed_once(koha):
    connector, transport = koha(files=["patron_57"])
    results = asyncio.run(connector.renew_loans("57", ["902", "555", "901", "902"]))
    assert [(type(result), result.loan_id) for result in results] == [
        (Renewed, "902"),
        (NoSuchLoan, "555"),
        (NotRenewed, "901"),
    ]
    assert transport.count("POST", "/renewals") == 2


@pytest.mark.parametrize("asked", [["777"], ["778"], ["777", "778"], ["../902"]])
def test_no_renewal_of_a_strangers_or_returned_loan_is_sent(koha, asked):
    connector, transport = koha(files=["patron_57", "strangers"])
    assert asyncio.run(connector.renew_loans("57", asked)) == tuple(NoSuchLoan(loan) for loan in asked)
    assert transport.count("POST", "/renewals") == 0


def test_nothing_asked_is_nothing_done(koha):
    connector, transport = koha()
    assert asyncio.run(connector.renew_loans("57", [])) == ()
    assert transport.requests == []


@pytest.mark.parametrize("failure", [TimedOut(), ServerFailure(), Unreachable()])
def test_a_renewal_without_an_answer_is_unknown_and_not_repeated(koha, failure):
    connector, transport = koha(post("902", failure), files=["patron_57"])
    results = asyncio.run(connector.renew_loans("57", None))
    assert [type(result) for result in results] == [NotRenewed, RenewalUnknown, NoSuchLoan]
    assert transport.count("POST", "/902/renewals") == 1


def test_an_answer_about_another_loan_leaves_the_renewal_unknown(koha):
    other = json_answer({"checkout_id": 1, "patron_id": 58, "due_date": "2030-07-30T23:59:00+03:00"}, 201)
    connector, _ = koha(post("902", other), files=["patron_57"])
    assert RenewalUnknown("902") in asyncio.run(connector.renew_loans("57", None))


@pytest.mark.parametrize("failure", [Overloaded(), BreakerOpen(), Unreachable(sent=False)])
def test_when_nothing_could_be_sent_the_failure_is_raised(koha, failure):
    connector, _ = koha(post("901", failure), post("902", failure), post("903", failure), files=["patron_57"])
    with pytest.raises(type(failure)):
        asyncio.run(connector.renew_loans("57", None))


def test_a_missing_right_is_not_a_refused_renewal(koha):
    connector, _ = koha(post("901", NO_RIGHT), files=["patron_57"])
    with pytest.raises(Refused, match="circulate:circulate_remaining_permissions"):
        asyncio.run(connector.renew_loans("57", ["901"]))


def test_a_library_that_can_not_be_asked_whose_loan_it_is_raises(koha):
    connector, transport = koha(Recorded("GET", "/v1/checkouts/901", TimedOut()))
    with pytest.raises(TimedOut):
        asyncio.run(connector.renew_loans("57", ["901"]))
    assert transport.count("POST", "/renewals") == 0


def test_every_reason_is_a_code_of_the_house_and_the_unknown_has_one():
    assert set(RENEWAL_REASONS.values()) <= REASONS
    assert renewal_reason(["a word of tomorrow"]) == "library_says_no"
    assert renewal_reason([]) == "library_says_no"


def test_the_reason_is_read_from_code_or_text(koha):
    answer = json_answer({"error": "Renewal not authorized (booked)", "error_code": "booked"}, 403)
    connector, _ = koha(post("901", answer), files=["patron_57"])
    assert asyncio.run(connector.renew_loans("57", ["901"])) == (NotRenewed("901", "on_hold_for_another"),)
