"""Every call about favourites, in one table."""

from discovery_accounts.web.api import favourite_items as api_items
from discovery_accounts.web.api import favourite_transfer as api_transfer
from discovery_accounts.web.api import favourites as api_lists
from discovery_accounts.web.entrance import Door
from discovery_accounts.web.favourite_files import MOST
from discovery_accounts.web.route import API, Route, call

FAVOURITE_CALLS: tuple[Route, ...] = (
    Route(
        "api_lists",
        f"{API}/lists",
        {"GET": (api_lists.list_all, call("listLists")), "POST": (api_lists.make, call("makeList"))},
    ),
    Route(
        "api_list_acts",
        f"{API}/lists/acts",
        {"GET": (api_lists.list_acts, call("listListActs"))},
    ),
    Route(
        "api_list_act_undo",
        f"{API}/lists/acts/{{act}}/undo",
        {"POST": (api_lists.undo, call("undoListAct"))},
    ),
    Route(
        "api_lists_export",
        f"{API}/lists/export",
        {"GET": (api_transfer.export, call("exportLists"))},
    ),
    Route(
        "api_lists_import",
        f"{API}/lists/import",
        {"POST": (api_transfer.take_in, Door("api", operation="importLists", max_body=MOST))},
    ),
    Route(
        "api_list",
        f"{API}/lists/{{list}}",
        {
            "GET": (api_lists.show, call("showList")),
            "PATCH": (api_lists.change, call("changeList")),
            "DELETE": (api_lists.remove, call("removeList")),
        },
    ),
    Route(
        "api_list_items",
        f"{API}/lists/{{list}}/items",
        {"GET": (api_items.list_part, call("listItems")), "POST": (api_items.add, call("addItem"))},
    ),
    Route(
        "api_list_bulk",
        f"{API}/lists/{{list}}/items/bulk",
        {"POST": (api_items.act, call("actOnItems"))},
    ),
    Route(
        "api_list_item",
        f"{API}/lists/{{list}}/items/{{item}}",
        {
            "GET": (api_items.show, call("showItem")),
            "PATCH": (api_items.change, call("changeItem")),
            "DELETE": (api_items.remove, call("removeItem")),
        },
    ),
    Route(
        "api_public_list",
        f"{API}/public-lists/{{public}}",
        {"GET": (api_lists.show_public, call("showPublicList", open_to_all=True))},
    ),
)
