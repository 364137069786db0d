"""``/cards``: the account's cards."""

import uuid

from pyramid.response import Response

from discovery_accounts.domain.cards import SCOPES_BY_PIN, Relation, Scope
from discovery_accounts.domain.labels import clean_label
from discovery_accounts.domain.last_day import read_until
from discovery_accounts.services.cards import Cards
from discovery_accounts.services.linking import Linking, NewCard
from discovery_accounts.services.problems import Code
from discovery_accounts.web.api.answers import answer, card_json, nothing
from discovery_accounts.web.visit import Visit


def list_all(visit: Visit) -> Response:
    readings = Cards(visit.house).read(visit.signed_in)
    return answer({"cards": [card_json(visit, reading) for reading in readings]})


def link(visit: Visit) -> Response:
    body = visit.body
    zone = visit.house.library(body["library"]).timezone
    new = NewCard(
        library=body["library"],
        card_number=body["card_number"],
        pin=body["pin"],
        label=body.get("label"),
        relation=Relation(body["relation"]) if body.get("relation") else None,
        scopes=tuple(Scope(word) for word in body["scopes"]) if "scopes" in body else SCOPES_BY_PIN,
        until=read_until(body.get("until"), visit.now, zone),
    )
    card_id = Linking(visit.house).link(
        visit.signed_in, new, address=visit.address, known_token=visit.known_token
    )
    return _one(visit, card_id, status=201)


def show(visit: Visit) -> Response:
    return _one(visit, _card_id(visit))


def change(visit: Visit) -> Response:
    """Another name or colour, the PIN that is right now, or all; a refusal of any changes nothing."""
    body = visit.body
    cards, card_id = Cards(visit.house), _card_id(visit)
    if "label" in body:
        clean_label(body["label"])
    if "pin" in body:
        cards.give_pin(visit.signed_in, card_id, body["pin"], address=visit.address)
    if "label" in body or "colour" in body:
        cards.mark(visit.signed_in, card_id, label=body.get("label"), colour=body.get("colour"))
    return _one(visit, card_id)


def remove(visit: Visit) -> Response:
    Cards(visit.house).remove(visit.signed_in, _card_id(visit))
    return nothing()


def _card_id(visit: Visit) -> uuid.UUID:
    return visit.path_id("card", Code.NO_SUCH_CARD)


def _one(visit: Visit, card_id: uuid.UUID, status: int = 200) -> Response:
    return answer(card_json(visit, Cards(visit.house).read_one(visit.signed_in, card_id)), status)
