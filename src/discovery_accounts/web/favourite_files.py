"""Files of favourites over HTTP, for pages and calls alike: sent while they are written, taken in whole."""

from pyramid.response import Response

from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.locale.catalogues import translations
from discovery_accounts.locale.marking import marked as _
from discovery_accounts.services.favourites.export import Exports, Wish
from discovery_accounts.services.favourites.import_favourites import Imported, Imports
from discovery_accounts.services.favourites.import_lists import Wish as ImportWish
from discovery_accounts.services.favourites.import_shapes import BrokenFile
from discovery_accounts.services.favourites.shapes import ItemRow
from discovery_accounts.web.pages.favourite_views import record_address
from discovery_accounts.web.visit import Visit

MOST = 20 * 1024 * 1024
"""Bytes of a file that is taken in."""
WITH_FORM = MOST + 64 * 1024
"""The same with what a form puts round it."""

IMPORTED = _("Imported favourites")
"""The list for what a file has in no list."""


def list_name(visit: Visit) -> str:
    return translations(visit.language).gettext(IMPORTED)


def sent(visit: Visit, wish: Wish) -> Response:
    """The file, to be saved. It has no length before its end, so that one that breaks off is seen to. Raises what
    ``Exports.start`` raises."""
    export = Exports(visit.house).start(visit.signed_in, wish)
    day = visit.now.astimezone(visit.zone).date().isoformat()
    response = Response(
        app_iter=export.parts,
        content_type=export.kind.content_type,
        charset="utf-8",
        content_disposition=f'attachment; filename="favourites-{day}.{export.kind.ending}"',
    )
    response.headers["X-Accel-Buffering"] = "no"
    return response


def address_of(visit: Visit, item: ItemRow) -> str | None:
    return record_address(visit, item.source, item.record_id) or None


def taken(visit: Visit, data: bytes, wish: ImportWish) -> Imported:
    """Raises ``BadShape`` about ``file``, and what ``Imports.take`` raises."""
    try:
        return Imports(visit.house).take(visit.signed_in, data, wish)
    except BrokenFile as broken:
        raise BadShape("file", broken.reason) from None
