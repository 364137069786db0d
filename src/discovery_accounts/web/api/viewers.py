"""``/cards/{card}/viewers``, ``/linking`` and ``/holder``: who can see a card, and its holder's word on that."""

import uuid
from typing import Any

from pyramid.response import Response

from discovery_accounts.domain.cards import LinkState, Scope
from discovery_accounts.domain.last_day import read_until
from discovery_accounts.services.cards import Cards
from discovery_accounts.services.codes import LASTS
from discovery_accounts.services.holder_proof import HolderProofs
from discovery_accounts.services.problems import Code
from discovery_accounts.services.viewer_list import Viewer
from discovery_accounts.services.viewers import Change, Viewers
from discovery_accounts.web.api.answers import answer, card_json, nothing, utc
from discovery_accounts.web.pages.own_views import own_card_id
from discovery_accounts.web.viewer_titles import signs_in_by
from discovery_accounts.web.visit import Visit

_STATES = {LinkState.ACTIVE: "active", LinkState.PENDING: "pending_approval"}


def list_all(visit: Visit) -> Response:
    told = Viewers(visit.house).of(visit.signed_in, own_card_id(visit))
    titles = signs_in_by(visit, told.viewers)
    return answer({"viewers": [_viewer(one, titles[str(one.link_id)]) for one in told.viewers]})


def change(visit: Visit) -> Response:
    """What is left out stays as it is."""
    body, viewers, card_id = visit.body, Viewers(visit.house), own_card_id(visit)
    zone = visit.house.library(viewers.of(visit.signed_in, card_id).library).timezone
    asked = Change(
        scopes=_scopes(body),
        until=read_until(body.get("until"), visit.now, zone),
        sets_until="until" in body,
    )
    return _one(visit, viewers.change(visit.signed_in, card_id, _link_id(visit), asked))


def approve(visit: Visit) -> Response:
    card_id = own_card_id(visit)
    viewers = Viewers(visit.house)
    return _one(visit, viewers.approve(visit.signed_in, card_id, _link_id(visit), _scopes(visit.body)))


def end(visit: Visit) -> Response:
    Viewers(visit.house).end(visit.signed_in, own_card_id(visit), _link_id(visit), silent=_silent(visit))
    return nothing()


def end_all(visit: Visit) -> Response:
    Viewers(visit.house).end_all(visit.signed_in, own_card_id(visit), silent=_silent(visit))
    return nothing()


def allow_linking(visit: Visit) -> Response:
    allowed = bool(visit.body["allowed"])
    Viewers(visit.house).allow_linking(visit.signed_in, own_card_id(visit), allowed=allowed)
    return answer({"allowed": allowed})


def ask_holder(visit: Visit) -> Response:
    """Have a code sent to the address on file."""
    sent_to = HolderProofs(visit.house).ask(
        visit.signed_in, own_card_id(visit), visit.language, visit.address
    )
    body = {"channel": "email", "sent_to": sent_to, "expires_in": int(LASTS.total_seconds())}
    return answer(body, status=202)


def verify_holder(visit: Visit) -> Response:
    """The card, whose holder this account is now."""
    card_id = own_card_id(visit)
    HolderProofs(visit.house).verify(visit.signed_in, card_id, visit.body["code"], visit.address)
    return answer(card_json(visit, Cards(visit.house).read_one(visit.signed_in, card_id)))


def _viewer(one: Viewer, title: str | None) -> dict[str, Any]:
    return {
        "link": str(one.link_id),
        "name": one.name,
        "signs_in_by": title,
        "since": utc(one.since),
        "last_used": utc(one.last_used),
        "scopes": [scope.value for scope in one.scopes],
        "self": one.mine,
        "state": _STATES[one.state],
        "until": utc(one.until),
        "holder": one.holder,
        "relation": one.relation.value,
    }


def _one(visit: Visit, viewer: Viewer) -> Response:
    return answer(_viewer(viewer, signs_in_by(visit, [viewer])[str(viewer.link_id)]))


def _scopes(body: Any) -> tuple[Scope, ...] | None:
    return tuple(Scope(word) for word in body["scopes"]) if "scopes" in body else None


def _link_id(visit: Visit) -> uuid.UUID:
    return visit.path_id("link", Code.NOT_FOUND)


def _silent(visit: Visit) -> bool:
    return bool(visit.request.GET.get("silent") == "1")
