"""Everything that services are made of, opened once a process and closed at its end."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from discovery_accounts.config.settings import LibrarySettings, Settings
from discovery_accounts.connectors.gateway import Gateway
from discovery_accounts.mail.api import Mailer
from discovery_accounts.mail.texts import Texts
from discovery_accounts.models.database import Database
from discovery_accounts.services.alerts.preview import RecentRecords
from discovery_accounts.services.answer_cache import AnswerCache
from discovery_accounts.services.hurry import Hurry
from discovery_accounts.services.problems import Code, Problem
from discovery_accounts.sources.registry import Sources
from discovery_accounts.vault.vault import Vault

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class House:
    """``libraries`` holds those with sound settings; faulty ones are in the gateway's states. ``logins`` are
    the opened ways of signing in by the names of their settings; card and e-mail need none. ``texts`` sends text
    messages, where the portal has a way to; ``recent`` tries queries of alerts on the new records."""

    settings: Settings
    database: Database
    vault: Vault
    gateway: Gateway
    cache: AnswerCache
    mailer: Mailer
    libraries: Mapping[str, LibrarySettings]
    logins: Mapping[str, object] = field(default_factory=dict)
    texts: Texts | None = None
    hurry: Hurry = field(default_factory=Hurry)
    sources: Sources = field(default_factory=Sources)
    recent: RecentRecords = field(default_factory=RecentRecords)
    clock: Clock = system_clock

    def now(self) -> datetime:
        return self.clock()

    def moved_to(self, now: datetime) -> "House":
        """The same house, with a clock that goes on from ``now``."""
        ahead = now - self.clock()
        return replace(self, clock=lambda: self.clock() + ahead)

    def library(self, name: str) -> LibrarySettings:
        """A configured library. Raises ``Problem``: unknown, or known but with faulty settings."""
        if name in self.libraries:
            return self.libraries[name]
        if name in self.gateway.states():
            raise Problem(Code.LIBRARY_UNAVAILABLE, field="library")
        raise Problem(Code.UNKNOWN_LIBRARY, field="library")

    def close(self) -> None:
        self.gateway.close()
        self.cache.close()
        self.database.close()
