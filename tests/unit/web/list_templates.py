"""The pages of holds, fees and past loans as templates are given them, for ``test_templates``."""

from datetime import UTC, date, datetime
from typing import Any

from discovery_accounts.connectors.api import HoldOptions, HoldTarget, PickupLocation
from discovery_accounts.domain.cards import SCOPES_BY_PIN, CardState, Relation
from discovery_accounts.domain.fees import FeeKind
from discovery_accounts.domain.holds import HoldState
from discovery_accounts.domain.money import Money
from discovery_accounts.domain.standing import Standing
from discovery_accounts.web.pages.list_shapes import (
    CardChoice,
    CardFees,
    CardFilter,
    CardLimits,
    FeeView,
    HoldView,
    PastLoanView,
    PaymentView,
)
from discovery_accounts.web.pages.shapes import CardView, Field

NASTY = "<script>alert(1)</script>\"'"
DAY = date(2026, 11, 26)
NOW = datetime(2026, 11, 21, 10, 58, tzinfo=UTC)
CARDS = tuple(
    CardView(
        id=f"c{number}",
        label=NASTY,
        library="lumme",
        library_title="Lumme",
        number_last4="4821",
        relation=Relation.OWN,
        holder=True,
        state=state,
        standing=Standing.GOOD,
        blocks=(),
        expires_on=None,
        scopes=SCOPES_BY_PIN,
        colour=number,
    )
    for number, state in enumerate((CardState.FRESH, CardState.UNAVAILABLE), 1)
)
CARD = CARDS[0]
ONE = CardFilter(CARDS, ("c1",))
HOLDS = tuple(
    HoldView(
        id=f"h{number}",
        card=CARD,
        title=NASTY if number else None,
        author=NASTY,
        state=state,
        position=3 if state is HoldState.WAITING else None,
        pickup=NASTY,
        placed_on=DAY,
        ready_until=DAY if state is HoldState.READY else None,
        wanted_until=DAY,
        suspended_until=DAY if number % 2 else None,
        may_cancel=True,
        may_change_pickup=True,
        may_suspend=state is not HoldState.SUSPENDED,
        may_resume=state is HoldState.SUSPENDED,
    )
    for number, state in enumerate(HoldState)
)
PLACES = (PickupLocation("MAIN", NASTY), PickupLocation(NASTY))
OPTIONS = HoldOptions(HoldTarget("1"), PLACES, "MAIN", NASTY, takes_note=True, takes_date=True)
EURO = Money(240, "EUR")
FEES = (
    FeeView(FeeKind.OVERDUE, NASTY, NASTY, EURO, Money(100, "EUR"), DAY, disputed=True),
    FeeView(FeeKind.MANUAL, None, None, Money(-150, "EUR"), Money(-150, "EUR")),
)

_LIST = {
    "cards": CARDS,
    "filter": CardFilter(CARDS),
    "checked_at": NOW,
    "limits": (CardLimits(CARD, ("no_cancel", "no_pickup", "no_suspend")),),
}
_HOLDS: dict[str, Any] = {
    **_LIST,
    "holds": HOLDS,
    "because": None,
    "refused": None,
    "wait_minutes": None,
    "came_from": None,
}
_ONE: dict[str, Any] = {
    "hold_id": "h1",
    "title": NASTY,
    "now_at": PLACES[0],
    "card": CARD,
    "because": None,
    "refused": None,
    "wait_minutes": None,
}
_NEW: dict[str, Any] = {
    "card": CARD,
    "asked": {"record_id": NASTY, "card": "c1", "return_to": NASTY},
    "other_cards": "/holds/new",
    "options": OPTIONS,
    "because": None,
    "refused": None,
    "wait_minutes": None,
    "pickup": Field("MAIN", "pickup.not_allowed"),
    "wanted_until": Field(NASTY, "wanted_until.bad_format"),
    "note": Field("</textarea>" + NASTY, "note.too_long"),
    "most_note": 500,
    "tomorrow": "2026-11-22",
    "back": "/holds",
}
_HISTORY: dict[str, Any] = {
    "card": CARD,
    "cards": CARDS,
    "loans": (PastLoanView(NASTY, NASTY, NOW, NOW), PastLoanView(None, None, None, None)),
    "total": 120,
    "next": 100,
    "offset": 50,
    "choices": ("kept", "by_library", "not_kept"),
    "keeping": Field("kept", "keeping.unknown"),
    "may_delete": True,
    "refused": None,
    "wait_minutes": None,
}

PAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "holds": ("holds", _HOLDS),
    "holds of one card": ("holds", _HOLDS | {"filter": ONE, "came_from": "/portal"}),
    "holds, refused": ("holds", _HOLDS | {"because": "too_late", "limits": ()}),
    "holds, no answer": ("holds", _HOLDS | {"refused": "library_unavailable", "holds": ()}),
    "no holds": ("holds", _HOLDS | {"holds": (), "filter": ONE, "limits": ()}),
    "holds without a card": (
        "holds",
        _HOLDS | {"holds": (), "cards": (), "filter": CardFilter(()), "limits": ()},
    ),
    "hold_pickup": ("hold_pickup", _ONE | {"places": PLACES, "pickup": Field("MAIN", "pickup.missing")}),
    "hold_pickup, refused": (
        "hold_pickup",
        _ONE | {"places": (), "pickup": Field(), "because": "too_late", "title": None},
    ),
    "hold_suspend": (
        "hold_suspend",
        _ONE | {"until": Field(NASTY, "until.past"), "takes_until": True, "tomorrow": "2026-11-22"},
    ),
    "hold_suspend without end": (
        "hold_suspend",
        _ONE | {"until": Field(), "takes_until": False, "tomorrow": "2026-11-22", "refused": "pin_changed"},
    ),
    "hold_card": (
        "hold_card",
        {
            "choices": (CardChoice(CARD, "/x"), CardChoice(CARD, "/y", "missing_scope")),
            "library_title": NASTY,
            "back": "/holds",
        },
    ),
    "hold_card, none": ("hold_card", {"choices": (), "library_title": NASTY, "back": "/holds"}),
    "hold_new": ("hold_new", _NEW),
    "hold_new, refused": ("hold_new", _NEW | {"options": None, "because": "fees", "note": Field()}),
    "hold_new, no answer": ("hold_new", _NEW | {"options": None, "refused": "library_unavailable"}),
    "fees": (
        "fees",
        {
            **_LIST,
            "by_card": (CardFees(CARD, FEES, (EURO, Money(100, "SEK"))), CardFees(CARD, FEES, ())),
            "owed": (EURO,),
            "limits": (CardLimits(CARD, ("missing_scope",)),),
            "has_paid": True,
        },
    ),
    "no fees": ("fees", {**_LIST, "by_card": (), "owed": (), "limits": (), "has_paid": False}),
    "fees_paid": (
        "fees_paid",
        {"card": CARD, "cards": CARDS, "fees": FEES, "payments": (PaymentView(EURO, DAY, NASTY),)},
    ),
    "fees_paid, none": ("fees_paid", {"card": CARD, "cards": (), "fees": None, "payments": ()}),
    "history": ("history", _HISTORY),
    "history, no answer": ("history", _HISTORY | {"loans": None, "refused": "library_unavailable"}),
    "history, none": ("history", _HISTORY | {"loans": (), "total": 0, "next": None, "offset": 0}),
    "history of nobody": ("history", _HISTORY | {"card": None}),
}
