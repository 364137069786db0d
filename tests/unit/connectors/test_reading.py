"""One card read: its parts in parallel, each failing alone, and PINs of renewed cards."""

import asyncio
import time

import pytest
from stand_in_connectors import Reader, StandIn

from discovery_accounts.connectors.api import (
    LibraryError,
    LoginBlocked,
    NotAPatron,
    PatronRecord,
    PatronRef,
    Rejected,
    TimedOut,
    UnexpectedAnswer,
    Unreachable,
    Unsupported,
    Verified,
    WrongPatron,
)
from discovery_accounts.connectors.reading import CardAnswer, CardRequest, Check, Want, read_card
from discovery_accounts.domain.standing import Standing

BOTH = frozenset({Want.PATRON, Want.LOANS})
EVERYTHING = frozenset(Want)
LOANS = frozenset({Want.LOANS})
NOTHING: frozenset[Want] = frozenset()


def request(pin: str | None = "1234", want: frozenset[Want] = BOTH, number: str = "A1") -> CardRequest:
    return CardRequest("key", "lumme", PatronRef("57", number), pin, want)


def read(connector: StandIn, request: CardRequest, within: float | None = None) -> CardAnswer:
    async def reading() -> CardAnswer:
        until = None if within is None else asyncio.get_running_loop().time() + within
        return await read_card(connector, request, until=until)

    return asyncio.run(reading())


def test_a_healthy_card_has_all_its_parts() -> None:
    connector = StandIn()
    answer = read(connector, request())
    assert answer.key == "key"
    assert answer.pin == Verified("57", "A1")
    assert answer.patron == connector.patron
    assert answer.loans == connector.loans
    assert sorted(connector.asked) == ["check_pin A1", "list_loans", "read_patron"]


def test_a_list_longer_than_anybodys_is_a_mistake_of_the_library() -> None:
    """No page could show it, and making one would take what everybody needs."""
    loans = StandIn().loans
    assert isinstance(loans, tuple)
    answer = read(StandIn(loans=loans * 10_001), request(pin=None))
    assert isinstance(answer.loans, UnexpectedAnswer)
    assert isinstance(answer.patron, PatronRecord)
    assert len(str(answer.loans)) < 60


def test_every_list_comes_in_the_same_go() -> None:
    connector = StandIn(waits={"list_holds": 0.1, "list_fees": 0.1, "list_loans": 0.1})
    answer = read(connector, request(pin=None, want=EVERYTHING))
    assert set(answer.lists) == {Want.LOANS, Want.HOLDS, Want.FEES}
    assert sorted(connector.asked) == ["list_fees", "list_holds", "list_loans", "read_patron"]
    assert 0.09 < answer.seconds < 0.19


@pytest.mark.parametrize(("tells", "asked"), [(True, ["read_patron"]), (False, ["list_fees"])])
def test_what_is_owed_is_asked_where_it_takes_the_fewest_calls(tells: bool, asked: list[str]) -> None:
    connector = StandIn()
    connector.tells_owed = tells
    read(connector, request(pin=None, want=frozenset({Want.OWED})))
    assert connector.asked == asked


def test_the_patron_and_what_is_owed_are_one_call_where_the_record_tells_both() -> None:
    connector = StandIn()
    connector.tells_owed = True
    read(connector, request(pin=None, want=frozenset({Want.OWED, Want.PATRON})))
    assert connector.asked == ["read_patron"]


def test_a_list_that_the_library_lacks_is_unsupported_and_not_asked() -> None:
    connector = Reader()
    answer = read(connector, request(pin=None, want=frozenset({Want.HOLDS})))
    assert isinstance(answer.lists[Want.HOLDS], Unsupported)
    assert not connector.asked


def test_what_is_not_wanted_is_not_asked() -> None:
    connector = StandIn()
    answer = read(connector, request(pin=None, want=LOANS))
    assert (answer.pin, answer.patron) == (None, None)
    assert connector.asked == ["list_loans"]
    assert read(connector, request(pin=None, want=NOTHING)).loans is None


def test_the_parts_run_in_parallel() -> None:
    connector = StandIn(waits={"check_pin": 0.1, "read_patron": 0.1, "list_loans": 0.1})
    assert 0.09 < read(connector, request()).seconds < 0.19


@pytest.mark.parametrize("part", ["check_pin", "read_patron", "list_loans"])
def test_each_part_fails_alone(part: str) -> None:
    answer = read(StandIn(fails={part: Unreachable("gone")}), request())
    failed = {
        name: isinstance(value, Unreachable)
        for name, value in [
            ("check_pin", answer.pin),
            ("read_patron", answer.patron),
            ("list_loans", answer.loans),
        ]
    }
    assert failed == {name: name == part for name in failed}


def test_a_bug_in_a_connector_is_an_unexpected_answer_and_logs_only_its_type(
    caplog: pytest.LogCaptureFixture,
) -> None:
    answer = read(StandIn(fails={"list_loans": KeyError("card 9Z7-CANARY")}), request())
    assert isinstance(answer.loans, UnexpectedAnswer)
    assert answer.pin == Verified("57", "A1")
    assert "KeyError" in caplog.text
    assert "CANARY" not in caplog.text + str(answer.loans)


def test_failures_bring_no_stack_with_pins_along() -> None:
    error = read(StandIn(fails={"check_pin": Unreachable("gone")}), request()).pin
    assert isinstance(error, LibraryError)
    assert (error.__traceback__, error.__context__, error.__cause__) == (None, None, None)


@pytest.mark.parametrize("want", [BOTH, LOANS, NOTHING])
def test_a_renewed_card_is_checked_with_its_new_number_exactly_once(want: frozenset[Want]) -> None:
    connector = StandIn(card_number="B2")
    answer = read(connector, request(want=want))
    assert answer.pin == Verified("57", "B2")
    assert isinstance(answer.patron, PatronRecord)
    assert answer.patron.card_number == "B2"
    assert [asked for asked in connector.asked if asked.startswith("check_pin")] == [
        "check_pin A1",
        "check_pin B2",
    ]
    assert connector.asked.count("read_patron") == 1


def test_a_refusal_by_the_permanent_id_is_not_sent_again_though_the_card_was_renewed() -> None:
    class ById(StandIn):
        checks_pin_by_number = False

    connector = ById(card_number="B2")
    answer = read(connector, request(pin="0000", want=LOANS))
    assert answer.pin == Rejected()
    assert isinstance(answer.patron, PatronRecord)
    assert answer.patron.card_number == "B2"
    assert [asked for asked in connector.asked if asked.startswith("check_pin")] == ["check_pin A1"]


def test_a_wrong_pin_on_a_renewed_card_is_refused_after_one_more_check() -> None:
    connector = StandIn(card_number="B2")
    assert read(connector, request(pin="0000")).pin == Rejected()
    assert connector.asked.count("check_pin B2") == 1


def test_a_refusal_with_the_number_unchanged_is_not_checked_again() -> None:
    connector = StandIn()
    assert read(connector, request(pin="0000")).pin == Rejected()
    assert connector.asked.count("check_pin A1") == 1


def test_a_record_that_failed_is_asked_once_more_after_a_refusal() -> None:
    connector = StandIn(fails={"read_patron": Unreachable("gone")})
    answer = read(connector, request(pin="0000"))
    assert answer.pin == Rejected()
    assert isinstance(answer.patron, Unreachable)
    assert connector.asked.count("read_patron") == 2


def test_a_blocked_login_is_not_a_refusal() -> None:
    class Locked(StandIn):
        def _verdict(self, card_number: str, pin: str) -> LoginBlocked:
            return LoginBlocked("locked after failures")

    connector = Locked(card_number="B2")
    assert read(connector, request(want=LOANS)).pin == LoginBlocked("locked after failures")
    assert "read_patron" not in connector.asked


@pytest.mark.parametrize("connector", [StandIn(patron=NotAPatron()), StandIn(loans=NotAPatron())])
def test_no_such_patron_in_any_part_is_no_patron(connector: StandIn) -> None:
    assert read(connector, request()).patron == NotAPatron()


def test_no_such_patron_told_by_the_loans_counts_though_the_record_was_not_wanted() -> None:
    assert read(StandIn(loans=NotAPatron()), request(want=LOANS)).patron == NotAPatron()


def test_a_record_of_somebody_else_is_the_wrong_patron() -> None:
    stranger = PatronRecord("58", "A1", Standing.GOOD)
    assert isinstance(read(StandIn(patron=stranger), request()).patron, WrongPatron)


def test_a_pin_of_somebody_else_is_the_wrong_patron() -> None:
    class Other(StandIn):
        def _verdict(self, card_number: str, pin: str) -> Verified:
            return Verified("58")

    assert isinstance(read(Other(), request()).pin, WrongPatron)


def test_a_renewed_card_is_never_checked_by_a_record_of_somebody_else() -> None:
    connector = StandIn(card_number="B2", patron=PatronRecord("58", "B2", Standing.GOOD))
    answer = read(connector, request(want=LOANS))
    assert isinstance(answer.pin, WrongPatron)
    assert "check_pin B2" not in connector.asked


def test_what_a_connector_can_not_do_is_unsupported_and_not_asked() -> None:
    connector = Reader()
    answer = read(connector, request())
    assert isinstance(answer.pin, Unsupported)
    assert answer.patron == connector.patron
    assert "check_pin A1" not in connector.asked


def test_at_the_deadline_parts_there_are_kept_and_readings_cancelled() -> None:
    connector = StandIn(waits={"list_loans": 5})
    started = time.monotonic()
    answer = read(connector, request(), within=0.1)
    assert time.monotonic() - started < 0.5
    assert isinstance(answer.loans, TimedOut)
    assert answer.patron == connector.patron
    assert answer.pin == Verified("57", "A1")
    assert connector.cancelled == ["list_loans"]


def test_a_pin_check_under_way_at_the_deadline_is_kept_alive_to_its_end() -> None:
    connector = StandIn(card_number="B2", waits={"check_pin": 0.1, "read_patron": 0.05})

    async def reading() -> tuple[CardAnswer, Check]:
        kept: list[Check] = []
        until = asyncio.get_running_loop().time() + 0.02
        answer = await read_card(connector, request(), until=until, keep=kept.append)
        await kept[0]
        return answer, kept[0]

    answer, check = asyncio.run(reading())
    assert isinstance(answer.pin, TimedOut)
    assert isinstance(answer.patron, TimedOut)
    assert check.result()[0] == Verified("57", "B2")


def test_nothing_personal_shows_in_a_request_or_answer() -> None:
    shown = repr(request(number="CARD9")) + repr(read(StandIn(card_number="CARD9"), request(number="CARD9")))
    assert "1234" not in shown
    assert "CARD9" not in shown
