"""All loans in few calls, and one with its renewability."""

import asyncio
import json
from datetime import date, datetime, timedelta

import pytest

from discovery_accounts.connectors.api import (
    Loan,
    NoSuchLoan,
    NotAPatron,
    ServerFailure,
    TimedOut,
    UnexpectedAnswer,
    WrongPatron,
)
from discovery_accounts.connectors.transport import HttpAnswer
from discovery_accounts.domain.renewal import NotRenewable
from discovery_accounts.testing.replay import Recorded, json_answer

NOWHERE = json_answer({"errors": [{"message": "Not Found.", "path": "/"}], "status": 404}, 404)
NO_EMBED = json_answer({"error": "Embedding item.biblio is not authorised."}, 400)
LIST = "/v1/patrons/57/checkouts"


def checkout(number, **fields):
    due = date(2030, 1, 1) + timedelta(days=number % 30)
    return {
        "checkout_id": 1000 + number,
        "patron_id": 57,
        "due_date": f"{due.isoformat()}T00:00:00+02:00",
        "checkout_date": "2029-12-01T10:00:00+02:00",
        "checkin_date": None,
        "item": None,
    } | fields


def pages(rows, largest=1000, told=None):
    """A list of Koha that gives at most `largest` rows a page."""

    def answer(request):
        size = min(int(request.params["_per_page"]), largest)
        start = (int(request.params["_page"]) - 1) * size
        return json_answer(rows[start : start + size], x_total_count=str(told or len(rows)))

    return answer


def test_loans_carry_titles_and_dates_in_the_librarys_zone_next_due_first(koha, zone):
    connector, transport = koha(files=["patron_57"])
    first, second, third = asyncio.run(connector.list_loans("57"))
    assert first == Loan(
        "901",
        "Kalevala : runoja Karjalan kansan muinosista ajoista. 2",
        datetime(2030, 1, 15, 23, 59, tzinfo=zone),
        None,
        "31270000901",
        "41",
        datetime(2029, 12, 18, 9, tzinfo=zone),
        0,
        None,
        None,
    )
    assert second.due_at.isoformat() == "2030-07-02T23:59:00+03:00"
    assert (second.title, second.author, second.barcode, second.renewals) == (
        "Seitsemän veljestä",
        "Kivi, Aleksis",
        "31270000902",
        2,
    )
    assert (third.title, third.barcode, third.record_id, third.renewals) == (None, None, None, None)
    assert transport.requests[-1].headers["x-koha-embed"] == "item.biblio"


def test_texts_that_nobody_can_write_down_are_made_writable(koha):
    row = checkout(1, item={"external_id": "1\0", "biblio": {"title": "Kale\ud800vala", "author": "\udfff"}})
    connector, _ = koha(Recorded("GET", LIST, pages([row])))
    (loan,) = asyncio.run(connector.list_loans("57"))
    assert (loan.title, loan.barcode, loan.author) == ("Kale\ufffdvala", "1\ufffd", "\ufffd")


def test_230_loans_cost_two_calls(koha):
    connector, transport = koha(Recorded("GET", LIST, pages([checkout(n) for n in range(230)])))
    loans = asyncio.run(connector.list_loans("57"))
    assert len({loan.loan_id for loan in loans}) == len(loans) == 230
    assert transport.count("GET") == 2


def test_a_library_with_a_smaller_page_is_read_to_the_end(koha):
    connector, transport = koha(Recorded("GET", LIST, pages([checkout(n) for n in range(230)], largest=50)))
    assert len(asyncio.run(connector.list_loans("57"))) == 230
    assert transport.count("GET") == 5


def test_a_row_that_slips_to_the_next_page_is_listed_once(koha):
    rows = [checkout(n) for n in range(230)]
    rows[200] = rows[199]
    answers = pages(rows, told=229)
    connector, _ = koha(Recorded("GET", LIST, answers))
    loans = asyncio.run(connector.list_loans("57"))
    assert len({loan.loan_id for loan in loans}) == len(loans) == 229


def test_a_list_that_changes_while_it_is_read_is_read_once_more(koha):
    rows = [checkout(n) for n in range(230)]
    asked = []

    def answer(request):
        asked.append(request)
        return pages(rows if len(asked) == 1 else rows[1:])(request)

    connector, transport = koha(Recorded("GET", LIST, answer))
    assert {loan.loan_id for loan in asyncio.run(connector.list_loans("57"))} == {
        str(row["checkout_id"]) for row in rows[1:]
    }
    assert transport.count("GET") == 4


@pytest.mark.parametrize("told", [231, 100_000])
def test_a_list_shorter_than_announced_is_not_shown_as_whole(koha, told):
    connector, _ = koha(Recorded("GET", LIST, pages([checkout(n) for n in range(230)], told=told)))
    with pytest.raises(UnexpectedAnswer):
        asyncio.run(connector.list_loans("57"))


def test_pages_come_together_but_few_at_a_time(koha):
    now, most = 0, 0
    rows = [checkout(n) for n in range(100)]

    class Counting:
        def __call__(self, request):
            return pages(rows, largest=10)(request)

    connector, transport = koha(Recorded("GET", LIST, Counting(), delay=0.01))
    send = transport.send

    async def counted(request):
        nonlocal now, most
        now, most = now + 1, max(most, now + 1)
        try:
            return await send(request)
        finally:
            now -= 1

    transport.send = counted
    asyncio.run(connector.list_loans("57"))
    assert most == 4


@pytest.mark.parametrize("failure", [TimedOut(), ServerFailure()])
def test_a_failing_page_fails_the_list(koha, failure):
    second = Recorded(
        "GET", LIST, failure, params={"_order_by": "+due_date,+checkout_id", "_page": "2", "_per_page": "200"}
    )
    connector, _ = koha(second, Recorded("GET", LIST, pages([checkout(n) for n in range(230)])))
    with pytest.raises(type(failure)):
        asyncio.run(connector.list_loans("57"))


def test_a_loan_of_somebody_else_is_a_wrong_patron(koha):
    rows = [checkout(1), checkout(2, patron_id=58)]
    connector, _ = koha(Recorded("GET", LIST, pages(rows)))
    with pytest.raises(WrongPatron):
        asyncio.run(connector.list_loans("57"))


def test_no_loans_and_no_patron_are_told_apart(koha):
    connector, _ = koha(Recorded("GET", LIST, json_answer([], x_total_count="0")), files=["strangers"])
    assert asyncio.run(connector.list_loans("57")) == ()
    assert asyncio.run(connector.list_loans("99")) == NotAPatron()
    assert asyncio.run(connector.list_loans("../57")) == NotAPatron()


def test_an_older_koha_is_found_out_once(koha):
    older = Recorded("GET", "/v1/checkouts", pages([checkout(1)]))
    connector, transport = koha(Recorded("GET", LIST, NOWHERE), older)

    async def twice():
        return await connector.list_loans("57"), await connector.list_loans("57")

    first, second = asyncio.run(twice())
    assert first == second
    assert transport.count("GET", "/v1/patrons/") == 2
    assert transport.count("GET", "/v1/checkouts") == 2
    sent = transport.requests[-1].params
    assert (sent["patron_id"], sent["_match"]) == ("57", "exact")


def test_a_koha_that_knows_no_titles_in_lists_gives_loans_without(koha):
    def refuses_embeds(request):
        return NO_EMBED if request.headers.get("x-koha-embed") else pages([checkout(1)])(request)

    older = Recorded("GET", "/v1/checkouts", refuses_embeds)
    connector, _ = koha(Recorded("GET", LIST, NOWHERE), older)
    (loan,) = asyncio.run(connector.list_loans("57"))
    assert loan.title is None


def test_a_passing_failure_rules_no_way_of_listing_out(koha):
    down = Recorded("GET", LIST, NOWHERE, times=2)
    gone = Recorded("GET", "/v1/checkouts", ServerFailure(), times=1)
    connector, transport = koha(down, gone, Recorded("GET", LIST, pages([checkout(1)])))

    async def twice():
        with pytest.raises(ServerFailure):
            await connector.list_loans("57")
        return await connector.list_loans("57")

    assert len(asyncio.run(twice())) == 1
    assert transport.requests[-1].path == LIST


def test_the_discovery_plugin_tells_titles_and_renewability(koha):
    rows = [
        checkout(1, title="Kalevala", subtitle=None, biblio_id=41, renewable=True, renewability_blocks=None),
        checkout(
            2, title="Sinuhe", biblio_id=43, renewable=False, renewability_blocks="debt", max_renewals=5
        ),
        checkout(3, renewable=False, renewability_blocks=["new_word", "too_soon"]),
        checkout(4, renewable=False, renewability_blocks=[]),
    ]
    path = "/v1/contrib/kohasuomi/patrons/57/checkouts"
    connector, _ = koha(Recorded("GET", path, pages(rows)), di_plugin=True)
    loans = asyncio.run(connector.list_loans("57"))
    assert [(loan.title, loan.record_id, loan.renewable, loan.not_renewable_because) for loan in loans] == [
        ("Kalevala", "41", True, None),
        ("Sinuhe", "43", False, NotRenewable.FEES),
        (None, None, False, NotRenewable.TOO_SOON),
        (None, None, False, NotRenewable.LIBRARY_SAYS_NO),
    ]


def test_a_plugin_that_is_not_there_is_named(koha):
    path = "/v1/contrib/kohasuomi/patrons/57/checkouts"
    connector, _ = koha(Recorded("GET", path, NOWHERE), di_plugin=True)
    with pytest.raises(UnexpectedAnswer, match="kohasuomi"):
        asyncio.run(connector.list_loans("57"))


@pytest.mark.parametrize(
    "answer",
    [
        HttpAnswer(200, {"content-type": "application/json"}, b'[{"checkout_id": 5'),
        HttpAnswer(200, {"content-type": "text/html"}, b"<html></html>"),
        json_answer({"checkouts": []}),
        json_answer([5], x_total_count="1"),
        json_answer([checkout(n) for n in range(200)]),
        json_answer([checkout(1, due_date=None)], x_total_count="1"),
        json_answer([checkout(1, due_date="9999-12-31T23:59:59-12:00")], x_total_count="1"),
        json_answer([checkout(1, due_date=5)], x_total_count="1"),
        json_answer([checkout(1, checkout_id=None)], x_total_count="1"),
        json_answer([checkout(1, item=[])], x_total_count="1"),
        json_answer({"error": "Something strange"}, 302),
    ],
)
def test_an_answer_of_another_shape_is_unexpected(koha, answer):
    connector, _ = koha(Recorded("GET", LIST, answer))
    with pytest.raises(UnexpectedAnswer):
        asyncio.run(connector.list_loans("57"))


def test_dates_without_time_or_offset_belong_to_the_librarys_zone(koha, zone):
    rows = [checkout(1, due_date="2030-07-02", checkout_date="2030-06-01 12:00:00")]
    connector, _ = koha(Recorded("GET", LIST, pages(rows)))
    (loan,) = asyncio.run(connector.list_loans("57"))
    assert loan.due_at == datetime(2030, 7, 2, 23, 59, tzinfo=zone)
    assert loan.checked_out_at == datetime(2030, 6, 1, 12, tzinfo=zone)


def test_one_loan_is_told_with_its_renewability(koha):
    connector, transport = koha(files=["patron_57"])
    loan = asyncio.run(connector.read_loan("57", "901"))
    assert (loan.title, loan.renewable, loan.not_renewable_because) == (
        "Kalevala",
        False,
        NotRenewable.ON_HOLD_FOR_ANOTHER,
    )
    assert transport.count("GET") == 2


@pytest.mark.parametrize("loan_id", ["777", "778"])
def test_a_strangers_or_returned_loan_is_no_loan(koha, loan_id):
    connector, _ = koha(files=["strangers"])
    assert asyncio.run(connector.read_loan("57", loan_id)) == NoSuchLoan(loan_id)


def test_renewability_that_fails_does_not_matter_for_a_strangers_loan(koha):
    broken = Recorded("GET", "/v1/checkouts/777/allows_renewal", ServerFailure())
    connector, _ = koha(broken, files=["strangers"])
    assert asyncio.run(connector.read_loan("57", "777")) == NoSuchLoan("777")


def test_renewability_that_fails_is_a_failure_for_ones_own(koha):
    broken = Recorded("GET", "/v1/checkouts/901/allows_renewal", ServerFailure())
    connector, _ = koha(broken, files=["patron_57"])
    with pytest.raises(ServerFailure):
        asyncio.run(connector.read_loan("57", "901"))


@pytest.mark.parametrize("loan_id", ["", "..", "901/renewals", "901?x=1", "x", "-5"])
def test_an_impossible_loan_id_is_not_asked_for(koha, loan_id):
    connector, transport = koha()
    assert asyncio.run(connector.read_loan("57", loan_id)) == NoSuchLoan(loan_id)
    assert transport.requests == []


def test_a_single_loan_of_an_older_koha_comes_without_title(koha):
    def refuses_embeds(request):
        return NO_EMBED if request.headers.get("x-koha-embed") else json_answer(checkout(1))

    allows = Recorded("GET", "/v1/checkouts/1001/allows_renewal", json_answer({"allows_renewal": True}))
    connector, _ = koha(Recorded("GET", "/v1/checkouts/1001", refuses_embeds), allows)
    assert asyncio.run(connector.read_loan("57", "1001")).renewable is True


def test_where_lists_bring_no_titles_they_are_asked_for_together(koha):
    refused = json_answer({"error": "Embedding item.biblio is not authorised."}, 400)
    rows = [
        {"checkout_id": number, "patron_id": 57, "item_id": 70 + number, "due_date": "2030-01-15"}
        for number in (1, 2, 3)
    ]
    works = [{"item_id": 71, "biblio_id": 3, "biblio": {"biblio_id": 3, "title": "Kalevala /"}}]
    connector, transport = koha(
        Recorded("GET", LIST, refused),
        Recorded("GET", "/v1/checkouts", refused, times=1),
        Recorded("GET", "/v1/checkouts", json_answer(rows)),
        Recorded("GET", "/v1/items", json_answer(works)),
    )
    loans = asyncio.run(connector.list_loans("57"))
    assert [(loan.title, loan.record_id) for loan in loans] == [("Kalevala", "3"), (None, None), (None, None)]
    [asked] = [request for request in transport.requests if request.path == "/v1/items"]
    assert json.loads(asked.params["q"]) == {"me.item_id": [71, 72, 73]}
    assert (asked.headers["x-koha-embed"], asked.optional) == ("biblio", True)


def test_loans_without_titles_are_better_than_none(koha):
    row = {"checkout_id": 1, "patron_id": 57, "item_id": 71, "due_date": "2030-01-15"}
    for failure in (TimedOut(), json_answer({"error": "x", "required_permissions": {"catalogue": "1"}}, 403)):
        connector, _ = koha(Recorded("GET", LIST, json_answer([row])), Recorded("GET", "/v1/items", failure))
        [loan] = asyncio.run(connector.list_loans("57"))
        assert (loan.loan_id, loan.title) == ("1", None)
