"""The gateway, called from threads as services call it."""

import threading
import time
from collections.abc import Hashable

import pytest
from stand_in_connectors import DUE, Reader, StandIn, libraries

from discovery_accounts.config.faults import Fault
from discovery_accounts.connectors.api import (
    Capability,
    LibraryError,
    Loan,
    NoSuchLoan,
    PatronRecord,
    PatronRef,
    Rejected,
    Renewal,
    RenewalUnknown,
    Renewed,
    TimedOut,
    UnexpectedAnswer,
    Unreachable,
    Unsupported,
    Verified,
    WrongPatron,
)
from discovery_accounts.connectors.gateway import (
    CardAnswer,
    CardRequest,
    Gateway,
    RenewRequest,
    SignInAnswer,
    Want,
)
from discovery_accounts.connectors.registry import Libraries
from discovery_accounts.telemetry.metrics import metrics

PATRON = PatronRef("57", "A1")
FAULT = Fault("accounts.library.broken.url", "is missing")


def card(library: str, key: Hashable = None, pin: str | None = None) -> CardRequest:
    return CardRequest(library if key is None else key, library, PATRON, pin)


def read(gateway: Gateway, *cards: CardRequest, deadline: float = 1.0) -> dict[Hashable, CardAnswer]:
    return gateway.read_cards(cards, deadline=deadline)


def test_a_page_has_an_answer_for_every_card_whatever_its_library_does() -> None:
    healthy = StandIn()
    gateway = Gateway(
        Libraries(
            {
                "fine": healthy,
                "hung": StandIn(waits={"read_patron": 9, "list_loans": 9}),
                "down": StandIn(fails={"read_patron": Unreachable(), "list_loans": Unreachable()}),
                "buggy": StandIn(fails={"read_patron": ValueError(), "list_loans": ZeroDivisionError()}),
            },
            {"broken": (FAULT,)},
        )
    )
    names = ("fine", "hung", "down", "buggy", "broken", "nowhere")
    started = time.monotonic()
    answers = read(gateway, *map(card, names), deadline=0.2)
    assert time.monotonic() - started < 0.4
    assert answers["fine"].loans == healthy.loans
    kinds = {name: type(answers[name].loans) for name in names[1:]}
    assert kinds == {
        "hung": TimedOut,
        "down": Unreachable,
        "buggy": UnexpectedAnswer,
        "broken": Unreachable,
        "nowhere": Unsupported,
    }
    for name in ("broken", "nowhere"):
        error = answers[name].patron
        assert isinstance(error, LibraryError)
        assert not error.sent
        assert answers[name].pin is None


def test_cards_are_read_in_parallel_and_one_library_may_have_several() -> None:
    waits = {"read_patron": 0.1, "list_loans": 0.1}
    gateway = Gateway(libraries(a=StandIn(waits=waits), b=StandIn(waits=waits)))
    started = time.monotonic()
    answers = read(gateway, *[card(library, (library, n)) for library in "ab" for n in range(10)])
    assert time.monotonic() - started < 0.3
    assert len(answers) == 20
    assert all(isinstance(answer.patron, PatronRecord) for answer in answers.values())


def test_no_cards_is_no_answer() -> None:
    assert read(Gateway(libraries())) == {}


def test_twenty_threads_may_call_at_once() -> None:
    gateway = Gateway(libraries(lumme=StandIn(waits={"list_loans": 0.05})))
    answers: list[CardAnswer] = []

    def page(number: int) -> None:
        answers.extend(read(gateway, card("lumme", number)).values())

    threads = [threading.Thread(target=page, args=(number,)) for number in range(20)]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(2)
    assert time.monotonic() - started < 0.5
    assert sorted(answer.key for answer in answers) == list(range(20))  # type: ignore[type-var]
    assert all(isinstance(answer.loans, tuple) for answer in answers)


def test_a_stuck_loop_does_not_keep_a_page_longer_than_the_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("discovery_accounts.connectors.administering.GRACE", 0.1)

    class Blocking(StandIn):
        async def read_patron(self, patron_id: str) -> PatronRecord:
            time.sleep(0.5)
            raise AssertionError

    started = time.monotonic()
    answer = read(Gateway(libraries(lumme=Blocking())), card("lumme"), deadline=0.1)["lumme"]
    assert time.monotonic() - started < 0.45
    assert isinstance(answer.patron, TimedOut)
    time.sleep(0.4)


def test_signing_in_gives_the_verdict_and_the_patron() -> None:
    connector = StandIn()
    gateway = Gateway(libraries(lumme=connector))
    answer = gateway.sign_in("lumme", "A1", "1234", deadline=1)
    assert answer == SignInAnswer(Verified("57", "A1"), connector.patron)
    assert gateway.sign_in("lumme", "A1", "0000", deadline=1) == SignInAnswer(Rejected(), None)
    assert connector.asked.count("read_patron") == 1


def test_a_patron_record_that_fails_does_not_undo_the_verdict() -> None:
    gateway = Gateway(
        libraries(
            down=StandIn(fails={"read_patron": Unreachable()}),
            slow=StandIn(waits={"read_patron": 5}),
        )
    )
    assert isinstance(gateway.sign_in("down", "A1", "1234", deadline=1).patron, Unreachable)
    answer = gateway.sign_in("slow", "A1", "1234", deadline=0.1)
    assert answer.verification == Verified("57", "A1")
    assert isinstance(answer.patron, TimedOut)


def test_no_verdict_is_an_exception_and_never_a_refusal() -> None:
    gateway = Gateway(
        Libraries(
            {
                "down": StandIn(fails={"verify_patron": Unreachable()}),
                "slow": StandIn(waits={"verify_patron": 5}),
                "buggy": StandIn(fails={"verify_patron": TypeError()}),
                "reader": Reader(),
            },
            {"broken": (FAULT,)},
        )
    )
    expected = {
        "down": Unreachable,
        "slow": TimedOut,
        "buggy": UnexpectedAnswer,
        "reader": Unsupported,
        "broken": Unreachable,
        "nowhere": Unsupported,
    }
    for name, kind in expected.items():
        with pytest.raises(kind):
            gateway.sign_in(name, "A1", "1234", deadline=0.1)


def test_one_loan_is_asked() -> None:
    gateway = Gateway(libraries(lumme=StandIn(), reader=Reader(), slow=StandIn(waits={"read_loan": 5})))
    assert gateway.read_loan("lumme", "57", "L1", deadline=1) == Loan("L1", "Kalevala", DUE, renewable=True)
    assert gateway.read_loan("lumme", "57", "L9", deadline=1) == NoSuchLoan("L9")
    with pytest.raises(Unsupported):
        gateway.read_loan("reader", "57", "L1", deadline=1)
    with pytest.raises(TimedOut):
        gateway.read_loan("slow", "57", "L1", deadline=0.05)


def renew(gateway: Gateway, *requests: RenewRequest) -> dict[Hashable, tuple[Renewal, ...] | LibraryError]:
    return gateway.renew(requests, deadline=0.1)


def test_every_loan_to_renew_has_a_result() -> None:
    hung = StandIn(waits={"renew_loans": 5})
    gateway = Gateway(
        libraries(
            lumme=StandIn(),
            hung=hung,
            down=StandIn(fails={"renew_loans": Unreachable(sent=False)}),
            buggy=StandIn(fails={"renew_loans": KeyError()}),
            reader=Reader(),
        )
    )
    names = ("lumme", "hung", "down", "buggy", "reader", "nowhere")
    results = renew(gateway, *[RenewRequest(name, name, "57", ("L1", "untold")) for name in names])
    unknown = (RenewalUnknown("L1"), RenewalUnknown("untold"))
    assert results["lumme"] == (Renewed("L1", DUE), RenewalUnknown("untold"))
    assert results["hung"] == unknown
    assert results["buggy"] == unknown
    assert isinstance(results["down"], Unreachable)
    assert isinstance(results["reader"], Unsupported)
    assert isinstance(results["nowhere"], Unsupported)
    assert hung.cancelled == ["renew_loans"]


def test_an_answer_about_somebody_else_is_never_hidden_behind_an_unknown_result() -> None:
    gateway = Gateway(libraries(lumme=StandIn(fails={"renew_loans": WrongPatron()})))
    assert isinstance(renew(gateway, RenewRequest(1, "lumme", "57", ("L1",)))[1], WrongPatron)


def test_renewing_all_loans_of_a_hung_library_is_timed_out() -> None:
    gateway = Gateway(libraries(lumme=StandIn(), hung=StandIn(waits={"renew_loans": 5})))
    results = renew(gateway, RenewRequest(1, "lumme", "57"), RenewRequest(2, "hung", "57"))
    assert results[1] == (Renewed("L1", DUE),)
    assert isinstance(results[2], TimedOut)


def test_states_tell_how_each_library_is_doing() -> None:
    connector = StandIn()
    gateway = Gateway(Libraries({"lumme": connector}, {"broken": (FAULT,)}))
    assert gateway.states()["lumme"].last_answer_at is None
    read(gateway, card("lumme"))
    connector.fails["list_loans"] = Unreachable()
    read(gateway, card("lumme"))
    states = gateway.states()
    assert (states["lumme"].available, states["lumme"].breaker) == (True, "closed")
    assert states["lumme"].last_answer_at is not None
    assert states["lumme"].last_error == "unreachable"
    assert (states["broken"].available, states["broken"].faults) == (False, (FAULT,))


def test_capabilities_are_the_connectors_own_and_none_for_a_faulty_library() -> None:
    gateway = Gateway(Libraries({"reader": Reader()}, {"broken": (FAULT,)}))
    assert gateway.capabilities("reader") == {Capability.READ_PATRON, Capability.LIST_LOANS}
    assert gateway.capabilities("broken") == frozenset()


def test_every_question_is_counted_by_library_and_result() -> None:
    gateway = Gateway(libraries(counted=StandIn(fails={"list_loans": Unreachable()})))
    read(gateway, card("counted"))
    shown = metrics.render().decode()
    assert 'library_calls_total{library="counted",result="ok"} 1.0' in shown
    assert 'library_calls_total{library="counted",result="unreachable"} 1.0' in shown
    assert 'library_call_seconds_count{library="counted"} 2.0' in shown


def test_only_what_is_wanted_is_read() -> None:
    connector = StandIn()
    request = CardRequest("x", "lumme", PATRON, want=frozenset({Want.LOANS}))
    assert read(Gateway(libraries(lumme=connector)), request)["x"].patron is None
    assert connector.asked == ["list_loans"]


def test_closing_closes_every_connector_though_one_fails() -> None:
    first, second = StandIn(fails={"close": ValueError()}), StandIn()
    Gateway(libraries(a=first, b=second)).close()
    assert first.closed
    assert second.closed
