"""Holds by ILS-DI: they are placed and cancelled, and can't be moved or suspended."""

from discovery_accounts.connectors.api import (
    Hold,
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
    Placing,
    UnexpectedAnswer,
)
from discovery_accounts.connectors.koha.hold_reasons import rule_reason
from discovery_accounts.connectors.koha.ids import is_id
from discovery_accounts.connectors.koha.ilsdi.library import GONE, IlsDiLibrary
from discovery_accounts.connectors.koha.ilsdi.records import read_hold
from discovery_accounts.domain.holds import HoldReason

# Koha wants to know from which address a hold is placed, and only looks whether it is told.
_OUR_ADDRESS = "127.0.0.1"


class HoldVerbs(IlsDiLibrary):
    """``ListsHolds``, ``PlacesHolds`` and ``CancelsHolds``."""

    async def list_holds(self, patron_id: str) -> tuple[Hold, ...] | NotAPatron:
        """See ``ListsHolds``. One call."""
        told = await self._info(patron_id, "holds")
        if isinstance(told, NotAPatron):
            return told
        rows = told.rows("holds", "hold")
        for row in rows:
            self._theirs(row.text("borrowernumber"), patron_id)
        return tuple(read_hold(row, self._settings.timezone) for row in rows)

    async def hold_options(
        self, patron_id: str, target: HoldTarget
    ) -> HoldOptions | NotHoldable | NotAPatron:
        """See ``PlacesHolds``. No call: ILS-DI says only when a hold is placed whether it may be."""
        if not is_id(patron_id):
            return NotAPatron()
        if not _possible(target):
            return NotHoldable(HoldReason.NO_SUCH_RECORD)
        return HoldOptions(target, self._settings.pickups, takes_date=True)

    async def place_hold(self, patron_id: str, hold: NewHold) -> Placing:
        """See ``PlacesHolds``. One call."""
        if not is_id(patron_id):
            return NotAPatron()
        if not _possible(hold.target):
            return NotHoldable(HoldReason.NO_SUCH_RECORD)
        if hold.pickup not in {place.location_id for place in self._settings.pickups}:
            return NotHoldable(HoldReason.PICKUP_NOT_ALLOWED)
        form = {"patron_id": patron_id, "bib_id": hold.target.record_id, "pickup_location": hold.pickup}
        if hold.wanted_until is not None:
            form["needed_before_date"] = hold.wanted_until.isoformat()
        if hold.target.item_id is not None:
            told = await self._ils.post("HoldItem", {**form, "item_id": hold.target.item_id})
        else:
            told = await self._ils.post("HoldTitle", {**form, "request_location": _OUR_ADDRESS})
        if told.code == GONE:
            return NotAPatron()
        if told.code:
            return NotHoldable(rule_reason(told.code))
        if told.fields.text("pickup_location") is None:
            raise UnexpectedAnswer("HoldTitle, HoldItem: neither done nor refused")
        return HoldPlaced()

    async def cancel_hold(self, patron_id: str, hold_id: str) -> HoldChange:
        """See ``CancelsHolds``. One call for the list, one to cancel, whose success is a code too."""
        holds = await self.list_holds(patron_id) if is_id(hold_id) else ()
        mine = () if isinstance(holds, NotAPatron) else holds
        hold = next((one for one in mine if one.hold_id == hold_id), None)
        if hold is None:
            return NoSuchHold(hold_id)
        if not hold.can_cancel:
            return HoldKept(hold_id, HoldReason.TOO_LATE)
        told = await self._ils.post("CancelHold", {"patron_id": patron_id, "item_id": hold_id})
        match told.code:
            case "Canceled":
                return HoldChanged(hold_id)
            case "RecordNotFound" | "PatronNotFound":
                return NoSuchHold(hold_id)
            case "":
                raise UnexpectedAnswer("CancelHold: neither done nor refused")
            case _:
                return HoldKept(hold_id, HoldReason.LIBRARY_SAYS_NO)


def _possible(target: HoldTarget) -> bool:
    return is_id(target.record_id) and (target.item_id is None or is_id(target.item_id))
