"""What all verbs of an ILS-DI library share: one patron's information, and nobody else's."""

from datetime import UTC, date, datetime

from discovery_accounts.connectors.api import NotAPatron, UnexpectedAnswer, WrongPatron
from discovery_accounts.connectors.koha.ids import is_id
from discovery_accounts.connectors.koha.ilsdi.client import Answer, IlsDi
from discovery_accounts.connectors.koha.ilsdi.settings import IlsDiSettings
from discovery_accounts.connectors.transport import Transport

GONE = "PatronNotFound"


class IlsDiLibrary:
    """One library and its settings."""

    def __init__(self, settings: IlsDiSettings, transport: Transport) -> None:
        self._ils = IlsDi(transport)
        self._settings = settings

    async def _info(self, patron_id: str, part: str) -> Answer | NotAPatron:
        """``GetPatronInfo`` with one part of it, about that patron and nobody else."""
        if not is_id(patron_id):
            return NotAPatron()
        parts = {
            f"show_{name}": "1" if name == part else "0" for name in ("contact", "fines", "holds", "loans")
        }
        told = await self._ils.read("GetPatronInfo", {"patron_id": patron_id, **parts})
        if told.code == GONE:
            return NotAPatron()
        if told.code:
            raise UnexpectedAnswer(f"GetPatronInfo: {told.code}")
        self._theirs(told.fields.text("borrowernumber"), patron_id)
        return told

    @staticmethod
    def _theirs(owner: str | None, patron_id: str) -> None:
        if owner != patron_id:
            raise WrongPatron("an answer about somebody else")

    def _today(self) -> date:
        return datetime.now(UTC).astimezone(self._settings.timezone).date()
