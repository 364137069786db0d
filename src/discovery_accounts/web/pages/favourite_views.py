"""From favourites as services know them to what templates are given: rows as tuples, which a template takes apart in
its ``for`` (a page of them is made often), and addresses."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from discovery_accounts.domain.card_number import BadShape
from discovery_accounts.domain.favourites import Order, read_ordering, write_ordering
from discovery_accounts.domain.record_address import record_address as address_of_record
from discovery_accounts.services.favourites.order_words import ORDERS
from discovery_accounts.services.favourites.shapes import Act, ActKind, BriefItem, ItemRow, ListInfo, Wish
from discovery_accounts.services.problems import Code
from discovery_accounts.services.record_words import format_in_words, formats_in_words
from discovery_accounts.web.at_once import escape_all, quote_all
from discovery_accounts.web.pages.shapes import Field
from discovery_accounts.web.problems import Refusal
from discovery_accounts.web.visit import Visit

Row = tuple[str, str, str, str, str, tuple[str, ...]]
"""Id, title, facts on one line, the record's address, the person's note and tags; empty where there is none."""

ReadyRow = tuple[str, str, str, str, str, list[tuple[str, str]]]
"""A ``Row`` whose texts are escaped, and whose tags are followed by themselves as they stand in an address."""


@dataclass(frozen=True, slots=True)
class Done:
    """What the page before this one did, for the message with the button that undoes it."""

    id: str
    kind: str
    items: int
    already: int


def record_address(visit: Visit, source: str, record_id: str) -> str:
    """Where the catalogue shows a record; empty where the settings do not tell."""
    return address_of_record(visit.settings.record_url, source, record_id)


def facts_of(item: ItemRow | BriefItem, language: str) -> str:
    kind = format_in_words(item.format, language)
    return " · ".join([str(one) for one in (item.author, item.year, kind) if one])


def row_views(visit: Visit, items: Iterable[ItemRow]) -> tuple[Row, ...]:
    pattern, language = visit.settings.record_url, visit.language
    return tuple(
        [
            (
                str(item.id),
                item.title,
                facts_of(item, language),
                address_of_record(pattern, item.source, item.record_id),
                item.note,
                item.tags,
            )
            for item in items
        ]
    )


def ready_rows(visit: Visit, items: Sequence[BriefItem]) -> list[ReadyRow]:
    """For a template that escapes nothing: fifty of them are a good part of what a page costs."""
    pattern, kinds = visit.settings.record_url, formats_in_words(visit.language)
    texts: list[str] = []
    tagged: set[str] = set()
    for _, source, record_id, title, author, year, kind, note, tags in items:
        facts = [author or "", str(year or ""), kinds.get(kind, kind) if kind else ""]
        address = address_of_record(pattern, source, record_id)
        texts += (title, " · ".join(filter(None, facts)), address, note, *tags)
        tagged.update(tags)
    encoded = dict(zip(tagged, quote_all(list(tagged)), strict=True))
    escaped = iter(escape_all(texts))
    take = escaped.__next__
    return [
        (one.id, take(), take(), take(), take(), [(take(), encoded[tag]) for tag in one.tags])
        for one in items
    ]


def list_id_of(visit: Visit) -> uuid.UUID:
    return visit.path_id("list", Code.NOT_FOUND)


def read_id(text: str) -> uuid.UUID:
    """An id from a form; what is none is nobody's."""
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Refusal(404, Code.NOT_FOUND) from None


def asked_wish(visit: Visit, count: int) -> Wish:
    """Which part of a list an address asks for; an order that nobody knows is the list's own."""
    query = visit.request.GET
    order, descending = None, False
    if query.get("order") in ORDERS:
        order, descending = read_ordering(query["order"])
    after = read_id(query["after"]) if query.get("after") else None
    return Wish(order, descending, query.get("tag") or None, after, count)


def wish_query(wish: Wish, after: uuid.UUID | None) -> dict[str, str]:
    """The same part in an address, or another one of the same order."""
    told = {"order": write_ordering(wish.order, wish.descending)} if wish.order else {}
    if wish.tag:
        told["tag"] = wish.tag
    if after is not None:
        told["after"] = str(after)
    return told


def shown_order(order: Order, descending: bool) -> str:
    """As it is offered to choose: by hand has one way round only."""
    return write_ordering(order, descending and order is not Order.MANUAL)


def address_with(visit: Visit, route: str, query: dict[str, str], **parts: str) -> str:
    return with_query(visit.url(route, **parts), query)


def with_query(address: str, query: dict[str, str]) -> str:
    return f"{address}?{urlencode(query)}" if query else address


def done_query(act: Act) -> dict[str, str]:
    """What an act did, for the page that tells of it. Its id opens nothing to anybody else."""
    return {"done": str(act.id), "did": act.kind.value, "items": str(act.items), "already": str(act.already)}


def told_done(visit: Visit) -> Done | None:
    """What the address tells of the act before; ``None`` for anything that it can't tell."""
    query = visit.request.GET
    try:
        act, kind = uuid.UUID(query.get("done", "")), ActKind(query.get("did", ""))
    except ValueError:
        return None
    return Done(str(act), kind.value, _number(query.get("items", "")), _number(query.get("already", "")))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def public_path(visit: Visit, one: ListInfo) -> str:
    """Of a list that is public; empty for any other."""
    return visit.url("public_list", public=one.public_id) if one.public and one.public_id else ""


def own_field(visit: Visit, name: str, now: str, problem: BadShape | None, words: str | None = None) -> Field:
    """What was typed where something is wrong, else what there is now; ``words`` is what the field is called where
    its faults are put into words."""
    if problem is None:
        return Field(now)
    return Field(visit.form(name), f"{words or name}.{problem.code}" if problem.field == name else None)
