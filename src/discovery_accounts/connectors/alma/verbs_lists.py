"""The house's verbs for fees, payments, past loans and suggestions, handed to the parts that know them."""

from discovery_accounts.connectors.alma.fees import Fees
from discovery_accounts.connectors.alma.history import History
from discovery_accounts.connectors.alma.suggestions import Suggestions
from discovery_accounts.connectors.api import (
    Fee,
    HistoryPage,
    NewSuggestion,
    NotAPatron,
    NotSuggested,
    PaymentHistory,
    Suggested,
    Suggestion,
)


class ListVerbs:
    """What a person looks up, and what they suggest."""

    _fees: Fees
    _history: History
    _suggestions: Suggestions

    async def list_fees(self, patron_id: str) -> tuple[Fee, ...] | NotAPatron:
        """See ``ListsFees``. Two calls at the same time."""
        return await self._fees.open(patron_id)

    async def list_payments(self, patron_id: str) -> PaymentHistory | NotAPatron:
        """See ``ListsPayments``. Two calls at the same time."""
        return await self._fees.payments(patron_id)

    async def list_history(self, patron_id: str, offset: int) -> HistoryPage | NotAPatron:
        """See ``ListsHistory``. One call."""
        return await self._history.page(patron_id, offset)

    async def list_suggestions(self, patron_id: str) -> tuple[Suggestion, ...] | NotAPatron:
        """See ``TakesSuggestions``. One call for every 100."""
        return await self._suggestions.all(patron_id)

    async def suggest(
        self, patron_id: str, suggestion: NewSuggestion
    ) -> Suggested | NotSuggested | NotAPatron:
        """See ``TakesSuggestions``. One call."""
        return await self._suggestions.make(patron_id, suggestion)
