"""``/lists/{public}/feed``: what was added to a public list last, as RSS 2.0."""

from datetime import datetime
from html import escape

from feedgenerator import Rss201rev2Feed
from pyramid.response import Response

from discovery_accounts.domain.favourites import Order
from discovery_accounts.services.favourites.public import PublicLists
from discovery_accounts.services.favourites.shapes import PAGE, Wish
from discovery_accounts.web.feed_answers import feed_answer, xml_text
from discovery_accounts.web.pages.favourite_views import facts_of, record_address
from discovery_accounts.web.visit import Visit
from discovery_accounts.web.whole_address import whole_address


class _Feed(Rss201rev2Feed):  # type: ignore[misc]  # it comes without types
    """The same text as long as the list is the same: what is empty would be dated now."""

    def latest_post_date(self) -> datetime:
        changed: datetime = self.feed["changed"]
        return changed


def show(visit: Visit) -> Response:
    """The newest 50. Readers ask again and again: what has not changed is a 304."""
    public = visit.request.matchdict["public"]
    page = PublicLists(visit.house).page(public, Wish(Order.ADDED, True, count=PAGE))
    address = whole_address(visit, visit.url("public_list", public=public))
    feed = _Feed(
        title=xml_text(page.list.name),
        link=address,
        description=_as_html(page.list.description) or _as_html(page.list.name),
        feed_url=whole_address(visit, visit.url("public_list_feed", public=public)),
        changed=max([page.list.created_at, *(item.added_at for item in page.items)]),
    )
    for item in page.items:
        feed.add_item(
            title=xml_text(item.title),
            link=record_address(visit, item.source, item.record_id) or address,
            description=_as_html(facts_of(item, visit.language)),
            unique_id=f"urn:uuid:{item.id}",
            unique_id_is_permalink=False,
            pubdate=item.added_at,
        )
    response = feed_answer(feed.writeString("utf-8").encode(), "application/rss+xml")
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _as_html(text: str) -> str:
    """Readers take a description for HTML, which it is once they have read the XML (checklist W8)."""
    return escape(xml_text(text))
