"""May this card be linked to that account, and does the link wait for the holder's yes (rules 3.0, 3.3, 3.4)?"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.cards import NEEDS_TOO, LinkProof, LinkState, Scope


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a new link depends on, as it is in the transaction that makes it.

    ``approval`` is the library's setting; ``minor`` whether somebody else decides for the patron still;
    ``refused`` that the holder refuses all linking, ``blocked`` that staff do, of the card or of the account;
    ``ended`` that the account had the card and somebody else ended that; ``said_yes`` that the link is the
    holder's own doing (an invitation). ``viewers`` and ``cards`` are counted without the new link.
    """

    library_allows: bool
    approval: str
    minor: bool
    refused: bool
    blocked: bool
    ended: bool
    said_yes: bool
    proof: LinkProof
    viewers: int
    max_viewers: int
    cards: int
    max_cards: int


class Refused(StrEnum):
    """Why a link is not made; told only to somebody who proved the card."""

    LIBRARY = "library"
    HOLDER = "holder"
    STAFF = "staff"
    TOO_MANY_VIEWERS = "too_many_viewers"
    TOO_MANY_CARDS = "too_many_cards"


def decide(case: Circumstances) -> LinkState | Refused:
    """The state that a new link begins in, or why there is none."""
    why = next((why for why, is_so in _hindrances(case) if is_so), None)
    if why is not None:
        return why
    return LinkState.PENDING if _waits(case) else LinkState.ACTIVE


def _hindrances(case: Circumstances) -> Iterable[tuple[Refused, bool]]:
    return (
        (Refused.STAFF, case.blocked),
        (Refused.LIBRARY, not case.library_allows),
        (Refused.HOLDER, case.refused),
        (Refused.TOO_MANY_CARDS, case.cards >= case.max_cards),
        (Refused.TOO_MANY_VIEWERS, case.viewers >= case.max_viewers),
    )


def _waits(case: Circumstances) -> bool:
    if case.said_yes:
        return False
    if case.ended or case.approval == "always":
        return True
    if case.minor:
        return False
    # a guarantor gave no PIN: that the library says so is enough for a child's card only
    return case.approval == "adults" or case.proof is LinkProof.GUARANTOR


def check_scopes(scopes: Iterable[Scope], field: str = "scopes") -> frozenset[Scope]:
    """Scopes chosen for a link. One that is of no use without another that was not chosen falls away, so
    nothing is ever seen that was not ticked. Raises ``BadShape`` when none is left."""
    chosen = frozenset(scopes)
    useful = frozenset(scope for scope in chosen if NEEDS_TOO.get(scope, scope) in chosen)
    if not useful:
        raise BadShape(field, "missing")
    return useful
