"""All loans in few calls, one with its renewability, and renewing."""

import asyncio
from datetime import date, datetime, timedelta

import pytest

from discovery_accounts.connectors.alma.reasons import RENEWAL_REASONS, renewal_reason
from discovery_accounts.connectors.api import (
    Loan,
    NoSuchLoan,
    NotAPatron,
    NotRenewed,
    Overloaded,
    RenewalUnknown,
    Renewed,
    TimedOut,
    UnexpectedAnswer,
    WrongPatron,
)
from discovery_accounts.domain.renewal import REASONS, NotRenewable
from discovery_accounts.testing.replay import Recorded, json_answer

ME = "u57@example"
LIST = "/almaws/v1/users/u57%40example/loans"
FIRST, SECOND = "10000000021", "10000000011"


def item_loan(number, **fields):
    due = date(2030, 1, 1) + timedelta(days=number % 30)
    return {
        "loan_id": str(1000 + number),
        "user_id": ME,
        "due_date": f"{due.isoformat()}T00:00:00Z",
        "title": f"Title {number}",
    } | fields


def parts(rows, told=None):
    def answer(request):
        start = int(request.params["offset"])
        chosen = rows[start : start + min(int(request.params["limit"]), 100)]
        return json_answer(
            ({"item_loan": chosen} if chosen else {}) | {"total_record_count": told or len(rows)}
        )

    return answer


def test_loans_are_in_the_librarys_zone_next_due_first(alma, zone):
    connector, transport = alma(files=["user_u57"])
    first, second = asyncio.run(connector.list_loans(ME))
    assert first == Loan(
        SECOND,
        "Kristin Lavransdatter. v.2",
        datetime(2030, 1, 16, 21, 59, tzinfo=zone),
        None,
        "NB200001",
        None,
        None,
        None,
        False,
        NotRenewable.LIBRARY_SAYS_NO,
    )
    assert second.due_at == datetime(2030, 7, 2, 22, 59, tzinfo=zone)
    assert second.due_at.isoformat() == "2030-07-02T22:59:00+02:00"
    assert (second.title, second.renewable) == ("Sult", True)
    assert transport.requests[0].params == {
        "user_id_type": "all_unique",
        "limit": "100",
        "offset": "0",
        "order_by": "due_date",
        "expand": "renewable",
    }


def test_230_loans_cost_three_calls(alma):
    connector, transport = alma(Recorded("GET", LIST, parts([item_loan(n) for n in range(230)])))
    loans = asyncio.run(connector.list_loans(ME))
    assert len({loan.loan_id for loan in loans}) == len(loans) == 230
    assert len(transport.requests) == 3


def test_a_list_shorter_than_announced_is_not_shown_as_whole(alma):
    connector, transport = alma(Recorded("GET", LIST, parts([item_loan(1)], told=2)))
    with pytest.raises(UnexpectedAnswer):
        asyncio.run(connector.list_loans(ME))
    assert len(transport.requests) == 4


def test_no_loans_at_all_and_no_user(alma, error):
    connector, _ = alma(
        Recorded("GET", LIST, json_answer({"total_record_count": 0})),
        Recorded("GET", "/almaws/v1/users/u99/loans", error("401861")),
    )
    assert asyncio.run(connector.list_loans(ME)) == ()
    assert asyncio.run(connector.list_loans("u99")) == NotAPatron()
    assert asyncio.run(connector.list_loans("..")) == NotAPatron()


@pytest.mark.parametrize("permanent_id", ["primary_id", "INST_ID"])
def test_a_loan_of_somebody_else_is_a_wrong_patron(alma, permanent_id):
    rows = [item_loan(1), item_loan(2, user_id="u58")]
    connector, _ = alma(Recorded("GET", LIST, parts(rows)), permanent_id=permanent_id)
    with pytest.raises(WrongPatron):
        asyncio.run(connector.list_loans(ME))


def test_rows_of_a_patron_with_another_permanent_id_carry_the_primary_id(alma):
    connector, _ = alma(
        Recorded("GET", "/almaws/v1/users/900057/loans", parts([item_loan(1), item_loan(2)])),
        permanent_id="INST_ID",
    )
    assert len(asyncio.run(connector.list_loans("900057"))) == 2


@pytest.mark.parametrize(
    "fields",
    [{"due_date": None}, {"due_date": "soon"}, {"due_date": 10**20}, {"loan_id": None}, {"renewable": "no"}],
)
def test_a_wrong_type_names_the_field_and_not_the_value(alma, fields):
    connector, _ = alma(Recorded("GET", LIST, parts([item_loan(1, **fields)])))
    with pytest.raises(UnexpectedAnswer, match=rf"item_loan\.{next(iter(fields))} is not"):
        asyncio.run(connector.list_loans(ME))


def test_one_loan_is_told_with_its_renewability_in_one_call(alma):
    connector, transport = alma(files=["user_u57"])
    assert asyncio.run(connector.read_loan(ME, FIRST)).renewable is True
    assert len(transport.requests) == 1


def test_where_the_single_loan_leaves_it_open_the_list_decides(alma, error):
    silent = Recorded("GET", f"{LIST}/{FIRST}", json_answer(item_loan(1, loan_id=FIRST)))
    general = Recorded("GET", f"{LIST}/{SECOND}", error("401652", "General Error"))
    absent = Recorded("GET", f"{LIST}/555", error("401652", "General Error"))
    connector, _ = alma(silent, general, absent, files=["user_u57"])
    assert asyncio.run(connector.read_loan(ME, FIRST)).renewable is True
    assert asyncio.run(connector.read_loan(ME, SECOND)).renewable is False
    assert asyncio.run(connector.read_loan(ME, "555")) == NoSuchLoan("555")


@pytest.mark.parametrize("fields", [{"user_id": "u58"}, {"loan_status": "COMPLETE"}, {"loan_id": "1"}])
def test_a_strangers_or_returned_loan_is_no_loan_and_is_not_renewed(alma, fields):
    connector, transport = alma(
        Recorded("GET", f"{LIST}/777", json_answer(item_loan(1) | {"loan_id": "777"} | fields))
    )
    assert asyncio.run(connector.read_loan(ME, "777")) == NoSuchLoan("777")
    assert asyncio.run(connector.renew_loans(ME, ["777"])) == (NoSuchLoan("777"),)
    assert transport.count("POST") == 0


@pytest.mark.parametrize(
    ("permanent_id", "owner"), [("primary_id", None), ("INST_ID", "u58"), ("INST_ID", None)]
)
def test_whose_loan_it_is_the_list_decides_where_its_row_does_not(alma, permanent_id, owner):
    """This Alma gives and renews any loan at any user's address."""

    def single(loan_id):
        row = item_loan(1, loan_id=loan_id, user_id=owner, renewable=True)
        return [Recorded(method, f"{LIST}/{loan_id}", json_answer(row)) for method in ("GET", "POST")]

    mine = [item_loan(1, loan_id="111", renewable=True)]
    connector, transport = alma(
        *single("111"), *single("777"), Recorded("GET", LIST, parts(mine)), permanent_id=permanent_id
    )
    assert asyncio.run(connector.read_loan(ME, "777")) == NoSuchLoan("777")
    assert asyncio.run(connector.renew_loans(ME, ["777"])) == (NoSuchLoan("777"),)
    assert transport.count("POST") == 0
    assert asyncio.run(connector.read_loan(ME, "111")).renewable is True
    assert isinstance(asyncio.run(connector.renew_loans(ME, ["111"]))[0], Renewed)
    assert [sent.path for sent in transport.requests if sent.method == "POST"] == [f"{LIST}/111"]


@pytest.mark.parametrize("loan_id", ["", "..", "1/2", "1?op=renew", "x", "٥"])
def test_an_impossible_loan_id_is_not_asked_for(alma, loan_id):
    connector, transport = alma()
    assert asyncio.run(connector.read_loan(ME, loan_id)) == NoSuchLoan(loan_id)
    assert asyncio.run(connector.renew_loans(ME, [loan_id])) == (NoSuchLoan(loan_id),)
    assert transport.requests == []


def test_all_loans_have_a_result_each(alma, zone):
    connector, transport = alma(files=["user_u57"])
    assert asyncio.run(connector.renew_loans(ME, None)) == (
        NotRenewed(SECOND, "on_hold_for_another"),
        Renewed(FIRST, datetime(2030, 7, 30, 23, 59, tzinfo=zone)),
    )
    assert (transport.count("GET"), transport.count("POST")) == (1, 2)


def test_a_renewal_without_an_answer_is_unknown_and_not_repeated(alma):
    connector, transport = alma(Recorded("POST", f"{LIST}/{FIRST}", TimedOut()), files=["user_u57"])
    results = asyncio.run(connector.renew_loans(ME, [FIRST, SECOND, "999"]))
    assert results == (RenewalUnknown(FIRST), NotRenewed(SECOND, "on_hold_for_another"), NoSuchLoan("999"))
    assert transport.count("POST", FIRST) == 1


def test_when_nothing_could_be_sent_the_failure_is_raised(alma):
    connector, _ = alma(Recorded("POST", f"{LIST}/{FIRST}", Overloaded()), files=["user_u57"])
    with pytest.raises(Overloaded):
        asyncio.run(connector.renew_loans(ME, [FIRST]))


@pytest.mark.parametrize(
    ("code", "text", "result"),
    [
        ("401822", "Cannot renew loan: Loan ID 1. Patron has blocks.", NotRenewed(FIRST, "card_blocked")),
        ("401822", "Cannot renew loan: Loan ID 1.", NotRenewed(FIRST, "library_says_no")),
        ("401822", "Maximum number of renewals was reached.", NotRenewed(FIRST, "too_many_renewals")),
        ("60340", "The loan is API Restricted by library.", NotRenewed(FIRST, "library_says_no")),
        ("401823", "Loan ID 1 does not exist.", NoSuchLoan(FIRST)),
        ("401861", "User with identifier X was not found.", NoSuchLoan(FIRST)),
        ("401652", "General Error", RenewalUnknown(FIRST)),
    ],
)
def test_what_a_code_means_for_a_renewal(alma, error, code, text, result):
    connector, _ = alma(Recorded("POST", f"{LIST}/{FIRST}", error(code, text)), files=["user_u57"])
    assert asyncio.run(connector.renew_loans(ME, [FIRST])) == (result,)


def test_every_reason_is_a_code_of_the_house():
    assert {reason for _, reason in RENEWAL_REASONS} <= REASONS
    assert renewal_reason("") == "library_says_no"
