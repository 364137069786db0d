"""``/feeds``: calendar feeds of the account, made and stopped."""

from typing import Any

from pyramid.response import Response

from discovery_accounts.services.feeds import FeedInfo, Feeds
from discovery_accounts.services.problems import Code
from discovery_accounts.web.api.answers import answer, nothing, utc
from discovery_accounts.web.api.asked import card_id
from discovery_accounts.web.feed import address_of
from discovery_accounts.web.visit import Visit


def list_all(visit: Visit) -> Response:
    return answer({"feeds": [_feed(info) for info in Feeds(visit.house).list(visit.signed_in)]})


def make(visit: Visit) -> Response:
    asked = visit.body.get("card")
    made = Feeds(visit.house).make(
        visit.signed_in, card_id(asked) if asked else None, visit.body.get("language") or visit.language
    )
    return answer({**_feed(made.info), "address": address_of(visit, made.token)}, 201)


def revoke(visit: Visit) -> Response:
    Feeds(visit.house).revoke(visit.signed_in, visit.path_id("feed", Code.NOT_FOUND))
    return nothing()


def _feed(info: FeedInfo) -> dict[str, Any]:
    return {
        "id": str(info.id),
        "card": str(info.card.id) if info.card else None,
        "language": info.language,
        "created_at": utc(info.created_at),
        "last_read_at": utc(info.last_read_at),
    }
