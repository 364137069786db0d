"""``/lists``: favourites lists of the account, and what public ones tell to all."""

from typing import Any

from pyramid.response import Response

from discovery_accounts.domain.favourites import write_ordering
from discovery_accounts.services.favourites.acts import Acts
from discovery_accounts.services.favourites.lists import Favourites
from discovery_accounts.services.favourites.public import PublicLists
from discovery_accounts.services.favourites.shapes import Act, Change, ListInfo
from discovery_accounts.services.problems import Code
from discovery_accounts.web.api.answers import answer, nothing, utc
from discovery_accounts.web.api.favourite_parts import item_json, read_wish
from discovery_accounts.web.visit import Visit


def list_all(visit: Visit) -> Response:
    return answer({"lists": [list_json(one) for one in Favourites(visit.house).lists(visit.signed_in)]})


def make(visit: Visit) -> Response:
    told = visit.body
    made = Favourites(visit.house).make(
        visit.signed_in,
        told["name"],
        told.get("description", ""),
        told.get("public", False),
        told.get("ordering", "manual"),
    )
    return answer(list_json(made), 201)


def show(visit: Visit) -> Response:
    list_id = visit.path_id("list", Code.NOT_FOUND)
    return answer(list_json(Favourites(visit.house).show(visit.signed_in, list_id)))


def change(visit: Visit) -> Response:
    told, list_id = visit.body, visit.path_id("list", Code.NOT_FOUND)
    wanted = Change(told.get("name"), told.get("description"), told.get("public"), told.get("ordering"))
    return answer(list_json(Favourites(visit.house).change(visit.signed_in, list_id, wanted)))


def remove(visit: Visit) -> Response:
    """The first of ``list_acts`` brings it back."""
    Favourites(visit.house).remove(visit.signed_in, visit.path_id("list", Code.NOT_FOUND))
    return nothing()


def list_acts(visit: Visit) -> Response:
    return answer({"acts": [_recent_json(one) for one in Acts(visit.house).recent(visit.signed_in)]})


def undo(visit: Visit) -> Response:
    undone = Acts(visit.house).undo(visit.signed_in, visit.path_id("act", Code.NOT_FOUND))
    return answer({"kind": undone.kind.value, "items": undone.items, "left": undone.left})


def show_public(visit: Visit) -> Response:
    """For whoever has the address; it says nothing of its owner."""
    page = PublicLists(visit.house).page(visit.request.matchdict["public"], read_wish(visit))
    told = {
        "public_id": page.list.public_id,
        "name": page.list.name,
        "description": page.list.description,
        "ordering": write_ordering(page.order, page.descending),
        "items_count": page.list.items,
        "changed_at": utc(page.list.changed_at),
        "items": [item_json(item) for item in page.items],
        "next": str(page.next) if page.next else None,
    }
    return answer(told)


def list_json(one: ListInfo) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "name": one.name,
        "description": one.description,
        "public": one.public,
        "public_id": one.public_id,
        "ordering": write_ordering(one.order, one.descending),
        "items_count": one.items,
        "created_at": utc(one.created_at),
        "changed_at": utc(one.changed_at),
    }


def act_json(act: Act) -> dict[str, Any]:
    return {**_recent_json(act), "already": act.already, "missing": act.missing}


def _recent_json(act: Act) -> dict[str, Any]:
    return {"act": str(act.id), "kind": act.kind.value, "items": act.items, "undo_until": utc(act.until)}
