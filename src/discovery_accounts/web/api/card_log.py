"""``/cards/{id}/events``: a card's log, for its holder."""

from typing import Any

from pyramid.response import Response

from discovery_accounts.services.card_log import Entry
from discovery_accounts.web.api.answers import answer, utc
from discovery_accounts.web.pages.card_log import Saying, asked_log
from discovery_accounts.web.places import write_place
from discovery_accounts.web.visit import Visit


def list_all(visit: Visit) -> Response:
    log, say = asked_log(visit), Saying(visit)
    return answer({"events": [_event(say, entry) for entry in log.entries], "next": write_place(log.next)})


def _event(say: Saying, entry: Entry) -> dict[str, Any]:
    return {
        "at": utc(entry.at),
        "who": say.who(entry),
        "self": say.is_mine(entry),
        "by": entry.by.value,
        "link": str(entry.who.link) if entry.who and entry.who.link else None,
        "what": entry.what,
        "text": say.what(entry),
        "scope": list(entry.scopes),
        "whose": say.name(entry.whose) if entry.whose else None,
        "silent": entry.silent,
        "outcome": entry.outcome or None,
    }
