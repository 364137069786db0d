"""``/favourites``: all lists of an account; adding a record from any page; undoing the last act."""

from pyramid.response import Response

from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.new_record import BrokenRecord, from_line
from discovery_accounts.services.favourites.acts import Acts
from discovery_accounts.services.favourites.items import Items
from discovery_accounts.services.favourites.lists import Favourites
from discovery_accounts.services.favourites.shapes import NewItem, Snapshot
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.web.favourite_words import first_list_name
from discovery_accounts.web.pages.favourite_views import own_field, read_id, told_done
from discovery_accounts.web.pages.forms import form_page
from discovery_accounts.web.problems import Refusal
from discovery_accounts.web.visit import Visit


def show(visit: Visit) -> Response:
    return _page(visit, None)


def make(visit: Visit) -> Response:
    favourites = Favourites(visit.house)
    try:
        made = favourites.make(visit.signed_in, visit.form("name"), visit.form("description"))
    except BadShape as problem:
        return _page(visit, problem)
    return visit.redirect(visit.url("favourite_list", list=made.id), "list_made")


def _page(visit: Visit, problem: BadShape | None) -> Response:
    return form_page(
        visit,
        "favourites.html",
        problem,
        section="favourites",
        lists=Favourites(visit.house).lists(visit.signed_in),
        name=own_field(visit, "name", "", problem, "list_name"),
        description=own_field(visit, "description", "", problem),
        done=told_done(visit),
    )


def add(visit: Visit) -> Response:
    """What a button beside a loan, a hold or a past loan sends: into the list that the person had first."""
    try:
        record = from_line(visit.form("record"))
    except BrokenRecord:
        raise Refusal(400, "bad_request") from None
    snapshot = Snapshot(
        record.source,
        record.record_id,
        record.title,
        "; ".join(record.authors) or None,
        record.year,
        record.format,
    )
    name = first_list_name(visit.language)
    added = Items(visit.house).add(visit.signed_in, None, NewItem(snapshot), name)
    back = visit.return_to(visit.form("return_to"), "favourites")
    return visit.redirect(back, "favourite_added" if added.is_new else "favourite_known")


def undo(visit: Visit) -> Response:
    """By the button of the message about an act; a second time, or after it was undone elsewhere, says so."""
    back = visit.return_to(visit.form("return_to"), "favourites")
    try:
        undone = Acts(visit.house).undo(visit.signed_in, read_id(visit.form("act")))
    except Problem as problem:
        if problem.code is not Code.NOT_FOUND:
            raise
        return visit.redirect(back, "favourites_not_undone")
    return visit.redirect(back, "favourites_partly_undone" if undone.left else "favourites_undone")


def to_favourites(visit: Visit) -> Response:
    """An address that only takes forms, opened anew, has nothing to show."""
    return visit.redirect(visit.url("favourites"))
