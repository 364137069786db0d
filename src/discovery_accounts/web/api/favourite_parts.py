"""What calls about a part of a list are asked, and how they tell of an item."""

import uuid
from typing import Any

from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.favourites import read_ordering
from discovery_accounts.services.favourites.shapes import PAGE, ItemRow, Wish
from discovery_accounts.services.problems import Code
from discovery_accounts.web.api.answers import utc
from discovery_accounts.web.problems import Refusal
from discovery_accounts.web.visit import Visit


def read_wish(visit: Visit) -> Wish:
    """``order`` (``title``, ``-title``), ``tag``, ``after``, ``count``. Raises ``BadShape`` about them."""
    asked = visit.request.GET
    after, text = asked.get("after", ""), asked.get("count", "")
    order, descending = _order(asked["order"]) if asked.get("order") else (None, False)
    if text and not (text.isascii() and text.isdigit() and len(text) < 5):
        raise BadShape("count", "bad_format")
    return Wish(
        order=order,
        descending=descending,
        tag=asked.get("tag") or None,
        after=thing_id(after) if after else None,
        count=int(text) if text else PAGE,
    )


def thing_id(text: str) -> uuid.UUID:
    """What is no id is nobody's."""
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Refusal(404, Code.NOT_FOUND) from None


def item_json(item: ItemRow) -> dict[str, Any]:
    return {
        "id": str(item.id),
        "record_id": item.record_id,
        "source": item.source,
        "title": item.title,
        "author": item.author,
        "year": item.year,
        "format": item.format,
        "cover_url": item.cover_url,
        "note": item.note,
        "tags": list(item.tags),
        "position": item.position,
        "added_at": utc(item.added_at),
        "changed_at": utc(item.changed_at),
    }


def _order(text: str) -> Any:
    try:
        return read_ordering(text)
    except BadShape as fault:
        raise BadShape("order", fault.code) from None
