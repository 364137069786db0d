"""``/lists/{list}/items``: read in parts, added, changed, and many at once removed, moved and copied."""

import uuid
from collections.abc import Mapping
from typing import Any

from pyramid.response import Response

from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.favourites import write_ordering
from discovery_accounts.services.favourites.acts import Acts
from discovery_accounts.services.favourites.items import Items
from discovery_accounts.services.favourites.shapes import ItemChange, NewItem, Snapshot
from discovery_accounts.services.problems import Code
from discovery_accounts.web.api.answers import answer, nothing
from discovery_accounts.web.api.favourite_parts import item_json, read_wish, thing_id
from discovery_accounts.web.api.favourites import act_json
from discovery_accounts.web.favourite_words import first_list_name
from discovery_accounts.web.visit import Visit

FIRST = "default"
"""In the place of a list's id: the list that the account had first, made where there is none."""


def list_part(visit: Visit) -> Response:
    page = Items(visit.house).page(visit.signed_in, _list_id(visit), read_wish(visit))
    told = {
        "list": str(page.list.id),
        "ordering": write_ordering(page.order, page.descending),
        "items_count": page.list.items,
        "items": [item_json(item) for item in page.items],
        "next": str(page.next) if page.next else None,
    }
    return answer(told)


def add(visit: Visit) -> Response:
    """200 with the one that is there, where the list has the record already."""
    list_id = _list_id(visit)
    name = first_list_name(visit.language)
    added = Items(visit.house).add(visit.signed_in, list_id, _new_item(visit.body), name)
    return answer({**item_json(added.item), "list": str(added.list_id)}, 201 if added.is_new else 200)


def show(visit: Visit) -> Response:
    list_id, item_id = visit.path_id("list", Code.NOT_FOUND), visit.path_id("item", Code.NOT_FOUND)
    return answer(item_json(Items(visit.house).show(visit.signed_in, list_id, item_id)))


def change(visit: Visit) -> Response:
    """What is not named stays as it is."""
    list_id, item_id = visit.path_id("list", Code.NOT_FOUND), visit.path_id("item", Code.NOT_FOUND)
    told = visit.body
    tags = tuple(told["tags"]) if "tags" in told else None
    wanted = ItemChange(told.get("note"), tags, told.get("position"))
    return answer(item_json(Items(visit.house).change(visit.signed_in, list_id, item_id, wanted)))


def remove(visit: Visit) -> Response:
    """The first of ``list_acts`` brings it back."""
    list_id, item_id = visit.path_id("list", Code.NOT_FOUND), visit.path_id("item", Code.NOT_FOUND)
    Acts(visit.house).remove(visit.signed_in, list_id, [item_id])
    return nothing()


def act(visit: Visit) -> Response:
    """Remove, move or copy many. Raises ``BadShape`` where it is not clear which or where to."""
    list_id, told, actor = visit.path_id("list", Code.NOT_FOUND), visit.body, visit.signed_in
    chosen = _chosen(told)
    acts, kind = Acts(visit.house), told["act"]
    if kind == "remove":
        if "to" in told:
            raise BadShape("to", "unexpected")
        return answer(act_json(acts.remove(actor, list_id, chosen)))
    if "to" not in told:
        raise BadShape("to", "missing")
    to = thing_id(told["to"])
    done = acts.move(actor, list_id, chosen, to) if kind == "move" else acts.copy(actor, list_id, chosen, to)
    return answer(act_json(done))


def _chosen(told: Mapping[str, Any]) -> list[uuid.UUID] | None:
    """The ids; ``None`` for all."""
    everything = told.get("all", False)
    if everything == ("items" in told):
        raise BadShape("items", "unexpected" if everything else "missing")
    return None if everything else [thing_id(one) for one in told["items"]]


def _list_id(visit: Visit) -> uuid.UUID | None:
    if visit.request.matchdict["list"] == FIRST:
        return None
    return visit.path_id("list", Code.NOT_FOUND)


def _new_item(told: Mapping[str, Any]) -> NewItem:
    record = Snapshot(
        source=told["source"],
        record_id=told["record_id"],
        title=told["title"],
        author=told.get("author"),
        year=told.get("year"),
        format=told.get("format"),
        cover_url=told.get("cover_url"),
    )
    return NewItem(record, told.get("note", ""), tuple(told.get("tags", ())))
