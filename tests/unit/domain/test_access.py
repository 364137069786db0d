"""May this account do this with this card?"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from discovery_accounts.domain.access import Action, CardAccess, Verdict, authorize
from discovery_accounts.domain.cards import ALL_SCOPES, NEEDS_TOO, LinkState, Scope, read_scopes, write_scopes
from discovery_accounts.domain.standing import Standing

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def access(**changes: object) -> CardAccess:
    values: dict[str, object] = {"state": LinkState.ACTIVE, "scopes": frozenset(ALL_SCOPES), "holder": False}
    return CardAccess(**{**values, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize("action", Action)
def test_nobody_elses_card_is_a_card(action: Action) -> None:
    assert authorize(None, action, NOW) is Verdict.NO_SUCH_CARD
    assert authorize(access(state=LinkState.ENDED, holder=True), action, NOW) is Verdict.NO_SUCH_CARD


@pytest.mark.parametrize("action", Action)
def test_a_link_ends_with_its_day(action: Action) -> None:
    holder = access(until=NOW, holder=True)
    assert authorize(holder, action, NOW) is Verdict.NO_SUCH_CARD
    assert authorize(replace(holder, until=NOW + timedelta(seconds=1)), action, NOW) is Verdict.ALLOWED


def test_a_pending_link_shows_the_card_and_nothing_of_it() -> None:
    pending = access(state=LinkState.PENDING)
    assert authorize(pending, Action.SEE_CARD, NOW) is Verdict.ALLOWED
    assert authorize(pending, Action.SEE_LOANS, NOW) is Verdict.PENDING_APPROVAL
    assert authorize(pending, Action.RENEW, NOW) is Verdict.PENDING_APPROVAL


SCOPES = [
    (Action.SEE_LOANS, Scope.LOANS),
    (Action.SEE_HOLDS, Scope.HOLDS),
    (Action.SEE_FEES, Scope.FEES),
    (Action.RENEW, Scope.RENEW),
    (Action.HOLD, Scope.HOLD),
    (Action.CHANGE_HOLD, Scope.HOLD),
    (Action.SHOW_BARCODE, Scope.CARD),
]
READINGS = [Action.SEE_CARD, Action.SEE_LOANS, Action.SEE_HOLDS, Action.SEE_FEES, Action.SEE_OWN_DATA]


@pytest.mark.parametrize(("action", "scope"), SCOPES)
def test_an_act_needs_its_scope_unless_one_holds_the_card(action: Action, scope: Scope) -> None:
    without = frozenset(ALL_SCOPES) - {scope}
    assert authorize(access(scopes=without), action, NOW) is Verdict.MISSING_SCOPE
    needed = {scope, NEEDS_TOO.get(scope, scope)}
    assert authorize(access(scopes=frozenset(needed)), action, NOW) is Verdict.ALLOWED
    assert authorize(access(scopes=without, holder=True), action, NOW) is Verdict.ALLOWED


@pytest.mark.parametrize("action", [Action.SEE_OWN_DATA, Action.CHANGE_OWN_DATA, Action.SUGGEST])
def test_what_is_the_holders_own_no_scope_opens(action: Action) -> None:
    assert authorize(access(), action, NOW) is Verdict.HOLDER_ONLY
    assert authorize(access(holder=True, scopes=frozenset()), action, NOW) is Verdict.ALLOWED


@pytest.mark.parametrize(
    ("standing", "verdict"),
    [
        (Standing.BLOCKED, Verdict.CARD_BLOCKED),
        (Standing.EXPIRED, Verdict.CARD_EXPIRED),
        (Standing.GOOD, Verdict.ALLOWED),
        (None, Verdict.ALLOWED),
    ],
)
def test_a_blocked_card_is_read_and_not_acted_with(standing: Standing | None, verdict: Verdict) -> None:
    held = access(standing=standing, holder=True)
    for action in READINGS:
        assert authorize(held, action, NOW) is Verdict.ALLOWED
    for action in (Action.RENEW, Action.HOLD, Action.SUGGEST):
        assert authorize(held, action, NOW) is verdict


def test_a_blocked_card_may_still_be_freed_of_a_hold_and_get_a_new_address() -> None:
    held = access(standing=Standing.BLOCKED, holder=True)
    for action in (Action.CHANGE_HOLD, Action.CHANGE_OWN_DATA):
        assert authorize(held, action, NOW) is Verdict.ALLOWED


def test_scopes_survive_being_stored() -> None:
    for chosen in product([False, True], repeat=len(ALL_SCOPES)):
        scopes = frozenset(scope for scope, taken in zip(ALL_SCOPES, chosen, strict=True) if taken)
        assert read_scopes(write_scopes(scopes)) == scopes
    assert read_scopes("loans a-word-from-the-future") == frozenset({Scope.LOANS})
