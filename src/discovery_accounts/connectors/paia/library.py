"""What all verbs of a PAIA library share: one list of documents for all who ask for it at the same moment."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial

from discovery_accounts.connectors.api import NotAPatron
from discovery_accounts.connectors.paia.client import PaiaClient
from discovery_accounts.connectors.paia.documents import Document, read_documents
from discovery_accounts.connectors.paia.settings import PaiaSettings
from discovery_accounts.connectors.paia.sharing import Shared
from discovery_accounts.connectors.paia.tokens import Tokens
from discovery_accounts.connectors.transport import Transport

Documents = tuple[Document, ...]


class PaiaLibrary:
    """One library and its settings. ``now`` gives the time, for memberships that end today."""

    def __init__(
        self,
        settings: PaiaSettings,
        transport: Transport,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._settings = settings
        self._tokens = Tokens(settings, transport)
        self._client = PaiaClient(settings, transport, self._tokens)
        self._lists = Shared[Documents | NotAPatron]()
        self._now = now

    async def close(self) -> None:
        """Gives up what is under way; the transport belongs to its maker."""
        self._lists.close()
        self._tokens.close()

    async def _documents(self, patron_id: str) -> Documents | NotAPatron:
        """Everything that the patron has or waits for: one call, whoever else asks for the same meanwhile."""
        return await self._lists.ask(patron_id, partial(self._fresh_documents, patron_id))

    async def _fresh_documents(self, patron_id: str) -> Documents | NotAPatron:
        """The same by a call of its own, for what is asked after an act."""
        answer = await self._client.read(patron_id, "items", "read_items")
        return answer if isinstance(answer, NotAPatron) else read_documents(answer, patron_id)

    def _today(self) -> date:
        return self._now().astimezone(self._settings.timezone).date()
