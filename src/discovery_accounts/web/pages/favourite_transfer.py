"""``/favourites/export`` and ``/favourites/import``: favourites as a file, out and in."""

import uuid

from pyramid.response import Response

from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.services.favourites.export import Wish
from discovery_accounts.services.favourites.import_favourites import Imported
from discovery_accounts.services.favourites.import_lists import Wish as ImportWish
from discovery_accounts.services.favourites.lists import Favourites
from discovery_accounts.web.favourite_files import address_of, list_name, sent, taken
from discovery_accounts.web.favourite_transfer_words import FILE_FORMATS
from discovery_accounts.web.pages.favourite_views import read_id
from discovery_accounts.web.pages.forms import form_page
from discovery_accounts.web.pages.shapes import Field
from discovery_accounts.web.problems import Refusal
from discovery_accounts.web.visit import Visit

_SEMICOLONS = {"fi", "sv", "nb"}
"""Languages whose spreadsheets expect them in CSV, as the comma is in their numbers."""


def show_export(visit: Visit) -> Response:
    return visit.render(
        "favourites_export.html",
        section="favourites",
        lists=Favourites(visit.house).lists(visit.signed_in),
        formats_of_files=tuple(FILE_FORMATS),
        chosen=visit.request.GET.get("list", ""),
    )


def export(visit: Visit) -> Response:
    """The file. An address that asks for none of the formats is none that a page of ours leads to."""
    query = visit.request.GET
    separator = ";" if visit.language in _SEMICOLONS else ","
    wish = Wish(
        query.get("format", ""),
        _maybe_list(query.get("list", "")),
        separator,
        lambda item: address_of(visit, item),
    )
    try:
        return sent(visit, wish)
    except BadShape:
        raise Refusal(400, "bad_request") from None


def show_import(visit: Visit) -> Response:
    return _page(visit, None, None)


def take_in(visit: Visit) -> Response:
    wish = ImportWish(list_name(visit), _maybe_list(visit.form("into")), visit.form("check") == "yes")
    try:
        done = taken(visit, _uploaded(visit), wish)
    except BadShape as problem:
        return _page(visit, problem, None)
    return _page(visit, None, done, check_only=wish.check_only)


def _uploaded(visit: Visit) -> bytes:
    upload = visit.request.POST.get("file")
    # what browsers send for a file that was not chosen is bytes, not a file
    if upload is None or isinstance(upload, str | bytes) or not upload.filename:
        raise BadShape("file", "missing")
    data: bytes = upload.file.read()
    return data


def _page(
    visit: Visit, problem: BadShape | None, done: Imported | None, *, check_only: bool = False
) -> Response:
    return form_page(
        visit,
        "favourites_import.html",
        problem,
        section="favourites",
        lists=Favourites(visit.house).lists(visit.signed_in),
        file=Field(error=f"file.{problem.code}" if problem else None),
        into=visit.form("into"),
        # what was checked is sent next to be added
        check=(visit.form("check") == "yes" and done is None) or visit.request.method == "GET",
        done=done,
        check_only=check_only,
    )


def _maybe_list(text: str) -> uuid.UUID | None:
    return read_id(text) if text else None
