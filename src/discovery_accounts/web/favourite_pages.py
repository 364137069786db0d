"""Every page about favourites, in one table."""

from discovery_accounts.web import list_feed
from discovery_accounts.web.entrance import Door
from discovery_accounts.web.favourite_files import WITH_FORM
from discovery_accounts.web.pages import (
    favourite_item,
    favourite_list,
    favourite_public,
    favourite_settings,
    favourite_transfer,
    favourites,
)
from discovery_accounts.web.route import OPEN, PAGE, PLAIN, Route

FAVOURITE_PAGES: tuple[Route, ...] = (
    Route("favourites", "/favourites", {"GET": (favourites.show, PAGE), "POST": (favourites.make, PAGE)}),
    Route(
        "favourite_add",
        "/favourites/add",
        {"GET": (favourites.to_favourites, PAGE), "POST": (favourites.add, PAGE)},
    ),
    Route(
        "favourite_undo",
        "/favourites/undo",
        {"GET": (favourites.to_favourites, PAGE), "POST": (favourites.undo, PAGE)},
    ),
    Route("favourites_export", "/favourites/export", {"GET": (favourite_transfer.show_export, PAGE)}),
    Route("favourites_file", "/favourites/export/file", {"GET": (favourite_transfer.export, PAGE)}),
    Route(
        "favourites_import",
        "/favourites/import",
        {
            "GET": (favourite_transfer.show_import, PAGE),
            "POST": (favourite_transfer.take_in, Door(max_body=WITH_FORM)),
        },
    ),
    Route(
        "favourite_list",
        "/favourites/{list}",
        {"GET": (favourite_list.show, PAGE), "POST": (favourite_list.change, PAGE)},
    ),
    Route(
        "favourite_settings",
        "/favourites/{list}/settings",
        {"GET": (favourite_settings.show, PAGE), "POST": (favourite_settings.change, PAGE)},
    ),
    Route("favourite_tags", "/favourites/{list}/tags", {"GET": (favourite_list.show_tags, PAGE)}),
    Route("favourite_print", "/favourites/{list}/print", {"GET": (favourite_list.show_print, PAGE)}),
    Route(
        "favourite_item",
        "/favourites/{list}/items/{item}",
        {"GET": (favourite_item.show, PAGE), "POST": (favourite_item.change, PAGE)},
    ),
    Route("public_list", "/lists/{public}", {"GET": (favourite_public.show, OPEN)}),
    Route("public_list_feed", "/lists/{public}/feed", {"GET": (list_feed.show, PLAIN)}),
)
