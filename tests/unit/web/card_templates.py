"""The forms that ask for a card and its PIN, as their templates are given them, for ``test_templates``."""

from typing import Any

from list_templates import NASTY

from discovery_accounts.domain.cards import SCOPES_BY_PIN
from discovery_accounts.web.pages.invitation_shapes import OfferView, ScopeChoice
from discovery_accounts.web.pages.shapes import Field, LibraryChoice

LIBRARIES = (LibraryChoice("lumme", NASTY), LibraryChoice("helka", "Helka", available=False))
TYPED = Field(NASTY, "card_number.bad_characters")
FORM: dict[str, Any] = {
    "login": "card",
    "libraries": LIBRARIES,
    "library": Field(error="library.missing"),
    "card_number": TYPED,
    "pin": Field(NASTY, "pin.missing"),
    "label": Field(NASTY, "label.too_long"),
    "relation": Field("own", "relation.missing"),
    "return_to": "/loans",
    "refused": "too_many_attempts",
    "wait_minutes": 5,
}
_LINK = FORM | {"scopes": ScopeChoice(SCOPES_BY_PIN), "until": Field(NASTY, "until.past"), "offers": ()}

PAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "sign_in_card": ("sign_in_card", FORM),
    "card_link": ("card_link", _LINK),
    "card_link of somebody else": (
        "card_link",
        _LINK
        | {
            "refused": "linking_not_allowed",
            "reason": "too_many_viewers",
            "scopes": ScopeChoice((), "scopes.missing"),
            "offers": (OfferView("o1", NASTY, NASTY, "looked_after"), OfferView("o2", "Elsa", NASTY, None)),
        },
    ),
}
