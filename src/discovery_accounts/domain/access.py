"""The one question "may this account do this with this card?", asked at every act on a card.

Pages, API, jobs and other doors ask it through the services, so none of them can forget it.
Links are not transitive: only the account's own link to the card counts (checklist L9).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from discovery_accounts.domain.cards import LinkState, Scope
from discovery_accounts.domain.standing import Standing


class Action(StrEnum):
    """What somebody wants to do with a card."""

    SEE_CARD = "see_card"
    SEE_LOANS = "see_loans"
    SEE_HOLDS = "see_holds"
    SEE_FEES = "see_fees"
    RENEW = "renew"
    HOLD = "hold"
    CHANGE_HOLD = "change_hold"
    SEE_OWN_DATA = "see_own_data"
    CHANGE_OWN_DATA = "change_own_data"
    SUGGEST = "suggest"
    SHOW_BARCODE = "show_barcode"
    DECIDE_WHO_SEES = "decide_who_sees"


_NEEDED_SCOPES: dict[Action, frozenset[Scope]] = {
    Action.SEE_LOANS: frozenset({Scope.LOANS}),
    Action.SEE_HOLDS: frozenset({Scope.HOLDS}),
    Action.SEE_FEES: frozenset({Scope.FEES}),
    Action.RENEW: frozenset({Scope.RENEW, Scope.LOANS}),
    Action.HOLD: frozenset({Scope.HOLD}),
    Action.CHANGE_HOLD: frozenset({Scope.HOLD}),
    Action.SHOW_BARCODE: frozenset({Scope.CARD}),
}
_HOLDER_ONLY = {Action.SEE_OWN_DATA, Action.CHANGE_OWN_DATA, Action.SUGGEST, Action.DECIDE_WHO_SEES}
"""History, contact data, messages, PINs and who sees the card are nobody's but the holder's, whatever a link
may do (rules 3.2)."""
_NEEDS_GOOD_STANDING = {Action.RENEW, Action.HOLD, Action.SUGGEST}


@dataclass(frozen=True, slots=True)
class CardAccess:
    """An account's link to a card, as far as permission depends on it.

    ``standing`` is what the library last told, ``None`` when it has not told yet.
    """

    state: LinkState
    scopes: frozenset[Scope]
    holder: bool
    until: datetime | None = None
    standing: Standing | None = None


class Verdict(StrEnum):
    """Allowed, or the stable code of why not."""

    ALLOWED = "allowed"
    NO_SUCH_CARD = "no_such_card"
    PENDING_APPROVAL = "pending_approval"
    MISSING_SCOPE = "missing_scope"
    HOLDER_ONLY = "holder_only"
    CARD_BLOCKED = "card_blocked"
    CARD_EXPIRED = "card_expired"


def authorize(access: CardAccess | None, action: Action, now: datetime) -> Verdict:
    """Whether ``action`` is allowed. ``access`` is ``None`` when the account has no link to the card."""
    if access is None or access.state is LinkState.ENDED:
        return Verdict.NO_SUCH_CARD
    if access.until is not None and access.until <= now:
        return Verdict.NO_SUCH_CARD
    if access.state is LinkState.PENDING:
        return Verdict.ALLOWED if action is Action.SEE_CARD else Verdict.PENDING_APPROVAL
    if not access.holder and not _NEEDED_SCOPES.get(action, frozenset()) <= access.scopes:
        return Verdict.MISSING_SCOPE
    if action in _HOLDER_ONLY and not access.holder:
        return Verdict.HOLDER_ONLY
    if action in _NEEDS_GOOD_STANDING:
        if access.standing is Standing.BLOCKED:
            return Verdict.CARD_BLOCKED
        if access.standing is Standing.EXPIRED:
            return Verdict.CARD_EXPIRED
    return Verdict.ALLOWED
