"""Requests of an Alma user: the holds among them, all in few calls, and single ones for whose they are."""

from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import quote

from discovery_accounts.connectors.alma.client import AlmaClient
from discovery_accounts.connectors.alma.errors import GENERAL_ERROR, NO_SUCH_USER, REQUEST_GONE, read_fault
from discovery_accounts.connectors.alma.fields import AlmaFields
from discovery_accounts.connectors.alma.hold_reasons import hold_state
from discovery_accounts.connectors.alma.identities import Identity, by_patron_id, is_number, one_owner, same
from discovery_accounts.connectors.alma.settings import PRIMARY_ID, AlmaSettings
from discovery_accounts.connectors.api import Hold, NoSuchHold, NotAPatron, PickupLocation, UnexpectedAnswer
from discovery_accounts.connectors.listing import Page, read_every
from discovery_accounts.domain.holds import HoldState

_LIMIT = 100  # the most Alma gives at a time
_HOLD = "HOLD"
# Where an item is already, or on its way to, its place can't be changed any more.
SETTLED = frozenset({HoldState.READY, HoldState.IN_TRANSIT})


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request as a hold, beside the primary id of its owner, ``None`` where it names nobody, and the JSON."""

    hold: Hold
    owner: str | None = field(repr=False)
    is_hold: bool
    raw: dict[str, Any] = field(repr=False)

    def address(self, who: Identity) -> tuple[str, dict[str, str]]:
        """Path and parameters of the request. Acts take no type of identifier in Alma, so that they go by the
        owner's primary id where it was told."""
        end = f"requests/{self.hold.hold_id}"
        if self.owner is None:
            return f"{who.path}/{end}", who.params
        return f"/almaws/v1/users/{quote(self.owner, safe='')}/{end}", {}


class Requests:
    """Reads requests."""

    def __init__(self, client: AlmaClient, settings: AlmaSettings) -> None:
        self._client = client
        self._settings = settings

    async def all(self, patron_id: str) -> tuple[Hold, ...] | NotAPatron:
        """Every open hold of the patron, in Alma's order. Raises ``WrongPatron``."""
        rows = await self._rows(patron_id)
        return rows if isinstance(rows, NotAPatron) else tuple(row.hold for row in rows)

    async def owned(self, patron_id: str, hold_id: str) -> RequestRow | NoSuchHold:
        """The hold if the patron has it now. One call; where its answer leaves open whose it is, the list too.

        Nothing says that Alma looks at the user in the address of a request, so only an owner that can be
        compared makes it the patron's. Where another identifier is permanent there is none.
        """
        who = by_patron_id(self._settings, patron_id)
        if not (who.possible and is_number(hold_id)):
            return NoSuchHold(hold_id)
        found = await self._single(who, hold_id) if self._settings.permanent_id == PRIMARY_ID else None
        if found is not None:
            return found
        rows = await self._rows(patron_id)
        listed = () if isinstance(rows, NotAPatron) else rows
        return next((row for row in listed if row.hold.hold_id == hold_id), NoSuchHold(hold_id))

    async def _single(self, who: Identity, hold_id: str) -> RequestRow | NoSuchHold | None:
        answer = await self._client.get(f"{who.path}/requests/{hold_id}", who.params)
        if answer.status != 200:
            fault = read_fault(answer)
            if fault.code == GENERAL_ERROR:
                return None
            if fault.code in REQUEST_GONE:
                return NoSuchHold(hold_id)
            raise fault.as_error("reading a request")
        row = read_request(answer.json())
        if row.hold.hold_id != hold_id or not row.is_hold:
            return NoSuchHold(hold_id)
        if row.owner is None:
            return None
        return row if same(row.owner, who.value) else NoSuchHold(hold_id)

    async def _rows(self, patron_id: str) -> tuple[RequestRow, ...] | NotAPatron:
        who = by_patron_id(self._settings, patron_id)
        if not who.possible:
            return NotAPatron()
        try:
            rows = await read_every(
                partial(self._page, who), _LIMIT, lambda row: row.hold.hold_id, "requests"
            )
        except _NoUserError:
            return NotAPatron()
        one_owner(self._settings, patron_id, (row.owner for row in rows), "requests")
        return tuple(row for row in rows if row.is_hold)

    async def _page(self, who: Identity, offset: int, limit: int) -> Page[RequestRow]:
        params = who.params | {
            "request_type": _HOLD,
            "status": "active",
            "limit": str(limit),
            "offset": str(offset),
        }
        answer = await self._client.get(f"{who.path}/requests", params)
        if answer.status != 200:
            fault = read_fault(answer)
            raise _NoUserError if fault.code in NO_SUCH_USER else fault.as_error("listing requests")
        listed = AlmaFields(answer.json(), "requests")
        rows = tuple(read_request(row) for row in listed.values("user_request"))
        return Page(rows, listed.count("total_record_count"))


def read_request(value: object) -> RequestRow:
    """One ``user_request``. The end of its time on the shelf is told under the name that the end of another
    request has too, so that it counts only there."""
    fields = AlmaFields(value, "user_request")
    hold_id = fields.needed("request_id")
    if not is_number(hold_id):
        raise UnexpectedAnswer("user_request.request_id is not a number")
    state = hold_state(fields.text("request_status"), fields.text("task_name"))
    title, volume = fields.title("title"), fields.text("description")
    waits = state in (HoldState.WAITING, HoldState.IN_PROCESSING)
    hold = Hold(
        hold_id,
        f"{title}. {volume}" if title and volume else title,
        state,
        author=fields.title("author"),
        record_id=fields.text("mms_id"),
        item_id=fields.text("item_id"),
        pickup=_pickup(fields),
        placed_on=fields.day("request_date"),
        position=(fields.optional_count("place_in_queue") or None) if waits else None,
        ready_until=fields.day("expiry_date") if state is HoldState.READY else None,
        wanted_until=fields.day("last_interest_date"),
        can_change_pickup=False if state in SETTLED else None,
        can_suspend=False,
    )
    raw = value if isinstance(value, dict) else {}
    is_hold = (fields.text("request_type") or _HOLD).upper() == _HOLD
    return RequestRow(hold, fields.text("user_primary_id"), is_hold, raw)


def _pickup(fields: AlmaFields) -> PickupLocation | None:
    """A library, or where it is none, what kind of place it is."""
    name = fields.text("pickup_location")
    code = fields.text("pickup_location_library") or fields.text("pickup_location_type") or name
    return None if code is None else PickupLocation(code, name)


class _NoUserError(Exception):
    """Alma has no such user."""
