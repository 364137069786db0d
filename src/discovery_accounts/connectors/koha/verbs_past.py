"""The verbs about money and about the loans of the past."""

from discovery_accounts.connectors.api import (
    Capability,
    Fee,
    HistoryDeleted,
    HistoryKeeping,
    HistoryPage,
    NotAPatron,
    PaymentHistory,
)
from discovery_accounts.connectors.koha.client import KohaClient
from discovery_accounts.connectors.koha.fees import Fees
from discovery_accounts.connectors.koha.history import CHOICES, History
from discovery_accounts.connectors.koha.settings import KohaSettings
from discovery_accounts.connectors.koha.titles import Titles


class PastVerbs:
    """A part of the connector; each verb is handed to what knows it."""

    def _open_past(self, client: KohaClient, titles: Titles, settings: KohaSettings) -> None:
        self._fees = Fees(client, titles, settings)
        self._history = History(client, titles, settings)

    async def list_fees(self, patron_id: str) -> tuple[Fee, ...] | NotAPatron:
        """See ``ListsFees``. One call, and one for all titles where there are any."""
        return await self._fees.open(patron_id)

    async def list_payments(self, patron_id: str) -> PaymentHistory | NotAPatron:
        """See ``ListsPayments``. Two calls side by side, and one for all titles; the newest hundred of each."""
        return await self._fees.past(patron_id)

    async def list_history(self, patron_id: str, offset: int) -> HistoryPage | NotAPatron:
        """See ``ListsHistory``. One call, in older versions two."""
        return await self._history.page(patron_id, offset)

    @property
    def history_choices(self) -> tuple[HistoryKeeping, ...]:
        """Koha has all three."""
        return CHOICES

    async def history_keeping(self, patron_id: str) -> HistoryKeeping | NotAPatron:
        """See ``SwitchesHistory``. One call."""
        return await self._history.keeping(patron_id)

    async def keep_history(self, patron_id: str, keeping: HistoryKeeping) -> HistoryKeeping | NotAPatron:
        """See ``SwitchesHistory``. Two calls; with the plugin one."""
        return await self._history.keep(patron_id, keeping)

    async def delete_history(self, patron_id: str) -> HistoryDeleted | NotAPatron:
        """See ``DeletesHistory``. One call."""
        return await self._history.delete(patron_id)


def absent_past(settings: KohaSettings) -> dict[Capability, str]:
    """Which of these verbs that library lacks, and why."""
    if settings.di_plugin:
        return {}
    return {
        Capability.DELETE_HISTORY: "Koha's REST API has no call that deletes returned loans; the KohaSuomi"
        " discovery plugin has (di_plugin is not set)"
    }
