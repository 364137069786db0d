"""Lists of checkouts, rendered once and kept until the patron's loans change."""

from collections.abc import Callable
from dataclasses import replace

from discovery_accounts.simulator.koha import records
from discovery_accounts.simulator.koha.parameters import Page
from discovery_accounts.simulator.records import Loan, Patron
from discovery_accounts.simulator.rendering import Kept, to_json
from discovery_accounts.simulator.store import Store

#: What a checkout can carry with it. `renewals` is accepted though the schema does not know it.
EMBEDS = frozenset({"booking", "issuer", "item", "item.biblio", "library", "patron", "renewals"})
ORDER: dict[str, Callable[[Loan], int]] = {
    "checkout_id": lambda loan: loan.loan_id,
    "due_date": lambda loan: loan.due_at,
    "checkout_date": lambda loan: loan.taken_at,
    "item_id": lambda loan: loan.item_id,
    "renewals_count": lambda loan: loan.renewals,
    "checkin_date": lambda loan: loan.returned_at or 0,
}

Order = tuple[tuple[str, bool], ...]


def ordered(loans: list[Loan], order: Order) -> list[Loan]:
    """Loans by the columns asked for; `True` beside a column turns it round."""
    for name, down in reversed(order):
        loans = sorted(loans, key=ORDER[name], reverse=down)
    return loans


def loans_of(store: Store, patron: Patron, asked: Patron, returned: bool) -> list[Loan]:
    """The patron's loans; while patrons are mixed up somebody else's, whatever they are."""
    loans = store.loans(patron.patron_id, returned)
    if loans or patron is asked:
        return loans
    own = store.loans(asked.patron_id, returned)
    return [replace(loan, patron_id=patron.patron_id) for loan in own]


class CheckoutLists:
    """Turns a patron's loans into the bytes of a page."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: Kept[tuple[bytes, int]] = Kept(store)

    def one(self, loan: Loan, patron: Patron, embeds: frozenset[str]) -> records.Json:
        """A checkout with the embeds asked for."""
        rendered = records.checkout(loan)
        if "item" in embeds or "item.biblio" in embeds:
            work = self._store.biblios[loan.biblio_id]
            rendered["item"] = records.item(loan, work)
            if "item.biblio" in embeds:
                rendered["item"]["biblio"] = records.biblio_record(work)
        if "library" in embeds:
            rendered["library"] = records.library()
        if "patron" in embeds:
            rendered["patron"] = records.patron(patron)
        if "renewals" in embeds:
            rendered["renewals"] = []
        return rendered | {name: None for name in ("booking", "issuer") if name in embeds}

    def page(
        self,
        patron: Patron,
        asked: Patron,
        embeds: frozenset[str],
        order: Order,
        part: Page,
        returned: bool = False,
    ) -> tuple[bytes, int]:
        """The bytes of one page, and how many checkouts there are in all. `asked` is who was asked about."""

        def render() -> tuple[bytes, int]:
            loans = ordered(loans_of(self._store, patron, asked, returned), order)
            chosen = loans[part.bounds(len(loans))]
            return to_json([self.one(loan, patron, embeds) for loan in chosen]), len(loans)

        return self._kept.get(patron.patron_id, (asked.patron_id, embeds, order, part, returned), render)
