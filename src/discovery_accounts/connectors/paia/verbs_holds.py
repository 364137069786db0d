"""Holds by PAIA: reservations, orders and what is provided, out of the same list as loans."""

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
    PickupLocation,
    Placing,
    UnexpectedAnswer,
)
from discovery_accounts.connectors.paia.documents import (
    STORAGE,
    WANTED,
    Document,
    answer_about,
    read_documents,
)
from discovery_accounts.connectors.paia.ids import is_uri
from discovery_accounts.connectors.paia.library import PaiaLibrary
from discovery_accounts.connectors.paia.records import against_holds, read_hold
from discovery_accounts.domain.holds import HoldReason

_NOTHING: dict[str, object] = {}
"""A confirmation that meets no condition, not even by its default."""


class HoldVerbs(PaiaLibrary):
    """``ListsHolds``, ``PlacesHolds`` and ``CancelsHolds``."""

    async def list_holds(self, patron_id: str) -> tuple[Hold, ...] | NotAPatron:
        """See ``ListsHolds``. One call: PAIA knows no pages."""
        documents = await self._documents(patron_id)
        if isinstance(documents, NotAPatron):
            return documents
        zone, prefixes = self._settings.timezone, self._settings.prefixes
        return tuple(read_hold(one, zone, prefixes) for one in documents if one.status in WANTED)

    async def hold_options(
        self, patron_id: str, target: HoldTarget
    ) -> HoldOptions | NotHoldable | NotAPatron:
        """See ``PlacesHolds``. One call: for the state of the account where the places are set, else a request
        that the server can't accept."""
        names = self._names(target)
        if names is None:
            return NotHoldable(HoldReason.NO_SUCH_RECORD)
        if self._settings.pickups:
            patron = await self._client.read(patron_id, "", "read_patron")
            if isinstance(patron, NotAPatron):
                return patron
            because = against_holds(patron)
            return HoldOptions(target, self._settings.pickups) if because is None else NotHoldable(because)
        return await self._asked_options(patron_id, target, names)

    async def _asked_options(
        self, patron_id: str, target: HoldTarget, names: dict[str, str]
    ) -> HoldOptions | NotHoldable | NotAPatron:
        answer = await self._request(patron_id, names, _NOTHING)
        if isinstance(answer, NotAPatron):
            return answer
        if not answer.refused:
            # The setting promised that this can't be: what was placed by a question must not stay.
            await self._client.act(patron_id, "cancel", [dict(answer.names)])
            raise UnexpectedAnswer("request: taken without a StorageCondition; asks_pickup can't be yes here")
        if not answer.asks_storage:
            return NotHoldable(HoldReason.LIBRARY_SAYS_NO)
        return _options(target, answer)

    async def place_hold(self, patron_id: str, hold: NewHold) -> Placing:
        """See ``PlacesHolds``. One call."""
        names = self._names(hold.target)
        if names is None:
            return NotHoldable(HoldReason.NO_SUCH_RECORD)
        places = {place.location_id for place in self._settings.pickups}
        if not is_uri(hold.pickup) or (places and hold.pickup not in places):
            return NotHoldable(HoldReason.PICKUP_NOT_ALLOWED)
        answer = await self._request(patron_id, names, {STORAGE: [hold.pickup]})
        if isinstance(answer, NotAPatron):
            return answer
        if answer.refused:
            wrong_place = answer.asks_storage
            return NotHoldable(HoldReason.PICKUP_NOT_ALLOWED if wrong_place else HoldReason.LIBRARY_SAYS_NO)
        if answer.status not in WANTED:
            raise UnexpectedAnswer("request: neither taken nor refused")
        return HoldPlaced(answer.key)

    async def cancel_hold(self, patron_id: str, hold_id: str) -> HoldChange:
        """See ``CancelsHolds``. Two calls, the first for whose it is."""
        documents = await self._documents(patron_id)
        mine = () if isinstance(documents, NotAPatron) else documents
        hold = next((one for one in mine if one.key == hold_id and one.status in WANTED), None)
        if hold is None:
            return NoSuchHold(hold_id)
        if hold.fields.flag("cancancel") is False:
            return HoldKept(hold_id, HoldReason.TOO_LATE)
        answer = await self._client.act(patron_id, "cancel", [dict(hold.names)])
        if isinstance(answer, NotAPatron):
            return NoSuchHold(hold_id)
        told = answer_about(read_documents(answer, patron_id), hold.names)
        if told is None or (not told.refused and told.status in WANTED):
            raise UnexpectedAnswer("cancel: neither done nor refused")
        return HoldKept(hold_id, HoldReason.LIBRARY_SAYS_NO) if told.refused else HoldChanged(hold_id)

    async def _request(
        self, patron_id: str, names: dict[str, str], confirm: dict[str, object]
    ) -> Document | NotAPatron:
        answer = await self._client.act(patron_id, "request", [{**names, "confirm": confirm}])
        if isinstance(answer, NotAPatron):
            return answer
        told = answer_about(read_documents(answer, patron_id), names)
        if told is None:
            raise UnexpectedAnswer("request: no answer about what was asked for")
        return told

    def _names(self, target: HoldTarget) -> dict[str, str] | None:
        """The URI of the item or of the edition, or ``None`` for what is no thing of a library."""
        prefixes = self._settings.prefixes
        if target.item_id is not None:
            item = prefixes.item_uri(target.item_id)
            return None if item is None else {"item": item}
        edition = prefixes.edition_uri(target.record_id)
        return None if edition is None else {"edition": edition}


def _options(target: HoldTarget, answer: Document) -> HoldOptions | NotHoldable:
    setting = answer.fields.inner("condition").inner(STORAGE)
    places = tuple(PickupLocation(row.needed("id"), row.text("about")) for row in setting.rows("option"))
    if not places:
        return NotHoldable(HoldReason.LIBRARY_SAYS_NO)
    known = {place.location_id for place in places}
    default = next((uri for uri in setting.words("default") if uri in known), None)
    return HoldOptions(target, places, default, title=answer.fields.title("about"))
