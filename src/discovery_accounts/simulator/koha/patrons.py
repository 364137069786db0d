"""Patron records: one by id, or a search by field."""

from collections.abc import Callable, Mapping
from time import time
from typing import Any

from aiohttp import web

from discovery_accounts.simulator.gate import note, shown
from discovery_accounts.simulator.koha import records
from discovery_accounts.simulator.koha.errors import answer
from discovery_accounts.simulator.koha.parameters import (
    PAGING,
    embeds,
    known_patron,
    match_rule,
    only,
    order,
    page,
    paged,
)
from discovery_accounts.simulator.koha.queries import fits, queries
from discovery_accounts.simulator.records import Attribute, Patron
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
        patron = known_patron(request, self._store)
        return answer(self._render(shown(request, self._simulation, patron), wanted))

    async def search(self, request: web.Request) -> web.Response:
        """The records whose fields match, by default when they contain the text."""
        only(request, PAGING | set(_FIELDS))
        wanted = embeds(request, _LIST_EMBEDS)
        rule, part, columns = match_rule(request), page(request), order(request, _FIELDS)
        found = self._found(request, rule, await queries(request), "extended_attributes" in wanted)
        for name, down in reversed(columns):
            found.sort(key=_FIELDS[name], reverse=down)
        note(request, found[0] if len(found) == 1 else None)
        rendered = [
            self._render(shown(request, self._simulation, patron), wanted)
            for patron in found[part.bounds(len(found))]
        ]
        return paged(request, to_json(rendered), len(found), self._store.patron_count(), part)

    def _found(self, request: web.Request, rule: str, asked: list[Any], joined: bool) -> list[Patron]:
        plain = {name: request.query[name] for name in _FIELDS if name in request.query}
        if rule == "exact" and "cardnumber" in plain:
            holder = self._store.by_card(plain["cardnumber"])
            candidates = [holder] if holder is not None else []
        else:
            candidates = self._store.every_patron()
        return [
            patron
            for patron in candidates
            if _fits(patron, plain, rule) and (not asked or self._meant(patron, asked, joined))
        ]

    def _meant(self, patron: Patron, asked: list[Any], joined: bool) -> bool:
        """Whether all queries mean the same row of the patron, joined with an attribute where asked for."""
        record = records.patron(patron, self._store.details(patron.patron_id))
        rows = [record]
        if joined:
            theirs = self._store.attributes(patron.patron_id)
            rows = [record | _attribute_columns(one) for one in theirs or (None,)]
        return any(all(fits(query, row) for query in asked) for row in rows)

    def _render(self, patron: Patron, wanted: frozenset[str]) -> records.Json:
        rendered = records.patron(patron, self._store.details(patron.patron_id))
        if not wanted:
            return rendered
        loans = self._store.loans(patron.patron_id)
        extras: records.Json = {
            "extended_attributes": [
                records.attribute(one) for one in self._store.attributes(patron.patron_id)
            ],
            "checkouts+count": len(loans),
            "overdues+count": sum(loan.due_at < time() for loan in loans),
            "account_balance": self._store.owed(patron.patron_id) / 100,
            "library": records.library(),
            "+strings": {
                "category_id": {"str": "Lapsi" if patron.child else "Henkilö", "type": "patron_category"},
                "library_id": {"str": "Pääkirjasto", "type": "library"},
            },
        }
        names = {
            "checkouts+count": "checkouts_count",
            "overdues+count": "overdues_count",
            "+strings": "_strings",
        }
        return rendered | {names.get(name, name): extras[name] for name in wanted}


def _fits(patron: Patron, conditions: Mapping[str, str], rule: str) -> bool:
    return all(_COMPARE[rule](_FIELDS[name](patron), text) for name, text in conditions.items())


def _attribute_columns(attribute: Attribute | None) -> records.Json:
    kind = None if attribute is None else attribute.type
    return {
        "extended_attributes.type": kind,
        "extended_attributes.code": kind,
        "extended_attributes.value": None if attribute is None else attribute.value,
    }
