"""What an act at a library comes to, by how it failed: not done, done after all, or nobody knows."""

import uuid
from collections.abc import Callable

import pytest

from discovery_accounts.connectors.api import (
    BreakerOpen,
    HoldTarget,
    LibraryError,
    NewHold,
    Overloaded,
    RateLimited,
    Refused,
    ServerFailure,
    TimedOut,
    UnexpectedAnswer,
    Unreachable,
    WrongPatron,
)
from discovery_accounts.domain.actor import Actor
from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.holds import HoldState
from discovery_accounts.domain.native_id import write_native_id
from discovery_accounts.services import events
from discovery_accounts.services.hold_changes import HoldChanges
from discovery_accounts.services.hold_outcomes import CANCELLED, NOT_ANSWERED, PLACED, SUSPENDED
from discovery_accounts.services.holds import Holds
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.sessions import Sessions
from tests.factories.desks import card_of
from tests.factories.portal import Portal
from tests.factories.pretending import library_of, open_pretending, signed_in
from tests.factories.rows import events as events_of
from tests.fixtures.databases import ON_SQLITE

pytestmark = ON_SQLITE

NEW = NewHold(HoldTarget("w9"), "MAIN")
SENT: list[Callable[[], LibraryError]] = [
    TimedOut,
    Unreachable,
    ServerFailure,
    UnexpectedAnswer,
    WrongPatron,
]
UNSENT: list[Callable[[], LibraryError]] = [
    Overloaded,
    BreakerOpen,
    Refused,
    RateLimited,
    lambda: Unreachable(sent=False),
]


@pytest.fixture
def portal(make_portal: Callable[..., Portal]) -> Portal:
    return open_pretending(make_portal)


@pytest.fixture
def who(portal: Portal) -> tuple[Actor, uuid.UUID]:
    """The good patron, and the card."""
    client, _ = signed_in(portal)
    actor = Sessions(portal.house).find(client.token or "")
    assert actor is not None
    return actor, uuid.UUID(card_of(client, "pretend"))


def a_hold(portal: Portal, who: tuple[Actor, uuid.UUID], state: HoldState = HoldState.WAITING) -> str:
    holds = library_of(portal).people["p101"].holds.values()
    return write_native_id(who[1], next(hold.hold_id for hold in holds if hold.state is state))


def acts(portal: Portal, subject: str) -> int:
    return sum(call.kind == "act" and call.subject == subject for call in library_of(portal).gate.calls)


@pytest.mark.parametrize("failure", SENT)
@pytest.mark.parametrize("done", [False, True])
def test_a_hold_that_was_sent_is_asked_for_once_and_told_by_the_list(
    portal: Portal, who: tuple[Actor, uuid.UUID], failure: Callable[[], LibraryError], done: bool
) -> None:
    actor, card = who
    library_of(portal).gate.fail(failure, acts_only=True, done=done)
    result = Holds(portal.house).place(actor, card, NEW)
    assert (result.done, result.code) == ((True, PLACED) if done else (False, NOT_ANSWERED))
    assert acts(portal, "hold") == 1
    (event,) = events_of(portal.house, events.HOLD_PLACED)
    assert event.detail == {"outcome": "not_answered"}
    assert bool(events_of(portal.house, events.WRONG_PATRON)) == (failure is WrongPatron)


@pytest.mark.parametrize("failure", UNSENT)
def test_what_the_library_certainly_did_not_do_is_a_refusal(
    portal: Portal, who: tuple[Actor, uuid.UUID], failure: Callable[[], LibraryError]
) -> None:
    actor, card = who
    library_of(portal).gate.fail(failure, acts_only=True)
    with pytest.raises(Problem) as refused:
        Holds(portal.house).place(actor, card, NEW)
    assert refused.value.code is Code.LIBRARY_UNAVAILABLE
    assert not events_of(portal.house, events.HOLD_PLACED)


def test_a_library_that_is_silent_altogether_leaves_it_open(
    portal: Portal, who: tuple[Actor, uuid.UUID]
) -> None:
    actor, _ = who
    hold = a_hold(portal, who)
    library_of(portal).gate.fail(TimedOut, acts_only=True, done=True)
    changes = HoldChanges(portal.house)
    assert changes.cancel(actor, hold).code == CANCELLED  # the list shows that it is gone
    suspended = a_hold(portal, who, HoldState.SUSPENDED)
    library_of(portal).gate.mend()
    listing = Holds(portal.house).read(actor)
    assert listing[0].holds
    library_of(portal).gate.fail(TimedOut, acts_only=False)
    assert changes.resume(actor, suspended).code == NOT_ANSWERED
    assert acts(portal, "hold") == 0


def test_a_hold_that_was_there_before_proves_nothing(portal: Portal, who: tuple[Actor, uuid.UUID]) -> None:
    actor, card = who
    held = next(iter(library_of(portal).people["p101"].holds.values()))
    assert held.record_id is not None
    library_of(portal).gate.fail(TimedOut, acts_only=True)
    result = Holds(portal.house).place(actor, card, NewHold(HoldTarget(held.record_id), "MAIN"))
    assert (result.done, result.code) == (False, NOT_ANSWERED)


def test_a_suspension_that_ends_another_day_is_not_the_one_asked_for(
    portal: Portal, who: tuple[Actor, uuid.UUID]
) -> None:
    actor, _ = who
    hold = a_hold(portal, who, HoldState.SUSPENDED)
    library_of(portal).gate.fail(TimedOut, acts_only=True)
    changes = HoldChanges(portal.house)
    assert changes.suspend(actor, hold, None).code == NOT_ANSWERED
    library_of(portal).gate.fail(TimedOut, acts_only=True, done=True)
    assert changes.suspend(actor, hold, None).code == SUSPENDED


def test_what_is_kept_of_the_card_is_forgotten_after_every_act(
    portal: Portal, who: tuple[Actor, uuid.UUID]
) -> None:
    actor, card = who
    Holds(portal.house).read(actor)
    library_of(portal).gate.fail(TimedOut, acts_only=True)
    Holds(portal.house).place(actor, card, NEW)
    library_of(portal).place_hold("p101", ready=True)
    library_of(portal).gate.mend()
    HoldChanges(portal.house).cancel(actor, a_hold(portal, who))
    library_of(portal).gate.calls.clear()
    assert Holds(portal.house).read(actor)[0].holds is not None
    assert [call.subject for call in library_of(portal).gate.calls].count("holds") == 1


@pytest.mark.parametrize(
    ("record", "item", "place", "field"),
    [
        ("", None, "MAIN", "record_id"),
        ("1\n2", None, "MAIN", "record_id"),
        ("x" * 201, None, "MAIN", "record_id"),
        ("w9", "", "MAIN", "item_id"),
        ("w9", None, " ", "pickup"),
        ("w9", None, "A\x00", "pickup"),
        ("w9", None, "KIDS", "pickup"),
    ],
)
def test_ids_that_no_library_could_have_go_nowhere(
    portal: Portal, who: tuple[Actor, uuid.UUID], record: str, item: str | None, place: str, field: str
) -> None:
    actor, card = who
    library_of(portal).gate.calls.clear()
    with pytest.raises(BadShape) as wrong:
        Holds(portal.house).place(actor, card, NewHold(HoldTarget(record, item), place))
    assert wrong.value.field == field
    assert place == "KIDS" or not library_of(portal).gate.calls
