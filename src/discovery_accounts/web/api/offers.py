"""``/cards/offers``: cards that a library says one answers for."""

from pyramid.response import Response

from discovery_accounts.services.cards import Cards
from discovery_accounts.services.offers import Offers
from discovery_accounts.web.api.answers import answer, card_json
from discovery_accounts.web.visit import Visit


def list_all(visit: Visit) -> Response:
    found = [
        {
            "id": offer.id,
            "library": offer.card.library,
            "name": offer.name,
            "relation": offer.relation,
            "card": str(offer.card.id),
        }
        for offer in Offers(visit.house).all(visit.signed_in)
    ]
    return answer({"offers": found})


def take(visit: Visit) -> Response:
    offer = visit.request.matchdict["offer"]
    card_id = Offers(visit.house).take(visit.signed_in, offer, visit.body.get("label"))
    return answer(card_json(visit, Cards(visit.house).read_one(visit.signed_in, card_id)), 201)
