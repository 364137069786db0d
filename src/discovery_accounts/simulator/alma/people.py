"""Finding the user that a path means, by any unique identifier or by one type only."""

from urllib.parse import unquote

from aiohttp import web

from discovery_accounts.simulator.alma import errors
from discovery_accounts.simulator.records import Patron
from discovery_accounts.simulator.refusing import RefusedError
from discovery_accounts.simulator.simulation import Simulation

#: `user_id_type` when none is sent: primary id, card number and every other identifier match.
ANY = "all_unique"


class People:
    """Look-ups by identifier, the way Alma does them."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation
        self._store = simulation.store

    def find(self, identifier: str, id_type: str = ANY) -> Patron | None:
        """The user with that identifier; `BARCODE` matches card numbers and nothing else."""
        if id_type == ANY:
            return (
                self._store.by_primary_id(identifier)
                or self._store.by_card(identifier)
                or self._further(identifier, None)
            )
        if id_type == "BARCODE":
            return self._store.by_card(identifier) or self._further(identifier, id_type)
        if id_type == "PRIMARY_ID":
            return self._store.by_primary_id(identifier)
        return self._further(identifier, id_type)

    def _further(self, value: str, id_type: str | None) -> Patron | None:
        patron = self._store.by_identifier(value, id_type)
        if patron is None or self._simulation.manners.inactive_barcodes_match:
            return patron
        known = self._store.identifiers(patron.patron_id)
        return patron if any(i.value == value and i.active for i in known) else None

    def of(self, request: web.Request) -> Patron | None:
        """The user a request is about."""
        return self.find(request.match_info["user_id"], request.query.get("user_id_type", ANY))

    def must_be(self, request: web.Request) -> Patron:
        """The user a request is about, or the refusal."""
        patron = self.of(request)
        if patron is None:
            raise RefusedError(
                errors.user_not_found(
                    request, request.match_info["user_id"], request.query.get("user_id_type", ANY)
                )
            )
        return patron

    def permanent_id(self, raw_segment: str) -> str:
        """What may be written of a user segment of a path: the permanent id, or `***`."""
        patron = self.find(unquote(raw_segment))
        return patron.patron_id if patron is not None else "***"
