"""Reading of query strings, paths and headers, as strict as Koha's own."""

from collections.abc import Collection
from dataclasses import dataclass
from math import ceil
from urllib.parse import urlencode

from aiohttp import web

from discovery_accounts.simulator.gate import note
from discovery_accounts.simulator.koha.errors import answer, error, not_found, wrong_value
from discovery_accounts.simulator.records import Patron
from discovery_accounts.simulator.refusing import RefusedError
from discovery_accounts.simulator.store import Store

DEFAULT_PAGE_SIZE = 20
PAGING = frozenset({"_page", "_per_page", "_match", "_order_by", "q"})
_MATCHES = ("contains", "exact", "starts_with", "ends_with")


def only(request: web.Request, allowed: Collection[str]) -> None:
    """Refuses a query parameter that the address does not have, with the bare array."""
    unknown = [name for name in request.query if name not in allowed]
    if unknown:
        raise RefusedError(
            answer([{"path": f"/query/{name}", "message": "Malformed query string"} for name in unknown], 400)
        )


def whole(text: str, path: str) -> int:
    """A whole number from the path or query."""
    try:
        return int(text)
    except ValueError:
        raise RefusedError(wrong_value(path, "Expected integer - got string.")) from None


def named_patron(request: web.Request, store: Store) -> Patron | None:
    """The patron whose id is in the path, noted in the record of the call."""
    patron = store.patron(str(whole(request.match_info["patron_id"], "/patron_id")))
    note(request, patron)
    return patron


def known_patron(request: web.Request, store: Store) -> Patron:
    """The same, where a path of nobody is answered the same everywhere."""
    patron = named_patron(request, store)
    if patron is None:
        raise RefusedError(not_found("Patron"))
    return patron


def truth(request: web.Request, name: str) -> bool:
    """A boolean of the query; absent is false."""
    text = request.query.get(name, "false")
    if text not in ("true", "false", "1", "0", ""):
        raise RefusedError(wrong_value(f"/{name}", "Expected boolean - got string."))
    return text in ("true", "1")


def match_rule(request: web.Request) -> str:
    """How field filters compare; Koha's default is `contains`."""
    rule = request.query.get("_match", "contains")
    if rule not in _MATCHES:
        raise RefusedError(wrong_value("/_match", f"Not in enum list: {', '.join(_MATCHES)}."))
    return rule


def embeds(request: web.Request, allowed: Collection[str]) -> frozenset[str]:
    """What the `x-koha-embed` header asks for."""
    wanted = frozenset(part.strip() for part in request.headers.get("x-koha-embed", "").split(",")) - {""}
    for name in sorted(wanted.difference(allowed)):
        raise RefusedError(
            error(400, f"Embedding {name} is not authorised. Check your x-koha-embed headers or remove it.")
        )
    return wanted


def order(request: web.Request, columns: Collection[str]) -> tuple[tuple[str, bool], ...]:
    """The columns to sort by, each with whether it goes down. A `+` may have arrived as a space."""
    chosen = []
    for part in ",".join(request.query.getall("_order_by", [])).split(","):
        name = part.strip().lstrip("+-")
        if not name:
            continue
        if name not in columns:
            raise RefusedError(error(400, f"Invalid attribute {name} in _order_by", "invalid_query"))
        chosen.append((name, part.strip().startswith("-")))
    return tuple(chosen)


@dataclass(frozen=True, slots=True)
class Page:
    """The part of a list that is asked for; `size` -1 is all of it."""

    number: int
    size: int

    def bounds(self, total: int) -> slice:
        """Where the page lies in a list of that length."""
        if self.size == -1:
            return slice(0, total)
        return slice((self.number - 1) * self.size, self.number * self.size)


def page(request: web.Request) -> Page:
    """The page of a list, by default the first of twenty."""
    size = whole(request.query.get("_per_page", str(DEFAULT_PAGE_SIZE)), "/_per_page")
    number = whole(request.query.get("_page", "1"), "/_page")
    if size != -1 and size < 1:
        raise RefusedError(wrong_value("/_per_page", f"{size} < minimum(1)"))
    return Page(max(number, 1), size)


def paged(request: web.Request, body: bytes, total: int, base_total: int, part: Page) -> web.Response:
    """A page of a list with the totals and one `Link` header for each neighbouring page."""
    response = web.Response(body=body, content_type="application/json", charset="utf-8")
    pages = 1 if part.size == -1 else ceil(total / part.size)
    near = {"prev": part.number - 1} if pages > 1 and part.number > 1 else {}
    if pages > part.number:
        near["next"] = part.number + 1
    plain = {name: value for name, value in request.query.items() if name not in ("_page", "_per_page")}
    base = f"{request.scheme}://{request.host}{request.rel_url.raw_path}"
    for name, number in (near | {"first": 1, "last": pages}).items():
        query = urlencode(plain | {"_page": number, "_per_page": part.size})
        response.headers.add("Link", f'<{base}?{query}>; rel="{name}"')
    response.headers["X-Total-Count"] = str(total)
    response.headers["X-Base-Total-Count"] = str(base_total)
    return response
