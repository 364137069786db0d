"""A patron's record, read for making a link that has no PIN: whom to tell is in it (rules 3.3)."""

from discovery_accounts.connectors.api import NotAPatron, PatronRecord, PatronRef
from discovery_accounts.connectors.gateway import CardRequest, Want
from discovery_accounts.services import events
from discovery_accounts.services.house import House
from discovery_accounts.services.problems import Code, Problem


def read_record(house: House, library: str, patron_id: str) -> PatronRecord | NotAPatron:
    """As it is now. Raises ``Problem``: ``not_supported`` where the library tells nothing without a PIN,
    ``library_unavailable``."""
    house.library(library)
    if not house.gateway.reads_without_pin(library):
        raise Problem(Code.NOT_SUPPORTED)
    request = CardRequest("record", library, PatronRef(patron_id, ""), None, frozenset({Want.PATRON}))
    deadline = house.settings.act_deadline
    told = house.gateway.read_cards([request], deadline=deadline)["record"].patron
    if isinstance(told, NotAPatron):
        return told
    if not isinstance(told, PatronRecord) or told.patron_id != patron_id:
        events.report_if_wrong_patron(house, told, library=library)
        raise Problem(Code.LIBRARY_UNAVAILABLE)
    return told
