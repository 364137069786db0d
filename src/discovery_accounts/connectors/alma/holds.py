"""Holds at an Alma institution: where one may be fetched, placing, cancelling and moving it. Acts are sent once."""

from typing import Any

from discovery_accounts.connectors.alma.client import AlmaClient
from discovery_accounts.connectors.alma.errors import NO_SUCH_USER, REQUEST_GONE, is_done, read_fault
from discovery_accounts.connectors.alma.fields import AlmaFields
from discovery_accounts.connectors.alma.hold_reasons import hold_reason
from discovery_accounts.connectors.alma.identities import by_patron_id, is_number, one_owner
from discovery_accounts.connectors.alma.libraries import Libraries
from discovery_accounts.connectors.alma.requests import SETTLED, Requests, read_request
from discovery_accounts.connectors.alma.settings import AlmaSettings
from discovery_accounts.connectors.api import (
    HoldChange,
    HoldChanged,
    HoldKept,
    HoldOptions,
    HoldPlaced,
    HoldTarget,
    NewHold,
    NoSuchHold,
    NotAPatron,
    NotHoldable,
    PickupLocation,
    Placing,
)
from discovery_accounts.connectors.transport import HttpAnswer
from discovery_accounts.domain.holds import HoldReason

# What of a request can be written; all of it is, because Alma empties what is not sent.
_WRITTEN = (
    "request_type",
    "pickup_location_type",
    "pickup_location_library",
    "pickup_location_circulation_desk",
    "pickup_location_institution",
    "description",
    "manual_description",
    "holding_id",
    "last_interest_date",
    "comment",
    "volume",
    "issue",
    "part",
    "date_of_publication",
    "chapter_or_article_title",
    "chapter_or_article_author",
    "booking_start_date",
    "booking_end_date",
    "material_type",
    "target_destination",
    "partial_digitization",
    "copyrights_declaration_signed_by_patron",
    "task_name",
)
_AT = {"pickup_location_type": "LIBRARY"}


class Holds:
    """Places and changes holds."""

    def __init__(
        self, client: AlmaClient, requests: Requests, libraries: Libraries, settings: AlmaSettings
    ) -> None:
        self._client = client
        self._requests = requests
        self._libraries = libraries
        self._settings = settings

    async def options(self, patron_id: str, target: HoldTarget) -> HoldOptions | NotHoldable | NotAPatron:
        """Whether Alma offers this patron a hold on the title, and the libraries. One call; two once an hour.

        For one item Alma would have to be told its holding too, which nobody knows here: whether the item
        can be had, placing tells.
        """
        who = by_patron_id(self._settings, patron_id)
        if not who.possible:
            return NotAPatron()
        if not _possible(target):
            return NotHoldable(HoldReason.NO_SUCH_RECORD)
        path = f"/almaws/v1/bibs/{target.record_id}/request-options"
        answer = await self._client.get(path, {"user_id": patron_id})
        if answer.status != 200:
            return _not_placed(answer, "asking what can be requested")
        offered = AlmaFields(answer.json(), "request_options").rows("request_option")
        if not any((one.code("type") or "").upper() == "HOLD" for one in offered):
            return NotHoldable(HoldReason.LIBRARY_SAYS_NO)
        pickups = await self._libraries.pickups()
        only = pickups[0].location_id if len(pickups) == 1 else None
        return HoldOptions(target, pickups, only, takes_note=True, takes_date=True)

    async def place(self, patron_id: str, hold: NewHold) -> Placing:
        """One call. Raises ``WrongPatron`` when Alma made it for somebody else."""
        who = by_patron_id(self._settings, patron_id)
        if not who.possible:
            return NotAPatron()
        if not _possible(hold.target):
            return NotHoldable(HoldReason.NO_SUCH_RECORD)
        if not hold.pickup or not self._libraries.allows(hold.pickup):
            return NotHoldable(HoldReason.PICKUP_NOT_ALLOWED)
        body: dict[str, Any] = {"request_type": "HOLD", **_AT, "pickup_location_library": hold.pickup}
        if hold.wanted_until is not None:
            body["last_interest_date"] = f"{hold.wanted_until.isoformat()}Z"
        if hold.note:
            body["comment"] = hold.note
        what = hold.target
        on = {"mms_id": what.record_id} if what.item_id is None else {"item_pid": what.item_id}
        answer = await self._client.act("POST", f"{who.path}/requests", who.params | on, body)
        if answer.status not in (200, 201):
            return _not_placed(answer, "placing a hold")
        placed = read_request(answer.json())
        one_owner(self._settings, patron_id, [placed.owner], "requests")
        return HoldPlaced(placed.hold.hold_id)

    async def cancel(self, patron_id: str, hold_id: str) -> HoldChange:
        """One call for whose it is, then one."""
        row = await self._requests.owned(patron_id, hold_id)
        if isinstance(row, NoSuchHold):
            return row
        path, params = row.address(by_patron_id(self._settings, patron_id))
        told = {"reason": self._settings.cancel_reason, "notify_user": "true"}
        answer = await self._client.act("DELETE", path, params | told)
        if is_done(answer):
            return HoldChanged(hold_id)
        return _not_changed(answer, hold_id, "cancelling a hold")

    async def pickups_of(
        self, patron_id: str, hold_id: str
    ) -> tuple[PickupLocation, ...] | HoldKept | NoSuchHold:
        """One call for whose it is; one more once an hour."""
        row = await self._requests.owned(patron_id, hold_id)
        if isinstance(row, NoSuchHold):
            return row
        if row.hold.state in SETTLED:
            return HoldKept(hold_id, HoldReason.TOO_LATE)
        return await self._libraries.pickups()

    async def change_pickup(self, patron_id: str, hold_id: str, location_id: str) -> HoldChange:
        """Two calls: reading, which also tells whose it is, and writing the whole request back."""
        if not location_id or not self._libraries.allows(location_id):
            return HoldKept(hold_id, HoldReason.PICKUP_NOT_ALLOWED)
        row = await self._requests.owned(patron_id, hold_id)
        if isinstance(row, NoSuchHold):
            return row
        if row.hold.state in SETTLED:
            return HoldKept(hold_id, HoldReason.TOO_LATE)
        path, params = row.address(by_patron_id(self._settings, patron_id))
        body = {name: row.raw[name] for name in _WRITTEN if row.raw.get(name) is not None}
        body.pop("pickup_location_circulation_desk", None)
        body |= {**_AT, "pickup_location_library": location_id}
        answer = await self._client.act("PUT", path, params, body)
        if answer.status != 200:
            return _not_changed(answer, hold_id, "changing where a hold is fetched")
        changed = read_request(answer.json())
        one_owner(self._settings, patron_id, [changed.owner], "requests")
        there = changed.hold.pickup is not None and changed.hold.pickup.location_id == location_id
        return HoldChanged(hold_id) if there else HoldKept(hold_id, HoldReason.LIBRARY_SAYS_NO)


def _possible(target: HoldTarget) -> bool:
    return is_number(target.record_id) and (target.item_id is None or is_number(target.item_id))


def _not_placed(answer: HttpAnswer, doing: str) -> NotHoldable | NotAPatron:
    fault = read_fault(answer)
    if fault.code in NO_SUCH_USER:
        return NotAPatron()
    because = hold_reason(fault.code)
    if because is None:
        raise fault.as_error(doing)
    return NotHoldable(because)


def _not_changed(answer: HttpAnswer, hold_id: str, doing: str) -> HoldKept | NoSuchHold:
    fault = read_fault(answer)
    if fault.code in REQUEST_GONE:
        return NoSuchHold(hold_id)
    because = hold_reason(fault.code)
    if because is None:
        raise fault.as_error(doing)
    return HoldKept(hold_id, because)
