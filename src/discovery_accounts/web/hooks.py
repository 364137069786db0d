"""``/hooks/…``: what libraries and mail services tell by themselves. No session and no form: the signature is the
proof."""

import json

from pyramid.response import Response

from discovery_accounts.services.bounce_hook import Taken, hear_bounce
from discovery_accounts.services.library_news import LibraryNews
from discovery_accounts.web.problems import Refusal
from discovery_accounts.web.visit import Visit


def challenge(visit: Visit) -> Response:
    """The library asks whether this is the address."""
    told = LibraryNews(visit.house).challenge(_library(visit), dict(visit.request.GET))
    if told is None:
        raise Refusal(404, "not_found")
    return Response(json.dumps(dict(told)).encode(), content_type="application/json", charset="utf-8")


def hear(visit: Visit) -> Response:
    """204 when it was taken in; what is not genuine is told no more than that."""
    headers = {name.lower(): value for name, value in visit.request.headers.items()}
    if not LibraryNews(visit.house).hear(_library(visit), headers, visit.request.body):
        return _nothing(401)
    return _nothing(204)


def hear_mail_bounce(visit: Visit) -> Response:
    """204 when it was taken in, also of a mail that is none of ours."""
    signature = visit.request.headers.get("X-Signature", "")
    taken = hear_bounce(visit.house, visit.request.body, signature, visit.now)
    if taken is Taken.OFF:
        raise Refusal(404, "not_found")
    return _nothing({Taken.YES: 204, Taken.NOT_GENUINE: 401, Taken.NOT_READ: 400}[taken])


def _nothing(status: int) -> Response:
    response = Response(status=status)
    del response.content_type
    return response


def _library(visit: Visit) -> str:
    return str(visit.request.matchdict["library"])
