"""Returned loans: read in pages, kept or not, deleted by the plugin."""

import asyncio

import pytest

from discovery_accounts.connectors.api import (
    MOST_PAST_LOANS,
    Capability,
    HistoryDeleted,
    HistoryKeeping,
    LibraryError,
    NotAPatron,
    Refused,
    TimedOut,
    UnexpectedAnswer,
    Unreachable,
    WrongPatron,
)
from discovery_accounts.testing.replay import Recorded, json_answer

GOOD, NO_LOANS = "101", "103"
EDITIONS = pytest.mark.parametrize(
    "edition", [{}, {"generation": "23.11"}, {"plugin": True}], ids=["25.11", "23.11", "plugin"]
)
ROW = {
    "checkout_id": 5,
    "patron_id": 57,
    "item_id": 8,
    "due_date": "2029-01-15T23:59:00+02:00",
    "checkout_date": "2028-12-18T09:00:00+02:00",
    "checkin_date": "2029-01-10T12:00:00+02:00",
}
WHOLE = {"patron_id": 57, "surname": "Reader", "privacy": 1, "expired": False, "library_id": "MAIN"}
MISUNDERSTOOD = json_answer({"error": "Embedding item.biblio is not authorised."}, 400)


def read(body, path="/v1/patrons/57"):
    return Recorded("GET", path, json_answer(body))


@EDITIONS
def test_the_newest_return_comes_first_with_titles(live, edition):
    koha = live(**edition)
    page = koha.ask(lambda c: c.list_history(GOOD, 0))
    returned = [loan.returned_at for loan in page.loans]
    assert returned == sorted(returned, reverse=True)
    assert (len(page.loans), page.total, page.next) == (3, 3, None)
    assert all(loan.title and loan.record_id and loan.taken_at for loan in page.loans)
    assert len(koha.calls()) == 1


@EDITIONS
def test_every_loan_is_on_one_page_only(live, edition):
    koha = live(**edition)
    koha.library.desk.add_past_loans(GOOD, 118)
    seen, offset = [], 0
    while offset is not None:
        page = koha.ask(lambda c, at=offset: c.list_history(GOOD, at))
        assert len(page.loans) <= MOST_PAST_LOANS
        seen += [loan.loan_id for loan in page.loans]
        offset = page.next
    assert len(seen) == len(set(seen)) == 121
    assert len(koha.calls()) == 3


def test_an_offset_within_a_page_gives_the_rest_of_it(live):
    koha = live()
    koha.library.desk.add_past_loans(GOOD, 60)
    whole = koha.ask(lambda c: c.list_history(GOOD, 0))
    rest = koha.ask(lambda c: c.list_history(GOOD, 45))
    assert rest.loans == whole.loans[45:]
    assert (rest.next, rest.total) == (50, 63)
    assert koha.ask(lambda c: c.list_history(GOOD, 5000)).loans == ()


@EDITIONS
def test_nobody_and_somebody_without_a_past(live, edition):
    koha = live(**edition)
    page = koha.ask(lambda c: c.list_history(NO_LOANS, 0))
    assert (page.loans, page.total, page.next) == ((), 0, None)
    assert koha.ask(lambda c: c.list_history("999", 0)) == NotAPatron()
    koha.library.clear_calls()
    assert koha.ask(lambda c: c.list_history("../101", 0)) == NotAPatron()
    assert koha.calls() == []


def test_where_lists_bring_no_titles_they_are_asked_for_together(koha):
    works = [{"item_id": 8, "biblio_id": 3, "biblio": {"biblio_id": 3, "title": "Kalevala /", "author": "L"}}]
    connector, transport = koha(
        Recorded("GET", "/v1/checkouts", MISUNDERSTOOD, times=1),
        read([ROW, ROW | {"checkout_id": 6}], "/v1/checkouts"),
        read(works, "/v1/items"),
    )
    page = asyncio.run(connector.list_history("57", 0))
    assert {(loan.title, loan.author, loan.record_id) for loan in page.loans} == {("Kalevala", "L", "3")}
    assert transport.count("GET", "/v1/items") == 1
    asyncio.run(connector.list_history("57", 0))
    assert transport.count("GET", "/v1/checkouts") == 3


@EDITIONS
def test_the_past_of_somebody_else_is_a_wrong_patron(live, edition):
    koha = live(**edition)
    koha.library.set_fault("other_patron")
    with pytest.raises(WrongPatron):
        koha.ask(lambda c: c.list_history(GOOD, 0))


@pytest.mark.parametrize("fault", ["hang", "cut_connection", "garbage", "html", "error_500", "too_many"])
@EDITIONS
def test_trouble_is_never_an_empty_past(live, edition, fault):
    koha = live(timeout=0.4, **edition)
    koha.library.set_fault(fault, path_contains="/checkouts")
    with pytest.raises(LibraryError):
        koha.ask(lambda c: c.list_history(GOOD, 0))


@EDITIONS
def test_whether_it_is_kept_can_be_chosen(live, edition):
    koha = live(**edition)
    before = koha.library.desk.details(GOOD)
    assert koha.ask(lambda c: c.history_keeping(GOOD)) is HistoryKeeping.BY_LIBRARY
    assert set(koha.connector.history_choices) == set(HistoryKeeping)
    for keeping in (*koha.connector.history_choices, HistoryKeeping.BY_LIBRARY):
        assert koha.ask(lambda c, k=keeping: c.keep_history(GOOD, k)) is keeping
        assert koha.ask(lambda c: c.history_keeping(GOOD)) is keeping
    after = koha.library.desk.details(GOOD)
    assert {name: after.get(name) for name in before} == before
    assert koha.ask(lambda c: c.history_keeping("999")) == NotAPatron()
    assert koha.ask(lambda c: c.keep_history("999", HistoryKeeping.KEPT)) == NotAPatron()


def test_core_writes_the_whole_record_back_but_for_what_is_read_only(koha):
    connector, transport = koha(
        read(WHOLE), Recorded("PUT", "/v1/patrons/57", json_answer(WHOLE | {"privacy": 2}))
    )
    assert asyncio.run(connector.keep_history("57", HistoryKeeping.NOT_KEPT)) is HistoryKeeping.NOT_KEPT
    assert transport.requests[-1].json == {"surname": "Reader", "privacy": 2, "library_id": "MAIN"}
    assert not transport.requests[-1].safe


@pytest.mark.parametrize(
    ("status", "body", "now"),
    [
        (204, None, HistoryKeeping.KEPT),
        (200, {"borrowernumber": 57}, HistoryKeeping.KEPT),
        (202, {}, HistoryKeeping.BY_LIBRARY),
    ],
)
def test_the_plugin_changes_the_one_field(koha, status, body, now):
    patch = Recorded("PATCH", "/v1/contrib/kohasuomi/patrons/57", json_answer(body, status))
    connector, transport = koha(patch, read(WHOLE), di_plugin=True)
    assert asyncio.run(connector.keep_history("57", HistoryKeeping.KEPT)) is now
    [sent] = [request for request in transport.requests if request.method == "PATCH"]
    assert sent.json == {"privacy": 0}


@pytest.mark.parametrize("plugin", [False, True])
def test_a_choice_answered_for_somebody_else_is_a_wrong_patron(koha, plugin):
    other = json_answer(WHOLE | {"patron_id": 58})
    connector, _ = koha(
        read(WHOLE),
        Recorded("PUT", "/v1/patrons/57", other),
        Recorded("PATCH", "/v1/contrib/kohasuomi/patrons/57", other),
        di_plugin=plugin,
    )
    with pytest.raises(WrongPatron):
        asyncio.run(connector.keep_history("57", HistoryKeeping.KEPT))
    elsewhere, transport = koha(read(WHOLE | {"patron_id": 58}))
    with pytest.raises(WrongPatron):
        asyncio.run(elsewhere.keep_history("57", HistoryKeeping.KEPT))
    assert transport.count("PUT") == 0


@pytest.mark.parametrize("told", [3, None, "1", True])
def test_a_number_that_koha_does_not_have_is_no_choice(koha, told):
    connector, _ = koha(read(WHOLE | {"privacy": told}))
    with pytest.raises(UnexpectedAnswer, match=r"patron\.privacy is not"):
        asyncio.run(connector.history_keeping("57"))


def test_only_the_plugin_deletes(live):
    core, plugin = live(), live(plugin=True)
    assert Capability.DELETE_HISTORY not in core.connector.capabilities
    assert "di_plugin" in core.connector.absent[Capability.DELETE_HISTORY]
    assert Capability.DELETE_HISTORY in plugin.connector.capabilities
    assert plugin.ask(lambda c: c.delete_history(GOOD)) == HistoryDeleted()
    assert plugin.ask(lambda c: c.list_history(GOOD, 0)).loans == ()
    assert len(plugin.ask(lambda c: c.list_loans(GOOD))) == 6
    assert plugin.ask(lambda c: c.delete_history("999")) == NotAPatron()
    plugin.library.clear_calls()
    assert plugin.ask(lambda c: c.delete_history("../101")) == NotAPatron()
    assert plugin.calls() == []


@pytest.mark.parametrize(
    ("fault", "kind", "left"),
    [
        ("hang", TimedOut, 3),
        ("cut_connection", Unreachable, 0),
        ("garbage", UnexpectedAnswer, 3),
        ("html", UnexpectedAnswer, 3),
        ("wrong_key", Refused, 3),
        ("error_500", LibraryError, 3),
    ],
)
def test_a_deletion_without_an_answer_is_a_failure_that_was_sent(live, fault, kind, left):
    koha = live(plugin=True, timeout=0.4)
    koha.library.set_fault(fault, path_contains="/history")
    with pytest.raises(kind) as failed:
        koha.ask(lambda c: c.delete_history(GOOD))
    assert failed.value.sent
    assert len(koha.calls("DELETE")) == (2 if fault == "wrong_key" else 1)
    assert len(koha.library.desk.loans(GOOD, returned=True)) == left
