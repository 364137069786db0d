"""Connections to a SIP2 server: broken ones, slow ones, kept ones, and answers that are not ours."""

import asyncio
import time
from contextlib import suppress

import pytest
from tests.fixtures.sip2 import connector_to
from tests.fixtures.sip2_server import Sip2Server

from discovery_accounts.connectors.api import (
    BreakerOpen,
    Loan,
    PatronRecord,
    Refused,
    Rejected,
    ServerFailure,
    TimedOut,
    UnexpectedAnswer,
    Unreachable,
    Verified,
    WrongPatron,
)
from discovery_accounts.connectors.breaker import FAILURES
from discovery_accounts.connectors.sip2.pool import FRESH

ADA, PIN = "21270000001", "1234"


def verify(connector):
    return connector.verify_patron(ADA, PIN)


def look(connector):
    return connector.read_patron(ADA)


@pytest.mark.parametrize("end", [b"\r", b"\r\n", b"\n\r", b"\r\r\n"])
def test_answers_are_read_whatever_ends_them_and_however_they_come(ask, sip2_server, end):
    sip2_server.habits.end, sip2_server.habits.fault = end, "fragments"
    assert isinstance(ask(verify), Verified)
    assert len(ask(lambda c: c.list_loans("21270000004"))) == 120


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "cp850"])
def test_texts_are_in_the_encoding_of_the_library(ask, sip2_server, encoding):
    sip2_server.habits.encoding = encoding
    person = sip2_server.people[0]
    person.name, person.pin = "Ångström, Åsa", "åäö1"
    assert ask(look, {"encoding": encoding}).family_name == "Ångström"
    assert isinstance(ask(lambda c: c.verify_patron(ADA, "åäö1"), {"encoding": encoding}), Verified)


def test_questions_end_as_the_dialect_says(ask, sip2_server):
    ask(look, {"dialect": "koha"})
    assert all(b"AZ" in raw for _, raw in sip2_server.heard)
    ask(look, {"checksum": "no"})
    assert b"AZ" not in sip2_server.heard[-1][1]


@pytest.mark.parametrize("fault", ["wrong_checksum", "wrong_sequence", "garbage", "web_page", "asks_again"])
@pytest.mark.parametrize("only", [(), ("63",)])
def test_an_answer_that_does_not_prove_itself_is_no_verdict(ask, sip2_server, fault, only):
    sip2_server.habits.fault, sip2_server.habits.only = fault, only
    with pytest.raises(UnexpectedAnswer) as failure:
        ask(verify)
    assert failure.value.sent is bool(only)
    assert sip2_server.count("63") == len(only)


def test_p9_an_answer_of_another_institution_is_not_ours(ask, sip2_server):
    sip2_server.habits.fault = "other_institution"
    for question in (verify, look):
        with pytest.raises(WrongPatron):
            ask(question)
    sip2_server.habits.fault = None
    with pytest.raises(WrongPatron):
        ask(look, {"institution": "ANOTHER"})
    assert isinstance(ask(look, {"institution": "TOWN"}), PatronRecord)


def test_after_two_answers_at_once_the_connection_is_not_used_again(sip2_server):
    sip2_server.habits.fault, sip2_server.habits.only = "two_answers", ("63",)

    async def both():
        connector = connector_to(sip2_server.port)
        first = await connector.read_patron(ADA)
        sip2_server.habits.fault = None
        second = await connector.read_patron("21270000002")
        await connector.close()
        return first.family_name, second.family_name

    assert asyncio.run(both()) == ("Lovelace", "Byron")
    assert sip2_server.opened == 2


def test_a_connection_is_kept_and_logged_in_once(sip2_server):
    async def three_times():
        connector = connector_to(sip2_server.port)
        for _ in range(3):
            await connector.read_patron(ADA)
        await connector.close()

    asyncio.run(three_times())
    assert [kind for kind, _ in sip2_server.heard] == ["93", "99", "63", "63", "63"]


def test_a_reading_is_asked_again_when_the_server_had_closed_and_an_act_is_not_lost_either(sip2_server):
    async def after_hanging_up(question):
        connector = connector_to(sip2_server.port)
        await connector.read_patron(ADA)
        await asyncio.sleep(FRESH + 0.05)
        sip2_server.hang_up()
        answer = await question(connector)
        await connector.close()
        return answer

    assert isinstance(asyncio.run(after_hanging_up(look)), PatronRecord)
    assert isinstance(asyncio.run(after_hanging_up(verify)), Verified)
    renewed = asyncio.run(after_hanging_up(lambda c: c.renew_loans(ADA, ["300000"])))
    assert [one.loan_id for one in renewed] == ["300000"]
    assert sip2_server.count("29") == 1


def test_a_pin_that_may_have_arrived_is_not_sent_again(ask, sip2_server):
    sip2_server.habits.fault, sip2_server.habits.only = "cut", ("63",)
    with pytest.raises(Unreachable) as failure:
        ask(verify)
    assert failure.value.sent
    assert sip2_server.count("63") == 1
    with pytest.raises(Unreachable):
        ask(look)
    assert sip2_server.count("63") == 3  # a reading is asked twice


def test_a_hung_server_is_given_up_in_time_and_the_connection_with_it(ask, sip2_server):
    sip2_server.habits.fault, sip2_server.habits.only = "hang", ("63",)
    started = time.monotonic()
    with pytest.raises(TimedOut) as failure:
        ask(verify, timeout=0.3)
    assert failure.value.sent
    assert time.monotonic() - started < 1.5
    sip2_server.habits.only = ("93",)
    with pytest.raises(TimedOut) as failure:
        ask(verify, timeout=0.3)
    assert not failure.value.sent


def test_a_late_answer_is_never_given_to_the_next_question(sip2_server):
    sip2_server.habits.late = 0.3

    async def impatient():
        connector = connector_to(sip2_server.port, {"checksum": "no", "connections": "1"})
        await connector.read_patron(ADA)
        with suppress(TimeoutError):
            async with asyncio.timeout(0.15):  # half of what the answer takes
                await connector.read_patron(ADA)
        answer = await connector.read_patron("21270000002")
        await connector.close()
        return answer

    assert asyncio.run(impatient()).card_number == "21270000002"


def test_no_more_connections_are_open_than_allowed(sip2_server):
    sip2_server.habits.late = 0.02

    async def many():
        connector = connector_to(sip2_server.port, {"connections": "2"})
        answers = await asyncio.gather(*[connector.read_patron(one.card) for one in sip2_server.people * 3])
        await connector.close()
        return [one.card_number for one in answers]

    assert asyncio.run(many()) == [one.card for one in sip2_server.people * 3]
    assert sip2_server.opened <= 2


def test_a_refused_login_is_our_fault_and_no_wrong_pin(ask, sip2_server):
    for options in ({"password": "another"}, {"user": "another"}):
        with pytest.raises(Refused) as failure:
            ask(verify, options)
        assert not failure.value.sent
    assert sip2_server.count("63") == 0


def test_a_server_without_login_is_not_sent_one(ask, sip2_server):
    sip2_server.habits.needs_login = False
    assert isinstance(ask(verify, {"user": "", "password": ""}), Verified)
    assert sip2_server.count("93") == 0


def test_a_library_system_that_is_off_line_is_told_so(ask, sip2_server):
    sip2_server.habits.fault = "off_line"
    with pytest.raises(ServerFailure):
        ask(look)


def test_nobody_there_is_unreachable_and_after_some_tries_left_alone():
    with Sip2Server() as server:
        port = server.port  # free again behind this

    async def again_and_again():
        connector = connector_to(port)
        for _ in range(FAILURES):
            with pytest.raises(Unreachable) as failure:
                await connector.verify_patron(ADA, PIN)
            assert not failure.value.sent
        with pytest.raises(BreakerOpen):
            await connector.read_patron(ADA)
        return connector.health().breaker

    assert asyncio.run(again_and_again()) == "open"


def test_a_connector_serves_one_loop_after_another(sip2_server):
    connector = connector_to(sip2_server.port)

    async def once():
        loans = await connector.list_loans(ADA)
        await connector.close()
        return loans

    for _ in range(2):
        loans = asyncio.run(once())
        assert [type(one) for one in loans] == [Loan] * 3


def test_the_pin_is_nowhere_but_in_its_field(ask, sip2_server):
    assert ask(lambda c: c.verify_patron(ADA, "9Z7-CANARY")) == Rejected()
    heard = [raw for _, raw in sip2_server.heard if b"9Z7-CANARY" in raw]
    assert len(heard) == 1
    assert b"|AD9Z7-CANARY|" in heard[0]


def test_asking_a_second_time_takes_no_more_time_than_asking_once(ask, sip2_server, monkeypatch):
    faults = iter(["cut", "cut"])  # looked at twice for each question

    monkeypatch.setattr(type(sip2_server.habits), "fault", property(lambda _: next(faults, "hang")))
    sip2_server.habits.only = ("63",)
    started = time.monotonic()
    with pytest.raises(TimedOut):
        ask(look, timeout=0.4)
    assert time.monotonic() - started < 1.5
    assert sip2_server.count("63") == 2
