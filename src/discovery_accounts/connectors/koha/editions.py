"""How versions of Koha differ where lists are read. Each difference is a row, in the order of trial."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Listing:
    """One way of reading a list of a patron's. ``{patron_id}`` is put into path and parameters.

    ``finds_patron`` tells whether an unknown patron is told from one without loans.
    """

    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    embed: str = ""
    finds_patron: bool = True

    def where(self, patron_id: str) -> tuple[str, dict[str, str]]:
        """Path and parameters for that patron."""
        params = {name: value.format(patron_id=patron_id) for name, value in self.params.items()}
        return self.path.format(patron_id=patron_id), params


_OF_PATRON = "/v1/patrons/{patron_id}/checkouts"
# A filter matches parts of a number unless told otherwise: patron 5 would get the loans of 15 and 51.
_FILTER = {"patron_id": "{patron_id}", "_match": "exact"}

CORE: tuple[Listing, ...] = (
    Listing(_OF_PATRON, embed="item.biblio"),
    Listing(_OF_PATRON, embed="item"),
    Listing("/v1/checkouts", _FILTER, embed="item.biblio", finds_patron=False),
    Listing("/v1/checkouts", _FILTER, finds_patron=False),
)
"""Newest first. Before 24.05 there is no list by patron; before 24.11 lists carry no titles."""

WITH_PLUGIN: tuple[Listing, ...] = (Listing("/v1/contrib/kohasuomi/patrons/{patron_id}/checkouts"),)
"""The KohaSuomi discovery plugin: titles, and whether each loan can be renewed."""

_OF_PATRON_HOLDS = "/v1/patrons/{patron_id}/holds"
_HOLD_EMBEDS = "biblio,pickup_library,cancellation_requested"

HOLDS: tuple[Listing, ...] = (
    Listing(_OF_PATRON_HOLDS, embed=_HOLD_EMBEDS),
    Listing("/v1/holds", _FILTER, embed=_HOLD_EMBEDS, finds_patron=False),
    Listing(_OF_PATRON_HOLDS, embed="cancellation_requested"),
    Listing("/v1/holds", _FILTER, embed="cancellation_requested", finds_patron=False),
    Listing("/v1/holds", _FILTER, finds_patron=False),
)
"""The list by patron takes the right ``edit_borrowers``, the other one ``place_holds``, which the portal needs
anyway; each stands in for the other. Titles come along with newer versions only."""

HOLD_EMBEDS = ("cancellation_requested", "")
"""What a single hold may be asked to bring along."""

_RETURNED = {**_FILTER, "checked_in": "true", "_order_by": "-checkin_date,-checkout_id"}

HISTORY: tuple[Listing, ...] = (
    Listing("/v1/checkouts", _RETURNED, embed="item.biblio", finds_patron=False),
    Listing("/v1/checkouts", _RETURNED, finds_patron=False),
)
"""The list by patron has no returned loans."""

HISTORY_WITH_PLUGIN: tuple[Listing, ...] = (
    Listing(
        "/v1/contrib/kohasuomi/patrons/{patron_id}/checkouts",
        {"checked_in": "true", "_order_by": "-checkin_date"},
    ),
)

PATRON: tuple[Listing, ...] = (
    Listing("/v1/patrons", _FILTER, embed="account_balance,overdues+count", finds_patron=False),
    Listing("/v1/patrons/{patron_id}"),
)
"""Only a list of patrons, of one here, carries what is owed."""


@dataclass(frozen=True, slots=True)
class Batch:
    """One way of asking for many works in one call: by the ids of ``column``."""

    path: str
    column: str
    embed: str = ""


ITEM_TITLES: tuple[Batch, ...] = (Batch("/v1/items", "item_id", "biblio"),)
BIBLIO_TITLES: tuple[Batch, ...] = (
    Batch("/v1/biblios", "biblio_id"),
    Batch("/v1/items", "biblio_id", "biblio"),
)
"""Lists of records are younger than lists of items."""

CHECKOUT_EMBEDS = ("item.biblio", "item", "")
"""What a single checkout may be asked to bring along, the richest first."""


class Choice(Generic[T]):
    """The rows not yet ruled out. The first that is understood is kept as long as the process lives."""

    def __init__(self, rows: Sequence[T]) -> None:
        self._rows = tuple(rows)

    def candidates(self) -> tuple[T, ...]:
        """The rows to try, in order; never empty."""
        return self._rows

    def understood(self, row: T) -> None:
        """That row works here: the ones before it are not tried again, nor any after it."""
        self._rows = (row,)
