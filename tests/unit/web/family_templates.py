"""The page of all cards, and what came of renewing, as their templates are given them, for ``test_templates``."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from list_templates import CARD, CARDS, DAY, EURO, HOLDS, NASTY, NOW, ONE

from discovery_accounts.domain.due import Urgency
from discovery_accounts.domain.holds import HoldState
from discovery_accounts.web.family_words import UNSEEN
from discovery_accounts.web.pages.family_shapes import Attention, CardOverview, Debt, Pickup
from discovery_accounts.web.pages.list_shapes import CardFilter
from discovery_accounts.web.pages.shapes import LeftOut, LoanView, RenewalView

_LOANS = tuple(
    LoanView(
        id=f"l{days}",
        card=CARD,
        title=NASTY if days else None,
        author=NASTY,
        due_at=NOW + timedelta(days=days),
        urgency=urgency,
        days=days,
        renewals=1,
        renewable=None,
        not_renewable_because=None,
        may_renew=True,
    )
    for days, urgency in ((-2, Urgency.OVERDUE), (0, Urgency.TODAY), (2, Urgency.SOON), (9, Urgency.LATER))
)
_READY = tuple(hold for hold in HOLDS if hold.state is HoldState.READY)
_CALM = Attention((), 0, (), 0, (), (), ())
_BUSY = Attention(
    _LOANS[:1],
    12,
    _LOANS[1:3],
    2,
    (Pickup(NASTY, NASTY, _READY, DAY), Pickup(None, NASTY, _READY, None)),
    (Debt(CARD, (EURO, EURO)),),
    CARDS[1:],
)
_FULL = CardOverview(CARD, False, 30, 12, _LOANS[:3], 4, _READY, (EURO,), (), True, "/cards/c1/barcode")
_BARE = CardOverview(CARDS[1], False, None, 0, (), None, (), None, tuple(UNSEEN), False, None)
_PAUSED = CardOverview(replace(CARD, id="c3"), True, None, 0, (), None, (), None, (), False, None)
_PAGE: dict[str, Any] = {
    "filter": CardFilter(CARDS),
    "attention": _BUSY,
    "next_due": _LOANS[3],
    "cards": (_FULL, _BARE, _PAUSED),
    "may_renew_any": True,
    "checked_at": NOW,
}

PAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "renewals": (
        "renewals",
        {
            "results": (
                RenewalView(NASTY, CARD, renewed=True, due_at=NOW, code="renewed"),
                RenewalView(None, None, renewed=False, due_at=None, code="not_answered"),
            ),
            "left_out": (LeftOut(CARD, "pin_changed"),),
            "back_address": "/family",
            "to_overview": True,
            "of_all": True,
        },
    ),
    "all cards": ("family", _PAGE),
    "all cards, one of them": ("family", _PAGE | {"filter": ONE, "cards": (_FULL,)}),
    "all cards, nothing to do": ("family", _PAGE | {"attention": _CALM}),
    "all cards, nothing at all": (
        "family",
        _PAGE | {"attention": _CALM, "next_due": None, "may_renew_any": False, "checked_at": None},
    ),
    "all cards, none": (
        "family",
        _PAGE | {"attention": _CALM, "cards": (), "filter": CardFilter(()), "may_renew_any": False},
    ),
}
