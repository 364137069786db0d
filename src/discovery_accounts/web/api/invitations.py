"""``/cards/{card}/invitations`` and ``/invitations``: linking without the PIN."""

from datetime import timedelta
from typing import Any

from pyramid.response import Response

from discovery_accounts.domain.cards import Relation, Scope
from discovery_accounts.domain.invitation_code import grouped
from discovery_accounts.domain.last_day import read_until
from discovery_accounts.services.accepting import Accepting, Taking
from discovery_accounts.services.cards import Cards
from discovery_accounts.services.invitations import LASTS, Invitations, OpenInvitation
from discovery_accounts.services.problems import Code
from discovery_accounts.web.api.answers import answer, card_json, nothing, utc
from discovery_accounts.web.visit import Visit


def make(visit: Visit) -> Response:
    invitations, body = Invitations(visit.house), visit.body
    card_id = visit.path_id("card", Code.NO_SUCH_CARD)
    card = invitations.may_invite(visit.signed_in, card_id)
    made = invitations.make(
        visit.signed_in,
        card_id,
        [Scope(word) for word in body["scopes"]],
        lasts=timedelta(seconds=body.get("expires_in", LASTS.total_seconds())),
        until=read_until(body.get("until"), visit.now, visit.house.library(card.library).timezone),
    )
    code = grouped(made.code)
    address = f"{visit.settings.public_url}/invitations/{code}"
    return answer({**_json(made.made), "code": code, "url": address}, 201)


def list_open(visit: Visit) -> Response:
    found = Invitations(visit.house).open(visit.signed_in, visit.path_id("card", Code.NO_SUCH_CARD))
    return answer({"invitations": [_json(one) for one in found]})


def revoke(visit: Visit) -> Response:
    card_id = visit.path_id("card", Code.NO_SUCH_CARD)
    Invitations(visit.house).revoke(visit.signed_in, card_id, visit.request.matchdict["code"])
    return nothing()


def accept(visit: Visit) -> Response:
    body = visit.body
    taking = Taking(body.get("label"), Relation(body["relation"]) if "relation" in body else None)
    code = visit.request.matchdict["code"]
    card_id = Accepting(visit.house).accept(visit.signed_in, code, taking, address=visit.address)
    return answer(card_json(visit, Cards(visit.house).read_one(visit.signed_in, card_id)), 201)


def _json(one: OpenInvitation) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "scopes": [scope.value for scope in one.scopes],
        "until": utc(one.until),
        "created_at": utc(one.created_at),
        "expires_at": utc(one.expires_at),
    }
