"""``/favourites/{list}/items/{item}``: one favourite: its note, its tags, its place, another list for it."""

import uuid

from pyramid.response import Response

from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.favourites import Order
from discovery_accounts.domain.record_address import IMPORTED
from discovery_accounts.services.favourites.acts import Acts
from discovery_accounts.services.favourites.items import Items
from discovery_accounts.services.favourites.lists import Favourites
from discovery_accounts.services.favourites.shapes import MOST_ON_A_PAGE, ItemChange, Step, Wish
from discovery_accounts.services.problems import Code
from discovery_accounts.web.pages.favourite_views import (
    address_with,
    done_query,
    facts_of,
    list_id_of,
    own_field,
    read_id,
    record_address,
)
from discovery_accounts.web.pages.forms import form_page
from discovery_accounts.web.problems import Refusal
from discovery_accounts.web.visit import Visit


def show(visit: Visit) -> Response:
    return _page(visit, None)


def change(visit: Visit) -> Response:
    list_id, item_id = list_id_of(visit), _item_id(visit)
    items, acts, actor, action = Items(visit.house), Acts(visit.house), visit.signed_in, visit.form("action")
    items.show(actor, list_id, item_id)  # a stranger learns nothing of what forms there are
    if action == "save":
        try:
            _save(visit, items, list_id, item_id)
        except BadShape as problem:
            return _page(visit, problem)
        return visit.redirect(_list_address(visit) + f"#item-{item_id.hex}", "favourite_saved")
    if action == "remove":
        act = acts.remove(actor, list_id, {item_id})
    elif action == "move":
        act = acts.move(actor, list_id, {item_id}, read_id(visit.form("to")))
    elif action == "copy":
        act = acts.copy(actor, list_id, {item_id}, read_id(visit.form("to")))
    else:
        raise Refusal(400, "bad_request")
    return visit.redirect(address_with(visit, "favourite_list", done_query(act), list=str(list_id)))


def _save(visit: Visit, items: Items, list_id: uuid.UUID, item_id: uuid.UUID) -> None:
    """Raises ``BadShape`` before anything is changed."""
    place = _place(visit.form("place").strip())
    tags = tuple(visit.form("tags").replace(";", ",").split(","))
    items.change(visit.signed_in, list_id, item_id, ItemChange(note=visit.form("note"), tags=tags))
    if place is not None:
        _put(visit, items, list_id, item_id, place)


def _place(typed: str) -> int | None:
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit()) or len(typed) > 9 or int(typed) < 1:
        raise BadShape("place", "bad_format")
    return int(typed)


def _put(visit: Visit, items: Items, list_id: uuid.UUID, item_id: uuid.UUID, place: int) -> None:
    """Positions only say what comes before what: the one that will come next is looked for."""
    others, after = 0, None
    while True:
        wish = Wish(Order.MANUAL, after=after, count=min(place + 1, MOST_ON_A_PAGE))
        page = items.page(visit.signed_in, list_id, wish)
        if place > page.list.items:
            break
        here = [one for one in page.items if one.id != item_id]
        if others + len(here) >= place:
            position = here[place - others - 1].position
            items.change(visit.signed_in, list_id, item_id, ItemChange(position=position))
            return
        if page.next is None:
            break
        others, after = others + len(here), page.next
    items.step(visit.signed_in, list_id, item_id, Step.LAST)


def _page(visit: Visit, problem: BadShape | None) -> Response:
    list_id, item_id = list_id_of(visit), _item_id(visit)
    favourites = Favourites(visit.house)
    here = favourites.show(visit.signed_in, list_id)
    item = Items(visit.house).show(visit.signed_in, list_id, item_id)
    return form_page(
        visit,
        "favourite_item.html",
        problem,
        section="favourites",
        list=here,
        title=item.title,
        facts=facts_of(item, visit.language),
        address=record_address(visit, item.source, item.record_id),
        # of what came without a source nobody else could find a review
        source="" if item.source == IMPORTED else item.source,
        record_id=item.record_id,
        list_address=_list_address(visit),
        item_address=visit.url("favourite_item", list=list_id, item=item_id),
        note=own_field(visit, "note", item.note, problem, "favourite_note"),
        tags=own_field(visit, "tags", ", ".join(item.tags), problem),
        place=own_field(visit, "place", "", problem),
        by_hand=here.order is Order.MANUAL and not here.descending and here.items > 1,
        others=[one for one in favourites.lists(visit.signed_in) if one.id != list_id],
    )


def _item_id(visit: Visit) -> uuid.UUID:
    return visit.path_id("item", Code.NOT_FOUND)


def _list_address(visit: Visit) -> str:
    return visit.url("favourite_list", list=list_id_of(visit))
