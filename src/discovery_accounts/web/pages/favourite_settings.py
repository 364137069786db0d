"""``/favourites/{list}/settings``: what a list is called, what it is ordered by, who sees it; and its end."""

from pyramid.response import Response

from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.services.favourites.lists import Favourites
from discovery_accounts.services.favourites.order_words import ORDERS
from discovery_accounts.services.favourites.shapes import Change, ListInfo
from discovery_accounts.web.pages.favourite_views import (
    address_with,
    done_query,
    list_id_of,
    own_field,
    public_path,
    shown_order,
)
from discovery_accounts.web.pages.forms import form_page
from discovery_accounts.web.problems import Refusal
from discovery_accounts.web.visit import Visit
from discovery_accounts.web.whole_address import whole_address


def show(visit: Visit) -> Response:
    return _page(visit, Favourites(visit.house).show(visit.signed_in, list_id_of(visit)), None)


def change(visit: Visit) -> Response:
    """Save what is in the form, or remove the list; the form says which."""
    favourites, list_id = Favourites(visit.house), list_id_of(visit)
    now = favourites.show(visit.signed_in, list_id)
    if visit.form("action") == "remove":
        act = favourites.remove(visit.signed_in, list_id)
        return visit.redirect(address_with(visit, "favourites", done_query(act)))
    if visit.form("action") != "save":
        raise Refusal(400, "bad_request")
    public = {"yes": True, "no": False}.get(visit.form("public"))
    wanted = Change(visit.form("name"), visit.form("description"), public, visit.form("ordering") or None)
    try:
        favourites.change(visit.signed_in, list_id, wanted)
    except BadShape as problem:
        return _page(visit, now, problem)
    if public and not now.public:
        return visit.redirect(visit.url("favourite_settings", list=list_id), "list_public")
    return visit.redirect(visit.url("favourite_list", list=list_id), "list_saved")


def _page(visit: Visit, now: ListInfo, problem: BadShape | None) -> Response:
    path = public_path(visit, now)
    return form_page(
        visit,
        "favourite_settings.html",
        problem,
        section="favourites",
        list=now,
        name=own_field(visit, "name", now.name, problem, "list_name"),
        description=own_field(visit, "description", now.description, problem),
        ordering=visit.form("ordering") if problem else shown_order(now.order, now.descending),
        orders=tuple(ORDERS),
        public=visit.form("public") == "yes" if problem else now.public,
        public_path=path,
        public_address=whole_address(visit, path),
    )
