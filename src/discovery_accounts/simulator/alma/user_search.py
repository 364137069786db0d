"""Lists of users: `GET /users?q=index~words`, by words, as Alma searches."""

import re
from collections.abc import Callable, Iterable

from aiohttp import web

from discovery_accounts.simulator.alma import errors
from discovery_accounts.simulator.alma.answers import answer
from discovery_accounts.simulator.alma.numbers import number_of
from discovery_accounts.simulator.alma.user_record import Json, user
from discovery_accounts.simulator.gate import note, shown
from discovery_accounts.simulator.records import Patron
from discovery_accounts.simulator.refusing import RefusedError
from discovery_accounts.simulator.simulation import Simulation

MOST_IN_A_PAGE = 100
_BRIEF = ("primary_id", "first_name", "last_name", "status")
_WORD = re.compile(r"[^\W_]+")

_INDEXES: dict[str, Callable[[Json], Iterable[object]]] = {
    "primary_id": lambda one: [one["primary_id"]],
    "first_name": lambda one: [one["first_name"]],
    "last_name": lambda one: [one["last_name"]],
    "email": lambda one: [row.get("email_address") for row in one["contact_info"].get("email", [])],
    "phone_number": lambda one: [row.get("phone_number") for row in one["contact_info"].get("phone", [])],
    "identifiers": lambda one: [row["value"] for row in one["user_identifier"]],
}


class UserSearch:
    """The list of users."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation
        self._store = simulation.store

    def routes(self) -> list[web.RouteDef]:
        """The address of the list."""
        return [web.get("/almaws/v1/users", self.search)]

    async def search(self, request: web.Request) -> web.Response:
        """Users with all the words, in brief unless `expand=full`; `user` is absent when there are none."""
        limit = number_of(request, "limit", 10, MOST_IN_A_PAGE)
        offset = number_of(request, "offset", 0, None)
        parts = _parts(request)
        found = [one for one in self._store.every_patron() if _meant(self._record(one), parts)]
        found.sort(key=lambda one: (one.family_name, one.given_name, one.patron_id))
        note(request, found[0] if len(found) == 1 else None)
        full = request.query.get("expand") == "full"
        rows = [self._record(shown(request, self._simulation, one)) for one in found[offset : offset + limit]]
        listed: Json = {"total_record_count": len(found)}
        if rows:
            listed["user"] = rows if full else [_brief(row) for row in rows]
        return answer(request, "users", listed)

    def _record(self, patron: Patron) -> Json:
        store = self._store
        return user(patron, store.identifiers(patron.patron_id), details=store.details(patron.patron_id))


def _parts(request: web.Request) -> list[tuple[str, list[str], str]]:
    """Index, words and what joins the part to the one before it. An underscore is a blank."""
    if not request.query.get("q"):
        return []
    pieces = re.split(r"\s(AND|OR)\s", request.query["q"])
    parts = []
    for piece, joined in zip(pieces[::2], ["AND", *pieces[1::2]], strict=True):
        index, _, words = piece.partition("~")
        if index not in _INDEXES:
            raise RefusedError(errors.wrong_parameter(request, "q", index, ", ".join(_INDEXES)))
        parts.append((index, _words(words), joined))
    return parts


def _meant(record: Json, parts: list[tuple[str, list[str], str]]) -> bool:
    meant = True
    for index, words, joined in parts:
        there = {word for text in _INDEXES[index](record) for word in _words(str(text or ""))}
        one = there.issuperset(words)
        meant = (meant and one) if joined == "AND" else (meant or one)
    return meant


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]


def _brief(record: Json) -> Json:
    link = f"/almaws/v1/users/{record['primary_id']}"
    return {name: record[name] for name in _BRIEF} | {"link": link}
