"""Patron records: one by id, or a search by field."""

import json
from collections.abc import Callable, Mapping

from aiohttp import web

from discovery_accounts.simulator.gate import note, shown
from discovery_accounts.simulator.koha import records
from discovery_accounts.simulator.koha.errors import answer, error, not_found
from discovery_accounts.simulator.koha.parameters import (
    PAGING,
    embeds,
    match_rule,
    only,
    order,
    page,
    paged,
    whole,
)
from discovery_accounts.simulator.records import Patron
from discovery_accounts.simulator.refusing import RefusedError
from discovery_accounts.simulator.rendering import to_json
from discovery_accounts.simulator.simulation import Simulation

_FIELDS: dict[str, Callable[[Patron], str]] = {
    "patron_id": lambda p: p.patron_id,
    "cardnumber": lambda p: p.card_number,
    "userid": lambda p: p.userid,
    "email": lambda p: p.email,
    "surname": lambda p: p.family_name,
    "firstname": lambda p: p.given_name,
    "date_of_birth": lambda p: p.birth_date,
}
_COMPARE: dict[str, Callable[[str, str], bool]] = {
    "exact": str.__eq__,
    "contains": str.__contains__,
    "starts_with": str.startswith,
    "ends_with": str.endswith,
}
_LIST_EMBEDS = frozenset(
    {"extended_attributes", "checkouts+count", "overdues+count", "account_balance", "library"}
)


class Patrons:
    """`/patrons` and `/patrons/{id}`."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation
        self._store = simulation.store

    def routes(self) -> list[web.RouteDef]:
        """The addresses of patron records."""
        return [web.get("/api/v1/patrons", self.search), web.get("/api/v1/patrons/{patron_id}", self.read)]

    async def read(self, request: web.Request) -> web.Response:
        """The record with that permanent id."""
        only(request, ())
        wanted = embeds(request, ("extended_attributes", "+strings"))
        patron = self._store.patron(str(whole(request.match_info["patron_id"], "/patron_id")))
        note(request, patron)
        if patron is None:
            return not_found("Patron")
        return answer(self._render(shown(request, self._simulation, patron), wanted))

    async def search(self, request: web.Request) -> web.Response:
        """The records whose fields match, by default when they contain the text."""
        only(request, PAGING | set(_FIELDS))
        wanted = embeds(request, _LIST_EMBEDS)
        rule, part, columns = match_rule(request), page(request), order(request, _FIELDS)
        found = self._found(request, rule)
        for name, down in reversed(columns):
            found.sort(key=_FIELDS[name], reverse=down)
        note(request, found[0] if len(found) == 1 else None)
        rendered = [
            self._render(shown(request, self._simulation, patron), wanted)
            for patron in found[part.bounds(len(found))]
        ]
        return paged(request, to_json(rendered), len(found), self._store.patron_count(), part)

    def _found(self, request: web.Request, rule: str) -> list[Patron]:
        plain = {name: request.query[name] for name in _FIELDS if name in request.query}
        queries = [_conditions(text) for text in request.query.getall("q", [])]
        if rule == "exact" and "cardnumber" in plain:
            holder = self._store.by_card(plain["cardnumber"])
            candidates = [holder] if holder is not None else []
        else:
            candidates = self._store.every_patron()
        return [
            patron
            for patron in candidates
            if _fits(patron, plain, rule) and all(_fits(patron, query, "exact") for query in queries)
        ]

    def _render(self, patron: Patron, wanted: frozenset[str]) -> records.Json:
        rendered = records.patron(patron)
        loans = self._store.loans(patron.patron_id) if wanted else []
        extras: records.Json = {
            "extended_attributes": [],
            "checkouts+count": len(loans),
            "overdues+count": 0,
            "account_balance": 0,
            "library": records.library(),
            "+strings": {},
        }
        names = {
            "checkouts+count": "checkouts_count",
            "overdues+count": "overdues_count",
            "+strings": "_strings",
        }
        return rendered | {names.get(name, name): extras[name] for name in wanted}


def _fits(patron: Patron, conditions: Mapping[str, str], rule: str) -> bool:
    return all(_COMPARE[rule](_FIELDS[name](patron), text) for name, text in conditions.items())


def _conditions(text: str) -> dict[str, str]:
    """The `q` parameter: only plain `{"field": "value"}` is understood here."""
    try:
        query = json.loads(text)
    except ValueError:
        query = None
    if not isinstance(query, dict) or any(
        name not in _FIELDS or isinstance(value, (dict, list)) for name, value in query.items()
    ):
        raise RefusedError(error(400, "Invalid query", "invalid_query"))
    return {name: str(value) for name, value in query.items()}
