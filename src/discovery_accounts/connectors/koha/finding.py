"""Finding patrons of a Koha library by a whole value of one field.

Koha's database compares without regard to case, accents and blanks at the end, so every row it finds is
compared again here. A row that does not even resemble what was asked for means that the question did
not arrive.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date
from operator import eq

from discovery_accounts.connectors.api import (
    MOST_FOUND,
    LibraryError,
    PatronRecord,
    UnexpectedAnswer,
    Unsupported,
    WrongPatron,
)
from discovery_accounts.connectors.koha.client import KohaClient
from discovery_accounts.connectors.koha.editions import Choice
from discovery_accounts.connectors.koha.errors import read_fault
from discovery_accounts.connectors.koha.fields import KohaFields, total_count
from discovery_accounts.connectors.koha.records import read_found
from discovery_accounts.connectors.people import possible_value, same_address
from discovery_accounts.connectors.transport import HttpAnswer

ATTRIBUTE = "attribute:"
MATCH_FIELDS = ("cardnumber", "userid", f"{ATTRIBUTE}*")

_PLAIN = frozenset({"cardnumber", "userid"})
_ADDRESSES = ("email", "secondary_email")
_CODE = re.compile(r"[A-Za-z0-9_.-]{1,64}", re.ASCII)
_ROWS = 20  # a few differ by case or accents only; more than these is several anyway
_ATTRIBUTES = "extended_attributes"
# Letters with a stroke, which the database takes for the plain ones though they have no accent to drop.
_STROKES = str.maketrans("øØłŁđĐ", "oOlLdD")

Values = Callable[[KohaFields], Sequence[str]]


class Finder:
    """Searches for patrons; ``today`` is the library's day."""

    def __init__(self, client: KohaClient, today: Callable[[], date]) -> None:
        self._client = client
        self._today = today
        # In the body the question is in no log of addresses; some proxies refuse or drop a body of GET.
        self._ways = Choice[bool]((True, False))

    async def by_field(self, name: str, value: str) -> tuple[PatronRecord, ...]:
        """See ``FindsPatrons.find_patrons``. One call."""
        return self._records(await self.rows(name, value))

    async def by_email(self, email: str) -> tuple[PatronRecord, ...]:
        """See ``FindsPatrons.find_by_email``: the first and the second address. One call."""
        if not possible_value(email):
            return ()
        query = [{name: email} for name in _ADDRESSES]
        rows = await self._search(query, "", email, _texts(*_ADDRESSES), same_address)
        return self._records(rows)

    async def rows(self, name: str, value: str) -> list[KohaFields]:
        """The whole records of everybody with that value."""
        code = attribute_code(name)
        if name not in _PLAIN and code is None:
            raise Unsupported("Koha patrons are found by cardnumber, userid or attribute:CODE", sent=False)
        if not possible_value(value):
            return []
        if code is None:
            return await self._search({name: value}, "", value, _texts(name), eq)
        query = {f"{_ATTRIBUTES}.value": value, f"{_ATTRIBUTES}.code": code}
        return await self._search(query, _ATTRIBUTES, value, _attributes(code), eq)

    async def _search(
        self, query: object, embed: str, wanted: str, values: Values, same: Callable[[str, str], bool]
    ) -> list[KohaFields]:
        """The rows that fit, asked for in the first way of asking that is understood."""
        failure: LibraryError = UnexpectedAnswer("searching for patrons")
        for in_body in self._ways.candidates():
            answer = await self._ask(query, embed, in_body)
            if answer.status != 200:
                failure = read_fault(answer).as_error("searching for patrons")
                if not isinstance(failure, UnexpectedAnswer):
                    break
                continue
            try:
                found = _fitting(answer, wanted, values, same)
            except WrongPatron as lost:
                failure = lost
                continue
            self._ways.understood(in_body)
            return found
        raise failure

    async def _ask(self, query: object, embed: str, in_body: bool) -> HttpAnswer:
        params = {"_per_page": str(_ROWS), "_order_by": "+patron_id"}
        if in_body:
            return await self._client.get("/v1/patrons", params, embed=embed, query=query)
        return await self._client.get("/v1/patrons", params | {"q": json.dumps(query)}, embed=embed)

    def _records(self, rows: Sequence[KohaFields]) -> tuple[PatronRecord, ...]:
        return tuple(read_found(row, self._today) for row in rows[:MOST_FOUND])


def _fitting(
    answer: HttpAnswer, wanted: str, values: Values, same: Callable[[str, str], bool]
) -> list[KohaFields]:
    body = answer.json()
    if not isinstance(body, list):
        raise UnexpectedAnswer("patrons is not a list")
    rows = [KohaFields(row, "patron") for row in body]
    if not all(any(_alike(one, wanted) for one in values(row)) for row in rows):
        raise WrongPatron("a search found patrons that were not asked for")
    found = [row for row in rows if any(same(one, wanted) for one in values(row))]
    if len(found) < 2 and (total_count(answer) or 0) > len(rows):
        raise UnexpectedAnswer("a search found more patrons than can be told apart")
    return found


def attribute_code(name: str) -> str | None:
    """The code of an attribute type in a field named ``attribute:CODE``."""
    code = name.removeprefix(ATTRIBUTE)
    return code if name.startswith(ATTRIBUTE) and _CODE.fullmatch(code) else None


def _texts(*names: str) -> Values:
    return lambda row: [told for name in names if (told := row.text(name)) is not None]


def _attributes(code: str) -> Values:
    return lambda row: [
        told
        for one in row.rows(_ATTRIBUTES)
        if one.text("type") == code and (told := one.text("value")) is not None
    ]


def _alike(one: str, other: str) -> bool:
    return _loose(one) == _loose(other)


def _loose(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.translate(_STROKES)).casefold()
    return "".join(sign for sign in apart if not unicodedata.combining(sign)).strip()
