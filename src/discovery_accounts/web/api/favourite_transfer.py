"""``/lists/export`` and ``/lists/import``: favourites as a file, out and in."""

import uuid
from typing import Any

from pyramid.response import Response

from discovery_accounts.services.favourites.export import Wish
from discovery_accounts.services.favourites.import_favourites import Imported
from discovery_accounts.services.favourites.import_lists import Wish as ImportWish
from discovery_accounts.web.api.answers import answer
from discovery_accounts.web.favourite_files import address_of, list_name, sent, taken
from discovery_accounts.web.visit import Visit


def export(visit: Visit) -> Response:
    query = visit.request.GET
    wish = Wish(query["format"], _maybe_list(visit), address_of=lambda item: address_of(visit, item))
    return sent(visit, wish)


def take_in(visit: Visit) -> Response:
    check_only = visit.request.GET.get("check") == "1"
    wish = ImportWish(list_name(visit), _maybe_list(visit), check_only)
    return answer(_imported(taken(visit, visit.request.body, wish)))


def _maybe_list(visit: Visit) -> uuid.UUID | None:
    asked = visit.request.GET.get("list")
    return uuid.UUID(asked) if asked else None


def _imported(done: Imported) -> dict[str, Any]:
    return {
        "format": done.format,
        "lists": [
            {
                "id": str(one.id) if one.id else None,
                "name": one.name,
                "new": one.is_new,
                "public": one.public,
                "added": one.added,
                "already": one.already,
            }
            for one in done.lists
        ],
        "added": done.added,
        "already": done.already,
        "untitled": done.untitled,
        "cut": done.cut,
        "searches": done.searches,
        "broken_total": done.broken_total,
        "broken": [{"number": one.number, "reason": one.reason} for one in done.broken],
    }
