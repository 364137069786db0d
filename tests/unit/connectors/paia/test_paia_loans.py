"""Loans out of the one list, asked for at the same moment as holds, and renewed."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from tests.unit.connectors.paia.conftest import ME, ZONE, act, core

from discovery_accounts.connectors.api import (
    Hold,
    Loan,
    NoSuchLoan,
    NotAPatron,
    NotRenewed,
    Refused,
    RenewalUnknown,
    Renewed,
    TimedOut,
    UnexpectedAnswer,
    Unreachable,
)
from discovery_accounts.connectors.paia.sharing import Shared
from discovery_accounts.testing.replay import Recorded

ITEM, EDITION = "http://bib.example.org/item/", "http://bib.example.org/edition/"
ONE, TWO = f"{ITEM}1", f"{ITEM}2"
RENEW = f"POST {ME}/renew"


def held(number, **more):
    return {
        "status": 3,
        "item": f"{ITEM}{number}",
        "edition": f"{EDITION}{number}",
        "about": f"Reader ({number}): A book /",
        "endtime": "2030-06-09",
    } | more


def loans(connector):
    return connector.list_loans("57")


def renewing(*ids):
    return lambda connector: connector.renew_loans("57", list(ids) or None)


def test_what_a_loan_tells(played):
    told = held(1, starttime="2030-05-08T12:37Z", renewals=2, canrenew=False, queue=1)
    (loan,) = played(core("items", {"doc": [told]}), edition_prefix=EDITION).ask(loans)
    assert loan == Loan(
        ONE,
        "Reader (1): A book",
        datetime(2030, 6, 9, 23, 59, tzinfo=ZONE),
        record_id="1",
        checked_out_at=datetime(2030, 5, 8, 12, 37, tzinfo=UTC),
        renewals=2,
        renewable=False,
        not_renewable_because="library_says_no",
    )


def test_what_is_not_told_is_not_known(played):
    bare = {"status": "3", "edition": f"{EDITION}1", "duedate": "2030-06-09"}
    (loan,) = played(core("items", {"doc": [bare]})).ask(loans)
    assert (loan.loan_id, loan.record_id, loan.title) == (f"{EDITION}1", f"{EDITION}1", None)
    assert loan.due_at == datetime(2030, 6, 9, 23, 59, tzinfo=ZONE)
    assert (loan.renewable, loan.not_renewable_because, loan.renewals) == (None, None, None)


def test_only_what_is_held_is_a_loan(played):
    documents = [held(number, status=number) for number in range(6)]
    assert [loan.loan_id for loan in played(core("items", {"doc": documents})).ask(loans)] == [f"{ITEM}3"]


@pytest.mark.parametrize(
    "faulty",
    [
        held(1, endtime=None),
        held(1, endtime="soon"),
        held(1, status=9),
        held(1, item=None, edition=None),
        "x",
    ],
)
def test_one_loan_that_can_not_be_read_spoils_the_list(played, faulty):
    with pytest.raises(UnexpectedAnswer):
        played(core("items", {"doc": [held(2), faulty]})).ask(loans)


def test_a_patron_without_anything_may_have_no_list(played):
    assert played(core("items", {})).ask(loans) == ()


@pytest.mark.parametrize("odd", ["", ".", "..", "a/b", "%2e", "57?x=1", "57#", "å", "x" * 200, "\ud800"])
def test_an_odd_id_is_nobodys_and_asks_nothing(played, odd):
    paia = played()
    assert paia.ask(lambda connector: connector.list_loans(odd)) == NotAPatron()
    assert paia.sent == []


def test_an_id_with_signs_is_encoded(played):
    paia = played(
        Recorded("GET", "/core/DE-1%3Aann%40x/items", core("items", {}).reply), token_for="everybody"
    )
    assert paia.ask(lambda connector: connector.list_loans("DE-1:ann@x")) == ()


def test_loans_and_holds_asked_for_at_the_same_moment_are_one_call(played):
    paia = played(core("items", {"doc": [held(1), held(2, status=1)]}, delay=0.02))

    async def home_page(connector):
        found = await asyncio.gather(connector.list_loans("57"), connector.list_holds("57"))
        return [one for many in found for one in many]

    assert [type(one) for one in paia.ask(home_page)] == [Loan, Hold]
    assert paia.sent.count(f"GET {ME}/items") == 1

    async def again(connector):
        await connector.list_loans("57")
        await connector.list_loans("57")

    paia.ask(again)
    assert paia.sent.count(f"GET {ME}/items") == 3


def test_who_gives_up_takes_the_answer_from_nobody():
    async def run():
        shared = Shared[str]()
        asked = []

        async def slow():
            asked.append(1)
            await asyncio.sleep(0.02)
            return "told"

        impatient = asyncio.create_task(shared.ask("57", slow))
        patient = asyncio.create_task(shared.ask("57", slow))
        await asyncio.sleep(0)
        impatient.cancel()
        assert await patient == "told"
        assert len(asked) == 1

    asyncio.run(run())


def test_what_is_under_way_ends_with_the_connector():
    async def run():
        shared = Shared[None]()
        waiting = asyncio.create_task(shared.ask("57", lambda: asyncio.sleep(60)))
        await asyncio.sleep(0.01)
        shared.close()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    asyncio.run(run())


def test_loans_are_renewed_together_and_each_has_an_answer(played):
    paia = played(
        core("items", {"doc": [held(1), held(2), held(3, status=1)]}),
        act("renew", held(2, error="too often"), held(1, endtime="2030-07-09T12:00:00Z")),
    )
    results = paia.ask(renewing(ONE, f"{ITEM}3", TWO, ONE))
    assert results == (
        Renewed(ONE, datetime(2030, 7, 9, 12, tzinfo=UTC)),
        NoSuchLoan(f"{ITEM}3"),
        NotRenewed(TWO, "library_says_no"),
    )
    assert paia.sent[-1] == RENEW
    assert paia.transport.requests[-1].json == {
        "doc": [{"item": ONE, "edition": f"{EDITION}1"}, {"item": TWO, "edition": f"{EDITION}2"}]
    }
    assert not paia.transport.requests[-1].safe


def test_what_is_nobodys_is_not_sent(played):
    paia = played(core("items", {"doc": [held(1)]}))
    assert paia.ask(renewing(TWO)) == (NoSuchLoan(TWO),)
    assert RENEW not in paia.sent


def test_a_renewal_that_tells_no_date_is_looked_up(played):
    before = core("items", {"doc": [held(1)]}, times=1)
    after = core("items", {"doc": [held(1, endtime="2030-07-09")]})
    renewed = act("renew", held(1, endtime=None))
    paia = played(before, after, renewed)
    assert paia.ask(renewing()) == (Renewed(ONE, datetime(2030, 7, 9, 23, 59, tzinfo=ZONE)),)
    broken = Recorded("GET", f"{ME}/items", Unreachable("gone"))
    assert played(before, broken, renewed).ask(renewing()) == (RenewalUnknown(ONE),)


def test_a_loan_that_the_answer_leaves_out_is_unknown(played):
    paia = played(core("items", {"doc": [held(1), held(2)]}), act("renew", held(1)))
    assert paia.ask(renewing(ONE, TWO))[1] == RenewalUnknown(TWO)


def test_another_copy_of_the_work_answers_for_nothing(played):
    other = held(2, edition=f"{EDITION}1")
    paia = played(core("items", {"doc": [held(1)]}), act("renew", other))
    assert paia.ask(renewing()) == (RenewalUnknown(ONE),)


def test_a_renewal_that_may_have_been_done_is_unknown_and_one_that_was_not_fails(played):
    items = core("items", {"doc": [held(1)]})
    late = Recorded("POST", f"{ME}/renew", TimedOut("late"))
    assert played(items, late).ask(renewing()) == (RenewalUnknown(ONE),)
    unsent = Recorded("POST", f"{ME}/renew", Unreachable("refused", sent=False))
    with pytest.raises(Unreachable):
        played(items, unsent).ask(renewing())
    with pytest.raises(Refused) as caught:
        played(items, core("renew", {"error": "insufficient_scope"}, 403, "POST")).ask(renewing())
    assert caught.value.rights == ("write_items",)


def test_a_refused_token_lets_an_act_be_sent_once_more(played):
    paia = played(
        core("items", {"doc": [held(1)]}),
        core("renew", {"error": "invalid_grant"}, 401, "POST", times=1),
        act("renew", held(1)),
    )
    assert isinstance(paia.ask(renewing())[0], Renewed)
    assert paia.sent.count(RENEW) == 2


def test_the_simulated_library_renews(live):
    library = live()
    patron = library.people["good"]
    results = library.ask(lambda connector: connector.renew_loans(patron.patron_id, None))
    assert {type(one) for one in results} == {Renewed, NotRenewed}
    due = min(one.due_at for one in results if isinstance(one, Renewed))
    assert due > datetime.now(UTC) + timedelta(days=20)
    me = f"/core/{patron.patron_id}"
    assert library.calls() == [f"GET {me}/items", f"POST {me}/renew"]
