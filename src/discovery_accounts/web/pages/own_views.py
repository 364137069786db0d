"""What the pages of a patron's own data share: the way to them, and the proof that they ask for."""

import uuid
from typing import Any

from pyramid.response import Response

from discovery_accounts.connectors.api import Capability, ListsHistory, TakesSuggestions
from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.services.account_cards import AccountCard
from discovery_accounts.services.own_cards import CardPart, OwnCards
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.services.step_up import require_certainty
from discovery_accounts.web.pages.own_shapes import OwnPlace, OwnPlaces, Unanswered
from discovery_accounts.web.pages.views import plain_card, sign_in_again
from discovery_accounts.web.visit import Visit

_PLACES = {
    Capability.READ_PROFILE: "card_details",
    Capability.CHANGE_PIN: "card_pin",
    Capability.KEEP_MESSAGING: "card_messages",
    Capability.RENEW_CARD: "card_renewal",
    Capability.LIST_HISTORY: "history",
    Capability.SUGGEST_PURCHASES: "suggestions",
}


def own_places(visit: Visit, library: str, card_id: str) -> OwnPlaces:
    """Where the holder of a card can go, as far as the library can do it. What was sent has a page in any case:
    we send messages too."""
    able = visit.house.gateway.capabilities(library)
    offered = [
        OwnPlace(capability.value, _address(visit, route, card_id))
        for capability, route in _PLACES.items()
        if capability in able
    ]
    viewers = OwnPlace("viewers", visit.url("card_viewers", card=card_id))
    invite = OwnPlace("invite", visit.url("card_invite", card=card_id))
    log = OwnPlace("card_log", visit.url("card_log", card=card_id))
    notices = OwnPlace(Capability.LIST_NOTICES.value, visit.url("notices"))
    missing = tuple(capability.value for capability in _PLACES if capability not in able)
    return OwnPlaces((viewers, invite, log, *offered, notices), missing)


def _address(visit: Visit, route: str, card_id: str) -> str:
    if route.startswith("card_"):
        return visit.url(route, card=card_id)
    return visit.url(route, _query={"card": card_id}) if route == "history" else visit.url(route)


def shared_places(visit: Visit) -> tuple[OwnPlace, ...]:
    """Where a person finds what is kept of all their own cards together: past loans and suggestions where a
    library can do that, and what was sent in any case."""
    own = OwnCards(visit.house)
    cards = own.all(visit.signed_in)
    routes: list[tuple[str, str, bool]] = [
        (Capability.LIST_HISTORY.value, "history", any(own.can(card, ListsHistory) for card in cards)),
        ("memberships", "memberships", True),
        ("reminders", "reminders", True),
        ("messages", "messages", bool(cards)),
        ("calendar", "calendar", True),
        ("reviews", "reviews", visit.settings.reviews != "none"),
        (Capability.LIST_NOTICES.value, "notices", True),
        (
            Capability.SUGGEST_PURCHASES.value,
            "suggestions",
            any(own.can(card, TakesSuggestions) for card in cards),
        ),
    ]
    return tuple(OwnPlace(code, visit.url(route)) for code, route, there in routes if there)


def own_card_id(visit: Visit) -> uuid.UUID:
    """The card that the page's address is about."""
    return visit.path_id("card", Code.NO_SUCH_CARD)


def asked_to_prove(visit: Visit, return_to: str) -> Response | None:
    """On to the page where one proves oneself once more, where a change needs it; ``None`` when it does not."""
    try:
        require_certainty(visit.house, visit.signed_in)
    except Problem as problem:
        if (asked := to_prove(visit, problem, return_to)) is None:
            raise
        return asked
    return None


def to_prove(visit: Visit, problem: Problem | BadShape, return_to: str) -> Response | None:
    """The same where a service asked for it; ``None`` for any other problem. What was chosen is chosen again after."""
    if not isinstance(problem, Problem):
        return None
    if problem.code is Code.STEP_UP_REQUIRED:
        return visit.redirect(visit.url("step_up", _query={"return_to": return_to}))
    if problem.code is Code.FRESH_SIGN_IN_REQUIRED:
        return visit.redirect(sign_in_again(visit, return_to), "sign_in_again_own")
    return None


def unanswered(visit: Visit, card: AccountCard, because: Code) -> Unanswered:
    return Unanswered(plain_card(visit, card), because.value)


def troubled(visit: Visit, parts: tuple[CardPart[Any], ...]) -> tuple[Unanswered, ...]:
    """The cards of which nothing was told."""
    return tuple(unanswered(visit, part.card, part.because) for part in parts if part.because is not None)
