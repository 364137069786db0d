"""``/cards/offers``: cards that a library says one answers for, each with one button."""

import uuid

from pyramid.response import Response

from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.cards import LinkState
from discovery_accounts.services.cards import Cards
from discovery_accounts.services.offers import Offers
from discovery_accounts.services.problems import Problem
from discovery_accounts.web.pages.forms import form_page
from discovery_accounts.web.pages.invitation_shapes import OfferView
from discovery_accounts.web.pages.own_views import to_prove
from discovery_accounts.web.pages.views import library_title
from discovery_accounts.web.visit import Visit


def show(visit: Visit) -> Response:
    return _page(visit, None)


def take(visit: Visit) -> Response:
    try:
        card_id = Offers(visit.house).take(visit.signed_in, visit.form("offer"))
    except (Problem, BadShape) as problem:
        if (asked := to_prove(visit, problem, visit.url("card_offers"))) is not None:
            return asked
        return _page(visit, problem)
    return visit.redirect(visit.url("cards"), added(visit, card_id))


def added(visit: Visit, card_id: uuid.UUID) -> str:
    """What the next page says of a card that was added: it may wait for its holder's yes."""
    waits = Cards(visit.house).find(visit.signed_in, card_id).link_state is LinkState.PENDING
    return "card_waits" if waits else "card_linked"


def offer_views(visit: Visit) -> tuple[OfferView, ...]:
    """Those there are just now; the libraries of one's own cards are asked."""
    return tuple(
        OfferView(offer.id, offer.name, library_title(visit, offer.card.library), offer.relation)
        for offer in Offers(visit.house).all(visit.signed_in)
    )


def _page(visit: Visit, problem: Problem | BadShape | None) -> Response:
    return form_page(visit, "card_offers.html", problem, section="cards", offers=offer_views(visit))
