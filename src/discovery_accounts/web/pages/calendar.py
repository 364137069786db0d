"""``/account/calendar``: addresses at which a calendar program reads when loans are due."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from pyramid.response import Response

from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.services.feeds import FeedInfo, Feeds, NewFeed
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.web.feed import address_of
from discovery_accounts.web.pages.forms import form_page
from discovery_accounts.web.pages.shapes import CardView, Field
from discovery_accounts.web.pages.views import plain_card, sign_in_again
from discovery_accounts.web.problems import Refusal
from discovery_accounts.web.visit import Visit

ALL = "all"
_PASS_ON = {Code.FRESH_SIGN_IN_REQUIRED, Code.STEP_UP_REQUIRED, Code.NO_SUCH_CARD}
"""Refusals that are a page of their own, not a message in the form."""


@dataclass(frozen=True, slots=True)
class FeedView:
    """``card`` is ``None`` for all cards."""

    id: str
    card: CardView | None
    created_at: datetime
    last_read_at: datetime | None


@dataclass(frozen=True, slots=True)
class FeedAddress:
    """A feed's address in the two forms that calendar programs take; shown once."""

    https: str = field(repr=False)
    webcal: str = field(repr=False)
    card: CardView | None


def show(visit: Visit) -> Response:
    return _page(visit, None)


def change(visit: Visit) -> Response:
    """Make one or stop one; the form says which."""
    feeds, action = Feeds(visit.house), visit.form("action")
    if action == "stop":
        feeds.revoke(visit.signed_in, _id(visit.form("feed"), Code.NOT_FOUND))
        return visit.redirect(visit.url("calendar"), "feed_stopped")
    if action != "make":
        raise Refusal(400, "bad_request")
    try:
        made = feeds.make(visit.signed_in, _chosen(visit), visit.language)
    except (Problem, BadShape) as problem:
        if isinstance(problem, Problem) and problem.code in _PASS_ON:
            raise
        return _page(visit, problem)
    return _page(visit, None, made)


def _chosen(visit: Visit) -> uuid.UUID | None:
    """The card of a posted form, ``None`` for all."""
    asked = visit.form("card")
    if not asked:
        raise BadShape("card", "missing")
    return None if asked == ALL else _id(asked, Code.NO_SUCH_CARD)


def _id(text: str, refusal: Code) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Refusal(404, refusal) from None


def _page(visit: Visit, problem: Problem | BadShape | None, made: NewFeed | None = None) -> Response:
    actor, feeds = visit.signed_in, Feeds(visit.house)
    cards = feeds.cards(actor)
    error = f"card.{problem.code}" if isinstance(problem, BadShape) else None
    response = form_page(
        visit,
        "calendar.html",
        problem,
        section="account",
        feeds=tuple(_view(visit, info) for info in feeds.list(actor)),
        address=_address(visit, made) if made else None,
        cards=tuple(plain_card(visit, card) for card in cards.possible),
        others=tuple((plain_card(visit, card), code.value) for card, code in cards.others),
        card=Field(visit.form("card"), error),
        sign_in_again=sign_in_again(visit, visit.url("calendar")),
        fresh_needed=not visit.is_fresh,
    )
    if made is not None:
        response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _view(visit: Visit, info: FeedInfo) -> FeedView:
    card = plain_card(visit, info.card) if info.card else None
    return FeedView(str(info.id), card, info.created_at, info.last_read_at)


def _address(visit: Visit, made: NewFeed) -> FeedAddress:
    address = address_of(visit, made.token)
    card = plain_card(visit, made.info.card) if made.info.card else None
    return FeedAddress(address, "webcal:" + address.partition(":")[2], card)
