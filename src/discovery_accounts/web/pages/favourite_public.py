"""``/lists/{public}``: a list as everybody sees it who has its address. It tells nothing of whose it is."""

from pyramid.response import Response

from discovery_accounts.services.favourites.public import PublicLists
from discovery_accounts.services.favourites.shapes import PAGE, Wish
from discovery_accounts.web.pages.favourite_views import address_with, read_id, row_views
from discovery_accounts.web.visit import Visit


def show(visit: Visit) -> Response:
    public = visit.request.matchdict["public"]
    after = visit.request.GET.get("after")
    wish = Wish(after=read_id(after) if after else None, count=PAGE)
    page = PublicLists(visit.house).page(public, wish)
    here = {"public": public}
    response = visit.render(
        "public_list.html",
        section="public_list",
        list=page.list,
        rows=row_views(visit, page.items),
        first=wish.after is None,
        first_address=visit.url("public_list", **here),
        next=address_with(visit, "public_list", {"after": str(page.next)}, **here) if page.next else None,
        feed=visit.url("public_list_feed", **here),
    )
    response.headers["X-Robots-Tag"] = "noindex"
    return response
