"""``/favourites/{list}``: what is in a list, in parts; acts on many of it at once; its order by hand."""

import uuid

from pyramid.response import Response

from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.favourites import Order
from discovery_accounts.services.favourites.acts import Acts
from discovery_accounts.services.favourites.items import Items
from discovery_accounts.services.favourites.lists import Favourites
from discovery_accounts.services.favourites.order_words import ORDERS
from discovery_accounts.services.favourites.shapes import PAGE, Act, Step, Wish
from discovery_accounts.services.problems import Problem
from discovery_accounts.web.pages.favourite_views import (
    address_with,
    asked_wish,
    done_query,
    list_id_of,
    public_path,
    read_id,
    ready_rows,
    row_views,
    shown_order,
    told_done,
    wish_query,
    with_query,
)
from discovery_accounts.web.pages.forms import form_page
from discovery_accounts.web.pages.shapes import Field
from discovery_accounts.web.problems import Refusal
from discovery_accounts.web.visit import Visit

PRINTED = 500
"""Items of one page for printing."""


def show(visit: Visit) -> Response:
    wish = asked_wish(visit, PAGE)
    try:
        return _page(visit, wish, None)
    except Problem:
        if wish.after is None:
            raise
        # what this part came after is gone
        return visit.redirect(visit.url("favourite_list", list=list_id_of(visit)))


def change(visit: Visit) -> Response:
    """An act on what was ticked, or one step of one item; then the same part of the list again."""
    list_id = list_id_of(visit)
    Favourites(visit.house).show(
        visit.signed_in, list_id
    )  # a stranger learns nothing of what forms there are
    back = visit.return_to(visit.form("return_to"), "favourites")
    for step in (Step.UP, Step.DOWN):
        if visit.form(step.value):
            item_id = read_id(visit.form(step.value))
            Items(visit.house).step(visit.signed_in, list_id, item_id, step)
            return visit.redirect(_and(back, {"moved": item_id.hex, "by": step.value}))
    try:
        act = _act(visit, list_id)
    except BadShape as problem:
        return _page(visit, Wish(), problem)
    if visit.form("all") == "yes":
        back = visit.url("favourite_list", list=list_id)
    return visit.redirect(_and(back, done_query(act)))


def _act(visit: Visit, list_id: uuid.UUID) -> Act:
    """Raises ``BadShape`` where nothing was ticked, or no list chosen."""
    acts, actor, what = Acts(visit.house), visit.signed_in, visit.form("act")
    if what not in {"remove", "move", "copy"}:
        raise Refusal(400, "bad_request")
    ticked = {read_id(one) for one in visit.request.POST.getall("item") if isinstance(one, str)}
    chosen = None if visit.form("all") == "yes" else ticked
    if chosen is not None and not chosen:
        raise BadShape("items", "missing")
    if what == "remove":
        return acts.remove(actor, list_id, chosen)
    if not visit.form("to"):
        raise BadShape("to", "missing")
    to = read_id(visit.form("to"))
    return acts.move(actor, list_id, chosen, to) if what == "move" else acts.copy(actor, list_id, chosen, to)


def _and(address: str, query: dict[str, str]) -> str:
    told = "&".join(f"{name}={value}" for name, value in query.items())
    return f"{address}{'&' if '?' in address else '?'}{told}"


def _page(visit: Visit, wish: Wish, problem: BadShape | None) -> Response:
    page, others = Items(visit.house).page_among_lists(visit.signed_in, list_id_of(visit), wish)
    address = visit.url("favourite_list", list=page.list.id)
    by_hand = page.order is Order.MANUAL and not page.descending and not wish.tag
    first = wish.after is None
    return form_page(
        visit,
        "favourite_list.html",
        problem,
        section="favourites",
        list=page.list,
        rows=ready_rows(visit, page.items),
        first=first,
        address=address,
        first_address=with_query(address, wish_query(wish, None)),
        next=with_query(address, wish_query(wish, page.next)) if page.next else None,
        here=with_query(address, wish_query(wish, wish.after)),
        item_base=f"{address}/items/",
        tag_base=f"{address}?tag=",
        has_tags=any(one.tags for one in page.items),
        tag=wish.tag,
        order=shown_order(page.order, page.descending),
        orders=tuple(ORDERS),
        others=others,
        by_hand=by_hand,
        moved=_moved(visit, [one.id for one in page.items], first, page.next is None),
        public_path=public_path(visit, page.list),
        done=told_done(visit),
        wrong=Field("", f"{problem.field}.{problem.code}" if problem else None),
    )


def _moved(visit: Visit, ids: list[str], first: bool, last: bool) -> tuple[str, str]:
    """Which button of which item has the focus after a step; at an end of the list it is the other one."""
    moved, by = visit.request.GET.get("moved", ""), visit.request.GET.get("by", "")
    if moved not in ids:
        return "", ""
    if by == "up" and first and moved == ids[0]:
        by = "down"
    elif by == "down" and last and moved == ids[-1]:
        by = "up"
    return by, moved


def show_tags(visit: Visit) -> Response:
    list_id = list_id_of(visit)
    return visit.render(
        "favourite_tags.html",
        section="favourites",
        list=Favourites(visit.house).show(visit.signed_in, list_id),
        tags=Items(visit.house).tags(visit.signed_in, list_id),
        tag_base=f"{visit.url('favourite_list', list=list_id)}?tag=",
    )


def show_print(visit: Visit) -> Response:
    """Much of the list on one page, with everything that paper can tell."""
    wish = asked_wish(visit, PRINTED)
    page = Items(visit.house).page(visit.signed_in, list_id_of(visit), wish)
    after = address_with(visit, "favourite_print", wish_query(wish, page.next), list=str(page.list.id))
    return visit.render(
        "favourite_print.html",
        section="favourites",
        list=page.list,
        rows=row_views(visit, page.items),
        next=after if page.next else None,
    )
