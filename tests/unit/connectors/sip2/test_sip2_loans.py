"""Loans over SIP2: barcodes in a list, due dates one by one, renewals."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from discovery_accounts.connectors.api import (
    LibraryError,
    Loan,
    NoSuchLoan,
    NotRenewed,
    RenewalUnknown,
    Renewed,
    UnexpectedAnswer,
)
from discovery_accounts.connectors.sip2.dialects import DIALECTS
from discovery_accounts.connectors.sip2.loans import MOST_ASKED, MOST_TITLES
from discovery_accounts.connectors.sip2.reading import moment
from discovery_accounts.connectors.sip2.reasons import refused_hold, refused_renewal
from discovery_accounts.domain.holds import HoldReason
from discovery_accounts.domain.renewal import NotRenewable

HELSINKI = ZoneInfo("Europe/Helsinki")
ADA, MANY = "21270000001", "21270000004"


def listing(patron):
    return lambda connector: connector.list_loans(patron)


def test_a_list_of_barcodes_costs_one_question_for_each(ask, sip2_server):
    loans = ask(listing(ADA))
    due = datetime(2030, 2, 1, 23, 59, tzinfo=HELSINKI)
    assert loans[0] == Loan("300000", "Title 0", due, barcode="300000")
    assert (sip2_server.count("63"), sip2_server.count("17")) == (1, 3)


@pytest.mark.parametrize("most", [1000, 7])
def test_long_lists_are_read_whole_whatever_the_server_gives_at_a_time(ask, sip2_server, most):
    sip2_server.habits.most_lines = most
    assert {one.loan_id for one in ask(listing(MANY))} == set(sip2_server.people[3].loans)


def test_a_list_that_is_shorter_than_announced_is_none(ask, sip2_server):
    sip2_server.habits.fault = "short_lists"
    with pytest.raises(UnexpectedAnswer):
        ask(listing(ADA))
    sip2_server.habits.fault, sip2_server.habits.most_lines = None, 0
    with pytest.raises(UnexpectedAnswer):
        ask(listing(ADA))


def test_a_server_that_does_not_count_is_believed_while_the_list_is_short(ask, sip2_server):
    sip2_server.habits.counts = False
    assert len(ask(listing(ADA))) == 3
    with pytest.raises(UnexpectedAnswer):
        ask(listing(MANY))


def test_lines_that_tell_more_cost_less(ask, sip2_server):
    sip2_server.habits.line = "{item} {due} {title}"
    options = {"item_pattern": r"(?P<item>\d+) (?P<due>\d{8} {4}\d{6}) (?P<title>.*)"}
    assert len(ask(listing(MANY), options)) == 120
    assert sip2_server.count("17") == 0
    sip2_server.habits.line = "{item} {due}"
    loans = ask(listing(MANY), {"item_pattern": r"(?P<item>\d+) (?P<due>.*)"})
    assert sum(one.title is not None for one in loans) == MOST_TITLES == sip2_server.count("17")
    with pytest.raises(UnexpectedAnswer):
        ask(listing(MANY), {"item_pattern": r"(?P<item>\d+)"})


def test_more_items_than_can_be_asked_about_one_by_one_are_no_list(ask, sip2_server):
    sip2_server.people[3].loans = [f"9{number:05d}" for number in range(MOST_ASKED + 1)]
    with pytest.raises(UnexpectedAnswer):
        ask(listing(MANY))
    assert sip2_server.count("17") == 0


def test_a_loan_without_a_due_date_fails_the_list_and_a_lost_title_does_not(ask, sip2_server):
    del sip2_server.items["300001"]
    with pytest.raises(UnexpectedAnswer):
        ask(listing(ADA))
    sip2_server.habits.line = "{item} 20300201"
    sip2_server.items["300001"] = sip2_server.items["300002"]
    sip2_server.habits.fault, sip2_server.habits.only = "cut", ("17",)
    loans = ask(listing(ADA), {"item_pattern": r"(?P<item>\d+) (?P<due>.*)"})
    assert [one.title for one in loans] == [None] * 3


@pytest.mark.parametrize(
    ("text", "dialect", "expected"),
    [
        ("20300131    183000", "generic", (2030, 1, 31, 18, 30)),
        ("20300131   Z163000", "generic", (2030, 1, 31, 18, 30)),
        ("20300131", "koha", (2030, 1, 31, 23, 59)),
        ("2030-01-31 18:30:00", "evergreen", (2030, 1, 31, 18, 30)),
        ("31.01.2030", "koha", (2030, 1, 31, 23, 59)),
        ("01-31-30 06:30PM", "sierra", (2030, 1, 31, 18, 30)),
        ("01-31-30", "sierra", (2030, 1, 31, 23, 59)),
    ],
)
def test_due_dates_are_read_as_the_dialect_writes_them(text, dialect, expected):
    assert moment(text, DIALECTS[dialect].dates, HELSINKI) == datetime(*expected, tzinfo=HELSINKI)


@pytest.mark.parametrize("text", ["", "tomorrow", "99999999", "31/01/2030", "01-31-30"])
def test_a_date_that_could_be_two_days_is_not_guessed(text):
    with pytest.raises(UnexpectedAnswer):
        moment(text, DIALECTS["generic"].dates, HELSINKI)


def test_the_format_of_due_dates_can_be_set(ask, sip2_server):
    for item in sip2_server.items.values():
        item.due = "31/01/2030"
    loans = ask(listing(ADA), {"due_format": "%d/%m/%Y"})
    assert loans[0].due_at == datetime(2030, 1, 31, 23, 59, tzinfo=HELSINKI)


def test_renewing_tells_each_loan_and_sends_no_strangers(ask, sip2_server):
    results = ask(lambda c: c.renew_loans(ADA, ["300000", "300001", "300003", "1|2"]))
    assert results == (
        Renewed("300000", datetime(2030, 3, 1, 23, 59, tzinfo=HELSINKI)),
        NotRenewed("300001", NotRenewable.TOO_MANY_RENEWALS),
        NoSuchLoan("300003"),
        NoSuchLoan("1|2"),
    )
    assert sip2_server.count("29") == 2
    assert sip2_server.count("17") == 0


def test_p9_a_renewal_for_somebody_else_is_not_known(ask, sip2_server):
    sip2_server.habits.fault, sip2_server.habits.only = "other_institution", ("29",)
    assert ask(lambda c: c.renew_loans(ADA, ["300000"])) == (RenewalUnknown("300000"),)
    assert sip2_server.count("29") == 1


def test_nobody_renews_nothing(ask):
    assert ask(lambda c: c.renew_loans("404", ["300000"])) == (NoSuchLoan("300000"),)
    assert ask(lambda c: c.renew_loans("404", None)) == ()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Item cannot be renewed: on_reserve", NotRenewable.ON_HOLD_FOR_ANOTHER),
        ("TOO MANY RENEWALS", NotRenewable.TOO_MANY_RENEWALS),
        ("Membership expired", NotRenewable.CARD_EXPIRED),
        ("Please see the desk about feelings", NotRenewable.LIBRARY_SAYS_NO),
        ("", NotRenewable.LIBRARY_SAYS_NO),
    ],
)
def test_only_known_words_are_reasons(text, code):
    assert refused_renewal([text]) == code
    assert refused_hold([text]) in set(HoldReason)


def test_an_id_that_can_not_be_sent_fails_before_it_is_sent(ask, sip2_server):
    with pytest.raises(LibraryError) as failure:
        ask(lambda c: c._loans._desk.person("1|2"))
    assert not failure.value.sent
    assert sip2_server.heard == []
